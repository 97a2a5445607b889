"""One day of a fictional reservation centre, as eight exchanges would export it: 46 calls.

Our own data (tests/vectors/cdr). ``expected`` is what became of each call; ``register`` is what a
recorder had of them.
"""

import json
from collections.abc import Mapping as Table
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from talteen.oversight.balance import rules
from talteen.oversight.balance.values import Balance, Recorded, Register, VoicemailMark
from talteen.oversight.records import mapping, reading
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.values import Reading, Stretch

VECTORS = Path(__file__).parents[1] / "vectors" / "cdr"
FILES: Table[str, str] = {
    "asterisk-cdr": "asterisk-cdr.csv",
    "asterisk-cel": "asterisk-cel.csv",
    "freepbx-cdr": "freepbx-cdr.csv",
    "3cx-cdr": "3cx-cdr.log",
    "cucm-cdr": "cucm-cdr.csv",
    "audiocodes-cdr": "audiocodes-cdr.log",
    "broadworks-cdr": "broadworks-cdr.csv",
    "genesys-interactions": "genesys-interactions.csv",
}
"""Shape to file."""
LONGEST_WAIT = timedelta(seconds=100)


@cache
def house() -> Mapping:
    return mapping.read((VECTORS / "mapping.toml").read_text())


@cache
def raw(shape: str) -> bytes:
    return (VECTORS / FILES[shape]).read_bytes()


@cache
def read(shape: str) -> Reading:
    return reading.read([raw(shape)], house())


@cache
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / "expected-balance.json").read_text())
    return found


@cache
def register() -> Register:
    ledger = json.loads((VECTORS / "recorder-ledger.json").read_text())
    return Register(
        recorded=tuple(_recorded(row) for row in ledger["recordings"]),
        voicemail_marks=tuple(
            VoicemailMark(mark["agent"], at(mark["at"])) for mark in ledger["agent_marks"]
        ),
        refusals=sum(ledger["refusal_counts"].values()),
    )


def balanced(shape: str, *, longest_wait: timedelta | None = LONGEST_WAIT) -> Balance:
    found = read(shape)
    return rules.balance(
        found.calls, register(), tells_refusals=found.tells_refusals, longest_wait=longest_wait
    )


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _recorded(row: dict[str, str]) -> Recorded:
    return Recorded(
        id=row["recording"],
        kept=(Stretch(at(row["started"]), at(row["ended"])),),
        agent=row["agent"],
        outside=row["caller"],
        call_ids=frozenset({row["sip_call_id"]}),
    )

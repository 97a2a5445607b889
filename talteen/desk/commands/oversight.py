"""Commands that account for calls: hold the exchange's records against the register; say why."""

import json as jsons
import sys
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from talteen.clock import HELSINKI
from talteen.config import Config
from talteen.desk.ground import database, startup
from talteen.errors import InputError

if TYPE_CHECKING:
    from talteen.oversight.acts import Balanced
    from talteen.oversight.balance.values import Accounted
    from talteen.oversight.handing import Handed
    from talteen.oversight.records.mapping import Mapping as Table

MAPPING = "call-records.toml"
_PIECE = 1 << 20
Json = Annotated[bool, Parameter(negative="")]


def balance(*files: Path, mapping: Path | None = None, json: Json = False) -> int:
    """Balance whole days of call records. Exit status 0: every call accounted for; 1: some were
    lost; 2: something could not be read.

    Parameters
    ----------
    files
        Exports of the exchange (docs/formats/call-records.md), whole days of them.
    mapping
        What the exchange calls the things of this house; left out: call-records.toml at
        TALTEEN_HOME.
    json
        Print {"files": [...]} instead of lines.
    """
    if not files:
        raise InputError("no file was named", remedy="talteen balance FILE...")
    config = startup.ready()
    house_calls = _mapping(mapping or config.home / MAPPING)
    with ExitStack() as stack:
        opened = [(path, stack.enter_context(_opened(path))) for path in files]
        with database.running(config):
            startup.django()
            told = [_balance(config, *one, house_calls, calls=json) for one in opened]
    if json:
        print(jsons.dumps({"files": [_as_json(each) for each in told]}, ensure_ascii=False))
    else:
        for each in told:
            _print(each)
    if any(each.handed.unreadable for each in told):
        return 2
    return 1 if any(day.balance.lost for each in told for day in each.days) else 0


def why(
    *,
    at: str = "",
    line: str = "",
    agent: str = "",
    promise: str = "",
    language: str = "fi",
    json: Json = False,
) -> None:
    """Say why a call was recorded, or why not, with what the answer rests on.

    Parameters
    ----------
    at
        When it began, in Helsinki: 2026-11-16T12:03.
    line
        The short name of the line in register.toml.
    agent
        The staff code of the agent, where it is known.
    promise
        In place of time and line: the promise row, by the first digits of its key.
    language
        fi, sv or en.
    json
        Print {"answers": [...]} instead of sentences.
    """
    if not promise and not (at and line):
        raise InputError("nothing was asked", remedy="give --at and --line, or --promise")
    config = startup.ready()
    with database.running(config):
        startup.django()
        from django.utils.translation import override

        from talteen.desk.reception import reasons
        from talteen.oversight import why as asked

        found = (
            (asked.of_promise(promise),) if promise else asked.why(_instant(at), line, agent=agent)
        )
        with override(language):
            told = [{"sentence": reasons.sentence(one), **reasons.evidence(one)} for one in found]
    if json:
        print(jsons.dumps({"answers": told}, ensure_ascii=False))
        return
    for one in told:
        print(one.pop("sentence"))
        print(*(f"  {name}: {value}" for name, value in one.items() if value), sep="\n")


def _instant(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InputError("--at is no time", remedy="write it as 2026-11-16T12:03") from None
    return at if at.tzinfo else at.replace(tzinfo=HELSINKI)


def _mapping(path: Path) -> "Table":
    from talteen.oversight.records import mapping

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"{path.name} cannot be read",
            remedy="write the mapping file (docs/formats/call-records.md) or name it by --mapping",
        ) from None
    return mapping.read(text)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read ({error.strerror})", remedy="give the path of a file"
        ) from None


@dataclass(frozen=True, slots=True)
class Told:
    """What a file gave."""

    path: Path
    handed: "Handed"
    days: "list[Balanced]"
    calls: "Mapping[date, list[Accounted]]"
    """Every call, where all of them are to be printed."""


def _balance(config: Config, path: Path, file: IO[bytes], mapping: "Table", *, calls: bool) -> Told:
    from talteen import wiring
    from talteen.oversight import acts, alarms, handing

    house = wiring.house(config)
    now = house.now()
    every: defaultdict[date, list[Accounted]] = defaultdict(list)

    def keep(day: date, call: "Accounted") -> None:
        if calls:
            every[day].append(call)

    pieces = iter(partial(file.read, _PIECE), b"")
    with closing(handing.read(pieces, mapping, config.paths.run)) as handed:
        made = acts.balance(handed, mapping, now, keep)
    alarms.sound(house.register, now)
    for bad in handed.unreadable:
        # Name and row, never what stands there.
        print(f"{path.name}:{bad.row}: {bad.column} cannot be read", file=sys.stderr)
    return Told(path, handed, made, every)


def _print(told: Told) -> None:
    console = Console(highlight=False)
    for one in told.days:
        balance = one.balance
        counts = ", ".join(f"{verdict.value} {n}" for verdict, n in _counts(one))
        console.print(f"{told.path.name} ({told.handed.shape}) {one.day}: {counts}", markup=False)
        console.print(f"  recorded whole {balance.whole} of {balance.due}", markup=False)
        if balance.unseen_begins:
            console.print(
                f"  this export cannot show whether {balance.unseen_begins} of them began late",
                markup=False,
            )
        for call in balance.lost:
            console.print(f"  lost: {_when(call)} {call.line or ''} key {call.key}", markup=False)
        for name, found in (("orphan", balance.orphans), ("unlawful", _unlawful(one))):
            for recording in found:
                console.print(f"  {name} recording: {recording}", markup=False)
        if balance.refusals and not balance.refusals.agrees:
            refusals = balance.refusals
            console.print(
                f"  refusals: {refusals.by_records} in the file, "
                f"{refusals.by_register} counted here",
                markup=False,
            )


def _counts(one: "Balanced") -> "list[tuple[Any, int]]":
    return sorted(one.balance.counts.items(), key=lambda pair: str(pair[0].value))


def _unlawful(one: "Balanced") -> list[str]:
    return [recording for call in one.balance.unlawful for recording in call.recordings]


def _when(call: "Accounted") -> str:
    return f"{call.began_at.astimezone(HELSINKI):%H:%M:%S}"


def _as_json(told: Told) -> dict[str, Any]:
    unreadable = told.handed.unreadable
    return {
        "file": told.path.name,
        "shape": told.handed.shape,
        "days": [_day_json(one, told.calls.get(one.day, [])) for one in told.days],
        "unreadable": [{"row": bad.row, "column": bad.column} for bad in unreadable],
    }


def _day_json(one: "Balanced", calls: "list[Accounted]") -> dict[str, Any]:
    balance = one.balance
    refusals = balance.refusals
    return {
        "day": one.day.isoformat(),
        "calls": balance.counts.total(),
        "totals": {verdict.value: n for verdict, n in _counts(one)},
        "recorded_share": f"{balance.whole}/{balance.due}",
        "unseen_begins": balance.unseen_begins,
        "orphan_recordings": list(balance.orphans),
        "unlawful_recordings": _unlawful(one),
        "refusals": refusals
        and {"by_records": refusals.by_records, "by_register": refusals.by_register},
        "balance": [
            _call_json(call) for call in sorted(calls, key=lambda one: (one.began_at, one.key))
        ],
    }


def _call_json(call: "Accounted") -> dict[str, Any]:
    return {
        "key": call.key,
        "start": f"{call.began_at:%Y-%m-%dT%H:%M:%SZ}",
        "line": call.line,
        "verdict": call.verdict.value,
        "reason": call.why.value if call.why else None,
        "recordings": list(call.recordings),
        "missing": [
            {
                "from": f"{gap.begins_at:%Y-%m-%dT%H:%M:%SZ}",
                "to": f"{gap.ends_at:%Y-%m-%dT%H:%M:%SZ}",
                "seconds": int(gap.seconds),
            }
            for gap in call.missing
        ],
    }

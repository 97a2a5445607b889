"""3CX: the call data file, 27 fields, no header, UTC. Pure.

Fields as listed at https://www.3cx.com/docs/cdr-call-data-records/ ; the chain at the end names
everybody whom the call reached, but not when.
"""

import re

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "historyid callid duration time-start time-answered time-end reason-terminated from-no to-no"
    " from-dn to-dn dial-no reason-changed final-number final-dn bill-code bill-rate bill-cost"
    " bill-name chain from-type to-type final-type from-dispname to-dispname final-dispname"
    " missed-queue-calls"
).split()
WRITTEN_AS = "%Y/%m/%d %H:%M:%S"


def _row(row: Row, mapping: Mapping) -> Leg:
    began_at = row.some("time-start", row.instant("time-start", WRITTEN_AS))
    ended_at = row.some("time-end", row.instant("time-end", WRITTEN_AS))
    answered_at = row.instant("time-answered", WRITTEN_AS)
    caller = mapping.agent(_number(row.text("from-no")))
    final = _number(row.text("final-number") or row.text("to-no"))
    direction = _direction(caller, final, mapping)
    ending = _ending(row, mapping, answered=answered_at is not None)
    agents = _agents(row, mapping)
    row.stretch("time-end", began_at, ended_at)
    talks: tuple[Talk, ...] = ()
    if ending is Ending.CONVERSATION and answered_at is not None:
        span = row.stretch("time-answered", answered_at, ended_at)
        talks = (Talk(span, agents[0] if agents else None, begin_told=True),)
    dialled = mapping.e164(row.text("dial-no"))
    outside = dialled if direction is Direction.OUT else mapping.e164(row.text("from-no"))
    return Leg(
        key=row.needed("historyid").removeprefix("Call "),
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=None if direction is Direction.INTERNAL else outside,
        line=mapping.line(dialled),
        dialled=dialled,
        queue=next((part for part in _chain(row) if mapping.is_machine(part)), None),
        extensions=agents,
        talks=talks,
    )


def _number(party: str) -> str:
    return party.removeprefix("Ext.").removeprefix("VMail.")


def _chain(row: Row) -> list[str]:
    parts = row.text("chain").removeprefix("Chain:").split(";")
    return [_number(part.strip()) for part in parts if part.strip()]


def _direction(caller: str | None, final: str, mapping: Mapping) -> Direction:
    if caller is None:
        return Direction.IN
    return Direction.INTERNAL if mapping.is_own(final) else Direction.OUT


def _ending(row: Row, mapping: Mapping, *, answered: bool) -> Ending:
    final = row.text("final-number") or row.text("to-no")
    if final.startswith("VMail.") or row.text("final-type") == "VoiceMail":
        return Ending.VOICEMAIL
    if not answered or mapping.is_machine(_number(final)):
        return Ending.NO_CONVERSATION
    return Ending.CONVERSATION


def _agents(row: Row, mapping: Mapping) -> tuple[str, ...]:
    """Extensions of people, in the order in which the call reached them."""
    parties = [_number(row.text("from-no")), *_chain(row), _number(row.text("final-number"))]
    return tuple(dict.fromkeys(p for p in parties if mapping.agent(p) is not None))


THREECX = Shape(
    name="3cx-cdr",
    looks=lambda line: bool(re.match(r"Call \d+,", line)),
    legs=each_row(_row),
    key=lambda row: row.text("historyid"),
    columns=tuple(COLUMNS),
    header=False,
    seams_told=False,
    tells_refusals=False,
)

"""Cisco Unified Communications Manager: CDR files, a row of names, a row of types, epoch seconds.
Pure.

Call Detail Records Administration Guide, "CDR field descriptions". A transfer writes two rows with
one globalCallID; its consultation has an id of its own.
"""

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "cdrRecordType globalCallID_callManagerId globalCallID_callId dateTimeOrigination"
    " callingPartyNumber originalCalledPartyNumber finalCalledPartyNumber dateTimeConnect"
    " dateTimeDisconnect"
).split()
_TYPES = "INTEGER"
"""What stands here in the second row, which names the types of the columns."""
_CMR = "2"
"""A management record: the quality of a call that has its own row."""


def _row(row: Row, mapping: Mapping) -> Leg | None:
    if row.needed("cdrRecordType") in (_TYPES, _CMR):
        return None
    began_at = row.some("dateTimeOrigination", row.epoch("dateTimeOrigination"))
    ended_at = row.some("dateTimeDisconnect", row.epoch("dateTimeDisconnect"))
    connected_at = row.epoch("dateTimeConnect")
    row.stretch("dateTimeDisconnect", began_at, ended_at)
    caller = mapping.agent(row.text("callingPartyNumber"))
    final = row.text("finalCalledPartyNumber")
    direction = _direction(caller, final, mapping)
    ending = _ending(final, mapping, connected=connected_at is not None)
    agent = caller if direction is Direction.OUT else mapping.agent(final)
    dialled = mapping.e164(row.text("originalCalledPartyNumber"))
    talks: tuple[Talk, ...] = ()
    if ending is Ending.CONVERSATION and connected_at is not None:
        span = row.stretch("dateTimeConnect", connected_at, ended_at)
        talks = (Talk(span, agent, begin_told=True),)
    outside = final if direction is Direction.OUT else row.text("callingPartyNumber")
    return Leg(
        key=f"{row.needed('globalCallID_callManagerId')}/{row.needed('globalCallID_callId')}",
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=None if direction is Direction.INTERNAL else mapping.e164(outside),
        line=mapping.line(dialled),
        dialled=dialled,
        extensions=tuple(filter(None, (caller, mapping.agent(final)))),
        talks=talks,
    )


def _direction(caller: str | None, final: str, mapping: Mapping) -> Direction:
    if caller is None:
        return Direction.IN
    return Direction.INTERNAL if mapping.is_own(final) else Direction.OUT


def _ending(final: str, mapping: Mapping, *, connected: bool) -> Ending:
    if mapping.is_voicemail(final):
        return Ending.VOICEMAIL
    if not connected or mapping.is_machine(final):
        return Ending.NO_CONVERSATION
    return Ending.CONVERSATION


CUCM = Shape(
    name="cucm-cdr",
    looks=lambda line: "cdrRecordType" in line,
    legs=each_row(_row),
    key=lambda row: f"{row.text('globalCallID_callManagerId')}/{row.text('globalCallID_callId')}",
    columns=tuple(COLUMNS),
    header=True,
    tells_refusals=False,
)

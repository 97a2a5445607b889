"""Asterisk: ``cdr_csv`` (Master.csv), and the ``cdr`` table of FreePBX. Pure.

https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/ . One row a bridge: a
transfer adds rows. The exchange answers an incoming call itself, to play the announcement, so
``answer`` of a queue's row is when the call came in and tells nothing of the agent.
"""

import re
from datetime import datetime

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end"
    " duration billsec disposition amaflags uniqueid userfield"
).split()
FREEPBX = (
    "calldate src dst channel dstchannel lastapp lastdata duration billsec disposition uniqueid"
).split()
WRITTEN_AS = "%Y-%m-%d %H:%M:%S"
_PLAYS = frozenset({"playback", "background", "read", "controlplayback"})


def peer(channel: str) -> str:
    """The endpoint of a channel: ``7105`` of ``PJSIP/7105-000003f0``."""
    return channel.partition("/")[2].rpartition("-")[0] or channel.partition("/")[2]


def _row(row: Row, mapping: Mapping) -> Leg:
    began_at = row.some("start", row.instant("start", WRITTEN_AS, local=True))
    ended_at = row.some("end", row.instant("end", WRITTEN_AS, local=True))
    answered_at = row.instant("answer", WRITTEN_AS, local=True)
    return _leg(row, mapping, row.needed("uniqueid"), (began_at, answered_at, ended_at))


def _freepbx_row(row: Row, mapping: Mapping) -> Leg:
    # The table keeps no answer and no end: only how long it all took, and how long it was billed.
    began_at = row.some("calldate", row.instant("calldate", WRITTEN_AS, local=True))
    ended_at = began_at + row.length("duration")
    answered_at = ended_at - row.length("billsec") if row.whole("billsec") else None
    key = row.text("linkedid") or row.needed("uniqueid")
    return _leg(row, mapping, key, (began_at, answered_at, ended_at))


def _leg(
    row: Row, mapping: Mapping, key: str, times: tuple[datetime, datetime | None, datetime]
) -> Leg:
    began_at, answered_at, ended_at = times
    row.stretch("end", began_at, ended_at)
    caller, called = _own(row, mapping)
    direction = _direction(caller, called)
    queue = row.text("lastdata").split(",")[0] if _app(row) == "queue" else None
    ending = _ending(row, mapping)
    shown = mapping.e164(row.text("outbound_cnum" if direction is Direction.OUT else "did"))
    talks: tuple[Talk, ...] = ()
    if ending is Ending.CONVERSATION and answered_at is not None:
        agent = caller if direction is Direction.OUT else called
        span = row.stretch("answer", answered_at, ended_at)
        talks = (Talk(span, agent, begin_told=answered_at > began_at),)
    return Leg(
        key=key,
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=mapping.e164(row.text("dst" if direction is Direction.OUT else "src")),
        line=mapping.line(shown) or mapping.line_of_queue(queue),
        dialled=shown,
        queue=queue,
        extensions=tuple(filter(None, (caller, called))),
        talks=talks,
    )


def _own(row: Row, mapping: Mapping) -> tuple[str | None, str | None]:
    """The extension that calls and the extension that is called, where they are of the house."""
    called = peer(row.text("dstchannel"))
    if not called:
        called = row.text("dst")
    caller = peer(row.text("channel"))
    return mapping.agent(caller), mapping.agent(called)


def _direction(caller: str | None, called: str | None) -> Direction:
    if caller is None:
        return Direction.IN
    return Direction.OUT if called is None else Direction.INTERNAL


def _ending(row: Row, mapping: Mapping) -> Ending:
    app, sound = _app(row), row.text("lastdata").split(",")[0]
    if row.needed("disposition") != "ANSWERED":
        return Ending.NO_CONVERSATION
    if app.startswith("voicemail") or mapping.is_voicemail(row.text("dst")):
        return Ending.VOICEMAIL
    if app in _PLAYS and mapping.is_refusal(sound):
        return Ending.REFUSED
    if app in _PLAYS and mapping.is_announcement(sound):
        return Ending.IN_ANNOUNCEMENT
    return Ending.CONVERSATION if row.text("dstchannel") else Ending.NO_CONVERSATION


def _app(row: Row) -> str:
    return row.text("lastapp").lower()


CDR = Shape(
    name="asterisk-cdr",
    looks=lambda line: bool(re.match(r'("[^"]*(""[^"]*)*",){9}"\d{4}-\d\d-\d\d ', line)),
    legs=each_row(_row),
    key=lambda row: row.text("uniqueid"),
    columns=tuple(COLUMNS),
    header=False,
)
FREEPBX_CDR = Shape(
    name="freepbx-cdr",
    looks=lambda line: "calldate" in line and "uniqueid" in line,
    legs=each_row(_freepbx_row),
    key=lambda row: row.text("linkedid") or row.text("uniqueid"),
    columns=tuple(FREEPBX),
    header=True,
)

"""AudioCodes Mediant: ``CALL_END`` records in syslog, bars between fields, a title line, a row a
leg. Pure.

Mediant SBC user's manual, "CDR fields for SBC signaling". A session border controller stands
before the exchange: it sees no internal call and no agent of an incoming one, and the exchange
answers at once to play the announcement. It does tell the SIP Call-ID of both legs.
"""

import re
from datetime import UTC, datetime

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row, Unfit, bars
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "SBCReportType SIPCallId SessionId SrcURI DstURI SetupTime ConnectTime ReleaseTime".split()
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_TIME = re.compile(r"(\d\d:\d\d:\d\d\.\d{3})  ?UTC [A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d{4})")


def _row(row: Row, mapping: Mapping) -> Leg | None:
    if row.needed("SBCReportType") != "CALL_END":
        return None  # Starts and connects repeat what the end says; titles come again and again.
    began_at = row.some("SetupTime", _instant(row, "SetupTime"))
    ended_at = row.some("ReleaseTime", _instant(row, "ReleaseTime"))
    connected_at = _instant(row, "ConnectTime")
    row.stretch("ReleaseTime", began_at, ended_at)
    source, destination = (_user(row.text(name)) for name in ("SrcURI", "DstURI"))
    caller, called = mapping.agent(source), mapping.agent(destination)
    direction = _direction(caller, called)
    told = connected_at is not None and (direction is not Direction.IN or connected_at > began_at)
    ending = _ending(told=told, connected=connected_at is not None)
    talks: tuple[Talk, ...] = ()
    if connected_at is not None:
        span = row.stretch("ConnectTime", connected_at, ended_at)
        talks = (Talk(span, caller or called, begin_told=told),)
    shown = destination if direction is Direction.IN else source
    outside = destination if direction is Direction.OUT else source
    return Leg(
        key=row.needed("SessionId"),
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=None if direction is Direction.INTERNAL else mapping.e164(outside),
        line=mapping.line(mapping.e164(shown)),
        dialled=mapping.e164(shown),
        extensions=tuple(filter(None, (caller, called))),
        talks=talks,
        call_ids=frozenset({row.needed("SIPCallId")}),
    )


def _direction(caller: str | None, called: str | None) -> Direction:
    if caller is None:
        return Direction.IN
    return Direction.OUT if called is None else Direction.INTERNAL


def _ending(*, told: bool, connected: bool) -> Ending:
    if not connected:
        return Ending.NO_CONVERSATION
    return Ending.CONVERSATION if told else Ending.UNTOLD


def _user(uri: str) -> str:
    return uri.removeprefix("sip:").partition("@")[0]


def _instant(row: Row, name: str) -> datetime | None:
    """``06:01:21.000 UTC Mon Nov 16 2026``, without ``strptime``: its months depend on a locale."""
    written = row.text(name)
    if not written:
        return None
    match = _TIME.fullmatch(written)
    if match is None or match[2] not in _MONTHS:
        raise Unfit(name)
    month = _MONTHS.index(match[2]) + 1
    try:
        iso = f"{match[4]}-{month:02}-{int(match[3]):02}T{match[1]}"
        return datetime.fromisoformat(iso).replace(tzinfo=UTC)
    except ValueError:
        raise Unfit(name) from None


AUDIOCODES = Shape(
    name="audiocodes-cdr",
    looks=lambda line: "|SBCReportType" in line,
    legs=each_row(_row),
    key=lambda row: row.text("SessionId"),
    columns=tuple(COLUMNS),
    header=True,
    split=bars,
    seams_told=False,
    tells_refusals=False,
)

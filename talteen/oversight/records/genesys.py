"""Genesys Cloud: the export of the interactions view, CSV with names, UTC, lengths in ms. Pure.

Columns are from knowledge of the export and differ by view: ``columns`` of the mapping file
renames them. ``Recording`` says what the policy wanted, which is no proof that there is one.
"""

from datetime import timedelta

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "Conversation ID,Media Type,Users,Date,End Date,Direction,ANI,DNIS,Queue,IVR Time,Queue Time,"
    "Alert Time,Talk Time,Wrap-up"
).split(",")
WRITTEN_AS = "%Y-%m-%dT%H:%M:%S.%fZ"
_DIRECTIONS = {
    "Inbound": Direction.IN,
    "Outbound": Direction.OUT,
    "Internal": Direction.INTERNAL,
}


def _row(row: Row, mapping: Mapping) -> Leg | None:
    if row.needed("Media Type") != "Voice":
        return None
    began_at = row.some("Date", row.instant("Date", WRITTEN_AS))
    ended_at = row.some("End Date", row.instant("End Date", WRITTEN_AS))
    row.stretch("End Date", began_at, ended_at)
    direction = row.some("Direction", _DIRECTIONS.get(row.text("Direction")))
    ani, dnis = _user(row.text("ANI")), _user(row.text("DNIS"))
    agents = _agents(row, mapping, ani, dnis)
    ending = _ending(row, mapping, direction, whole=ended_at - began_at)
    talks: tuple[Talk, ...] = ()
    if ending is Ending.CONVERSATION:
        span = row.stretch("Alert Time", began_at + _waited(row), ended_at)
        talks = (Talk(span, agents[0] if agents else None, begin_told=True),)
    outside = dnis if direction is Direction.OUT else ani
    return Leg(
        key=row.needed("Conversation ID"),
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=None if direction is Direction.INTERNAL else mapping.e164(outside),
        line=mapping.line(mapping.e164(dnis)) or mapping.line_of_queue(row.text("Queue")),
        dialled=mapping.e164(dnis),
        queue=row.text("Queue") or None,
        extensions=agents,
        talks=talks,
    )


def _user(uri: str) -> str:
    return uri.removeprefix("tel:").removeprefix("sip:").partition("@")[0]


def _waited(row: Row) -> timedelta:
    names = ("IVR Time", "Queue Time", "Alert Time")
    return sum((row.length_ms(name) for name in names), timedelta())


def _ending(row: Row, mapping: Mapping, direction: Direction, *, whole: timedelta) -> Ending:
    talked = row.whole("Talk Time") > 0
    if row.text("Users") and talked:
        return Ending.CONVERSATION
    if mapping.is_refusal(row.text("Wrap-up")):
        return Ending.REFUSED
    if talked:
        return Ending.VOICEMAIL  # Somebody was spoken to, and it was none of the users.
    if direction is Direction.IN and row.length_ms("IVR Time") >= whole:
        return Ending.IN_ANNOUNCEMENT  # All of it passed in the menu that plays the announcement.
    return Ending.NO_CONVERSATION


def _agents(row: Row, mapping: Mapping, ani: str, dnis: str) -> tuple[str, ...]:
    """Extensions, in the order in which the export names the people."""
    named = [mapping.named(name.strip()) for name in row.text("Users").split(";")]
    found = [*named, mapping.agent(ani), mapping.agent(dnis)]
    return tuple(dict.fromkeys(extension for extension in found if extension is not None))


GENESYS = Shape(
    name="genesys-interactions",
    looks=lambda line: "Conversation ID" in line,
    legs=each_row(_row),
    key=lambda row: row.text("Conversation ID"),
    columns=tuple(COLUMNS),
    header=True,
    seams_told=False,
    tells_refusals=True,
)

"""The calls that run now, as the capture node of this machine tells them, and who may see which.

Times, lines, staff codes and states only; nothing here knows of a caller. Who sees what is REGISTER
D: an agent their own call, a team leader the calls of their own team by name, the operator and the
data protection officer every call by code. Nobody listens in: there is no sound to be had here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from talteen.errors import InputError, Missing, Unavailable
from talteen.ids import RecordingId, parse
from talteen.life.capture.console import Client, State, Stretch
from talteen.life.capture.facts import Direction
from talteen.life.capture.node_files import Folder
from talteen.life.use.listed import line_name
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName
from talteen.notice.purposes import Role
from talteen.register.models import AnnouncementVersion, Line, Staff

WATCHERS = frozenset({Role.TEAM_LEADER, Role.ADMIN, Role.DPO})
"""Roles that see the calls in progress."""


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of a call's course; both ends aware."""

    stretch: Stretch
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MissingVoice:
    """One side of which nothing comes although it should (capture checklist 32)."""

    side: str
    """``caller``, ``agent`` or ``unknown``."""
    since: datetime
    """When its last packet came, to the second; the call's start where none ever did."""


@dataclass(frozen=True, slots=True)
class Underway:
    """One call that runs."""

    call: RecordingId
    state: State
    reason: str
    """Why it is paused, or not recorded; empty where the state says it all."""
    since: datetime
    """Since when it is in this state."""
    started: datetime
    until: datetime | None
    """When the pause ends by itself."""
    line: str
    agents: tuple[str, ...]
    outbound: bool
    """One of ours called."""
    threat: bool
    lane: tuple[Span, ...]
    jitter_ms: float | None = None
    """How unevenly packets come, of the stream where it is worst; None where nobody measures it."""
    missing: tuple[MissingVoice, ...] = ()

    @property
    def shown(self) -> str:
        """The state by which words and icon are chosen: of some pauses it is the reason."""
        if self.state is State.PAUSED and self.reason in ("unannounced", "consult"):
            return self.reason
        return self.state.value


@dataclass(frozen=True, slots=True)
class Ear:
    """One process that hears media."""

    number: int
    calls: int
    room: bool
    packets: int
    dropped: int
    """Packets that the kernel had no room for."""
    behind_ms: int


@dataclass(frozen=True, slots=True)
class NodeShown:
    """The capture node as it tells of itself."""

    at: datetime
    troubles: tuple[str, ...]
    ports_free: int
    packets: int
    dropped: int
    ears: tuple[Ear, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the node answered: itself, and its calls, oldest first."""

    node: NodeShown
    calls: tuple[Underway, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A running call with the names that its reader may see."""

    call: Underway
    line: LineName | None
    """None where the register knows no such line: its slug is all there is."""
    people: tuple[str, ...]
    """Names for a team leader, staff codes for others."""


def ask(folder: Folder, timeout_s: float = 1.0) -> Told:
    """Ask the node that runs here. Unavailable where none answers."""
    with Client(folder.path, timeout_s) as client:
        return read(client.calls())


def read(answer: Mapping[str, Any]) -> Told:
    """The node's answer as values. Unavailable where it is written otherwise."""
    try:
        calls = sorted(map(_call, answer["calls"]), key=lambda one: one.started)
        return Told(_node(answer["node"]), tuple(calls))
    except (InputError, KeyError, TypeError, ValueError):
        raise Unavailable(
            "the node speaks another version", remedy="run one version of Talteen on this machine"
        ) from None


def script_of(language: str, on: date) -> AnnouncementVersion:
    """What is read aloud before an outbound call of the Helsinki day ``on`` is recorded (6.4).

    InputError where none is in force in ``language``."""
    rows = AnnouncementVersion.objects.filter(direction=Direction.OUTBOUND.value)
    found = rows.filter(language=language, valid_from__lte=on).order_by("-valid_from").first()
    if found is None:
        raise InputError("no such script is in force", remedy="read one that is")
    return found


def own(told: Told, reader: Reader) -> tuple[Underway, ...]:
    """The running calls of an agent: their own, and nobody else's."""
    if Role(reader.role) is not Role.AGENT:
        return ()
    return tuple(one for one in told.calls if reader.code in one.agents)


def own_call(told: Told, reader: Reader, call: RecordingId) -> Underway:
    """The running call of this id, if it is the agent's own.

    Missing for another's as for one that is none: nobody learns from the answer which it is.
    """
    found = [one for one in own(told, reader) if one.call == call]
    if not found:
        raise Missing("this is not your call", remedy="look at the calls that you have now")
    return found[0]


def seen(told: Told, reader: Reader) -> tuple[Named, ...]:
    """The calls that ``reader`` may see, with the names that they may see."""
    role = Role(reader.role)
    if role not in WATCHERS:
        return ()
    lines = {one.slug: line_name(one) for one in Line.objects.all()}
    if role is not Role.TEAM_LEADER:
        return tuple(Named(one, lines.get(one.line), one.agents) for one in told.calls)
    team = _team_of(reader)
    return tuple(
        Named(one, lines.get(one.line), tuple(team[code] for code in one.agents if code in team))
        for one in told.calls
        if any(code in team for code in one.agents)
    )


def _team_of(leader: Reader) -> dict[str, str]:
    """Name by staff code; no team is a team of nobody."""
    if not leader.team:
        return {}
    team = Staff.objects.filter(team=leader.team, role=Role.AGENT.value)
    return dict(team.values_list("code", "name"))


def _call(told: Mapping[str, Any]) -> Underway:
    return Underway(
        call=RecordingId(parse(told["recording"])),
        state=State(told["state"]),
        reason=str(told["reason"]),
        since=_at(told["since"]),
        started=_at(told["started"]),
        until=_at(told["until"]) if told["until"] else None,
        line=str(told["line"]),
        agents=tuple(map(str, told["agents"])),
        outbound=told["direction"] == Direction.OUTBOUND.value,
        threat=bool(told["threat"]),
        lane=tuple(_spans(told["lane"])),
        jitter_ms=max(
            (one for one in map(_jitter, told["streams"]) if one is not None), default=None
        ),
        missing=tuple(
            MissingVoice(str(one["side"] or "unknown"), _at(one["last"] or told["started"]))
            for one in told["streams"]
            if one["silent"]
        ),
    )


def _jitter(stream: Mapping[str, Any]) -> float | None:
    told = stream["jitter_ms"]
    return None if told is None else float(told)


def _spans(told: Iterable[Mapping[str, Any]]) -> Iterable[Span]:
    for one in told:
        yield Span(Stretch(one["stretch"]), _at(one["from"]), _at(one["until"]))


def _node(told: Mapping[str, Any]) -> NodeShown:
    return NodeShown(
        at=_at(told["at"]),
        troubles=tuple(map(str, told["troubles"])),
        ports_free=int(told["ports_free"]),
        packets=int(told["packets"]),
        dropped=int(told["dropped"]),
        ears=tuple(
            Ear(
                number=int(one["ear"]) + 1,
                calls=int(one["calls"]),
                room=bool(one["room"]),
                packets=int(one["packets"]),
                dropped=int(one["dropped"]),
                behind_ms=int(one["behind_ms"]),
            )
            for one in told["ears"]
        ),
    )


def _at(written: Any) -> datetime:
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at

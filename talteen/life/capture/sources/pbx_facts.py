"""From what a name says to the facts of a call: through the operator's table, ``[watch]``.

The table says which numbers are the house's own, whose extension is whose, and where a prompt
always plays to its end. It is the operator's word; the rules hold it against the prompt's own
length like any other evidence (J8). Errors never repeat a number.
"""

from talteen.config import WatchedLine, WatchSection
from talteen.errors import InputError
from talteen.life.capture.facts import Direction, Happening
from talteen.life.capture.sidecar import (
    Evidence,
    Numbers,
    PlayedEvidence,
    Side,
    Sidecar,
    Source,
    SourceKind,
    TimedEvent,
)
from talteen.life.capture.sources.pbx_names import Named, Way

_LEAST_DIGITS, _MOST_DIGITS = 2, 15  # of a number that a sidecar may hold (E.164)


def facts(named: Named, table: WatchSection) -> Sidecar:
    """The facts of the call that ``named`` tells of.

    Raises InputError where the table does not say whose line or whose extension it is.
    """
    direction, internal = _direction(named, table)
    outbound = direction is Direction.OUTBOUND
    other = named.to_number if outbound else named.from_number
    line = _line(named, table, outbound=outbound)
    return Sidecar(
        format=1,
        started_at=named.started_at,
        direction=direction,
        line=line.line,
        agents=(_agent(named, table, outbound=outbound),),
        language=line.language,
        source=Source(SourceKind(line.source.value)),
        numbers=Numbers(_caller(other)),
        call=named.call,
        channels=_channels(direction),
        announcements=_evidence(line),
        # Colleagues among themselves: nobody on the line is a caller of the house (6.6).
        events=(TimedEvent(Happening.PRIVATE, 0),) if internal else (),
    )


def side(named: Named, table: WatchSection) -> Side | None:
    """Whose voice the file holds; None for both. Raises InputError like ``facts``.

    The channel that is recorded is the one that the call came in on: the caller's, and on a call
    that the house made, the agent's.
    """
    if named.way is None:
        return None
    first, second = _channels(_direction(named, table)[0])
    return first if named.way is Way.FROM_CHANNEL else second


def _channels(direction: Direction) -> tuple[Side, Side]:
    """Left: from the recorded channel; right: to it (MixMonitor's option ``D``)."""
    if direction is Direction.OUTBOUND:
        return Side.AGENT, Side.CALLER
    return Side.CALLER, Side.AGENT


def _direction(named: Named, table: WatchSection) -> tuple[Direction, bool]:
    """Who called whom, and whether both are of the house."""
    ours = {line.number for line in table.lines} | {agent.number for agent in table.agents}
    calls, called = named.from_number in ours, named.to_number in ours
    if named.extension:
        calls = calls or named.extension == named.from_number
        called = called or named.extension == named.to_number
    if calls and called:
        return named.direction or Direction.INBOUND, True
    if named.direction is not None:
        return named.direction, False
    if calls or called:
        return (Direction.OUTBOUND if calls else Direction.INBOUND), False
    raise InputError(
        "neither number in its name is the house's own",
        remedy="name the queue or the extension in watch.lines or watch.agents",
    )


def _own(named: Named, *, outbound: bool) -> list[str]:
    """The house's own numbers in the name, the one that says most first."""
    other_end = named.from_number if outbound else named.to_number
    return [number for number in (named.extension, other_end) if number]


def _line(named: Named, table: WatchSection, *, outbound: bool) -> WatchedLine:
    known = {line.number: line for line in table.lines}
    for number in reversed(_own(named, outbound=outbound)):
        if number in known:
            return known[number]
    if "*" in known:
        return known["*"]
    raise InputError(
        "its queue or extension has no line", remedy='name it in watch.lines, or a line for "*"'
    )


def _agent(named: Named, table: WatchSection, *, outbound: bool) -> str:
    known = {agent.number: agent.code for agent in table.agents}
    for number in _own(named, outbound=outbound):
        if number in known:
            return known[number]
    raise InputError(
        "nobody is named for its queue or extension",
        remedy="name the staff code in watch.agents",
    )


def _evidence(line: WatchedLine) -> tuple[Evidence, ...]:
    if not line.announcement or not line.played_ms:
        return ()
    began_ms = line.ended_ms - line.played_ms
    return (
        PlayedEvidence("system", line.announcement, line.language, began_ms, line.ended_ms, None),
    )


def _caller(number: str) -> str | None:
    digits = len(number.removeprefix("+"))
    return number if _LEAST_DIGITS <= digits <= _MOST_DIGITS else None

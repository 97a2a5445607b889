"""Asterisk Channel Event Logging by ``cel_custom``: a row an event, a call by its ``linkedid``.
Pure.

https://docs.asterisk.org/Configuration/Reporting/Channel-Event-Logging-CEL/ . It tells what the
other Asterisk exports cannot: when the agent came into the bridge, and whether the announcement
was heard to its end.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from talteen.oversight.records.asterisk import peer
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row, Unfit
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Stretch, Talk, Unreadable

COLUMNS = (
    "eventtype eventtime cidname cidnum ani rdnis dnid exten context channame appname appdata"
    " amaflags accountcode uniqueid linkedid peer userdeftype eventextra"
).split()
_LEAVES = frozenset({"BRIDGE_EXIT", "HANGUP", "CHAN_END"})
_TRANSFERS = frozenset({"BLINDTRANSFER", "ATTENDEDTRANSFER"})


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    row: int
    kind: str
    unique: str = field(repr=False)
    channel: str = field(repr=False)
    app: str
    data: str = field(repr=False)
    cidnum: str = field(repr=False)
    exten: str = field(repr=False)
    dnid: str = field(repr=False)
    extra: str = field(repr=False)


def _legs(rows: Iterable[Row], mapping: Mapping) -> tuple[list[Leg], list[Unreadable]]:
    calls: defaultdict[str, list[_Event]] = defaultdict(list)
    unreadable: list[Unreadable] = []
    for row in rows:
        try:
            calls[row.needed("linkedid")].append(_event(row))
        except Unfit as unfit:
            unreadable.append(Unreadable(row.number, unfit.column))
    legs = [_leg(key, sorted(events, key=_order), mapping) for key, events in calls.items()]
    return legs, unreadable


def _event(row: Row) -> _Event:
    return _Event(
        at=row.some("eventtime", row.epoch("eventtime")),
        row=row.number,
        kind=row.needed("eventtype"),
        unique=row.text("uniqueid"),
        channel=row.text("channame"),
        app=row.text("appname").lower(),
        data=row.text("appdata").split(",")[0],
        cidnum=row.text("cidnum"),
        exten=row.text("exten"),
        dnid=row.text("dnid"),
        extra=row.text("eventextra"),
    )


def _order(event: _Event) -> tuple[datetime, bool, str, str]:
    # The exchange writes whole seconds: within one, a channel begins before anything happens on it.
    return event.at, event.kind != "CHAN_START", event.kind, event.channel


def _leg(key: str, events: Sequence[_Event], mapping: Mapping) -> Leg:
    # The linked id of a call is the unique id of its first channel.
    first = next((e for e in events if e.unique == key), events[0])
    direction = _direction(first, events, mapping)
    talks = _talks(first.channel, direction, events, mapping)
    queue = next((e.data for e in events if e.app == "queue"), None)
    outside = first.exten if direction is Direction.OUT else first.cidnum
    return Leg(
        key=key,
        began_at=events[0].at,
        ended_at=events[-1].at,
        direction=direction,
        ending=Ending.CONVERSATION if talks else _unheard(events, mapping),
        outside=None if direction is Direction.INTERNAL else mapping.e164(outside),
        dialled=mapping.e164(first.dnid),
        line=mapping.line(mapping.e164(first.dnid)) or mapping.line_of_queue(queue),
        queue=queue,
        extensions=_extensions(events, talks, mapping),
        talks=tuple(talks),
    )


def _direction(first: _Event, events: Sequence[_Event], mapping: Mapping) -> Direction:
    if mapping.agent(peer(first.channel)) is None:
        return Direction.IN
    trunk = any(mapping.agent(peer(e.channel)) is None for e in events if e.channel)
    return Direction.OUT if trunk or not mapping.is_own(first.exten) else Direction.INTERNAL


def _talks(
    first: str, direction: Direction, events: Sequence[_Event], mapping: Mapping
) -> list[Talk]:
    """One for each time that another channel was in a bridge with the first one."""
    talks = []
    for event in events:
        if event.kind != "BRIDGE_ENTER" or event.channel == first:
            continue
        agent = peer(first if direction is Direction.OUT else event.channel)
        left_at = _left(event, events)
        talks.append(Talk(Stretch(event.at, left_at), mapping.agent(agent), begin_told=True))
    return talks + _handed_on(talks, events, mapping)


def _left(entered: _Event, events: Sequence[_Event]) -> datetime:
    leaves = (
        e.at
        for e in events
        if e.kind in _LEAVES and e.channel == entered.channel and e.at >= entered.at
    )
    return next(leaves, events[-1].at)


def _handed_on(talks: list[Talk], events: Sequence[_Event], mapping: Mapping) -> list[Talk]:
    """Transfers to an extension whose own channel the log does not show."""
    heard = {talk.agent for talk in talks}
    found = []
    for event in events:
        if event.kind not in _TRANSFERS:
            continue
        for extension in re.findall(r'(?<=["/])[0-9]+(?=["-])', event.extra):
            agent = mapping.agent(extension)
            if agent is not None and agent not in heard and event.at < events[-1].at:
                span = Stretch(event.at, events[-1].at)
                found.append(Talk(span, agent, begin_told=False))
    return found


def _unheard(events: Sequence[_Event], mapping: Mapping) -> Ending:
    """How a call ended in which nobody came into a bridge."""
    if any(e.app.startswith("voicemail") for e in events):
        return Ending.VOICEMAIL
    if any(mapping.is_refusal(e.data) for e in events):
        return Ending.REFUSED
    played = [e for e in events if e.app == "playback" and mapping.is_announcement(e.data)]
    hung_up_at = min((e.at for e in events if e.kind == "HANGUP"), default=events[-1].at)
    # A prompt that ends with the call was cut short by it.
    if played and max(e.at for e in played) >= hung_up_at:
        return Ending.IN_ANNOUNCEMENT
    return Ending.NO_CONVERSATION


def _extensions(events: Sequence[_Event], talks: list[Talk], mapping: Mapping) -> tuple[str, ...]:
    channels = {mapping.agent(peer(e.channel)) for e in events} | {talk.agent for talk in talks}
    return tuple(sorted(extension for extension in channels if extension))


CEL = Shape(
    name="asterisk-cel",
    looks=lambda line: bool(re.match(r'"?(CHAN_START|ANSWER|APP_START|BRIDGE_ENTER)"?,', line)),
    legs=_legs,
    key=lambda row: row.text("linkedid"),
    columns=tuple(COLUMNS),
    header=False,
)

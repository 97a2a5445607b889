"""What a node shows of its running calls: ids, codes, states and counts, and no caller data. Pure.

The state is read off the same law that the gate asks (``rules.so_far``), so that what is shown is
what is kept.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from talteen.life.capture import rules
from talteen.life.capture.console import State
from talteen.life.capture.ears import flows
from talteen.life.capture.ears.flows import Address
from talteen.life.capture.ears.messages import Status
from talteen.life.capture.effects import Trouble
from talteen.life.capture.lane import lane
from talteen.life.capture.live import LiveCall
from talteen.life.capture.note import Fate
from talteen.life.capture.pool import Pool
from talteen.life.capture.rules import Mark, MarkKind, Reason, SoFar

_MS = timedelta(milliseconds=1)
_FATES = {
    Fate.ENDED: State.ENDING,
    Fate.REFUSED: State.REFUSED,
    Fate.NOT_ANNOUNCED: State.NOT_RECORDED,
    Fate.OTHER: State.NOT_RECORDED,
}


Flowing = dict[Address, tuple[int, datetime | None, int]]
"""Stream -> how many packets came, when the last one did, to the second, and their jitter in
microseconds (``flows.UNTOLD``)."""
_NOTHING: tuple[int, None, int] = (0, None, flows.UNTOLD)


def flowing(told: Mapping[Address, tuple[int, int]], before: Flowing, now: datetime) -> Flowing:
    """What comes in at an ear, after what it told at ``now``. What it names no more has ended."""
    return {
        one: (packets, now if packets > (known := before.get(one, _NOTHING))[0] else known[1], us)
        for one, (packets, us) in told.items()
    }


def call(
    live: LiveCall, now: datetime, at_ear: Flowing, silent: Container[Address] = ()
) -> dict[str, Any]:
    """One call at ``now`` (aware). Times are RFC 3339. ``silent``: streams that bring nothing
    although something is expected (``quiet``)."""
    state, reason, since = standing(live, now)
    return {
        "recording": str(live.recording),
        "state": state.value,
        "reason": reason,
        "since": since.isoformat(),
        "started": live.gate.started_at.isoformat(),
        "line": live.line,
        "direction": live.gate.facts.direction.value,
        "agents": list(live.directory.agents_of(live.call)),
        "until": _ends(live, state),
        "threat": live.threatened,
        "lane": lane(live, now),
        "sealed": live.sealed,
        "ear": live.ear,
        "streams": list(_streams(live, at_ear, silent)),
    }


def _streams(
    live: LiveCall, at_ear: Flowing, silent: Container[Address]
) -> Iterator[dict[str, Any]]:
    for one in live.told().streams:
        address = flows.address(live.recording, one.stream)
        packets, last_at, jitter_us = at_ear.get(address, _NOTHING)
        yield {
            "stream": one.stream,
            "side": one.side.value if one.side else None,
            "packets": packets,
            "last": last_at.isoformat() if last_at else None,
            "jitter_ms": None if jitter_us == flows.UNTOLD else round(jitter_us / 1000, 1),
            "silent": address in silent,
        }


def _ends(live: LiveCall, state: State) -> str | None:
    """When a pause ends by itself (8.1); None where nothing does."""
    ends_at = live.gate.deadline() if state is State.PAUSED else None
    return ends_at.isoformat() if ends_at else None


def standing(live: LiveCall, now: datetime) -> tuple[State, str, datetime]:
    """Where a call stands at ``now``, why, and since when."""
    gate = live.gate
    if live.fate is not None:
        at_prompt = live.reason == Reason.REFUSED_AT_PROMPT.value
        state = State.REFUSED if at_prompt else _FATES[live.fate]
        return state, live.reason, gate.now
    facts = gate.facts
    law = rules.so_far(facts)
    if not isinstance(law, SoFar):
        return State.ANNOUNCING, "", gate.started_at
    state, reason, since_ms = _kept(law, (now - gate.started_at) // _MS)
    return state, reason, gate.started_at + since_ms * _MS


def _kept(law: SoFar, now_ms: int) -> tuple[State, str, int]:
    if law.stopped_ms is not None:
        return State.STOPPED, "", law.stopped_ms
    open_gaps = [gap for gap in law.gaps if gap.start_ms <= now_ms < gap.end_ms]
    if open_gaps:
        gap = min(open_gaps, key=_weight)
        held = gap.kind is MarkKind.HOLD
        return (State.HELD if held else State.PAUSED), gap.kind.value, gap.start_ms
    ended = [gap.end_ms for gap in law.gaps if gap.end_ms <= now_ms]
    return State.RECORDING, "", max([law.opened_ms, *ended])


def _weight(gap: Mark) -> tuple[int, int]:
    """Of several gaps at once the one is shown that somebody must end: a pause before a hold."""
    order = (MarkKind.UNANNOUNCED, MarkKind.PAUSE, MarkKind.CONSULT, MarkKind.HOLD)
    return (order.index(gap.kind) if gap.kind in order else len(order)), gap.start_ms


def node(
    now: datetime,
    *,
    troubles: Iterable[Trouble],
    pool: Pool,
    ears: Mapping[int, Status],
    calls: int,
    silent: int = 0,
) -> dict[str, Any]:
    """The node itself: what is wrong with it, what is free, how its ears are."""
    return {
        "at": now.isoformat(),
        "calls": calls,
        "silent": silent,
        "troubles": sorted(one.value for one in troubles),
        "ports_free": sum(len(ports) for ports in pool.free.values()),
        "packets": sum(one.packets for one in ears.values()),
        "dropped": sum(one.dropped for one in ears.values()),
        "ears": [
            {
                "ear": ear,
                "calls": one.calls,
                "streams": one.streams,
                "room": one.room,
                "locked": one.locked,
                "packets": one.packets,
                "dropped": one.dropped,
                "behind_ms": one.behind_ns // 1_000_000,
            }
            for ear, one in sorted(ears.items())
        ],
    }

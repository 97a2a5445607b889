"""What one capture node has of a session: packets, silences, and its clock beside another's. Pure.

Two nodes never place an instant alike, so whether a packet lies in a silence is asked with some
room (``NEAR_NS``): in doubt it lies in it, because a silence is somebody's wish.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from talteen.engine.wire.jitter import Silence
from talteen.engine.wire.media import StreamFacts
from talteen.engine.wire.rtp import Ints, Slots
from talteen.life.capture.sidecar import Side

NEAR_NS = 100_000_000
"""How far beside a silence a packet is doubted that only the other node has: two clocks and two
networks never place an instant alike."""
FOREVER_NS = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """What one node has of one stream."""

    facts: StreamFacts
    side: Side | None
    slots: Slots = field(repr=False)
    """Datagrams in clear, by arrival."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one node has of a session, on its own clock."""

    streams: tuple[Copy, ...]
    silences: tuple[Silence, ...] = ()
    """What it was told not to keep; to ``FOREVER_NS`` where nobody told it the end."""
    over_ns: int = FOREVER_NS
    """When the session ended for this node: a lost dialog is not a wish for silence."""


@dataclass(frozen=True, slots=True)
class Clock:
    """An instant of the other node's clock on the first one's."""

    from_ns: int
    to_ns: int
    rate: float = 1.0

    def at(self, instants: Ints) -> Ints:
        """The same instants on the first node's clock."""
        gone = (instants - self.from_ns).astype(np.float64) * self.rate
        return np.asarray(self.to_ns + np.rint(gone).astype(np.int64), np.int64)

    def at_one(self, instant: int) -> int:
        """The same instant on the first node's clock; what never ends never ends there either."""
        if instant >= FOREVER_NS:
            return FOREVER_NS
        return self.to_ns + round((instant - self.from_ns) * self.rate)


def moved(one: Silence, clock: Clock) -> Silence:
    """``one`` on the first node's clock."""
    return Silence(one.kind, clock.at_one(one.start_ns), clock.at_one(one.end_ns))


def closed(told: Iterable[Silence], others: Sequence[Silence]) -> tuple[Silence, ...]:
    """``told``, where a silence without an end ends with the other node's account of it. One that
    nobody ended lasts to the end of the call (8.1)."""
    return tuple(
        replace(one, end_ns=_end(one, others)) if one.end_ns >= FOREVER_NS else one for one in told
    )


def _end(open_one: Silence, others: Sequence[Silence]) -> int:
    since = open_one.start_ns
    same = [o for o in others if o.start_ns - 20 * NEAR_NS <= since < o.end_ns + NEAR_NS]
    same += [o for o in others if since < o.start_ns <= since + 20 * NEAR_NS]
    return max((one.end_ns for one in same), default=FOREVER_NS)


def without(one: Silence, known: Iterable[Silence]) -> list[Silence]:
    """The parts of ``one`` that lie in none of ``known``."""
    parts = [one]
    for other in known:
        parts = [
            cut
            for part in parts
            for cut in (
                replace(part, end_ns=min(part.end_ns, other.start_ns)),
                replace(part, start_ns=max(part.start_ns, other.end_ns)),
            )
            if cut.start_ns < cut.end_ns
        ]
    return parts


def inside(instant: int, silences: Iterable[Silence]) -> bool:
    """Whether ``instant`` lies in a silence, or too near to it to be sure."""
    return any(one.start_ns - NEAR_NS <= instant < one.end_ns + NEAR_NS for one in silences)

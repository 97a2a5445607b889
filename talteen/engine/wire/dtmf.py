"""Keys that were pressed, from RFC 4733 events: which, when and how long.

Keys may be a card number. Those that touch a pause are not even counted: nothing of them leaves
this room.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Sort, StreamFacts
from talteen.engine.wire.rtp import Packets
from talteen.engine.wire.timeline import Segment, Timeline

KEYS = "0123456789*#ABCD"
"""RFC 4733 table 3: events 0 to 15."""
_BLOCK_BYTES = 4
_LONGEST = 0xFFFF
"""RFC 4733 2.5.1.3: a longer press goes on as a new event that begins where this one ends."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """One key, on the node's clock."""

    key: str
    start_ns: int
    end_ns: int


def pressed(
    packets: Packets, timeline: Timeline, facts: StreamFacts, *, silences: Sequence[Silence] = ()
) -> list[Pressed]:
    """Every key of one stream in order, none of them touching a pause."""
    found = [one for segment in timeline.segments for one in _of(segment, packets, facts)]
    pauses = [one for one in silences if one.kind is GapKind.PAUSE]
    return [key for key in found if not any(_touches(key, pause) for pause in pauses)]


def _touches(key: Pressed, pause: Silence) -> bool:
    return key.start_ns < pause.end_ns and pause.start_ns <= key.end_ns


def _of(segment: Segment, packets: Packets, facts: StreamFacts) -> list[Pressed]:
    """All packets of one press carry the timestamp of its beginning; the longest one counts."""
    longest: dict[tuple[int, str], int] = {}
    for at in np.flatnonzero(segment.filled == 0).tolist():
        row = int(segment.rows[at])
        agreed = facts.at(int(packets.arrival_ns[row]))
        kind = agreed.format(int(packets.payload_type[row]))
        head = int(packets.head[row])
        if kind is None or kind.sort is not Sort.EVENT or packets.length[row] < _BLOCK_BYTES:
            continue
        if head >> 24 < len(KEYS):
            which = (int(segment.tick[at]), KEYS[head >> 24])
            longest[which] = max(longest.get(which, 0), head & _LONGEST)
    joined: list[tuple[str, int, int]] = []
    for (tick, key), length in sorted(longest.items()):
        if joined and joined[-1][0] == key and joined[-1][2] == tick:
            joined[-1] = (key, joined[-1][1], tick + length)
        else:
            joined.append((key, tick, tick + length))
    return [Pressed(key, _ns(segment, start), _ns(segment, end)) for key, start, end in joined]


def _ns(segment: Segment, tick: int) -> int:
    return int(segment.line.at_ns(np.array([tick], np.int64), segment.clock_hz)[0])

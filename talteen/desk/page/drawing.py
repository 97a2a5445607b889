"""Drawings as numbers: the shore (two lanes of sound), the dial of an end date, a ring of ticks.

Pure. The server draws every picture as SVG attributes, because the strict CSP knows no style
attribute and because a drawing must stand without script and on paper. Coordinates are whole
numbers: a row of the list is a few hundred bytes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Protocol

HUSH = 0.05
"""Peaks under this share of the lane's loudest are the line's own noise."""
DIAL_DAYS = 92
"""A due badge's dial is full at the longest possible life of a call."""


@dataclass(frozen=True, slots=True)
class Shore:
    """One drawing of two lanes. The agent rises above the water line, the caller is its
    reflection.
    """

    width: int
    height: int
    agent: str
    """SVG path data; empty when this view does not carry the lane."""
    caller: str

    @property
    def water(self) -> int:
        """The y of the water line."""
        return self.height // 2


class Lanes(Protocol):
    """Two lanes of peaks, 0 to 1, equally long."""

    @property
    def agent(self) -> Sequence[float]: ...

    @property
    def caller(self) -> Sequence[float]: ...


def shore(lanes: Lanes, bars: int, *, width: int, height: int) -> Shore:
    """Draw ``lanes`` in at most ``bars`` bars on a field of ``width`` by ``height``."""
    return Shore(
        width=width,
        height=height,
        agent=_lane(thinned(lanes.agent, bars), width, height, direction=-1),
        caller=_lane(thinned(lanes.caller, bars), width, height, direction=1),
    )


def thinned(peaks: Sequence[float], bars: int) -> Sequence[float]:
    """At most ``bars`` values, each the loudest of its stretch of ``peaks``."""
    if len(peaks) <= bars:
        return peaks
    edges = [place * len(peaks) // bars for place in range(bars + 1)]
    return [max(peaks[a:b]) for a, b in pairwise(edges)]


def _lane(peaks: Sequence[float], width: int, height: int, *, direction: int) -> str:
    water, reach = height // 2, height / 2 - 3
    loudest = max(peaks, default=0.0)
    parts = []
    for position, peak in enumerate(peaks):
        length = round(peak / loudest * reach) if peak else 0
        if peak > loudest * HUSH and length:  # silence is the water line alone
            x = round((position + 0.5) * width / len(peaks))
            parts.append(f"M{x} {water + 2 * direction}v{length * direction}")
    return "".join(parts)


class Tick(Enum):
    """What one tick of a ring stands for; the value is its class in the style sheet."""

    KEYLESS = "keyless"
    NEXT = "next"
    ON = "on"
    USED = "used"
    EMPTY = "empty"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of ticks, all ticks of one kind in one path, on a field of 100 by 100."""

    paths: tuple[tuple[Tick, str], ...]


def ring(ticks: Sequence[Tick]) -> Ring:
    """Ticks round a clock face, the first at twelve, clockwise."""
    by_kind: dict[Tick, list[str]] = {}
    for position, tick in enumerate(ticks):
        by_kind.setdefault(tick, []).append(_tick(position / len(ticks)))
    return Ring(tuple((tick, "".join(parts)) for tick, parts in by_kind.items()))


def _tick(turn: float) -> str:
    angle = turn * math.tau
    sine, cosine = math.sin(angle), math.cos(angle)
    inner, outer = 39, 48
    return (
        f"M{50 + inner * sine:.1f} {50 - inner * cosine:.1f}"
        f"L{50 + outer * sine:.1f} {50 - outer * cosine:.1f}"
    )


def dial(days_left: int) -> str:
    """The ``stroke-dasharray`` of a dial of 92 days with this many left."""
    return f"{min(max(days_left, 0), DIAL_DAYS)} {DIAL_DAYS}"

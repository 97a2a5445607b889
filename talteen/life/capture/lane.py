"""The course of a running call, as stretches of time: what a picture of it is drawn from. Pure.

Read off the same law that the gate asks (``rules.so_far``), so that a hole in the picture is a hole
in the sound. No caller data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from talteen.life.capture import rules
from talteen.life.capture.console import Stretch
from talteen.life.capture.live import LiveCall
from talteen.life.capture.note import Fate
from talteen.life.capture.rules import Mark, SoFar


@dataclass(frozen=True, slots=True)
class Piece:
    """From ``start_ms`` up to, not including, ``end_ms``, of the call's own time."""

    stretch: Stretch
    start_ms: int
    end_ms: int


def lane(live: LiveCall, now: datetime) -> list[dict[str, Any]]:
    """The stretches of a call up to ``now`` (aware), in order and without overlap."""
    began = live.gate.started_at
    return [
        {
            "stretch": piece.stretch.value,
            "from": (began + piece.start_ms * _MS).isoformat(),
            "until": (began + piece.end_ms * _MS).isoformat(),
        }
        for piece in pieces(live, (now - began) // _MS)
    ]


def pieces(live: LiveCall, now_ms: int) -> list[Piece]:
    """The stretches of a call from its beginning up to ``now_ms``."""
    state = rules.so_far(live.gate.facts)
    if not isinstance(state, SoFar):
        stretch = Stretch.REFUSED if live.fate is Fate.REFUSED else Stretch.TOLD
        return _some([Piece(stretch, 0, now_ms)])
    opened_ms = min(max(state.opened_ms, 0), now_ms)
    told = Piece(Stretch.TOLD, 0, opened_ms)
    if live.fate is Fate.REFUSED:
        return _some([told, Piece(Stretch.REFUSED, opened_ms, now_ms)])
    last_ms = now_ms if state.stopped_ms is None else min(state.stopped_ms, now_ms)
    left = Piece(Stretch.LEFT, last_ms, now_ms)
    return _some([told, *_kept(state.gaps, opened_ms, last_ms), left])


def _kept(gaps: tuple[Mark, ...], opened_ms: int, last_ms: int) -> Iterator[Piece]:
    at_ms = opened_ms
    for gap in sorted(gaps, key=lambda gap: gap.start_ms):
        start_ms, end_ms = max(gap.start_ms, at_ms), min(gap.end_ms, last_ms)
        if end_ms > start_ms:
            yield Piece(Stretch.KEPT, at_ms, start_ms)
            yield Piece(Stretch.GAP, start_ms, end_ms)
            at_ms = end_ms
    yield Piece(Stretch.KEPT, at_ms, last_ms)


def _some(found: list[Piece]) -> list[Piece]:
    return [piece for piece in found if piece.end_ms > piece.start_ms]


_MS = timedelta(milliseconds=1)

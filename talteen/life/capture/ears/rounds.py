"""Whose turn it is: every stream once in a period, evenly, so that the load is flat."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from talteen.engine.vault.journal_bodies import NS
from talteen.life.capture.ears.calls import Phase, Stream
from talteen.life.capture.ears.requests import Calls

_SELDOM = 8
"""RTCP comes every few seconds: it is visited every eighth period."""
_HELD_NS = 10 * NS
"""No socket's buffer holds more of a stream while no ear visits it."""


@dataclass(slots=True)
class _Ring:
    period_ns: int
    streams: list[Stream] = field(default_factory=list)
    at: int = 0
    owed: float = 0.0

    def due(self, passed_ns: int) -> list[Stream]:
        """The next ones after ``passed_ns``; at most all of them once."""
        size = len(self.streams)
        if not size:
            return []
        self.owed += size * passed_ns / self.period_ns
        count = min(int(self.owed), size)
        self.owed = min(self.owed - count, float(size))
        end = self.at + count
        taken = self.streams[self.at : end]
        if end >= size:
            taken += self.streams[: end - size]
            end -= size
        self.at = end
        return taken


class Rounds:
    """The rounds of one ear."""

    def __init__(self, period_ns: int) -> None:
        self._sound, self._control = _Ring(period_ns), _Ring(_SELDOM * period_ns)
        self._last_ns = self._newer_ns = self._older_ns = 0
        self.behind_ns = 0

    def due(self, now_ns: int, calls: Calls) -> list[Stream]:
        """The streams to visit now."""
        if calls.changed:
            self._look(calls)
        passed = now_ns - self._last_ns if self._last_ns else 0
        self._last_ns = now_ns
        if now_ns - self._newer_ns >= self._sound.period_ns:
            self._older_ns, self._newer_ns = self._newer_ns, now_ns
        self.behind_ns = max(0, passed - self._sound.period_ns)
        return [*self._sound.due(passed), *self._control.due(passed)]

    def alone_ns(self) -> int:
        """So long, at most, had nobody been at a stream that was visited in this slice. More than a
        period where the machine is busy; of a first round nobody knows."""
        return self._last_ns - self._older_ns if self._older_ns else _HELD_NS

    def all(self, calls: Calls) -> list[Stream]:
        """Every stream that may be visited."""
        self._look(calls)
        return [*self._sound.streams, *self._control.streams]

    def _look(self, calls: Calls) -> None:
        calls.changed = False
        here = list(_visited(calls))
        self._sound.streams = [stream for stream in here if not stream.control]
        self._control.streams = [stream for stream in here if stream.control]
        for ring in (self._sound, self._control):
            ring.at = ring.at % len(ring.streams) if ring.streams else 0


def _visited(calls: Calls) -> Iterator[Stream]:
    for stream in calls.on_port.values():
        if not stream.call.resuming and stream.call.phase is not Phase.ENDING:
            yield stream

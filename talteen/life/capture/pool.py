"""Which media ports are free, ear by ear. The one that rested longest is given next."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

QUARANTINE = timedelta(seconds=30)
"""How long a port rests before another call gets it: stragglers of the last one (checklist 29)."""


@dataclass(slots=True)
class Pool:
    """The pairs of media ports of each ear. The one that rested longest is given next.

    Which ports an input took is written down with it (``taken``), and taken again when it is folded
    anew (``again``): what other inputs took before may be forgotten by then.
    """

    free: dict[int, dict[int, datetime | None]]
    """Of each ear, its ports in the order in which they are given, and until when they rest."""
    _taken: list[int] = field(default_factory=list)
    _again: deque[int] | None = None

    @classmethod
    def of(cls, shares: Iterable[tuple[int, int]]) -> "Pool":
        """``shares``: first and last port of each ear."""
        return cls(
            {ear: dict.fromkeys(range(first, last, 2)) for ear, (first, last) in enumerate(shares)}
        )

    def best(self, now: datetime) -> int | None:
        """The ear with most ports to give; None where nobody has one."""
        able = [ear for ear in self.free if self._next(ear, now) is not None]
        return max(able, key=lambda ear: len(self.free[ear]), default=None)

    def take(self, ear: int, now: datetime) -> int | None:
        """An RTP port of this ear; its RTCP port is the next one."""
        if self._again is None:
            port = self._next(ear, now)
        else:
            port = self._again.popleft() if self._again else None
        if port is not None:
            self.free[ear].pop(port, None)
            self._taken.append(port)
        return port

    def give_back(self, ear: int, port: int, now: datetime) -> None:
        """The port rests from now on."""
        self.free[ear][port] = now + QUARANTINE

    def rest(self, ear: int, ports: Iterable[int], since: datetime) -> None:
        """Ports of a call that another signaller had, and that was over ``since``."""
        free = self.free.get(ear, {})
        for port in [port for port in ports if port in free]:
            del free[port]
            self.give_back(ear, port, since)

    def taken(self) -> tuple[int, ...]:
        """What was taken since the last time."""
        taken, self._taken = tuple(self._taken), []
        return taken

    @contextmanager
    def again(self, ports: Iterable[int]) -> Iterator[None]:
        """In this block, give just these ``ports``."""
        self._again = deque(ports)
        try:
            yield
        finally:
            self._again, self._taken = None, []

    def _next(self, ear: int, now: datetime) -> int | None:
        for port, until in self.free[ear].items():
            # No port rests for longer: the clock went back, and by it all ports rested for hours.
            rests = until is not None and now < until <= now + QUARANTINE
            return None if rests else port
        return None

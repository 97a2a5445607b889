"""Which media ports are free, ear by ear. The one that rested longest is given next."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

QUARANTINE = timedelta(seconds=30)
"""How long a port rests before another call gets it: stragglers of the last one (checklist 29)."""


@dataclass(slots=True)
class Pool:
    """The pairs of media ports of each ear. The one that rested longest is given next."""

    free: dict[int, deque[tuple[int, datetime | None]]]

    @classmethod
    def of(cls, shares: Iterable[tuple[int, int]]) -> "Pool":
        """``shares``: first and last port of each ear."""
        return cls(
            {
                ear: deque((port, None) for port in range(first, last, 2))
                for ear, (first, last) in enumerate(shares)
            }
        )

    def best(self, now: datetime) -> int | None:
        """The ear with most ports to give; None where nobody has one."""
        able = [ear for ear in self.free if self._ready(ear, now)]
        return max(able, key=lambda ear: len(self.free[ear]), default=None)

    def take(self, ear: int, now: datetime) -> int | None:
        """An RTP port of this ear; its RTCP port is the next one."""
        return self.free[ear].popleft()[0] if self._ready(ear, now) else None

    def give_back(self, ear: int, port: int, now: datetime) -> None:
        """The port rests from now on."""
        self.free[ear].append((port, now + QUARANTINE))

    def _ready(self, ear: int, now: datetime) -> bool:
        ports = self.free[ear]
        return bool(ports) and (ports[0][1] is None or ports[0][1] <= now)

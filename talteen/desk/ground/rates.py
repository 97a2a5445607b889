"""How often somebody may ask: a bucket of tokens each, which fills again at an even rate.

The processes of one server share their buckets (``share``): a limit that guards against guessing
holds for all of them together, and nobody is refused because another process was asked before.
"""

import hashlib
import struct
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from talteen.engine.shared import Shared
from talteen.operations import together
from talteen.operations.together import Together

MOST_NAMES = 1_000
"""So many are remembered by a process alone; the one that asked longest ago is forgotten first."""
Level = tuple[float, float]
"""How much was left, and when (monotonic seconds, the same for all processes of a machine)."""


class Kept(Protocol):
    """Where levels stand."""

    def alone(self, name: str, /) -> AbstractContextManager[object]:
        """Nobody else reads or writes ``name`` meanwhile."""
        ...

    def read(self, name: str) -> Level | None:
        """What was written of ``name``; None where it is forgotten, or never was."""
        ...

    def write(self, name: str, level: Level) -> None:
        """Remember it."""
        ...


class Own(dict[str, Level]):
    """Of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def alone(self, _: str, /) -> AbstractContextManager[object]:
        """One at a time, whoever it is."""
        return self._lock

    def read(self, name: str) -> Level | None:
        """What was written."""
        return self.get(name)

    def write(self, name: str, level: Level) -> None:
        """Remember it as the newest."""
        self.pop(name, None)
        self[name] = level
        if len(self) > MOST_NAMES:
            del self[next(iter(self))]


class InCommon:
    """Of all processes of a server, in the memory that they share.

    A name, which may be an address, is there as a keyed hash; the hash names a set of eight places,
    in which the one that asked longest ago makes room. Nobody outside knows who shares a set.
    """

    _PLACE = struct.Struct("16sdd")
    _WAYS = 8

    def __init__(self, shared: Shared, start: int, size: int, secret: bytes) -> None:
        self._shared, self._start, self._secret = shared, start, secret
        self._width = self._WAYS * self._PLACE.size
        self._sets = size // self._width

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Nobody reads or writes the set of ``name`` meanwhile, in whatever process."""
        return self._shared.alone(self._set(self._hash(name)))

    def read(self, name: str) -> Level | None:
        """What was written; to be called within ``alone``."""
        hashed = self._hash(name)
        found = (self._at(place) for place in self._places(hashed))
        return next(((left, at) for known, left, at in found if known == hashed), None)

    def write(self, name: str, level: Level) -> None:
        """Remember it; to be called within ``alone``."""
        hashed = self._hash(name)

        def turn(place: int) -> tuple[bool, float]:
            known, _, at = self._at(place)
            return known != hashed, at

        place = min(self._places(hashed), key=turn)
        self._PLACE.pack_into(self._shared.memory, place, hashed, *level)

    def _at(self, place: int) -> tuple[bytes, float, float]:
        told: tuple[bytes, float, float] = self._PLACE.unpack_from(self._shared.memory, place)
        return told

    def _hash(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode(), key=self._secret, digest_size=16).digest()

    def _set(self, hashed: bytes) -> int:
        return self._start + int.from_bytes(hashed[:8]) % self._sets * self._width

    def _places(self, hashed: bytes) -> range:
        first = self._set(hashed)
        return range(first, first + self._width, self._PLACE.size)


_in_common: InCommon | None = None


def share(of: Together) -> None:
    """From now on all named buckets of this process are those of its like, too."""
    global _in_common
    _in_common = InCommon(of.shared, together.LIMITS, together.LIMITS_BYTES, of.secret)


@dataclass(slots=True)
class Buckets:
    """One bucket a name."""

    per_second: float
    at_once: float
    of: str = ""
    """What they are for, a word of its own each: only then they are shared."""
    _left: Own = field(default_factory=Own)

    def take(self, name: str, now_s: float) -> float:
        """0 if ``name`` may ask now; else in how many seconds it may."""
        kept, full = self._kept(), self._full(name)
        with kept.alone(full):
            left = self._level(kept, full, now_s)
            wait_s = 0.0 if left >= 1 else (1 - left) / self.per_second
            kept.write(full, (left if wait_s else left - 1, now_s))
        return wait_s

    def left(self, name: str, now_s: float) -> float:
        """How much ``name`` has left."""
        kept, full = self._kept(), self._full(name)
        with kept.alone(full):
            return self._level(kept, full, now_s)

    def headers(self, name: str, now_s: float) -> dict[str, str]:
        """What ``name`` has, as draft-ietf-httpapi-ratelimit-headers writes it."""
        left, whole_s = self.left(name, now_s), self.at_once / self.per_second
        fills_s = (self.at_once - left) / self.per_second
        return {
            "RateLimit-Policy": f'"token";q={self.at_once:.0f};w={whole_s:.0f}',
            "RateLimit": f'"token";r={int(left)};t={fills_s:.0f}',
        }

    def _kept(self) -> Kept:
        return _in_common if _in_common is not None and self.of else self._left

    def _full(self, name: str) -> str:
        return f"{self.of}\0{name}"

    def _level(self, kept: Kept, name: str, now_s: float) -> float:
        left, since_s = kept.read(name) or (self.at_once, now_s)
        # Of two processes the one that looked at the clock first may come here second.
        return min(self.at_once, left + max(0.0, now_s - since_s) * self.per_second)

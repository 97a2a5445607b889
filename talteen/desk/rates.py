"""How often somebody may ask: a bucket of tokens each, which fills again at an even rate. Pure."""

from dataclasses import dataclass, field

MOST_NAMES = 1_000
"""So many are remembered; the one that asked longest ago is forgotten first."""


@dataclass(slots=True)
class Buckets:
    """One bucket a name."""

    per_second: float
    at_once: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Name -> how much was left, and when (monotonic seconds)."""

    def take(self, name: str, now_s: float) -> float:
        """0 if ``name`` may ask now; else in how many seconds it may."""
        left = self.left(name, now_s)
        self._left.pop(name, None)
        wait_s = 0.0 if left >= 1 else (1 - left) / self.per_second
        self._left[name] = (left if wait_s else left - 1, now_s)
        if len(self._left) > MOST_NAMES:
            del self._left[next(iter(self._left))]
        return wait_s

    def left(self, name: str, now_s: float) -> float:
        """How much ``name`` has left."""
        left, since_s = self._left.get(name, (self.at_once, now_s))
        return min(self.at_once, left + (now_s - since_s) * self.per_second)

    def headers(self, name: str, now_s: float) -> dict[str, str]:
        """What ``name`` has, as draft-ietf-httpapi-ratelimit-headers writes it."""
        left, whole_s = self.left(name, now_s), self.at_once / self.per_second
        fills_s = (self.at_once - left) / self.per_second
        return {
            "RateLimit-Policy": f'"token";q={self.at_once:.0f};w={whole_s:.0f}',
            "RateLimit": f'"token";r={int(left)};t={fills_s:.0f}',
        }

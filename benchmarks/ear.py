"""What a listener hears of a sound that comes in blocks: when they wait, and how long. Pure.

A player sounds what it has at the pace of the sound. It falls silent when the next block is not
there by then, and sounds on as soon as that comes: later blocks have that much longer. Whoever
begins at a new place waits for a first sound; that is no silence, and measured as a seek.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch in which a listener should have heard something; seconds of one clock."""

    asked_at: float
    """When the piece was asked for that came late."""
    dry_at: float
    came_at: float

    @property
    def lasted_s(self) -> float:
        """How long they heard nothing."""
        return self.came_at - self.dry_at


@dataclass(slots=True)
class Ear:
    """One listener's buffer. ``a_second``: bytes of a second of sound."""

    a_second: int
    sounds_until: float | None = None
    """Until when what came sounds; None before the first sound of a place."""
    asked_at: float = 0.0

    def place(self) -> None:
        """They go to another place: what was there is let go of."""
        self.sounds_until = None

    def asks(self, now: float) -> None:
        """The player asks for its next piece."""
        self.asked_at = now

    def came(self, length: int, now: float) -> Silence | None:
        """A block is there. The silence that it ends, if they had heard nothing for a while."""
        dry_at = self.sounds_until
        late = dry_at is not None and now > dry_at
        begins = now if dry_at is None or late else dry_at
        self.sounds_until = begins + length / self.a_second
        return Silence(self.asked_at, dry_at, now) if late and dry_at is not None else None

    def has_s(self, now: float) -> float:
        """How many seconds of sound it has left."""
        return max(0.0, (self.sounds_until or now) - now)

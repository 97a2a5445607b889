"""The ring in the place of a lost live holder, for as long as a restore by two persons lasts.

Where the machine burned, its live keys are gone with it, and that is as it should be: only the ring
can open the newest generation. ``ByRing`` is the new live holder, which also opens that *one*
generation through the ring, until the first roll has put a key of its own in the place. Older ones
stay closed, whatever the ring still holds: a restore brings back the present, never the past.
"""

from dataclasses import dataclass, field

from talteen.engine.vault.holders import Declared, LiveHolder, RestoreHolder
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import KeyGone


@dataclass(slots=True)
class ByRing:
    """A LiveHolder that lends the key of ``newest`` from the ring, until it is destroyed."""

    live: LiveHolder
    ring: RestoreHolder = field(repr=False)
    newest: RollFile
    lending: bool = True

    @property
    def declared(self) -> Declared:
        return self.live.declared

    def answer(self) -> None:
        self.live.answer()

    def create(self, name: str) -> None:
        self.live.create(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.live.wrap(name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """As the live holder does; the newest generation through the ring where it has no key."""
        try:
            return self.live.unwrap(name, wrapped)
        except KeyGone:
            backup = self.newest.backup
            if not self.lending or name != self.newest.live.name or backup is None:
                raise
            return self.ring.unwrap(backup.name, backup.wrapped)

    def destroy(self, name: str) -> None:
        """Destroys in the live holder, and lends the ring's key no more."""
        if name == self.newest.live.name:
            self.lending = False
        self.live.destroy(name)

    def names(self) -> frozenset[str]:
        """What the live holder has, and the one that is lent: a roll lets both go."""
        lent = {self.newest.live.name} if self.lending else set()
        return self.live.names() | lent

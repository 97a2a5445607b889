"""A live holder made of two, for the one roll in which a house changes from one to the other.

New keys are made in ``into``; what lies in ``out_of`` opens as before, and dies there in the same
roll (``waking.move_keys``). So the change is as safe as any roll: killed anywhere, the next attempt
finds the key that decides in one of the two.
"""

from dataclasses import dataclass
from datetime import timedelta

from talteen.engine.vault.holders import Declared, LiveHolder
from talteen.errors import KeyGone


@dataclass(frozen=True, slots=True)
class MovingHolder:
    """A LiveHolder over both."""

    out_of: LiveHolder
    into: LiveHolder

    @property
    def declared(self) -> Declared:
        """The kind in which the old key dies; the copies that live longest."""
        both = (self.out_of.declared, self.into.declared)
        copies: timedelta = max(one.copies_live_for for one in both)
        return Declared(self.out_of.declared.kind, copies)

    def answer(self) -> None:
        self.out_of.answer()
        self.into.answer()

    def create(self, name: str) -> None:
        self.into.create(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self._of(name).wrap(name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self._of(name).unwrap(name, wrapped)

    def destroy(self, name: str) -> None:
        for holder in (self.out_of, self.into):
            if name in holder.names():
                holder.destroy(name)

    def names(self) -> frozenset[str]:
        return self.out_of.names() | self.into.names()

    def _of(self, name: str) -> LiveHolder:
        """Who holds ``name``. Raises KeyGone, or what a holder that is away raises."""
        for holder in (self.into, self.out_of):
            if name in holder.names():
                return holder
        raise _gone()


def _gone() -> KeyGone:
    return KeyGone(
        "neither holder has this key", remedy="name the settings by which the house ran last"
    )

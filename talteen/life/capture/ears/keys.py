"""The journal keys that an ear made for one call.

A call that lasts has one a segment, a minute under full load, and its envelopes go to another
intake key each hour: until its end the ear must know them all. So they stand as bytes, one behind
another, and take no more than they say: as values they would be most of what a long call takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey
from talteen.ids import IntakeKeyId

_TO_BYTES, _GENERATION_BYTES, _KEY_BYTES = 16, 4, 52
_ENTRY_BYTES = _TO_BYTES + _GENERATION_BYTES + _KEY_BYTES


@dataclass(frozen=True, slots=True)
class Key:
    """A journal key, and to whom its envelope is sealed. The envelope is on the disk."""

    key: JournalKey = field(repr=False)
    address: Address


@dataclass(slots=True)
class Keys:
    """All of one call, in the order of their generations."""

    _written: bytearray = field(default_factory=bytearray, repr=False)

    def __len__(self) -> int:
        return len(self._written) // _ENTRY_BYTES

    def add(self, one: Key) -> None:
        """The key of the next generation."""
        generation = one.address.segment.to_bytes(_GENERATION_BYTES)
        self._written += one.address.intake_key.bytes + generation + one.key.written()

    def forget(self) -> None:
        """The call is over."""
        self._written = bytearray()

    @property
    def last(self) -> JournalKey:
        """Under which records are sealed now."""
        return JournalKey.read(bytes(self._written[-_KEY_BYTES:]))

    @property
    def size_bytes(self) -> int:
        """What they take."""
        return len(self._written)

    def sealed_to_others(self, to: IntakeKeyId) -> Iterator[tuple[int, JournalKey]]:
        """Generation and key of those whose envelope is not sealed to the intake key ``to``."""
        for at in range(0, len(self._written), _ENTRY_BYTES):
            if self._written[at : at + _TO_BYTES] != to.bytes:
                key_at = at + _ENTRY_BYTES - _KEY_BYTES
                generation = self._written[at + _TO_BYTES : key_at]
                key = JournalKey.read(bytes(self._written[key_at : key_at + _KEY_BYTES]))
                yield int.from_bytes(generation), key

    def sealed_again(self, to: IntakeKeyId, count: int) -> None:
        """The first so many have envelopes to the intake key ``to`` now."""
        for at in range(0, min(len(self), count) * _ENTRY_BYTES, _ENTRY_BYTES):
            self._written[at : at + _TO_BYTES] = to.bytes

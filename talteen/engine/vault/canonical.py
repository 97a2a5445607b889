"""Bytes with one spelling: what is sealed, hashed or signed has exactly one way to be written.

Numbers are big-endian and of fixed width, times are whole milliseconds since 1970 in UTC, anything
of varying length carries its length before it. A reader is strict and total: bytes in, values or
Tampered out, and nothing may be left over.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from talteen.errors import Tampered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ID_BYTES = 16


def to_ms(at: datetime) -> int:
    """Whole milliseconds since 1970 of the aware instant ``at``; what is below is cut off."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The aware UTC instant of ``ms``. Raises Tampered where no calendar has it."""
    try:
        return EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        raise torn() from None


def to_day(ordinal: int) -> date:
    """The date of a proleptic ordinal. Raises Tampered where no calendar has it."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise torn() from None


def length_prefixed(parts: Iterable[bytes]) -> bytes:
    """``parts`` in one string that cannot be cut differently: each behind its 32-bit length."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def torn() -> Tampered:
    """The error for bytes that were never written so."""
    return Tampered(
        "sealed bytes do not have their form",
        remedy="take this copy out of use and restore it from another",
    )


@dataclass(slots=True)
class Writer:
    """Collects fields in order; ``done`` gives the bytes."""

    parts: list[bytes] = field(default_factory=list)

    def number(self, value: int, width_bytes: int) -> None:
        """An unsigned number of ``width_bytes``."""
        self.parts.append(value.to_bytes(width_bytes))

    def raw(self, value: bytes) -> None:
        """Bytes whose length the format fixes."""
        self.parts.append(value)

    def block(self, value: bytes) -> None:
        """Bytes of any length below 4 GiB."""
        self.parts.append(len(value).to_bytes(4))
        self.parts.append(value)

    def text(self, value: str) -> None:
        """Text as UTF-8, of any length."""
        self.block(value.encode())

    def id(self, value: UUID) -> None:
        """An id as its 16 bytes."""
        self.parts.append(value.bytes)

    def time(self, value: datetime) -> None:
        """An instant, in whole milliseconds."""
        self.parts.append(struct.pack(">q", to_ms(value)))

    def day(self, value: date) -> None:
        """A Helsinki date, as its proleptic ordinal."""
        self.number(value.toordinal(), 4)

    def done(self) -> bytes:
        """All fields, in the order in which they came."""
        return b"".join(self.parts)


@dataclass(slots=True)
class Reader:
    """Takes fields off ``data`` in order. Every method raises Tampered where they are not there."""

    data: bytes
    at: int = 0

    def raw(self, size_bytes: int) -> bytes:
        """The next ``size_bytes``."""
        end = self.at + size_bytes
        if end > len(self.data):
            raise torn()
        taken, self.at = self.data[self.at : end], end
        return taken

    def number(self, width_bytes: int) -> int:
        """An unsigned number of ``width_bytes``."""
        return int.from_bytes(self.raw(width_bytes))

    def block(self) -> bytes:
        """Bytes behind their length."""
        return self.raw(self.number(4))

    def text(self) -> str:
        """Text in UTF-8."""
        try:
            return self.block().decode()
        except UnicodeDecodeError:
            raise torn() from None

    def id(self) -> UUID:
        """An id."""
        return UUID(bytes=self.raw(ID_BYTES))

    def time(self) -> datetime:
        """An instant in UTC."""
        return from_ms(int.from_bytes(self.raw(8), signed=True))

    def day(self) -> date:
        """A Helsinki date."""
        return to_day(self.number(4))

    def end(self) -> None:
        """Nothing may follow."""
        if self.at != len(self.data):
            raise torn()

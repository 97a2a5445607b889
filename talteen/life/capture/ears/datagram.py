"""How a value stands in a datagram: a byte that names its kind, its fields of a known width as one
struct, and behind them what is of any length, each behind its own. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from struct import Struct
from typing import Any, Final
from uuid import UUID

from talteen.engine.vault.canonical import from_ms, to_ms
from talteen.engine.vault.journal_bodies import Why


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is written."""

    width: str = ""
    """For ``struct``. Empty: bytes of any length, behind the fields that have a width, each behind
    its own length."""
    written: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda raw: raw


ID: Final = Field("16s", lambda id_: id_.bytes, lambda raw: UUID(bytes=raw))
NS = COUNT = Field("Q")
STREAM = PORT = Field("H")
SSRC = GENERATION = Field("I")
BYTES: Final = Field()
TEXT: Final = Field("", str.encode, bytes.decode)
TIME: Final = Field("q", to_ms, from_ms)
FLAG: Final = Field("B", int, bool)
WHY: Final = Field("B", lambda why: why.value, Why)


_SIZE = Struct(">I")


class Form:
    """How one kind of message is written: its number and the fields of a known width as one
    struct, and what is of any length behind it. Some ten of them go over the line for each call."""

    def __init__(self, number: int, kind: type[Any], told: tuple[Field, ...]) -> None:
        named = list(zip((one.name for one in fields(kind)), told, strict=True))
        fixed = [one for one in named if one[1].width]
        loose = [one for one in named if not one[1].width]
        self.number, self.kind = number, kind
        self.struct = Struct(">B" + "".join(one.width for _, one in fixed))
        self.fixed = tuple((attrgetter(name), one.written, one.read) for name, one in fixed)
        self.loose = tuple((attrgetter(name), one.written, one.read) for name, one in loose)
        stands = [*fixed, *loose]
        self.order = None if stands == named else tuple(stands.index(one) for one in named)
        """The place of each field among the written ones, where it is another."""

    def write(self, message: Any) -> bytes:
        known = [put(get(message)) for get, put, _ in self.fixed]
        head = self.struct.pack(self.number, *known)
        if not self.loose:
            return head
        blocks = [put(get(message)) for get, put, _ in self.loose]
        return b"".join((head, *(part for one in blocks for part in (_SIZE.pack(len(one)), one))))

    def read(self, data: bytes) -> Any:
        """ValueError or struct.error where ``data`` has another form."""
        _, *known = self.struct.unpack_from(data)
        values = [take(raw) for (_, _, take), raw in zip(self.fixed, known, strict=True)]
        at = self.struct.size
        for _, _, take in self.loose:
            (size,) = _SIZE.unpack_from(data, at)
            begin, at = at + _SIZE.size, at + _SIZE.size + size
            values.append(take(data[begin:at]))
        if at != len(data):
            raise ValueError("a message of another length")
        return self.kind(*(values if self.order is None else map(values.__getitem__, self.order)))

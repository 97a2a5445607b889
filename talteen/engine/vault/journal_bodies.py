"""What the records of a journal say: media as it came, facts, gaps, the end.

The last byte of a body is its kind, so that media can be sealed where the kernel put it: packets
first, what was written about them behind. Columns of media are little-endian, as the kernel gives
them; all else is big-endian. Instants are nanoseconds since 1970 in UTC, by the clock that stamped
the packets on arrival.
"""

from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate
from struct import Struct, pack, unpack

from talteen.engine.vault.canonical import Reader, Writer, torn

NS = 1_000_000_000
EVEN_TAIL = Struct("<HHB")
"""Behind packets of one size: how many, how many bytes each, kind."""
_MIXED_TAIL = Struct("<HB")
_STAMP = Struct("<qq")
STAMP_BYTES = _STAMP.size
"""Of an arrival: seconds and nanoseconds, as ``struct timespec`` of a 64-bit Linux."""


class Kind(Enum):
    """The last byte of a body. The number stands in journals: never reuse one."""

    EVEN = 1
    MIXED = 2
    FACT = 3
    GAP = 4
    END = 5
    BEGIN = 6
    WITHDRAWN = 7


class Why(Enum):
    """Why sound is missing. The number stands in journals: never reuse one."""

    PAUSE = 1
    """A person asked for it, or the law does (card numbers, health)."""
    HOLD = 2
    CONSULT = 3
    """Agents among themselves."""
    DROPPED = 4
    """The kernel's buffer was full."""
    NO_ROOM = 5
    """The disk and its reserve were full."""
    BEFORE_RESTART = 6
    """The ear died while it waited for evidence: what stood in its memory is gone."""
    TORN = 7
    """Records are missing, or the journal just stops: the power failed. Said by the reader only."""
    OVERRAN = 8
    """The word that lets it be kept came too late: more than a minute behind the evidence, or, of
    the end of a pause, when what came since had been let go."""


MEANT = frozenset({Why.PAUSE, Why.HOLD, Why.CONSULT})
"""What is missing because somebody wanted it so; all else is a loss."""


@dataclass(frozen=True, slots=True)
class Media:
    """Packets of one stream as they came off the wire, in the order of their arrival."""

    packets: bytes = field(repr=False)
    """All of them, one behind another."""
    sizes: tuple[int, ...]
    """Bytes of each."""
    arrivals: tuple[int, ...]
    """Nanoseconds since 1970 of each."""

    def __len__(self) -> int:
        return len(self.sizes)

    def each(self) -> "list[tuple[int, bytes]]":
        """Every packet with its arrival."""
        edges = list(accumulate(self.sizes, initial=0))
        parts = map(self.packets.__getitem__, map(slice, edges, edges[1:]))
        return list(zip(self.arrivals, parts, strict=True))

    def only(self, wanted: "list[bool]") -> "Media":
        """Those packets whose place in ``wanted`` is true."""
        if all(wanted):
            return self
        kept = [one for one, keep in zip(self.each(), wanted, strict=True) if keep]
        return media(kept)

    def written(self) -> bytes:
        """The body: EVEN where all packets have one size, else MIXED."""
        stamps = pack(
            f"<{2 * len(self)}q", *(part for at in self.arrivals for part in divmod(at, NS))
        )
        if len(set(self.sizes)) == 1:
            return self.packets + stamps + EVEN_TAIL.pack(len(self), self.sizes[0], Kind.EVEN.value)
        sizes = pack(f"<{len(self)}H", *self.sizes)
        return self.packets + stamps + sizes + _MIXED_TAIL.pack(len(self), Kind.MIXED.value)


def media(packets: "list[tuple[int, bytes]]") -> Media:
    """Media of ``packets``, each with its arrival."""
    return Media(
        b"".join(packet for _, packet in packets),
        tuple(len(packet) for _, packet in packets),
        tuple(at for at, _ in packets),
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """What was said about the call (SIP identity, metadata, SDP, SRTP keys), opaque here."""

    content: bytes = field(repr=False)

    def written(self) -> bytes:
        return self.content + bytes([Kind.FACT.value])


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound that is not here, and why. A later gap with the same beginning takes its place."""

    why: Why
    from_ns: int
    until_ns: int | None
    """None while it lasts."""
    packets: int
    """How many came and were not kept, or were lost, as far as anybody counted."""

    def written(self) -> bytes:
        to = Writer()
        to.number(self.why.value, 1)
        to.number(self.from_ns, 8)
        to.number(self.until_ns or 0, 8)
        to.number(self.packets, 8)
        to.number(Kind.GAP.value, 1)
        return to.done()

    def covers(self, arrival_ns: int) -> bool:
        """Whether a packet of that instant lies in it."""
        return self.from_ns <= arrival_ns and (self.until_ns is None or arrival_ns < self.until_ns)


@dataclass(frozen=True, slots=True)
class End:
    """The last record of a generation: nothing is missing behind it."""

    at_ns: int
    """When the call was over; 0 where it goes on under the next key."""

    def written(self) -> bytes:
        return self.at_ns.to_bytes(8) + bytes([Kind.END.value])


@dataclass(frozen=True, slots=True)
class Begin:
    """The first record of a generation."""

    continues: bool
    """Whether all that the generation before had taken off the wire stands in its journal, though
    it has no end: so after an ear was killed, never after the power failed."""

    def written(self) -> bytes:
        return bytes([self.continues, Kind.BEGIN.value])


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Records of the same generation that count no more: they held sound of a pause that was told
    late, and are burnt. What they held of before stands in later ones, so nobody misses them."""

    numbers: tuple[int, ...]
    """The n of each."""

    def written(self) -> bytes:
        return pack(f">{len(self.numbers)}Q", *self.numbers) + bytes([Kind.WITHDRAWN.value])


Body = Media | Fact | Gap | End | Begin | Withdrawn


def read(body: bytes) -> Body:
    """The body that ``written`` wrote. Raises Tampered on anything else."""
    try:
        kind = Kind(body[-1])
    except (IndexError, ValueError):
        raise torn() from None
    match kind:
        case Kind.EVEN:
            return _even(body)
        case Kind.MIXED:
            return _mixed(body)
        case Kind.FACT:
            return Fact(body[:-1])
        case Kind.GAP:
            return _gap(Reader(body[:-1]))
        case Kind.END:
            _fits(body, 9)
            return End(int.from_bytes(body[:8]))
        case Kind.BEGIN:
            _fits(body, 2)
            return Begin(continues=bool(body[0]))
        case Kind.WITHDRAWN:
            count = len(body) // 8
            _fits(body, 8 * count + 1)
            return Withdrawn(unpack(f">{count}Q", body[:-1]))


def _even(body: bytes) -> Media:
    count, size, _ = _tail(EVEN_TAIL, body)
    stamps_at = count * size
    _fits(body, stamps_at + STAMP_BYTES * count + EVEN_TAIL.size)
    return Media(body[:stamps_at], (size,) * count, _arrivals(body, stamps_at, count))


def _mixed(body: bytes) -> Media:
    count, _ = _tail(_MIXED_TAIL, body)
    sizes_at = len(body) - _MIXED_TAIL.size - 2 * count
    stamps_at = sizes_at - STAMP_BYTES * count
    if stamps_at < 0:
        raise torn()
    sizes = unpack(f"<{count}H", body[sizes_at : sizes_at + 2 * count])
    _fits(body, sum(sizes) + (STAMP_BYTES + 2) * count + _MIXED_TAIL.size)
    return Media(body[:stamps_at], sizes, _arrivals(body, stamps_at, count))


def _tail(form: Struct, body: bytes) -> tuple[int, ...]:
    if len(body) < form.size:
        raise torn()
    return form.unpack_from(body, len(body) - form.size)


def _fits(body: bytes, size: int) -> None:
    if len(body) != size:
        raise torn()


def _arrivals(body: bytes, at: int, count: int) -> tuple[int, ...]:
    stamps = _STAMP.iter_unpack(body[at : at + STAMP_BYTES * count])
    return tuple([s * NS + ns for s, ns in stamps])  # a list first: a generator takes twice as long


def _gap(of: Reader) -> Gap:
    try:
        gap = Gap(Why(of.number(1)), of.number(8), of.number(8) or None, of.number(8))
    except ValueError:
        raise torn() from None
    of.end()
    return gap

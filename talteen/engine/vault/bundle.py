"""A bundle: one call on its way from the node that recorded it to the house that may open it.

    bundle = "talteen bundle1" part*
    part   = length envelope-file  length(8) segment-id and the call's records, still sealed

The node copies records; it cannot open one. Each part is a small segment with one call in it, so
reading it back is reading a journal.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from talteen.engine.vault import journal, journal_bodies
from talteen.engine.vault.canonical import Reader
from talteen.engine.vault.journal_bodies import (
    MEANT,
    Begin,
    Body,
    End,
    Fact,
    Gap,
    Media,
    Why,
    Withdrawn,
)
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.engine.vault.listing import Listing
from talteen.engine.vault.segment import path_of
from talteen.errors import Tampered
from talteen.ids import IntakeKeyId, RecordingId

MAGIC = b"talteen bundle1"
_READ_BYTES = 1 << 20


def bundle(of: Journals, recording: RecordingId, listed: Listing | None = None) -> Iterator[bytes]:
    """The bundle of ``recording`` in blocks of about 1 MiB, as a blob store takes them. Who bundles
    many calls has the folder ``listed`` once, after the last of them has ended.

    A segment that a call has but that is not there any more gives a part without records.
    """
    yield MAGIC
    for enclosed in of.generations(recording, listed):
        yield from _part(of, enclosed, listed)


def _part(of: Journals, enclosed: Enclosed, listed: Listing | None) -> Iterator[bytes]:
    envelope = enclosed.written()
    places = of.records(enclosed, listed)
    size = journal.HEAD_BYTES + sum(place.reach_bytes for place in places)
    yield len(envelope).to_bytes(4) + envelope + size.to_bytes(8) + journal.head(enclosed.segment)
    with path_of(of.folder, enclosed.segment).open("rb") as file:
        block = bytearray()
        for place in places:
            file.seek(place.at)
            block += file.read(place.reach_bytes)
            if len(block) >= _READ_BYTES:
                yield bytes(block)
                block.clear()
    yield bytes(block)


@dataclass(frozen=True, slots=True)
class Part:
    """One generation of a call, still sealed."""

    enclosed: Enclosed
    segment: bytes = field(repr=False)
    """A segment of this call alone."""


def parts(data: bytes) -> list[Part]:
    """The parts of a bundle. Raises Tampered where it is none, or is cut short."""
    of = Reader(data)
    if of.raw(len(MAGIC)) != MAGIC:
        raise Tampered("this is no bundle", remedy="let the node offer the call again")
    found = []
    while of.at < len(data):
        found.append(Part(Enclosed.read(of.block()), of.raw(of.number(8))))
    return found


@dataclass(frozen=True, slots=True)
class Generation:
    """What one key opened, in the order of its records."""

    number: int
    bodies: tuple[tuple[int, Body], ...] = field(repr=False)
    """Stream and body of each."""
    missing: int
    """Records before the last one found that are torn or gone, and that nobody withdrew."""
    holes: tuple[tuple[int, int], ...] = ()
    """Where those are missing: before which of ``bodies``, and from which on all was taken later.
    Between the two stands what an ear sealed anew of records older than the missing one."""

    @property
    def ended(self) -> bool:
        """Whether it has its end."""
        return any(isinstance(body, End) for _, body in self.bodies)

    @property
    def over(self) -> bool:
        """Whether that is the end of the call."""
        return any(isinstance(body, End) and body.at_ns for _, body in self.bodies)

    @property
    def continues(self) -> bool:
        """Whether it says that the one before lacks only its end."""
        return any(isinstance(body, Begin) and body.continues for _, body in self.bodies)


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as its journal gives it back."""

    recording: RecordingId
    generations: tuple[Generation, ...]

    @property
    def cut_off(self) -> bool:
        """Whether its last generation lacks its end: its node lost its power while the call ran."""
        return not self._written()[-1].over

    def facts(self) -> list[bytes]:
        """What was said about the call, in order; a fact that an ear had to seal again, once."""
        return list(dict.fromkeys(b.content for _, b in self._bodies() if isinstance(b, Fact)))

    def gaps(self, stream: int) -> list[Gap]:
        """The gaps of ``stream``, those of the whole call among them, in order of time."""
        last: dict[tuple[int, Why, int], Gap] = {}
        for on, body in self._bodies():
            if isinstance(body, Gap) and on in (journal.CALL_STREAM, stream):
                last[on, body.why, body.from_ns] = body
        return sorted([*last.values(), *self._torn(stream)], key=lambda gap: gap.from_ns)

    def streams(self) -> list[int]:
        """The streams that have media."""
        return sorted({stream for stream, body in self._bodies() if isinstance(body, Media)})

    def packets(self, stream: int) -> list[tuple[int, bytes]]:
        """Arrival and bytes of each packet of ``stream``, in the order of arrival.

        What lies in a pause is not here, whatever reached the journal before the pause did.
        """
        unwanted = [gap for gap in self.gaps(stream) if gap.why in MEANT]
        found = [
            packet
            for on, body in self._bodies()
            if on == stream and isinstance(body, Media)
            for packet in body.each()
        ]
        for gap in unwanted:
            found = [packet for packet in found if not gap.covers(packet[0])]
        return sorted(found, key=itemgetter(0))

    def _torn(self, stream: int) -> list[Gap]:
        """What is missing at the end of a generation, or somewhere in it, nobody wrote down."""
        written = self._written()
        found = [gap for one in written for gap in _within(one, stream)]
        for one, following in zip(written, [*written[1:], None], strict=True):
            if not _is_whole(one, following):
                found.append(Gap(Why.TORN, _last_arrival(one.bodies, stream), None, 0))
        return found

    def _written(self) -> list[Generation]:
        """Those with records: an ear that was killed as soon as it had its key leaves none, and who
        followed it goes on with all. Who does not has begun behind one whose records are gone."""
        every = self.generations
        followed = zip(every, [*every[1:], None], strict=True)
        counts = [
            one
            for one, following in followed
            if one.bodies or (following and following.bodies and not following.continues)
        ]
        return counts or list(every)

    def _bodies(self) -> Iterator[tuple[int, Body]]:
        for one in self.generations:
            yield from one.bodies


def heard(data: bytes, *, seed_of: Callable[[IntakeKeyId], bytes], node_key: bytes) -> Heard:
    """Open a bundle with the private halves that ``seed_of`` gives (KeyGone passes through).

    Raises Tampered where the envelopes are not of one call, or not from the node.
    """
    found = parts(data)
    of = {part.enclosed.recording for part in found}
    if len(of) != 1:
        raise Tampered(
            "a bundle has not just one call in it", remedy="let the node offer the call again"
        )
    opened = [_generation(part, seed_of, node_key) for part in found]
    return Heard(of.pop(), tuple(sorted(opened, key=lambda one: one.number)))


def _generation(part: Part, seed_of: Callable[[IntakeKeyId], bytes], node_key: bytes) -> Generation:
    seed = seed_of(part.enclosed.envelope.address.intake_key)
    key = part.enclosed.opened_key(seed=seed, node_key=node_key)
    records = journal.opened(part.segment, key)
    read = ((one.n, one.stream, journal_bodies.read(one.body)) for one in records)
    return generation(part.enclosed.generation, read)


def generation(number: int, records: Iterable[tuple[int, int, Body]]) -> Generation:
    """What ``records`` (n, stream, body) come to: those that are withdrawn count no more, and one
    that is missing is missed."""
    read = sorted(records, key=lambda record: record[0])
    withdrawn = [(n, body.numbers) for n, _, body in read if isinstance(body, Withdrawn)]
    gone = {n for _, numbers in withdrawn for n in numbers}
    kept = [record for record in read if record[0] not in gone]
    there = sorted({-1} | gone | {n for n, _, _ in read})
    behind = [b for a, b in pairwise(there) if b > a + 1]
    numbers = [n for n, _, _ in kept]
    return Generation(
        number,
        tuple((stream, body) for _, stream, body in kept),
        there[-1] + 2 - len(there),
        tuple(
            dict.fromkeys(
                (bisect_left(numbers, n), bisect_left(numbers, _settled(n, withdrawn)))
                for n in behind
            )
        ),
    )


def _settled(n: int, withdrawn: Sequence[tuple[int, tuple[int, ...]]]) -> int:
    """From which number on all records were taken later than the missing ``n``: what is sealed anew
    of older ones stands before their withdrawal, and may be withdrawn and sealed anew in turn."""
    for at, numbers in withdrawn:
        if any(number < n for number in numbers):
            n = max(n, at)
    return n


def _within(one: Generation, stream: int) -> Iterator[Gap]:
    """Where records are missing: between the packets that stand before and behind them."""
    for hole, settled in one.holes:
        last = _last_arrival(one.bodies[:hole], stream)
        after = (
            arrival
            for on, body in one.bodies[settled:]
            if on == stream and isinstance(body, Media)
            for arrival in body.arrivals
        )
        until = min((arrival for arrival in after if arrival > last), default=None)
        yield Gap(Why.TORN, last, until, one.missing)


def _is_whole(one: Generation, following: Generation | None) -> bool:
    """Whether nothing is missing at its end: it says so, or who followed does."""
    return one.over if following is None else one.ended or following.continues


def _last_arrival(bodies: Sequence[tuple[int, Body]], stream: int) -> int:
    arrivals = [
        body.arrivals[-1] for on, body in bodies if on == stream and isinstance(body, Media)
    ]
    return max(arrivals, default=0)

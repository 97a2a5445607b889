"""A journal gives back what was sealed, whatever happens to its file, and to its key alone."""

import ctypes
import os
import random
from mmap import mmap
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import journal, journal_bodies
from talteen.engine.vault.journal import JournalKey, Sealing
from talteen.engine.vault.journal_bodies import (
    Begin,
    End,
    Fact,
    Gap,
    Media,
    Why,
    Withdrawn,
    media,
)
from talteen.errors import Tampered
from talteen.ids import SegmentId
from tests.kit.flipped import flipped

SEGMENT = SegmentId(uuid4())
KEYS = [JournalKey(os.urandom(32), SEGMENT, call) for call in (1, 2, 3)]
BODIES = st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=300)), min_size=1, max_size=12)


def written(bodies: list[tuple[int, bytes]]) -> bytes:
    """A segment in which the calls take turns as ``bodies`` says."""
    sealings = [Sealing(key) for key in KEYS]
    return journal.head(SEGMENT) + b"".join(sealings[who].seal(who, body) for who, body in bodies)


def of(who: int, bodies: list[tuple[int, bytes]]) -> list[bytes]:
    return [body for one, body in bodies if one == who]


def read(who: int, data: bytes) -> list[bytes]:
    return [one.body for one in journal.opened(data, KEYS[who])]


@given(BODIES)
def test_each_key_opens_its_call_and_no_other(bodies: list[tuple[int, bytes]]) -> None:
    data = written(bodies)

    for who in range(3):
        assert read(who, data) == of(who, bodies)


@given(BODIES, st.data())
def test_all_that_is_whole_before_a_cut_comes_back(
    bodies: list[tuple[int, bytes]], choice: st.DataObject
) -> None:
    data = written(bodies)
    cut = choice.draw(st.integers(0, len(data)))
    edges = [r.at + r.size_bytes for r in journal.records(data, SEGMENT)]
    torn = data[:cut] + bytes(5000)

    for left in (data[:cut], torn):
        # A record whose lost bytes were zeros is whole again where the reserve's zeros follow.
        whole = sum(left[:edge] == data[:edge] for edge in edges)
        for who in range(3):
            assert read(who, left) == of(who, bodies[:whole])


@given(BODIES, st.data())
def test_a_flipped_bit_costs_the_record_that_it_hit(
    bodies: list[tuple[int, bytes]], choice: st.DataObject
) -> None:
    data = bytearray(written(bodies))
    at = choice.draw(st.integers(journal.HEAD_BYTES, len(data) - 1))
    edges = [r.at + r.size_bytes for r in journal.records(bytes(data), SEGMENT)]
    hit = next(n for n, edge in enumerate(edges) if at < edge)
    data[at] ^= 1 << choice.draw(st.integers(0, 7))
    left = bodies[:hit] + bodies[hit + 1 :]

    for who in range(3):
        assert read(who, bytes(data)) == of(who, left)


@pytest.mark.parametrize("longer", range(1, 5))
def test_a_length_that_is_a_little_too_long_hides_no_record_behind_it(longer: int) -> None:
    bodies = [(0, b"first"), (0, b"second"), (0, b"third")]
    data = bytearray(written(bodies))
    data[journal.HEAD_BYTES + 7] += longer

    assert read(0, bytes(data)) == [b"second", b"third"]


def test_a_thousand_random_cuts_are_never_misread() -> None:
    """Un-fsynced pages are lost anywhere, not only at the end: some are zeros, some are there."""
    chance = random.Random(7)
    bodies = [(n % 3, chance.randbytes(chance.randrange(2, 900))) for n in range(150)]
    data = written(bodies)
    ends = [r.at + r.size_bytes for r in journal.records(data, SEGMENT)]
    for _ in range(1000):
        cut = chance.randrange(len(data))
        torn = bytearray(data[:cut])
        for page in range(len(torn) // 4096):
            if page > cut // 8192 and chance.random() < 0.3:
                torn[page * 4096 : (page + 1) * 4096] = bytes(4096)

        flushed = sum(end <= (cut // 8192 + 1) * 4096 and end <= cut for end in ends)
        for who in range(3):
            found = read(who, bytes(torn))
            assert found[: len(of(who, bodies[:flushed]))] == of(who, bodies[:flushed])
            assert set(found) <= set(of(who, bodies))


def test_a_record_moved_to_another_segment_stream_or_number_does_not_open() -> None:
    record = bytearray(Sealing(KEYS[0]).seal(1, b"words"))
    elsewhere = JournalKey(KEYS[0].key, SegmentId(uuid4()), 1)

    assert journal.open_one(bytes(record), KEYS[0]).body == b"words"
    with pytest.raises(Tampered):
        journal.open_one(journal.mark(elsewhere.segment) + bytes(record[4:]), elsewhere)
    for at in range(8, journal.FRAME_BYTES):
        with pytest.raises(Tampered):
            journal.open_one(flipped(bytes(record), at), KEYS[0])


def test_no_two_records_of_a_key_share_a_nonce() -> None:
    """The n of a record is its nonce: it counts, over all streams, and there is no way back."""
    sealing = Sealing(KEYS[0])
    data = journal.head(SEGMENT) + b"".join(sealing.seal(n % 4, b"x") for n in range(50))

    assert [r.n for r in journal.records(data, SEGMENT)] == list(range(50))


def test_a_burnt_record_keeps_its_length_and_nothing_else() -> None:
    sealing = Sealing(KEYS[0])
    first, second = sealing.seal(1, b"words"), sealing.seal(1, b"more words")
    data = journal.head(SEGMENT) + journal.burnt(SEGMENT, len(first)) + second

    assert read(0, data) == [b"more words"]
    assert not any(journal.burnt(SEGMENT, len(first))[journal.FRAME_BYTES :])


PACKETS = st.lists(st.tuples(st.integers(0, 1 << 62), st.binary(max_size=40)), max_size=20)


@given(PACKETS)
def test_media_come_back_packet_for_packet(packets: list[tuple[int, bytes]]) -> None:
    body = media(packets)

    read = journal_bodies.read(body.written())

    assert read == body
    assert isinstance(read, Media)
    assert read.each() == packets


@pytest.mark.parametrize(
    "body",
    [
        Fact(b""),
        Fact(b"sip"),
        Gap(Why.PAUSE, 1, None, 0),
        Gap(Why.DROPPED, 1, 2, 3),
        End(5),
        Begin(continues=True),
        Begin(continues=False),
        Withdrawn(()),
        Withdrawn((3, 1 << 40)),
    ],
)
def test_bodies_come_back(body: journal_bodies.Body) -> None:
    assert journal_bodies.read(body.written()) == body


@given(st.binary(max_size=60))
def test_any_bytes_are_a_body_or_tampered(data: bytes) -> None:
    try:
        body = journal_bodies.read(data)
    except Tampered:
        return
    assert journal_bodies.read(body.written()) == body


@given(st.binary(max_size=2000))
def test_any_bytes_are_records_or_none(data: bytes) -> None:
    marked = data.replace(b"\0", journal.mark(SEGMENT))
    for record in journal.records(marked, SEGMENT, start=0):
        assert record.at + record.size_bytes <= len(marked)


def test_the_format_page_gives_the_sizes(request: pytest.FixtureRequest) -> None:
    page = (Path(__file__).parents[3] / "docs/formats/journal.md").read_text()

    assert f"{journal.FRAME_BYTES} bytes" in page
    assert journal.MAGIC.decode() in page
    for kind in journal_bodies.Kind:
        assert f"| {kind.value} | {kind.name.lower()} |" in page
    for why in Why:
        assert f"| {why.value} | {why.name.lower()} |" in page


def test_a_segment_that_is_read_through_does_not_stay_in_memory(tmp_path: Path) -> None:
    path, body, sealing = tmp_path / "segment", bytes(1 << 22), Sealing(KEYS[0])
    with path.open("wb") as file:
        file.write(journal.head(SEGMENT))
        for _ in range(12):
            file.write(sealing.seal(1, body))
    with path.open("r+b") as file, mmap(file.fileno(), 0) as data:
        found = list(journal.records(data, SEGMENT))
        assert len(found) == 12
        assert _resident_bytes(path) < len(data) / 2
        # In 48 MiB of ciphertext a mark may stand by chance: what is asked is where they lie.
        lying = journal.at_places(data, SEGMENT, 1, [one.at for one in found])
        assert lying is not None
        assert [one.at for one in lying] == [one.at for one in found]

        # An ear locks its memory: no refusal may end it, whatever the kernel lets go.
        assert ctypes.CDLL(None).mlock(ctypes.byref(ctypes.c_char.from_buffer(data)), 1) == 0
        assert list(journal.records(data, SEGMENT)) == found
        assert _resident_bytes(path) < len(data) / 2


def _resident_bytes(path: Path) -> int:
    """How much of the mapped file counts as memory of this process."""
    maps = Path("/proc/self/smaps").read_text().split(str(path))[1:]
    return sum(int(told.partition("Rss:")[2].split()[0]) for told in maps) * 1024

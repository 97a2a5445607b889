"""A drained arena is read as columns: every field of every packet, and nothing else as a packet."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import rtp
from talteen.engine.wire.rtp import Slots
from tests.kit.rtp import packet

BEGAN = 1_764_000_000_000_000_000
contributing = st.lists(st.integers(0, 2**32 - 1), max_size=15)
extensions = st.none() | st.integers(0, 12).flatmap(
    lambda n: st.binary(min_size=4 * n, max_size=4 * n)
)
paddings = st.integers(0, 255)


def slots(datagrams: list[bytes]) -> Slots:
    return rtp.slots(datagrams, [BEGAN + 20_000_000 * at for at in range(len(datagrams))])


@st.composite
def dressed(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A payload, and a packet with whatever RFC 3550 lets stand around it."""
    payload = draw(st.binary(max_size=200))
    csrc, extension, padding = draw(contributing), draw(extensions), draw(paddings)
    first = 0x80 | len(csrc) | (0x10 if extension is not None else 0) | (0x20 if padding else 0)
    body = b"".join(struct.pack("!I", one) for one in csrc)
    if extension is not None:
        body += struct.pack("!HH", 0xBEDE, len(extension) // 4) + extension
    pad = bytes(padding - 1) + bytes([padding]) if padding else b""
    kind = draw(st.integers(0, 63) | st.integers(96, 127))
    marker = draw(st.booleans())
    return payload, struct.pack("!BBHII", first, marker << 7 | kind, 7, 8, 9) + body + payload + pad


@given(st.lists(dressed(), max_size=8))
def test_payloads_come_out_bare_of_all_that_may_stand_around_them(
    made: list[tuple[bytes, bytes]],
) -> None:
    drained = slots([data for _, data in made])

    read = rtp.columns(drained)

    assert [
        bytes(drained.raw[start : start + length])
        for start, length in zip(read.start.tolist(), read.length.tolist(), strict=True)
    ] == [payload for payload, _ in made]
    assert [one.to_bytes(4, "big") for one in read.head.tolist()] == [
        payload[:4].ljust(4, b"\0") for payload, _ in made
    ]


@given(
    st.booleans(), st.integers(0, 63), st.integers(0, 2**16 - 1),
    st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_every_field_of_the_header_stands_in_its_column(
    marker: bool, kind: int, sequence: int, timestamp: int, ssrc: int
) -> None:
    data = packet(
        b"x", payload_type=kind, sequence=sequence, timestamp=timestamp, ssrc=ssrc, marker=marker
    )

    read = rtp.columns(slots([b"", data]))

    fields = (read.marker, read.payload_type, read.sequence, read.timestamp, read.ssrc)
    assert [field.tolist() for field in fields] == [
        [marker],
        [kind],
        [sequence],
        [timestamp],
        [ssrc],
    ]
    assert read.slot.tolist() == [1]
    assert read.arrival_ns.tolist() == [BEGAN + 20_000_000]


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_whatever_a_port_hears_is_read_or_left_but_never_raised(heard: list[bytes]) -> None:
    drained = slots(heard)

    read = rtp.columns(drained)

    lengths = drained.lengths[read.slot]
    starts = drained.offsets[read.slot]
    assert np.all((read.start >= starts + 12) & (read.start + read.length <= starts + lengths))


@given(
    st.binary(max_size=40),
    st.lists(st.tuples(st.integers(-50, 90), st.integers(-50, 90)), max_size=5),
)
def test_a_row_that_points_outside_the_arena_is_no_packet(
    raw: bytes, rows: list[tuple[int, int]]
) -> None:
    places = np.array(rows, np.int64).reshape(-1, 2)

    read = rtp.columns(Slots(raw, places[:, 0], places[:, 1], np.zeros(len(rows), np.int64)))

    assert np.all(read.start + read.length <= len(raw))


def test_rtcp_on_the_same_port_is_told_apart() -> None:
    report = bytes([0x81, 201, 0, 7]) + bytes(28)
    drained = slots([packet(b"voice"), report, packet(b"voice", payload_type=72 - 72, marker=True)])

    assert rtp.columns(drained).slot.tolist() == [0, 2]
    assert rtp.rtcp_rows(drained).tolist() == [1]


@given(st.integers(0, 2**40), st.lists(st.integers(-32_000, 32_000), max_size=50))
def test_counters_are_followed_through_every_wrap(first: int, steps: list[int]) -> None:
    true = np.cumsum([first, *steps])

    unwrapped = rtp.unwrap((true % 65_536).astype(np.uint16))

    assert (unwrapped - unwrapped[0]).tolist() == (true - true[0]).tolist()


def heard(*ssrcs: int) -> rtp.Packets:
    return rtp.columns(slots([packet(b"x", ssrc=one, sequence=at) for at, one in enumerate(ssrcs)]))


def test_the_first_ssrc_keeps_the_stream_against_packets_of_strangers() -> None:
    held = rtp.turns(heard(*[1] * 10, 2, 1, 1, 2, 2, 1, 1, 3, *[1] * 10))

    assert [(turn.ssrc, len(turn.rows)) for turn in held.held] == [(1, 24)]
    assert held.strays == 4


def test_another_ssrc_takes_over_with_sustained_traffic_from_its_first_packet_on() -> None:
    held = rtp.turns(heard(*[1] * 10, 2, 2, 2, 2, 1, *[2] * 10))

    assert [(turn.ssrc, len(turn.rows)) for turn in held.held] == [(1, 11), (2, 10)]
    assert held.strays == 4


def test_a_burst_of_strangers_does_not_last_long_enough() -> None:
    burst = [packet(b"x", ssrc=2, sequence=at) for at in range(50)]
    mine = [packet(b"x", ssrc=1, sequence=at) for at in range(50)]
    times = [at * 20_000_000 for at in range(50)]

    held = rtp.turns(rtp.columns(rtp.slots(mine + burst, times + [times[20] + 1] * 50)))

    assert [(turn.ssrc, len(turn.rows)) for turn in held.held] == [(1, 50)]


def test_the_end_of_another_call_on_a_recycled_port_is_not_of_this_one() -> None:
    held = rtp.turns(heard(8, 8, 8, *[1] * 10))

    assert [turn.ssrc for turn in held.held] == [1]
    assert held.strays == 3


def test_a_late_packet_of_the_former_ssrc_still_belongs_to_it() -> None:
    held = rtp.turns(heard(*[1] * 10, *[2] * 5, 1, *[2] * 5))

    assert [(turn.ssrc, len(turn.rows)) for turn in held.held] == [(1, 11), (2, 10)]


def test_an_ssrc_that_the_sdp_named_needs_no_proof() -> None:
    held = rtp.turns(heard(1, 1, 2), noted=(2,))

    assert held.held[-1].ssrc == 2

"""The evidence copy gives back every byte of every payload that may be kept, and none other."""

import io
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Format
from talteen.errors import Tampered
from talteen.life.capture.sidecar import Side
from talteen.life.seal import evidence, received
from talteen.life.seal.received import Captured, Kept
from tests.kit.rtp import BEGAN_NS, Datagram, arrived, facts, packet, spoken

ALL = Kept(announced_until_ns=0)
PERIOD = 20_000_000
KINDS = [
    (0, 160, 160, 8_000, {}),
    (8, 160, 160, 8_000, {}),
    (9, 160, 160, 8_000, {}),
    (111, 60, 960, 48_000, {"t111": Format("opus", 48_000, 2, "useinbandfec=1")}),
]


def copy(stream: Captured, kept: Kept = ALL) -> bytes:
    return b"".join(evidence.written(stream, kept))


def payloads(stored: bytes) -> dict[int, bytes]:
    """By sequence number."""
    read = evidence.read(io.BytesIO(stored))
    return {number: payload for _, number, payload in evidence.payloads(read.records)}


@pytest.mark.parametrize(("number", "size", "ticks", "clock", "formats"), KINDS)
def test_payload_bytes_out_are_the_bytes_sent_over_a_bad_network(
    number: int, size: int, ticks: int, clock: int, formats: dict[str, Format]
) -> None:
    rng = np.random.default_rng(number)
    bodies = [b"\x08" + os.urandom(size - 1) for _ in range(3_000)]
    sent = spoken(bodies, payload_type=number, ticks=ticks, clock_hz=clock)
    lost = set(rng.choice(np.arange(1, 2_999), 90, replace=False).tolist())
    late = {at: int(rng.integers(30, 400)) for at in rng.choice(3_000, 150, replace=False)}
    again = rng.choice(3_000, 90, replace=False).tolist()
    came = [
        Datagram(one.arrival_ns + late.get(at, 0) * 1_000_000, one.data)
        for copies in (range(3_000), again)
        for at in copies
        if at not in lost
        for one in [sent[at]]
    ]
    stream = Captured(facts("1", **formats), Side.AGENT, [arrived(came)])

    stored = copy(stream)

    assert payloads(stored) == {
        (65_500 + at) % 65_536: body for at, body in enumerate(bodies) if at not in lost
    }
    gaps = received.lay([stream], ALL).gaps("1")
    assert sum(gap.packets for gap in gaps) == 90
    assert [gap.packets for gap in gaps] == [
        next(n for n in range(1, 99) if at + n not in lost) for at in sorted(lost)
        if at - 1 not in lost
    ]  # fmt: skip


def test_the_copy_sounds_like_the_stream() -> None:
    formats = {"t96": Format("PCMU", 8_000), "t101": Format("telephone-event", 8_000)}
    sent = spoken([os.urandom(160) for _ in range(300)], payload_type=96)
    stream = Captured(facts("1", **formats), Side.AGENT, [arrived(sent)])

    read = evidence.read(io.BytesIO(copy(stream)))

    assert read.facts == stream.facts
    whole, again = (
        np.concatenate([agent for agent, _ in received.lay([one], ALL).blocks()])
        for one in (stream, read.captured(stream))
    )
    assert np.array_equal(whole, again)


@given(st.integers(0, 6_000), st.integers(0, 6_000), st.integers(0, 3_000), st.integers(0, 6_000))
def test_no_packet_that_touches_what_was_not_to_be_kept_is_in_it(
    announced: int, paused: int, length: int, until: int
) -> None:
    ms = 1_000_000
    begins = BEGAN_NS + paused * ms
    pause = Silence(GapKind.PAUSE, begins, begins + length * ms)
    kept = Kept(BEGAN_NS + announced * ms, (pause,), BEGAN_NS + until * ms)
    sent = spoken([bytes([at % 256]) * 160 for at in range(300)], sequence=0)

    inside = payloads(copy(Captured(facts("1"), Side.AGENT, [arrived(sent)]), kept))

    for number in range(300):
        start, end = BEGAN_NS + number * PERIOD, BEGAN_NS + (number + 1) * PERIOD
        free = end <= pause.start_ns or start >= pause.end_ns
        may = start >= kept.announced_until_ns and end <= kept.until_ns and free
        assert (number in inside) == may


def test_keys_and_strangers_are_not_in_it_and_are_counted() -> None:
    sent = spoken([b"v" * 160] * 100, sequence=0)
    sent[50] = Datagram(
        sent[50].arrival_ns,
        packet(b"\x05\x8a\x03\x20", payload_type=101, sequence=50, timestamp=0xFFFFF000 + 8_000),
    )
    stranger = Datagram(sent[60].arrival_ns + 5, packet(b"s" * 160, ssrc=666))
    stream = Captured(
        facts("1", t101=Format("telephone-event", 8_000)), Side.AGENT, [arrived([*sent, stranger])]
    )

    stored = copy(stream)

    assert payloads(stored) == {at: b"v" * 160 for at in range(100) if at != 50}
    assert evidence.read(io.BytesIO(stored)).withheld == 2


STORED = copy(Captured(facts("1"), Side.AGENT, [arrived(spoken([b"v" * 20] * 10))]))


@given(st.integers(0, len(STORED) - 1), st.integers(1, 255))
def test_no_byte_can_change_unseen(at: int, by: int) -> None:
    changed = bytearray(STORED)
    changed[at] ^= by

    with pytest.raises(Tampered):
        evidence.read(io.BytesIO(bytes(changed)))


@given(st.integers(0, len(STORED) - 1))
def test_nothing_can_be_cut_off_or_added(at: int) -> None:
    for torn in (STORED[:at], STORED + b"x"):
        with pytest.raises(Tampered):
            evidence.read(io.BytesIO(torn))


def test_an_empty_stream_has_an_empty_copy() -> None:
    read = evidence.read(io.BytesIO(copy(Captured(facts("1"), Side.AGENT, []))))

    assert (read.records, read.withheld) == ((), 0)

"""Reports are read whatever they are, and a receiver's own say what RFC 3550 says they must."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import rtcp, rtp
from talteen.engine.wire.rtcp import Bye, Named, ReceiverReport, Reception, ReportBlock
from tests.kit.rtp import Datagram, arrived, spoken

U32 = st.integers(0, 2**32 - 1)
blocks = st.builds(
    ReportBlock, U32, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), U32, U32, U32, U32
)


@given(U32, st.text(min_size=1, max_size=60), st.lists(blocks, max_size=31))
def test_our_report_says_what_was_put_in(ssrc: int, name: str, told: list[ReportBlock]) -> None:
    compound = rtcp.receiver_report(ssrc, name, tuple(told))

    assert len(compound) % 4 == 0
    assert compound[-1] == 0  # RFC 3550 6.5: a null item ends each chunk, be it aligned or not
    cname = name.encode()[:255].decode(errors="replace")
    assert rtcp.parse(compound) == [ReceiverReport(ssrc, tuple(told)), Named(ssrc, cname)]


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(heard: bytes) -> None:
    rtcp.parse(heard)
    rtcp.parse(bytes([0x81, 200 + heard[0] % 4 if heard else 200]) + heard)


def test_a_sender_report_gives_the_senders_wall_clock() -> None:
    ntp = (2_208_988_800 + 1_764_000_000) << 32 | 1 << 31
    sent = struct.pack("!BBHIQIII", 0x80, 200, 6, 7, ntp, 160, 3, 480)

    (report,) = rtcp.parse(sent + rtcp.bye(7))[:1]

    assert isinstance(report, rtcp.SenderReport)
    assert report.wall_ns == 1_764_000_000_500_000_000
    assert (report.ssrc, report.timestamp, report.packets, report.payload_bytes) == (7, 160, 3, 480)
    assert rtcp.parse(sent + rtcp.bye(7))[1] == Bye((7,))


def jittered(seed: int, count: int) -> list[Datagram]:
    rng = np.random.default_rng(seed)
    late = rng.exponential(8e6, count).astype(int)
    sent = spoken([b"x" * 160] * count)
    return [
        Datagram(one.arrival_ns + int(ns), one.data) for one, ns in zip(sent, late, strict=True)
    ]


def hear(reception: Reception, sent: list[Datagram], *, at_once: int = 1) -> Reception:
    """As they arrive: the last one of so many at a time."""
    heard = rtp.columns(arrived(sent))
    rows = zip(heard.sequence.tolist(), heard.timestamp.tolist(), heard.arrival_ns.tolist(),
               strict=True)  # fmt: skip
    for row in list(rows)[at_once - 1 :: at_once]:
        reception.hear(*row, packets=at_once)
    return reception


@given(st.integers(0, 1_000), st.integers(1, 200))
def test_jitter_of_packets_heard_one_by_one_is_that_of_a_8(seed: int, count: int) -> None:
    """RFC 3550 A.8, written out once more with its integers."""
    sent = jittered(seed, count)
    packets = rtp.columns(arrived(sent))
    by_hand, before = 0.0, None
    rows = (packets.arrival_ns.tolist(), packets.timestamp.tolist())
    for arrival_ns, timestamp in zip(*rows, strict=True):
        transit = arrival_ns * 8_000 // 1_000_000_000 - timestamp
        if before is not None:
            moved = (transit - before + 2**31) % 2**32 - 2**31
            by_hand += (abs(moved) - by_hand) / 16
        before = transit

    assert abs(hear(Reception(0xA1, 8_000), sent).jitter - by_hand) < 1e-6


def test_jitter_of_every_fifteenth_packet_is_of_the_same_size() -> None:
    """An ear looks at the last packet of a visit: over a minute that tells the same network."""
    sent = jittered(7, 3_000)

    each = hear(Reception(0xA1, 8_000), sent).jitter
    some = hear(Reception(0xA1, 8_000), sent, at_once=15).jitter

    assert each / 3 < some < 3 * each


@pytest.mark.parametrize("at_once", [1, 25])
def test_loss_is_counted_since_the_last_report_and_since_the_beginning(at_once: int) -> None:
    sent = spoken([b"x" * 160] * 200)  # their numbers wrap after 36 packets
    reception = Reception(0xA1, 8_000)

    first = hear(reception, sent[:50] + sent[75:100], at_once=at_once).report()
    second = hear(reception, sent[100:], at_once=at_once).report()

    assert (first.lost, first.fraction_lost) == (25, 64)
    assert (second.lost, second.fraction_lost) == (25, 0)
    assert second.highest_sequence == 65_500 + 199


def test_duplicates_can_make_the_loss_negative() -> None:
    sent = spoken([b"x" * 160] * 10)

    block = hear(Reception(0xA1, 8_000), sent + sent).report()

    assert (block.lost, block.fraction_lost) == (-10, 0)
    assert rtcp.parse(rtcp.receiver_report(1, "x", (block,)))[0] == ReceiverReport(1, (block,))


def test_whoever_heard_nothing_of_a_sender_says_so() -> None:
    assert Reception(0xA1, 8_000).report() == ReportBlock(0xA1, 0, 0, 0, 0, 0, 0)


@given(st.floats(0, 1))
def test_reports_come_at_no_fixed_time_and_not_too_often(chance: float) -> None:
    """RFC 3550 6.3.1: from half to three halves of five seconds, over e - 3/2."""
    assert 2.05 < rtcp.interval_s(chance, first=False) < 6.2
    assert rtcp.interval_s(chance, first=True) == rtcp.interval_s(chance, first=False) / 2

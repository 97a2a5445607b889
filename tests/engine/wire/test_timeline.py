"""Both sides of a call stand to each other as they were spoken, whatever clocks and networks do."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from talteen.engine.wire import dtmf, rtp, timeline
from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.engine.wire.rtp import Packets
from talteen.engine.wire.timeline import Timeline
from tests.kit.rtp import BEGAN_NS, Datagram, arrived, facts, packet, spoken

PATH_NS = 30_000_000


def streamed(
    seed: int, *, minutes: float, ppm: float, jitter_ms: float, loss: float = 0.01
) -> tuple[Packets, NDArray[np.float64]]:
    """Columns of one side over a bad network, and when each of its packets was truly spoken."""
    rng = np.random.default_rng(seed)
    count = np.arange(int(minutes * 3_000))
    spoken_s = (count * 0.02 * (1 + ppm * 1e-6)).astype(np.float64)
    late_ns = rng.exponential(jitter_ms * 1e6, len(count)).astype(np.int64)
    arrival = BEGAN_NS + (spoken_s * 1e9).astype(np.int64) + PATH_NS + late_ns
    kept = np.flatnonzero(rng.random(len(count)) >= loss)
    kept = kept[np.argsort(arrival[kept], kind="stable")]
    same = np.zeros(len(kept), np.int64)
    return (
        Packets(
            slot=np.arange(len(kept)),
            arrival_ns=arrival[kept],
            marker=same.astype(np.bool_),
            payload_type=(same + 8).astype(np.uint8),
            sequence=((60_000 + kept) % 65_536).astype(np.uint16),
            timestamp=((2**32 - 5_000 + 160 * kept) % 2**32).astype(np.uint32),
            ssrc=(same + 7).astype(np.uint32),
            start=same,
            length=same + 160,
            head=same.astype(np.uint32),
        ),
        spoken_s,
    )


def worst_ms(laid: Timeline, spoken_s: NDArray[np.float64]) -> float:
    """The largest error of a packet's time, when the path's own delay is known."""
    (segment,) = laid.segments
    # The first packet may be among the lost ones: numbers tell which it was.
    truth = spoken_s[segment.sequence - 60_000] * 1e9 + PATH_NS
    return float(np.abs(segment.start_ns - BEGAN_NS - truth).max()) / 1e6


@pytest.mark.parametrize("ppm", [-200.0, 0.0, 50.0, 200.0])
@pytest.mark.parametrize("jitter_ms", [2.0, 40.0])
def test_an_hour_at_200_ppm_stays_within_2_ms(ppm: float, jitter_ms: float) -> None:
    packets, spoken_s = streamed(1, minutes=60, ppm=ppm, jitter_ms=jitter_ms)

    assert worst_ms(timeline.lay(packets, facts()), spoken_s) <= 1.0  # of each side: 2 of both


@pytest.mark.parametrize("seconds", [3, 9, 12, 60, 300])
def test_a_short_call_is_laid_as_well_as_its_jitter_lets_it(seconds: int) -> None:
    packets, spoken_s = streamed(2, minutes=seconds / 60, ppm=100, jitter_ms=10, loss=0)

    assert worst_ms(timeline.lay(packets, facts()), spoken_s) <= 2.0


def test_a_stall_of_the_network_is_no_leap_of_the_clock() -> None:
    sent = spoken([b"x" * 160] * 2_000)
    stalled = [
        Datagram(max(one.arrival_ns, BEGAN_NS + 15_000_000_000), one.data)
        if one.arrival_ns > BEGAN_NS + 10_000_000_000 else one
        for one in sent
    ]  # fmt: skip

    laid = timeline.lay(rtp.columns(arrived(stalled)), facts())

    (segment,) = laid.segments
    assert abs(int(segment.start_ns[1_999]) - sent[1_999].arrival_ns) < 1_000_000
    assert laid.gaps == ()


def test_a_leap_of_the_timestamps_begins_a_segment_where_it_arrives() -> None:
    first = spoken([b"x" * 160] * 500)
    then = spoken(
        [b"x" * 160] * 500, sequence=65_500 + 500, timestamp=5, began_ns=BEGAN_NS + 10_000_000_000
    )

    laid = timeline.lay(rtp.columns(arrived(first + then)), facts())

    assert [len(segment.rows) for segment in laid.segments] == [500, 500]
    assert abs(int(laid.segments[1].start_ns[0]) - (BEGAN_NS + 10_000_000_000)) < 1_000_000


def test_one_wild_timestamp_moves_nobody_else() -> None:
    sent = spoken([b"x" * 160] * 1_000)
    wild = Datagram(sent[500].arrival_ns, sent[500].data[:4] + b"\x40" * 4 + sent[500].data[8:])

    laid = timeline.lay(rtp.columns(arrived([*sent[:500], wild, *sent[501:]])), facts())

    (segment,) = laid.segments
    assert len(segment.rows) == 999
    assert laid.strays == 1
    assert abs(int(segment.start_ns[-1]) - sent[-1].arrival_ns) < 1_000


def test_a_sender_whose_clock_stands_still_on_hold_goes_on_when_it_arrives() -> None:
    first = spoken([b"x" * 160] * 500, timestamp=0)
    later = BEGAN_NS + 70_000_000_000
    then = spoken([b"x" * 160] * 500, sequence=66_000, timestamp=500 * 160, began_ns=later)
    hold = Silence(GapKind.HOLD, BEGAN_NS + 10_000_000_000, later)

    laid = timeline.lay(rtp.columns(arrived(first + then)), facts(), silences=[hold])

    (gap,) = laid.gaps
    assert (gap.kind, gap.packets) == (GapKind.HOLD, 0)
    assert abs(gap.end_ns - gap.start_ns - 60_000_000_000) < 1_000_000


def test_another_ssrc_and_another_clock_rate_begin_segments() -> None:
    narrow = spoken([b"x" * 160] * 100, ssrc=1)
    other = spoken([b"x" * 160] * 100, ssrc=2, sequence=9, began_ns=BEGAN_NS + 2_000_000_000)
    wide = spoken(
        [b"\x08" + b"x" * 40] * 100, ssrc=2, sequence=109, payload_type=96, ticks=960,
        clock_hz=48_000, timestamp=77, began_ns=BEGAN_NS + 4_000_000_000,
    )  # fmt: skip

    laid = timeline.lay(
        rtp.columns(arrived(narrow + other + wide)), facts(t96=Format("opus", 48_000, 2))
    )

    assert [(one.ssrc, one.clock_hz) for one in laid.segments] == [
        (1, 8_000), (2, 8_000), (2, 48_000),
    ]  # fmt: skip
    assert laid.lost == 0


def test_a_re_invite_may_give_a_payload_type_another_meaning() -> None:
    again = BEGAN_NS + 2_000_000_000
    agreed = (
        Agreed(0, {96: Format("PCMA", 8_000)}),
        Agreed(again, {96: Format("opus", 48_000, 2)}),
    )
    first = spoken([b"x" * 160] * 100, payload_type=96)
    then = spoken(
        [b"\x08" + b"x" * 40] * 100, sequence=65_600, payload_type=96, ticks=960,
        clock_hz=48_000, began_ns=again,
    )  # fmt: skip

    laid = timeline.lay(rtp.columns(arrived(first + then)), StreamFacts("1", agreed))

    assert [segment.clock_hz for segment in laid.segments] == [8_000, 48_000]
    assert [int(segment.filled[0]) for segment in laid.segments] == [160, 960]


# --- keys ----------------------------------------------------------------------------------


def key(event: int, at_ms: int, length: int, *, end: bool) -> bytes:
    return struct.pack("!BBH", event, end << 7 | 10, length)


def with_keys(*presses: tuple[int, int]) -> Packets:
    """A minute of silence with keys (event, packet) in it: 100 ms each, every packet repeated."""
    sent = spoken([b"\xd5" * 160] * 500, sequence=0, timestamp=0)
    for event, at in presses:
        for step in range(7):
            block = key(event, 0, min(step + 1, 5) * 160, end=step >= 4)
            sent[at + step] = Datagram(
                sent[at + step].arrival_ns,
                packet(block, payload_type=101, sequence=at + step, timestamp=at * 160),
            )
    return rtp.columns(arrived(sent))


TONES = facts(t101=Format("telephone-event", 8_000))


@given(st.lists(st.integers(0, 15), min_size=1, max_size=20))
def test_keys_are_read_once_each_with_their_times(events: list[int]) -> None:
    packets = with_keys(*((event, 20 * at) for at, event in enumerate(events)))

    pressed = dtmf.pressed(packets, timeline.lay(packets, TONES), TONES)

    assert [one.key for one in pressed] == [dtmf.KEYS[event] for event in events]
    assert all(abs(one.end_ns - one.start_ns - 100_000_000) < 1_000 for one in pressed)
    starts = [round((one.start_ns - BEGAN_NS) / 400e6) for one in pressed]
    assert starts == list(range(len(events)))


@given(st.integers(0, 8_000), st.integers(0, 3_000))
def test_no_key_leaves_a_pause(start_ms: int, length_ms: int) -> None:
    packets = with_keys(*((at % 10, 20 * at) for at in range(20)))
    begins = BEGAN_NS + start_ms * 1_000_000
    pause = Silence(GapKind.PAUSE, begins, begins + length_ms * 1_000_000)

    pressed = dtmf.pressed(packets, timeline.lay(packets, TONES), TONES, silences=[pause])

    assert all(one.end_ns < pause.start_ns or one.start_ns >= pause.end_ns for one in pressed)


def test_keys_instead_of_sound_are_no_loss() -> None:
    laid = timeline.lay(with_keys((5, 100)), TONES)

    assert [(gap.kind, gap.packets) for gap in laid.gaps] == [(GapKind.TONES, 0)]

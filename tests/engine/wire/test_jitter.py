"""Packets come back in the order of sending, however they came, and what is missing is counted."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import jitter, rtp, timeline
from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.rtp import Packets
from tests.kit.rtp import BEGAN_NS, Datagram, arrived, facts, packet, spoken

PERIOD = 20_000_000


def came(numbers: Sequence[int], *, at: Sequence[int] | None = None) -> Packets:
    times = [BEGAN_NS + PERIOD * one for one in (at or range(len(numbers)))]
    return rtp.columns(rtp.slots([packet(b"x" * 160, sequence=one) for one in numbers], times))


def in_order(packets: Packets) -> jitter.Order:
    return jitter.ordered(packets, np.arange(len(packets)))


@given(
    st.integers(0, 65_535),
    st.integers(2, 300).flatmap(lambda size: st.permutations(range(size))),
    st.data(),
)
def test_any_order_of_arrival_gives_back_the_order_of_sending(
    first: int, arrival: list[int], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(arrival), max_size=20))
    sent = [*arrival, *again]

    order = in_order(came([first + one for one in sent]))

    (run,) = order.runs
    assert np.all(np.diff(run.sequence) == 1)
    assert [sent[row] for row in run.rows.tolist()] == list(range(len(arrival)))
    assert order.duplicates == len(again)
    assert order.strays == 0


def test_numbers_are_followed_through_many_wraps() -> None:
    numbers = range(65_000, 65_000 + 200_000)

    (run,) = in_order(came(numbers)).runs

    assert run.sequence[-1] - run.sequence[0] == 199_999


def test_a_packet_that_is_a_minute_late_takes_its_place() -> None:
    numbers = [*range(10), *range(11, 3_000), 10, *range(3_000, 3_050)]

    order = in_order(came(numbers))

    (run,) = order.runs
    assert run.sequence.tolist() == list(range(3_050))
    assert order.late == 1


def test_a_count_that_begins_anew_begins_a_new_run() -> None:
    order = in_order(came([*range(1_000), *range(40_000, 41_000)]))

    assert [len(run.rows) for run in order.runs] == [1_000, 1_000]


def test_a_wild_number_belongs_nowhere() -> None:
    order = in_order(came([*range(100), 30_000, *range(100, 200)]))

    (run,) = order.runs
    assert run.sequence.tolist() == list(range(200))
    assert order.strays == 1


def test_a_long_silence_may_have_counted_on() -> None:
    """Twenty minutes that were not journaled: sixty thousand numbers, only forward."""
    after = [40_000 + at for at in range(100)]
    times = [*range(100), *[60_000 + at for at in range(100)]]

    order = in_order(came([*range(100), *after], at=times))

    (run,) = order.runs
    assert run.sequence.tolist() == [*range(100), *after]


@given(st.sets(st.integers(1, 398), max_size=60))
def test_every_gap_is_told_with_the_exact_number_of_packets(lost: set[int]) -> None:
    sent = [one for at, one in enumerate(spoken([b"x" * 160] * 400)) if at not in lost]

    laid = timeline.lay(rtp.columns(arrived(sent)), facts())

    expected = [
        (at, length)
        for at in sorted(lost)
        if at - 1 not in lost
        for length in [next(n for n in range(1, 400) if at + n not in lost)]
    ]
    assert [
        (round((gap.start_ns - BEGAN_NS) / PERIOD), gap.packets) for gap in laid.gaps
    ] == expected
    assert {gap.kind for gap in laid.gaps} <= {GapKind.LOSS}
    assert all(abs(gap.end_ns - gap.start_ns - gap.packets * PERIOD) < 1_000 for gap in laid.gaps)


def silent_from(sent: list[Datagram], first: int, last: int, *, counted: bool) -> list[Datagram]:
    """The packets without some of them; the numbers go on over the hole, or not."""
    rest = sent[last:]
    if not counted:
        rest = [
            Datagram(one.arrival_ns, one.data[:2] + number.to_bytes(2, "big") + one.data[4:])
            for one in rest
            for number in [(int.from_bytes(one.data[2:4], "big") - (last - first)) % 65_536]
        ]
    return sent[:first] + rest


def test_a_sender_that_kept_silent_lost_nothing() -> None:
    sent = silent_from(spoken([b"x" * 160] * 200), 50, 100, counted=False)

    (gap,) = timeline.lay(rtp.columns(arrived(sent)), facts()).gaps

    assert (gap.kind, gap.packets) == (GapKind.DTX, 0)
    assert abs(gap.end_ns - gap.start_ns - 1_000_000_000) < 1_000


def test_comfort_noise_is_no_loss_and_no_sound() -> None:
    sent = silent_from(spoken([b"x" * 160] * 200), 50, 100, counted=True)
    noise = spoken([b"\x40"] * 200, payload_type=13)[50:100]

    (gap,) = timeline.lay(rtp.columns(arrived(sent + noise)), facts()).gaps

    assert (gap.kind, gap.packets) == (GapKind.DTX, 0)


def test_what_is_missing_before_the_first_word_and_after_the_last_counts_too() -> None:
    noise = spoken([b"\x40"] * 30, payload_type=13, sequence=0)
    voice = spoken([b"x" * 160] * 30, sequence=0)
    sent = [noise[0], *voice[5:20], noise[29]]

    laid = timeline.lay(rtp.columns(arrived(sent)), facts())

    assert [gap.packets for gap in laid.gaps] == [4, 9]


def test_a_pause_is_told_as_a_pause_and_still_counted() -> None:
    sent = silent_from(spoken([b"x" * 160] * 200), 50, 100, counted=True)
    pause = Silence(GapKind.PAUSE, BEGAN_NS + 50 * PERIOD, BEGAN_NS + 100 * PERIOD)

    (gap,) = timeline.lay(rtp.columns(arrived(sent)), facts(), silences=[pause]).gaps

    assert (gap.kind, gap.packets) == (GapKind.PAUSE, 50)

"""What the network does to a call: order, copies, losses, silence, drift."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.wire.jitter import GapKind
from talteen.engine.wire.rtp import Slots
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.capture.sidecar import Side
from talteen.life.seal import received
from talteen.life.seal.received import Captured
from tests.kit.rtp import BEGAN_NS, Datagram, arrived, encoded, facts, packet, spoken
from tests.life.seal.captured import ALL, SECOND, TONE, agents, alike, joined, tone


@settings(max_examples=40)
@given(
    st.sets(st.integers(1, 198), max_size=30),
    st.lists(st.integers(0, 199), max_size=20),
    st.lists(st.integers(0, 40), min_size=200, max_size=200),
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
)
def test_order_copies_and_losses_change_no_sample_that_is_there(
    lost: set[int], again: list[int], late_ms: list[int], drains: list[int]
) -> None:
    sent = spoken(TONE)
    whole, _ = joined(received.lay([agents(*sent)], ALL))
    first = sent[0]  # keeps its time, so that the clock is anchored alike
    came = [first] + [
        Datagram(one.arrival_ns + late_ms[at] * 1_000_000, one.data)
        for at, one in enumerate(sent)
        if at and at not in lost
    ]
    came += [Datagram(sent[at].arrival_ns + 900_000_000, sent[at].data)
             for at in again if at not in lost]  # fmt: skip
    stream = Captured(facts("1"), Side.AGENT, drained(came, drains))

    agent, _ = joined(received.lay([stream], ALL))

    assert len(agent) == len(whole)
    there = np.repeat([at not in lost for at in range(200)], 160)
    assert np.array_equal(agent[there], whole[there])
    source = received.lay([stream], ALL)
    assert sum(gap.packets for gap in source.gaps("1")) == len(lost)
    assert all(gap.kind is GapKind.LOSS for gap in source.gaps("1"))


def drained(sent: Sequence[Datagram], sizes: Sequence[int]) -> list[Slots]:
    """The same packets in drains of these sizes, over and over."""
    inbox = sorted(sent, key=lambda one: one.arrival_ns)
    batches: list[Slots] = []
    at = 0
    while at < len(inbox):
        size = sizes[len(batches) % len(sizes)]
        batches.append(arrived(inbox[at : at + size]))
        at += size
    return batches


def test_a_loss_is_papered_over_for_60_ms_and_then_silent() -> None:
    sent = spoken(TONE)

    agent, _ = joined(received.lay([agents(*sent[:100], *sent[110:])], ALL))

    hole = agent[16_000:17_600]
    assert np.abs(hole[:160]).max() > 4_000
    assert np.abs(hole[:160]).max() > np.abs(hole[160:320]).max() > np.abs(hole[320:480]).max() > 0
    assert not hole[480:].any()


def test_a_sender_that_keeps_silent_is_silent_at_once() -> None:
    sent = spoken(TONE)
    rest = [
        Datagram(one.arrival_ns, packet(one.data[12:], sequence=number, timestamp=tick))
        for at, one in enumerate(sent[110:])
        for number, tick in [(65_600 + at, 0xFFFFF000 + (110 + at) * 160)]
    ]

    agent, _ = joined(received.lay([agents(*sent[:100], *rest)], ALL))

    assert not agent[16_000:17_600].any()
    assert agent[17_600:].any()


def test_another_ssrc_goes_on_in_the_same_lane() -> None:
    sent = spoken(TONE[:100])
    then = spoken(TONE[100:], ssrc=77, sequence=5, timestamp=9, began_ns=BEGAN_NS + 3 * SECOND)

    source = received.lay([agents(*sent, *then)], ALL)

    agent, _ = joined(source)
    assert not agent[16_000:24_000].any()
    assert alike(agent[24_000:], tone[16_000:], within=8)[1] == 0
    assert [gap.kind for gap in source.gaps("1")] == [GapKind.BREAK]
    assert source.marks == (Mark(MarkKind.LOST, 2_000, 3_000),)


def chirps(ppm: float, *, seconds: int) -> list[Datagram]:
    """A click in each tenth second, by a clock that is ``ppm`` slow."""
    sound = np.zeros(seconds * 8_000, np.int16)
    sound[::80_000] = 20_000
    return spoken(encoded(sound, "pcm_alaw", rate=8_000, frame=160), ppm=ppm)


def test_drift_between_two_clocks_is_taken_out_of_what_is_heard() -> None:
    slow, fast = chirps(150, seconds=600), chirps(-150, seconds=600)

    source = received.lay([agents(*slow), Captured(facts("2"), Side.CALLER, [arrived(fast)])], ALL)

    agent, caller = joined(source)
    seconds = [np.flatnonzero(side > 5_000)[-1] / 8_000 for side in (agent, caller)]
    true = [590 * (1 + 150e-6), 590 * (1 - 150e-6)]
    assert all(abs(got - at) < 0.002 for got, at in zip(seconds, true, strict=True))

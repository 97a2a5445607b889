"""The packets of a call become two aligned sides, and what was not to be kept is true silence."""

import gc
import io
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.engine.wire.rtp import Slots, slots
from talteen.engine.wire.sdes import Key, Suite
from talteen.life.capture.rules import Mark, MarkKind, Span
from talteen.life.capture.sidecar import Side
from talteen.life.capture.sources import Sides
from talteen.life.seal import audio, received
from talteen.life.seal.audio import Samples
from talteen.life.seal.received import Captured, Kept, Note, NoteKind
from tests.kit.flipped import flipped
from tests.kit.rtp import BEGAN_NS, Datagram, arrived, encoded, facts, packet, spoken
from tests.life.seal.captured import ALL, SECOND, TONE, agents, alike, joined, tone

CALLS = Path(__file__).parents[3] / "demo" / "calls"
CALL = Sides(CALLS / "001-huonevaraus.agent.opus", CALLS / "001-huonevaraus.caller.opus")
PERIOD = 20_000_000


@pytest.fixture(scope="module")
def voices() -> tuple[Samples, Samples]:
    """Half a minute of a spoken call, agent and caller, at 8 kHz."""
    blocks = list(audio.measure(CALL).blocks())[16:46]
    return np.concatenate([a for a, _ in blocks]), np.concatenate([c for _, c in blocks])


def widened(samples: Samples, factor: int) -> Samples:
    places = np.arange(len(samples) * factor) / factor
    return np.interp(places, np.arange(len(samples)), samples).astype(np.int16)


# --- codecs --------------------------------------------------------------------------------


def test_both_sides_of_a_spoken_call_come_out_as_they_went_in(
    voices: tuple[Samples, Samples],
) -> None:
    agent, caller = voices
    sent = spoken(encoded(agent, "pcm_alaw", rate=8_000, frame=160))
    other = spoken(encoded(caller, "pcm_mulaw", rate=8_000, frame=160), payload_type=0, ssrc=9)

    source = received.lay([agents(*sent), Captured(facts("2"), Side.CALLER, [arrived(other)])], ALL)

    assert (source.rate, source.agent_ms, source.caller_ms) == (8_000, 30_000, 30_000)
    for got, wanted in zip(joined(source), voices, strict=True):
        assert np.max(np.abs(got.astype(int) - wanted)) <= 512  # the coarsest step of G.711
        score, shift = alike(got, wanted, within=8)
        assert (round(score, 2), shift) == (1.0, 0)
    assert source.notes == ()


WIDE = [
    ("g722", 16_000, 320, 160, 8_000, 9, Format("G722", 8_000), 0.99),
    ("libopus", 48_000, 960, 960, 48_000, 111, Format("opus", 48_000, 2), 0.95),
]


@pytest.mark.parametrize(
    ("codec", "rate", "frame", "ticks", "clock", "number", "kind", "likeness"), WIDE
)
def test_wide_codecs_bring_the_call_to_16_khz(
    voices: tuple[Samples, Samples],
    codec: str, rate: int, frame: int, ticks: int, clock: int, number: int, kind: Format,
    likeness: float,
) -> None:  # fmt: skip
    wide = widened(voices[0], rate // 8_000)
    made = encoded(wide, codec, rate=rate, frame=frame)
    sent = spoken(made, payload_type=number, ticks=ticks, clock_hz=clock)
    beside = spoken(encoded(voices[1], "pcm_alaw", rate=8_000, frame=160), ssrc=2)

    source = received.lay(
        [
            Captured(facts("1", **{f"t{number}": kind}), Side.AGENT, [arrived(sent)]),
            Captured(facts("2"), Side.CALLER, [arrived(beside)]),
        ],
        ALL,
    )

    agent, caller = joined(source)
    assert source.rate == 16_000
    assert len(agent) == 30 * 16_000
    score, shift = alike(agent, wide[:: rate // 16_000], within=160)
    assert score > likeness
    assert -110 <= shift <= 0  # what the codec itself delays: up to 6.5 ms in Opus
    score, shift = alike(caller, widened(voices[1], 2), within=16)
    assert score > 0.99
    assert abs(shift) <= 1


def test_a_codec_may_change_in_the_middle(voices: tuple[Samples, Samples]) -> None:
    narrow = spoken(encoded(voices[0], "pcm_alaw", rate=8_000, frame=160)[:750])
    wide = encoded(widened(voices[0], 2), "g722", rate=16_000, frame=320)[750:]
    rest = spoken(
        wide, payload_type=9, sequence=66_250, timestamp=0xFFFFF000 + 750 * 160,
        began_ns=BEGAN_NS + 15 * SECOND,
    )  # fmt: skip

    source = received.lay([agents(*narrow, *rest)], ALL)

    agent, _ = joined(source)
    assert source.gaps("1") == ()
    wanted = widened(voices[0], 2)
    for half in (slice(0, 15 * 16_000), slice(15 * 16_000 + 800, None)):
        score, shift = alike(agent[half], wanted[half], within=40)
        assert score > 0.98
        assert -24 <= shift <= 0


def test_an_unknown_codec_leaves_silence_and_a_note_and_spoils_nothing_else(
    voices: tuple[Samples, Samples],
) -> None:
    made = spoken(encoded(voices[0], "pcm_alaw", rate=8_000, frame=160))
    strange = [
        Datagram(one.arrival_ns, one.data[:1] + b"\x0f" + one.data[2:52]) for one in made[500:600]
    ]

    source = received.lay([agents(*made[:500], *strange, *made[600:])], ALL)

    agent, _ = joined(source)
    assert Note(NoteKind.UNDECODED, "1", 100, "G728") in source.notes
    assert not agent[80_000:96_000].any()
    assert alike(agent[96_000:], voices[0][96_000:], within=8)[1] == 0


def test_what_a_decoder_refuses_is_silence_of_its_own_length() -> None:
    torn = spoken([b"\xff" * 3] * 100, payload_type=111, ticks=960, clock_hz=48_000)

    source = received.lay([agents(*torn, t111=Format("opus", 48_000, 2))], ALL)

    agent, _ = joined(source)
    assert len(agent) == source.agent_ms * 16


# --- the network ---------------------------------------------------------------------------


# --- what may not be kept ------------------------------------------------------------------


@given(
    st.integers(0, 2_000), st.integers(2_000, 4_000), st.integers(0, 1_500), st.integers(0, 1_500)
)
def test_nothing_before_the_announcement_ended_nor_in_a_pause_nor_after_the_end_is_heard(
    announced: int, until: int, paused: int, length: int
) -> None:
    at = BEGAN_NS + paused * 1_000_000 + 60_000  # half a sample more
    pause = Silence(GapKind.PAUSE, at, at + length * 1_000_000)
    kept = Kept(BEGAN_NS + announced * 1_000_000, (pause,), BEGAN_NS + until * 1_000_000)

    loud = spoken([b"\xaa" * 160] * 200)  # every sample of it is far from 0
    agent, _ = joined(received.lay([agents(*loud)], kept, began_ns=BEGAN_NS))

    silent = np.zeros(32_000, np.bool_)
    silent[: announced * 8] = silent[until * 8 :] = True
    silent[paused * 8 : (paused + length) * 8 + 1] = True
    assert not agent[silent[: len(agent)]].any()
    assert np.all(agent[~silent[: len(agent)]] != 0)


def test_a_gap_that_the_rules_cut_and_a_captured_call_fit_each_other() -> None:
    source = received.lay([agents(*spoken(TONE))], ALL)

    cut = list(
        audio.cut(
            source.blocks(), source.rate, kept=Span(500, 5_000),
            gaps=[Mark(MarkKind.HOLD, 1_000, 2_000)],
        )
    )  # fmt: skip

    agent = np.concatenate([block[0] for block in cut])
    assert len(agent) == 4_500 * 8
    assert np.array_equal(agent[:8_000], joined(source)[0][4_000:12_000])
    assert not agent[8_000:16_000].any()


def test_a_captured_call_is_sealed_and_opened_like_an_imported_one(
    voices: tuple[Samples, Samples],
) -> None:
    sent = spoken(encoded(voices[0], "pcm_alaw", rate=8_000, frame=160))
    source: audio.Source = received.lay([agents(*sent)], ALL)

    kept = audio.cut(source.blocks(), source.rate, kept=Span(1_000, 29_000))
    sealed = b"".join(audio.encode((block[0] for block in kept), source.rate))

    opened = np.concatenate(list(audio.decode(io.BytesIO(sealed), source.rate)))
    assert len(opened) == 28_000 * 8
    score, shift = alike(opened, voices[0][8_000:-8_000], within=16)
    assert score > 0.9
    assert abs(shift) <= 8


def test_a_pause_and_a_hold_are_marked_from_when_to_when_they_were() -> None:
    at = BEGAN_NS + 500_000_000
    kept = Kept(
        0,
        (
            Silence(GapKind.PAUSE, at, at + 250_000_000),
            Silence(GapKind.HOLD, at + SECOND, at + 2 * SECOND),
        ),
    )

    source = received.lay([agents(*spoken(TONE))], kept)

    assert source.marks == (Mark(MarkKind.PAUSE, 500, 750), Mark(MarkKind.HOLD, 1_500, 2_500))


def test_what_was_said_in_a_pause_does_not_paper_over_a_loss_behind_it() -> None:
    sent = spoken([b"\xd5" * 160] * 50 + [b"\xaa" * 160] + [b"\xd5" * 160] * 49)
    ends = BEGAN_NS + 51 * PERIOD - 2_000_000  # all but 2 ms of the only loud packet
    kept = Kept(0, (Silence(GapKind.PAUSE, BEGAN_NS + 40 * PERIOD, ends),))

    agent, _ = joined(received.lay([agents(*sent[:51], *sent[55:])], kept))

    assert np.flatnonzero(np.abs(agent) > 100).tolist() == list(range(8_144, 8_160))


def test_keys_make_no_sound() -> None:
    sent = spoken(TONE)
    for at in range(50, 60):
        sent[at] = Datagram(
            sent[at].arrival_ns,
            packet(b"\x05\x0a\x03\x20", payload_type=101, sequence=65_500 + at,
                   timestamp=0xFFFFF000 + 50 * 160),
        )  # fmt: skip

    source = received.lay([agents(*sent, t101=Format("telephone-event", 8_000))], ALL)

    assert not joined(source)[0][8_000:9_600].any()
    assert [gap.kind for gap in source.gaps("1")] == [GapKind.TONES]


# --- who is who ----------------------------------------------------------------------------


def test_a_third_party_is_added_to_its_side_and_noted() -> None:
    quiet = encoded((tone // 4).astype(np.int16), "pcm_alaw", rate=8_000, frame=160)
    two = [agents(*spoken(quiet)), agents(*spoken(quiet, ssrc=3), label="3")]

    source = received.lay(two, ALL)

    alone, _ = joined(received.lay(two[:1], ALL))
    assert np.array_equal(joined(source)[0], alone * 2)
    assert source.notes == (Note(NoteKind.SUMMED, "3"),)


def test_a_sum_that_is_too_loud_is_clipped_and_never_wraps() -> None:
    full = spoken([b"\x2a" * 160] * 50)

    source = received.lay([agents(*full), agents(*full, label="2")], ALL)

    one, _ = joined(received.lay([agents(*full)], ALL))
    summed, _ = joined(source)
    assert np.all(np.sign(summed) == np.sign(one))
    assert np.abs(summed.astype(int)).max() >= np.abs(one.astype(int)).max()


def test_a_mixed_stream_stands_in_one_lane_and_says_so() -> None:
    source = received.lay([Captured(facts("1"), None, [arrived(spoken(TONE))])], ALL)

    agent, caller = joined(source)
    assert not agent.any()
    assert caller.any()
    assert source.agent_ms == 0
    assert source.notes == (Note(NoteKind.MIXED, "1"),)


def test_a_stream_without_a_packet_is_noted_and_the_other_is_heard() -> None:
    empty = Captured(facts("2"), Side.CALLER, [])

    source = received.lay([agents(*spoken(TONE)), empty], ALL)

    assert source.notes == (Note(NoteKind.SILENT_STREAM, "2"),)
    assert source.caller_ms == 0
    assert joined(source)[0].any()


def test_a_call_without_any_packet_is_empty() -> None:
    source = received.lay([Captured(facts("1"), Side.AGENT, [])], ALL)

    assert (source.agent_ms, source.caller_ms, list(source.blocks())) == (0, 0, [])


def test_a_protected_stream_sounds_like_the_same_in_clear() -> None:
    master = os.urandom(30)
    session = Session(
        Policy(master, Policy.SSRC_ANY_OUTBOUND, 0, Policy.SRTP_PROFILE_AES128_CM_SHA1_80)
    )
    sent = spoken(TONE)
    hidden = [Datagram(one.arrival_ns, session.protect(one.data)) for one in sent]
    forged = Datagram(hidden[7].arrival_ns, flipped(hidden[7].data))
    key = Key(Suite.AES_CM_128_HMAC_SHA1_80, master)
    told = StreamFacts("1", (Agreed(0, keys=(key,)),))

    source = received.lay(
        [Captured(told, Side.AGENT, [arrived([*hidden, forged, hidden[9]])])], ALL
    )

    plain = received.lay([agents(*sent)], ALL)
    assert np.array_equal(joined(source)[0], joined(plain)[0])
    kinds = {note.kind: note.packets for note in source.notes}
    assert sum(kinds.values()) == 2


# --- hours ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """Records that are made when they are read, as a journal opens them one by one."""

    batches: int

    def __iter__(self) -> Iterator[Slots]:
        for batch in range(self.batches):
            first = batch * 500
            yield slots(
                [packet(b"\x55" * 160, sequence=first + at, timestamp=(first + at) * 160)
                 for at in range(500)],
                [BEGAN_NS + (first + at) * PERIOD for at in range(500)],
            )  # fmt: skip


def grown(hours: float) -> int:
    """How much memory streaming a call needs at its peak, beyond its plan."""
    source = received.lay([Captured(facts("1"), Side.AGENT, Hours(int(hours * 360)))], ALL)
    gc.collect()
    tracemalloc.start()
    samples = sum(len(agent) for agent, _ in source.blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert samples == int(hours * 360) * 80_000
    return peak


def test_hours_of_sound_stream_in_constant_memory() -> None:
    assert grown(0.4) < 1.2 * grown(0.1) + 100_000

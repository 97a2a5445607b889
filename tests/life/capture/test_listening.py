"""Packets become sound with its instants, waiting calls are listened to in their turn, and neither
side of the line needs what the other one knew before it died."""

import base64
import random
import socket
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from benchmarks import legs
from talteen.engine.vault import journal_bodies
from talteen.ids import RecordingId
from talteen.life.capture.ears import control
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.effects import Tell
from talteen.life.capture.facts import AnnouncementEvidence, EvidenceSource
from talteen.life.capture.hearing import RATE, Repertoire, learn
from talteen.life.capture.listening import desk as desks
from talteen.life.capture.listening import words
from talteen.life.capture.listening.desk import Desk
from talteen.life.capture.listening.room import ANSWERED_WITHIN_S, ASK_EVERY_S, Room
from talteen.life.capture.listening.sound import StreamSound
from talteen.life.capture.listening.words import Awaited
from talteen.life.capture.sidecar import Side
from talteen.life.capture.told import AgreedTold, FormatTold, StreamTold
from tests.kit import rtp, switchboard
from tests.kit.rtp import Datagram

FI = "announce.fi@1"
CALL = RecordingId(UUID(int=1))
MS = 1_000_000
CODECS = {
    "PCMA": (8, "pcm_alaw", 8_000, 160),
    "PCMU": (0, "pcm_mulaw", 8_000, 160),
    "G722": (9, "g722", 16_000, 320),
}


def stream(name: str = "PCMA", number: int = 1, crypto: tuple[str, ...] = ()) -> StreamTold:
    payload_type = CODECS[name][0]
    agreed = AgreedTold(0, (FormatTold(payload_type, name, 8_000),), crypto)
    return StreamTold(number, "1", Side.AGENT, (agreed,))


def prompt() -> legs.Samples:
    return legs.prompts()[FI]


def packets(
    sound: legs.Samples, name: str = "PCMA", *, began_ns: int = rtp.BEGAN_NS, ssrc: int = 7
) -> list[Datagram]:
    """``sound`` at 8 kHz as a client sends it."""
    payload_type, codec, rate, frame = CODECS[name]
    wide = np.repeat(sound, rate // RATE)
    payloads = rtp.encoded(wide, codec, rate=rate, frame=frame)
    return rtp.spoken(payloads, payload_type=payload_type, began_ns=began_ns, ssrc=ssrc)


def pairs(sent: list[Datagram]) -> list[tuple[int, bytes]]:
    """As they arrive."""
    return sorted((one.arrival_ns, one.data) for one in sent)


def heard_as(sound: StreamSound, arrived: list[tuple[int, bytes]], at_once: int) -> legs.Samples:
    parts = [sound.add(arrived[at : at + at_once]) for at in range(0, len(arrived), at_once)]
    return np.concatenate(parts)


def alike(one: legs.Samples, other: legs.Samples) -> float:
    size = min(one.size, other.size)
    return float(np.corrcoef(one[:size], other[:size])[0, 1])


# --- sound ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PCMA", "PCMU", "G722"])
def test_what_was_sent_is_what_is_heard(name: str) -> None:
    said = legs.speech(random.Random(1))[: 4 * RATE].astype(np.int16)

    heard = heard_as(StreamSound(stream(name)), pairs(packets(said, name)), 25)

    lags = range(40)  # G.722 and its way down to 8 kHz take a few milliseconds
    assert max(alike(heard[lag:], said) for lag in lags) > (0.9 if name == "G722" else 0.995)


@pytest.mark.parametrize("at_once", [1, 7, 500])
def test_loss_and_disorder_leave_everything_else_in_its_place(at_once: int) -> None:
    said = legs.speech(random.Random(2))[: 4 * RATE].astype(np.int16)
    sent = packets(said)
    disordered = [*sent[:50], sent[51], sent[50], sent[50], *sent[52:100], *sent[105:]]
    arrived = [(at * 20 * MS, one.data) for at, one in enumerate(disordered)]

    heard = heard_as(StreamSound(stream()), arrived, at_once)

    whole = heard_as(StreamSound(stream()), pairs(sent), 500)
    assert heard.size == whole.size == len(sent) * 160
    assert not heard[100 * 160 : 105 * 160].any()
    assert np.array_equal(heard[105 * 160 :], whole[105 * 160 :])
    assert np.array_equal(heard[: 50 * 160], whole[: 50 * 160])


def test_a_sample_is_known_by_the_packet_that_was_least_late() -> None:
    chance = random.Random(3)
    late = [
        Datagram(one.arrival_ns + (0 if at % 10 == 0 else chance.randrange(80 * MS)), one.data)
        for at, one in enumerate(packets(np.zeros(10 * RATE, np.int16)))
    ]
    sound = StreamSound(stream())
    sound.add(pairs(late))

    assert sound.at_ns(5 * RATE) == pytest.approx(rtp.BEGAN_NS + 5_000 * MS, abs=MS)


def test_another_sender_goes_on_at_the_time_when_it_came() -> None:
    one = packets(np.full(RATE, 8_000, np.int16), ssrc=1)
    pause_ns = rtp.BEGAN_NS + 4_000 * MS
    other = packets(np.full(RATE, 4_000, np.int16), ssrc=2, began_ns=pause_ns)

    heard = heard_as(StreamSound(stream()), pairs([*one, *other]), 20)

    assert heard.size == 5 * RATE
    assert not heard[RATE : 4 * RATE].any()
    assert np.median(heard[4 * RATE :]) == pytest.approx(4_000, rel=0.1)


def test_each_sender_is_dated_by_its_own_packets() -> None:
    """The second one's first packet was late: its others tell when it really began."""
    one = packets(np.zeros(RATE, np.int16), ssrc=1)
    other = packets(np.zeros(RATE, np.int16), ssrc=2, began_ns=rtp.BEGAN_NS + 1_000 * MS)
    late = [Datagram(other[0].arrival_ns + 15 * MS, other[0].data), *other[1:]]
    sound = StreamSound(stream())
    sound.add(pairs([*one, *late]))

    begins = 8 * 1_015  # where the late packet stands
    assert sound.at_ns(begins) == rtp.BEGAN_NS + 1_000 * MS
    assert sound.at_ns(RATE // 2) == rtp.BEGAN_NS + 500 * MS


def test_srtp_is_opened_with_the_key_that_was_agreed() -> None:
    master = bytes(range(30))
    policy = Policy(master, Policy.SSRC_ANY_OUTBOUND, 0, Policy.SRTP_PROFILE_AES128_CM_SHA1_80)
    session, said = Session(policy), legs.speech(random.Random(4))[: 2 * RATE].astype(np.int16)
    sealed = [(one.arrival_ns, bytes(session.protect(one.data))) for one in packets(said)]
    key = base64.b64encode(master).decode()
    crypto = (f"1 AES_CM_128_HMAC_SHA1_80 inline:{key}",)

    assert alike(heard_as(StreamSound(stream(crypto=crypto)), sealed, 10), said) > 0.99
    assert heard_as(StreamSound(stream(crypto=("broken",))), sealed, 10).size >= 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 62), st.binary(max_size=60)), max_size=12))
def test_any_packets_can_be_listened_to(arrived: list[tuple[int, bytes]]) -> None:
    sound = StreamSound(stream())

    assert sum(sound.add([one]).size for one in sorted(arrived)) <= 60 * RATE + 160


# --- the room ------------------------------------------------------------------------------


@cache
def known() -> Repertoire:
    return learn(legs.prompts())


def awaiting(*calls: RecordingId) -> say.Await:
    return words.listed([Awaited(call, (stream(),)) for call in calls])


def answer(arrived: list[tuple[int, bytes]], call: RecordingId = CALL) -> Iterator[say.Sampled]:
    for at in range(0, len(arrived), 40):
        media = journal_bodies.media(arrived[at : at + 40]).written()
        yield say.Sampled(call, 1, more=True, media=media)
    yield say.Sampled(call, 1, more=False, media=b"")


def told(room: Room, messages: Iterator[say.Message], now_s: float) -> list[say.Recognised]:
    return [found for message in messages for found in room.told(message, now_s)]


def leg(played: legs.Samples, after_s: int = 3) -> list[tuple[int, bytes]]:
    """A second of ringing, a prompt, and talk."""
    talk = legs.speech(random.Random(5))[: after_s * RATE].astype(np.int16)
    return pairs(packets(np.concatenate([np.zeros(RATE, np.int16), played, talk])))


def listening(*calls: RecordingId) -> Room:
    room = Room(known)
    assert told(room, iter([awaiting(*calls)]), 0.0) == []
    return room


def test_a_prompt_is_told_with_the_instants_of_its_beginning_and_end() -> None:
    room, arrived = listening(CALL), leg(prompt())
    found: list[say.Recognised] = []
    for at, begin in enumerate(range(0, len(arrived), 25)):
        found += told(room, answer(arrived[begin : begin + 25]), float(at))

    (one,) = found
    end_ns = rtp.BEGAN_NS + 1_000 * MS + prompt().size * 125_000
    assert (one.call, one.version, one.full) == (CALL, FI, True)
    assert one.end_ns == pytest.approx(end_ns, abs=5 * MS)
    assert one.end_ns - one.start_ns == pytest.approx(prompt().size * 125_000, abs=5 * MS)


def test_a_prompt_is_told_before_a_caller_has_said_two_sentences() -> None:
    """6.3, 15.1: two seconds of talk are a call; whoever hangs up then must have been heard."""
    room, arrived = listening(CALL), leg(prompt(), after_s=1)

    assert [one.full for one in told(room, answer(arrived), 1.0)] == [True]


def test_a_half_prompt_is_told_as_such_and_listened_on() -> None:
    room = listening(CALL)
    cut = leg(prompt()[: prompt().size // 2], after_s=16)

    assert [one.full for one in told(room, answer(cut), 0.0)] == [False]
    assert [one.call for one in room.due(5.0)] == [CALL]


def test_what_is_new_is_asked_for_every_second_and_again_when_nobody_answers() -> None:
    room, arrived = listening(CALL), leg(prompt())
    assert list(room.due(0.0)) == [say.Sample(CALL, 1, 0)]
    assert list(room.due(0.1)) == []
    assert list(room.due(ANSWERED_WITHIN_S)) == [say.Sample(CALL, 1, 0)]

    told(room, answer(arrived[:50]), 10.0)
    assert list(room.due(10.0)) == []
    assert list(room.due(10.0 + ASK_EVERY_S)) == [say.Sample(CALL, 1, arrived[49][0])]


def test_an_answer_that_comes_twice_changes_nothing() -> None:
    once, twice, arrived = listening(CALL), listening(CALL), leg(prompt())
    found: tuple[list[say.Recognised], list[say.Recognised]] = ([], [])
    for begin in range(0, len(arrived), 100):
        part = arrived[begin : begin + 100]
        found[0].extend(told(once, answer(part), 0.0))
        found[1].extend(told(twice, answer(part), 0.0))
        found[1].extend(told(twice, answer(part), 0.0))

    assert found[0] == found[1] != []


def test_nobody_is_listened_to_who_waits_no_more() -> None:
    other = RecordingId(UUID(int=2))
    room, arrived = listening(CALL, other), leg(prompt())
    told(room, answer(arrived[:600]), 0.0)
    told(room, iter([awaiting(other)]), 0.0)

    assert len(room) == 1
    assert told(room, answer(arrived[600:]), 0.0) == []
    assert [one.call for one in room.due(9.0)] == [other]


def test_sound_that_breaks_a_decoder_costs_no_other_call_its_hearing() -> None:
    other = RecordingId(UUID(int=2))
    room, arrived = listening(CALL, other), leg(prompt())
    broken = say.Sampled(CALL, 1, more=True, media=b"no body of a journal")

    assert told(room, iter([broken]), 0.0) == []
    assert [one.call for one in room.due(9.0)] == [other]
    assert [one.call for one in told(room, answer(arrived, other), 9.0)] == [other]


# --- the desk ------------------------------------------------------------------------------


def waiting(count: int = 1) -> switchboard.Desk:
    """Calls without stated evidence."""
    at = switchboard.desk(ports=8 * count)
    for _ in range(count):
        at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
        at.board.dialogs[f"one {len(at.board.dialogs)}"] = at.board.dialogs.pop("rfc7866-basic")
    return at


@pytest.fixture
def ends() -> Iterator[tuple[Desk, Line]]:
    """The signaller's end, and the other one."""
    pair = control.pair()
    yield Desk(Line(pair[0]), lambda: frozenset({"announce.fi@3"})), Line(pair[1])
    for end in pair:
        end.close()


def lists(line: Line) -> list[tuple[Awaited, ...]]:
    return [words.read(one) for one in line.heard() if isinstance(one, say.Await)]


def test_a_call_that_waits_is_listed_once_and_again_for_whoever_knows_nothing(
    ends: tuple[Desk, Line],
) -> None:
    here, there = ends
    at = waiting()
    (live,) = at.board.calls
    here.look(at.board.calls, at.now)
    here.look(at.board.calls, at.now)
    ((listed,),) = lists(there)
    assert listed.call == live.recording
    assert {one.side for one in listed.streams} <= {Side.AGENT, None}

    there.say(say.Ready(restarted=True, calls=0))
    assert list(here.said()) == []
    here.look(at.board.calls, at.now)
    assert [[one.call for one in each] for each in lists(there)] == [[live.recording]]


def test_sound_passes_only_while_the_call_waits(ends: tuple[Desk, Line]) -> None:
    here, there = ends
    at = waiting()
    (live,) = at.board.calls
    asked, given = say.Sample(live.recording, 2, 0), say.Sampled(live.recording, 2, False, b"")
    there.say(asked)
    assert list(here.said()) == []  # not listed yet: a word of a listener that was killed

    here.look(at.board.calls, at.now)
    there.say(asked)
    assert list(here.said()) == [Tell(live.ear, asked)]
    here.sampled(given)
    assert given in list(there.heard())

    here.look(at.board.calls, at.now + timedelta(seconds=70))
    here.sampled(given)
    assert lists(there) == [()]
    assert given not in list(there.heard())


def test_a_prompt_that_was_heard_is_evidence_in_the_language_of_its_version(
    ends: tuple[Desk, Line],
) -> None:
    here, there = ends
    at = waiting()
    (live,) = at.board.calls
    here.look(at.board.calls, at.now)
    began = desks.EPOCH + timedelta(hours=1)
    there.say(say.Recognised(live.recording, "announce.fi@3", 3_600 * 10**9, 3_608 * 10**9, True))

    ((call, evidence),) = here.said()
    assert call == live.recording
    assert isinstance(evidence, AnnouncementEvidence)
    assert (evidence.source, evidence.language) == (EvidenceSource.HEARD, "fi")
    assert (evidence.start, evidence.full) == (began, True)


def test_the_oldest_are_listened_to_first_and_no_more_than_a_node_can(
    ends: tuple[Desk, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = ends
    monkeypatch.setattr(desks, "AT_ONCE", 2)
    at = waiting(3)
    here.look(at.board.calls, at.now)

    (listed,) = lists(there)
    assert [one.call for one in listed] == [live.recording for live in at.board.calls[:2]]


def test_without_the_sound_of_its_prompts_no_call_is_listed(ends: tuple[Desk, Line]) -> None:
    here, there = ends
    here.sounding = lambda: frozenset({"announce.sv@9"})
    at = waiting()
    here.look(at.board.calls, at.now)

    assert lists(there) in ([], [()])
    assert isinstance(there.end, socket.socket)

"""From SIPREC messages to what an ear is told and what the register learns, without a socket."""

from datetime import timedelta

import pytest

from talteen.engine.wire import sdp, sip
from talteen.life.capture import live as lives
from talteen.life.capture import shown, told
from talteen.life.capture.console import State
from talteen.life.capture.ears import messages as say
from talteen.life.capture.effects import Answer, Tell, Trouble, Wish, Wished
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    EvidenceSource,
    Happened,
    Happening,
)
from talteen.life.capture.note import About, Note
from talteen.life.capture.pool import QUARANTINE, Pool
from talteen.life.capture.sidecar import Side
from tests.kit.switchboard import CLOCK, DIALOGS, Desk, desk


def test_an_announced_call_is_promised_kept_and_handed_over() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    assert at.notes() == [
        (About.PROMISED, ""),
        (About.KEPT, ""),
        (About.ENDED, "ended"),
    ]
    assert [answer.status for answer in at.answers()] == [200, 200]
    assert at.board.dialogs == {}
    assert at.board.calls == ()


def test_a_call_is_kept_when_its_ear_has_said_so_and_not_before() -> None:
    at = desk()
    at.ears_write = False
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    (keep,) = at.told(say.Keep)
    assert (About.KEPT, "") not in at.notes()

    for generation in (0, 1):  # an ear that was killed says it again
        at.says(0, say.Kept(keep.call, generation))

    assert at.notes() == [(About.PROMISED, ""), (About.KEPT, "")]


def test_a_call_is_kept_to_the_microsecond_of_its_end() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    at.now += timedelta(microseconds=999)
    ended_at = at.now

    at.plays("announce-header", "03-bye.sip")

    assert [close.at_ns for close in at.told(say.Close)] == [lives.ns(ended_at)]
    assert at.told(say.Pause) == []


def test_the_answer_waits_until_every_port_in_it_is_heard() -> None:
    at = desk()
    request = sip.parse((DIALOGS / "announce-header" / "01-invite.sip").read_bytes())
    assert isinstance(request, sip.Request)
    first = at.board.begins("one", request, secure=False, called="", now=at.now)
    listens = [e.request for e in first if isinstance(e, Tell) and type(e.request) is say.Listen]
    one, other = [say.Listening(it.call, it.stream, it.port, ok=True) for it in listens]
    ear = next(e.ear for e in first if isinstance(e, Tell))

    assert not [e for e in first if isinstance(e, Answer)]
    assert at.board.reported(ear, one, at.now) == []
    *_, answer = at.board.reported(ear, other, at.now)
    assert isinstance(answer, Answer)
    described = sdp.parse(answer.body)
    assert {media.port for media in described.media} == {it.port for it in listens}
    assert [media.label for media in described.media] == ["1", "2"]
    assert {media.direction for media in described.media} == {sdp.Direction.RECVONLY}


def test_a_call_that_is_announced_by_the_exchange_keeps_its_people_to_the_end() -> None:
    """Its messages never say that the caller was told; yet who was in it is known at its end."""
    at = desk()
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    (promised,) = (e.call for e in at.effects if isinstance(e, Note))
    assert promised is not None
    start = at.now - timedelta(seconds=9)
    told_by_api = AnnouncementEvidence(EvidenceSource.API, "3", "fi", start, at.now)
    at.take(at.board.heard(promised, told_by_api, at.now))
    at.now += timedelta(seconds=30)
    at.plays("rfc7866-basic", "03-bye.sip")

    said = told.read(fact.content for fact in at.told(say.Fact))

    assert said is not None
    assert said.sidecar.agents == ("a03",)
    assert {one.side for one in said.streams} == {Side.CALLER, Side.AGENT}


def test_what_a_call_says_of_itself_is_written_once_until_it_is_something_else() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    kinds = [fact.content.partition(b"\n")[0] for fact in at.told(say.Fact)]
    assert sorted(kinds) == sorted(set(kinds)) == [b"session", b"sidecar", b"streams"]

    (live,) = at.board.calls
    paused = Happened(EvidenceSource.API, Happening.PAUSE, at.now)
    at.take(at.board.heard(live.recording, paused, at.now))
    assert [fact.content.partition(b"\n")[0] for fact in at.told(say.Fact)[3:]] == [b"sidecar"]


def test_an_ack_that_refuses_is_heard_like_any_other_message() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip")
    bare = (DIALOGS / "announce-header" / "02-ack.sip").read_bytes()
    refusing = sip.parse(bare.replace(b"Max-Forwards", b"X-Recording-Refused: by=caller\r\nA"))
    at.take(at.board.asked("announce-header", refusing, at.now))  # type: ignore[arg-type]

    assert at.notes()[-1][0] is About.ENDED
    assert at.told(say.Burn)


def test_a_pause_by_button_reaches_the_ear_at_its_instant() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    (live,) = at.board.calls
    at.now += timedelta(seconds=20)
    for kind in (Happening.PAUSE, Happening.RESUME):
        happened = Happened(EvidenceSource.API, kind, at.now)
        at.take(at.board.heard(live.recording, happened, at.now))
        at.now += timedelta(seconds=5)

    (paused,) = at.told(say.Pause)
    resumed = at.told(say.Resume)
    assert {one.at_ns - paused.at_ns for one in resumed} == {5_000_000_000}


def test_a_pause_that_nobody_ends_is_ended_by_the_clock() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    (live,) = at.board.calls
    happened = Happened(EvidenceSource.API, Happening.PAUSE, at.now)
    at.take(at.board.heard(live.recording, happened, at.now))
    at.now += timedelta(seconds=121)
    ended = at.board.tick(at.now)
    at.take(ended)

    assert at.told(say.Resume)
    # 8.1: both hear it.
    assert [one for one in ended if isinstance(one, Wish)] == [Wish(live.recording, Wished.TONE)]


def test_who_joins_is_to_be_told_in_the_language_of_the_call() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    (live,) = at.board.calls
    at.now += timedelta(seconds=20)
    joined = at.board.heard(
        live.recording, Happened(EvidenceSource.AMI, Happening.JOIN, at.now), at.now
    )

    (wish,) = (one for one in joined if isinstance(one, Wish))
    assert (wish.what, wish.call, wish.language) == (Wished.ANNOUNCE, live.recording, "fi")
    assert wish.announcement in live.gate.facts.known
    state, reason, since = shown.standing(live, at.now)
    assert (state, reason, since) == (State.PAUSED, "unannounced", at.now)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_new_call_in_trouble_is_refused_with_503_and_noted(trouble: Trouble) -> None:
    at = desk()
    at.board.troubles.add(trouble)
    (note, answer) = at.plays("announce-header", "01-invite.sip")

    assert isinstance(note, Note)
    assert isinstance(answer, Answer)
    assert (note.about, note.reason) == (About.REFUSED_CALL, "503")
    assert (answer.status, dict(answer.headers)["Retry-After"]) == (503, "30")


def test_a_call_that_runs_goes_on_and_ends_while_new_ones_are_refused() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    at.board.troubles.add(Trouble.DRAINING)
    at.plays("announce-header", "03-bye.sip")

    assert at.notes()[-1] == (About.ENDED, "ended")


def test_a_disk_without_room_is_told_by_an_ear_and_ends_when_it_says_so() -> None:
    at = desk()
    full = say.Status(0, 0, False, True, 0, 0, 0)
    at.says(0, full)
    assert at.board.troubles == {Trouble.NO_ROOM}
    at.says(0, say.Status(0, 0, True, True, 0, 0, 0))
    assert at.board.troubles == set()


def test_an_ear_that_has_room_does_not_speak_for_one_that_has_none() -> None:
    at = desk()
    at.says(0, say.Status(0, 0, False, True, 0, 0, 0))
    at.says(1, say.Status(0, 0, True, True, 0, 0, 0))

    assert at.board.troubles == {Trouble.NO_ROOM}


def test_a_port_rests_before_another_call_gets_it() -> None:
    at = desk(ports=4)
    pool = Pool.of([(20_000, 20_003)])
    first, second = pool.take(0, CLOCK), pool.take(0, CLOCK)
    assert (first, second, pool.take(0, CLOCK)) == (20_000, 20_002, None)
    pool.give_back(0, 20_000, CLOCK)

    assert pool.take(0, CLOCK + QUARANTINE - timedelta(seconds=1)) is None
    assert pool.take(0, CLOCK + QUARANTINE) == 20_000
    assert at.board.calls == ()


def test_no_port_rests_for_hours_because_the_clock_went_back() -> None:
    """A node that woke up tomorrow, and was told the time, takes calls."""
    pool = Pool.of([(20_000, 20_001)])
    pool.take(0, CLOCK)
    pool.give_back(0, 20_000, CLOCK + timedelta(days=1))

    assert pool.best(CLOCK) == 0
    assert pool.take(0, CLOCK) == 20_000


def test_a_dialog_that_is_lost_ends_its_calls_with_all_that_was_kept() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    at.take(at.board.lost("announce-header", at.now))

    assert at.notes()[-1] == (About.ENDED, "ended")
    assert at.told(say.Close)


def test_a_refusal_before_anything_began_leaves_a_count_and_every_line_inactive() -> None:
    at = desk()
    at.plays("refusal-invite-header", "01-invite.sip")

    (answer,) = at.answers()
    assert at.notes() == [(About.ENDED, "refused")]
    assert {m.direction for m in sdp.parse(answer.body).media} == {sdp.Direction.INACTIVE}
    assert not [e for e in at.effects if isinstance(e, Tell)]


def test_a_refusal_in_mid_call_burns_what_was_captured() -> None:
    at = desk()
    at.plays("refusal-info", "01-invite.sip", "02-ack.sip", "03-info-refused.sip")

    (burnt,) = at.told(say.Burn)
    assert at.notes()[-1] in {(About.ENDED, "refused"), (About.ENDED, "nothing")}
    assert not at.told(say.Close)
    assert isinstance(burnt, say.Burn)


def test_no_note_names_anybody() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    said = " ".join(str(effect) for effect in at.effects if isinstance(effect, Note))
    assert not any(word in said for word in ("358", "Väinö", "keskus", "ah-47"))


@pytest.mark.parametrize("name", sorted(path.name for path in DIALOGS.iterdir() if path.is_dir()))
def test_every_promise_of_every_dialog_comes_to_an_end(name: str) -> None:
    """No call is left open, whatever its client says and however it says it."""
    at = desk()
    for file in sorted((DIALOGS / name).glob("*.sip")):
        try:
            request = sip.parse(file.read_bytes())
        except sip.Malformed:
            continue
        if not isinstance(request, sip.Request):
            continue
        dialog = request.headers.get("Call-ID") or ""
        if dialog in at.board.dialogs:
            at.take(at.board.asked(dialog, request, at.now))
        elif request.method == "INVITE":
            at.take(at.board.begins(dialog, request, secure=False, called="", now=at.now))
        at.now += timedelta(seconds=1)
    for dialog in list(at.board.dialogs):
        at.take(at.board.lost(dialog, at.now))

    promised = [e.call for e in at.effects if isinstance(e, Note) and e.about is About.PROMISED]
    ends = [e for e in at.effects if isinstance(e, Note) and e.about is About.ENDED]
    ended = [e.call for e in ends if e.call is not None]
    assert sorted(promised) == sorted(ended)
    assert at.board.calls == ()
    assert at.board.dialogs == {}


def sources(at: Desk) -> list[tuple[int, str]]:
    return [(one.stream, one.source) for one in at.told(say.Listen)]


def test_media_are_taken_from_the_address_that_the_offer_names() -> None:
    at = desk()
    at.plays("partial-hold-resume", "01-invite.sip", "02-ack.sip", "03-reinvite-hold.sip")
    assert sources(at) == [(1, "192.0.2.131"), (2, "192.0.2.131")]


def test_or_from_the_one_from_which_the_client_speaks_sip() -> None:
    """Behind a NAT, and on a machine of two addresses, it describes one and sends from another."""
    at = desk()
    at.peer = "::ffff:203.0.113.9"
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    assert {source for _, source in sources(at)} == {"192.0.2.147 203.0.113.9"}


def test_the_address_of_a_late_offer_comes_with_the_ack() -> None:
    at = desk()
    at.plays("rfc-late-offer", "01-invite.sip", "02-ack-answer.sip")
    assert sources(at)[0] == (1, "")
    assert sources(at)[-1][1] == "192.0.2.12"
    assert len({one.port for one in at.told(say.Listen) if one.stream == 1}) == 1


def test_a_client_behind_a_nat_is_learnt_where_the_operator_says_so() -> None:
    at = desk(anywhere=True)
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    assert {source for _, source in sources(at)} == {""}


def test_a_hold_begins_and_ends_to_the_microsecond_of_its_message() -> None:
    """The last packet before it may have come in the same millisecond, and is kept."""
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip")
    offer = (DIALOGS / "announce-header" / "01-invite.sip").read_bytes()
    at.now += timedelta(seconds=20, microseconds=999)
    told_at = []
    for described in (offer.replace(b"a=sendonly", b"a=inactive"), offer):
        request = sip.parse(described)
        assert isinstance(request, sip.Request)
        at.take(at.board.asked("announce-header", request, at.now))
        told_at.append(lives.ns(at.now))
        at.now += timedelta(seconds=5, microseconds=500)

    assert [hold.at_ns for hold in at.told(say.Pause)] == told_at[:1]
    assert {hold.at_ns for hold in at.told(say.Resume)} == set(told_at[1:])

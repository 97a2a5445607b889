"""From SIPREC messages to what an ear is told and what the register learns, without a socket."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from talteen.engine.wire import sdp, sip
from talteen.ids import RecordingId
from talteen.life.capture import live as lives
from talteen.life.capture import shown, told
from talteen.life.capture.console import State
from talteen.life.capture.directory import Directory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.effects import Answer, Effect, Tell, Trouble, Wish, Wished
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Direction,
    EvidenceSource,
    Happened,
    Happening,
    KnownAnnouncement,
    Refusal,
)
from talteen.life.capture.given import Given
from talteen.life.capture.note import About, Note
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.pool import QUARANTINE, Pool
from talteen.life.capture.reply import Rules
from talteen.life.capture.sidecar import Side
from talteen.life.capture.switchboard import Switchboard

DIALOGS = Path(__file__).parents[2] / "vectors" / "siprec"
CLOCK = datetime(2026, 11, 16, 6, 58, 12, tzinfo=UTC)
OWN = OwnSide(
    domains=frozenset({"keskus.example"}),
    numbers=(("+358505550170", "+358505550179"),),
)
DIRECTORY = Directory(OWN, "rooms", "a00", agents={"7103": "a03"})
KNOWN = {"announce.fi@3": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 8_400)}


@dataclass(slots=True)
class Desk:
    """A switchboard with two ears, and all that came out of it."""

    board: Switchboard
    now: datetime = CLOCK
    effects: list[Effect] = field(default_factory=list)
    ears_write: bool = True
    """They make the envelope of a key durable, and say so."""
    peer: str = ""
    """The address from which the client speaks SIP."""

    def plays(self, dialog: str, *files: str) -> list[Effect]:
        """The messages of these files arrive, a second apart; the ears hear what they are told."""
        before = len(self.effects)
        for file in files:
            request = sip.parse((DIALOGS / dialog / file).read_bytes())
            assert isinstance(request, sip.Request)
            if dialog in self.board.dialogs:
                self.take(self.board.asked(dialog, request, self.now))
            else:
                begun = self.board.begins(
                    dialog, request, secure=False, called=request.headers.get("To") or "",
                    now=self.now, peer=self.peer,
                )  # fmt: skip
                self.take(begun)
            self.now += timedelta(seconds=1)
        return self.effects[before:]

    def take(self, effects: list[Effect]) -> None:
        """Note ``effects``, and let the ears answer."""
        self.effects += effects
        for effect in effects:
            match effect:
                case Tell(ear, say.Listen(call, stream, port)):
                    self.says(ear, say.Listening(call, stream, port, ok=True))
                case Tell(ear, say.Keep(call)) if self.ears_write:
                    self.says(ear, say.Kept(call, 0))
                case Tell(ear, say.Close(call)):
                    self.says(ear, say.Closed(call, 100, 0, 0, 0))
                case Tell(ear, say.Burn(call)):
                    self.says(ear, say.Burnt(call))

    def says(self, ear: int, report: say.Report) -> None:
        self.take(self.board.reported(ear, report, self.now))

    def told(self, kind: type) -> list:  # type: ignore[type-arg]
        """What the ears were told of this kind."""
        return [e.request for e in self.effects if isinstance(e, Tell) and type(e.request) is kind]

    def notes(self) -> list[tuple[About, str]]:
        return [(e.about, e.fate or e.reason) for e in self.effects if isinstance(e, Note)]

    def answers(self) -> list[Answer]:
        return [e for e in self.effects if isinstance(e, Answer)]


def ids() -> Iterator[RecordingId]:
    while True:
        yield RecordingId(uuid4())


def desk(
    *,
    known: dict[str, KnownAnnouncement] = KNOWN,
    ports: int = 8,
    listed: str = "",
    untold: frozenset[str] = frozenset(),
    anywhere: bool = False,
) -> Desk:
    made = ids()
    given = Given(
        address="198.51.100.20",
        directory=replace(DIRECTORY, untold=untold),
        rules=Rules(OWN, {"3": frozenset({"fi"})}),
        known=lambda at: known,
        do_not_record=lambda number: number == listed,
        new_id=lambda: next(made),
        random=lambda size: bytes(range(size)),
        media_from_anywhere=anywhere,
    )
    return Desk(Switchboard(given, Pool.of([(20_000, 20_000 + ports - 1), (30_000, 30_007)])))


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


def test_what_the_journal_says_of_the_call_is_what_the_house_can_judge() -> None:
    at = desk()
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    said = told.read(fact.content for fact in at.told(say.Fact))

    assert said is not None
    assert said.sidecar.agents == ("a03",)
    assert said.sidecar.numbers.caller == "+358505550147"
    assert said.sidecar.started_at == datetime(2026, 11, 16, 6, 58, 1, 200_000, tzinfo=UTC)
    (announced,) = said.sidecar.announcements
    assert (announced.version, announced.language) == ("announce.fi@3", "fi")
    assert [(one.label, one.side) for one in said.streams] == [
        ("1", Side.CALLER),
        ("2", Side.AGENT),
    ]
    assert [one.agreed[0].formats[0].name for one in said.streams] == ["PCMA", "PCMA"]


def test_a_call_whose_evidence_nobody_believes_leaves_a_count_and_its_ear_burns_it() -> None:
    at = desk(known={})
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    assert at.notes() == [
        (About.PROMISED, ""),
        (About.UNBELIEVED, "header"),
        (About.ENDED, "not_announced"),
    ]
    assert not at.told(say.Keep)
    assert not at.told(say.Fact)
    assert len(at.told(say.Burn)) == 1


def test_evidence_from_elsewhere_opens_a_call_that_waits() -> None:
    at = desk()
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    (live,) = at.board.calls
    refused = Refusal(EvidenceSource.API, at.now, By.CALLER)

    assert not live.keeping
    at.take(at.board.heard(live.recording, refused, at.now))
    assert at.notes()[-1] == (About.ENDED, "nothing")
    assert len(at.told(say.Burn)) == 1


def heard(at: Desk, version: str, language: str, seconds: float, *, full: bool | None) -> None:
    """The only call hears a prompt that ends now."""
    (live,) = at.board.calls
    began = at.now - timedelta(seconds=seconds)
    source = EvidenceSource.HEARD if full is not None else EvidenceSource.API
    evidence = AnnouncementEvidence(source, version, language, began, at.now, full=full)
    at.take(at.board.heard(live.recording, evidence, at.now))


def test_a_call_that_was_only_heard_to_be_announced_keeps_its_people_to_the_end() -> None:
    """Evidence from elsewhere is evidence: what the session knows is not forgotten at the end."""
    at = desk()
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    at.now += timedelta(seconds=10)
    heard(at, "announce.fi@3", "fi", 8.4, full=True)
    at.now += timedelta(seconds=30)
    at.plays("rfc7866-basic", "03-bye.sip")

    said = told.read([fact.content for fact in at.told(say.Fact)])
    assert said is not None
    assert said.sidecar.numbers.caller is not None
    assert {one.side for one in said.streams} == {Side.CALLER, Side.AGENT}
    assert at.notes()[-1] == (About.ENDED, "ended")


def test_evidence_that_does_not_count_is_noted_without_a_word_of_the_caller() -> None:
    at = desk()
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    at.now += timedelta(seconds=10)
    heard(at, "announce.fi@3", "fi", 4.0, full=False)
    heard(at, "announce.fi@2", "fi", 8.4, full=None)

    assert at.notes()[-2:] == [(About.UNBELIEVED, "heard"), (About.UNBELIEVED, "api")]
    assert not at.told(say.Keep)


def test_a_version_that_nobody_published_is_noted_once() -> None:
    at = desk()
    at.plays("announce-unknown-version", "01-invite.sip", "02-ack.sip")

    assert at.notes() == [(About.PROMISED, ""), (About.UNBELIEVED, "invalid")]


def test_a_peer_that_repeats_what_does_not_count_is_noted_a_few_times() -> None:
    at = desk()
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    for _ in range(50):
        at.now += timedelta(seconds=1)
        heard(at, "announce.fi@3", "fi", 4.0, full=False)

    assert at.notes().count((About.UNBELIEVED, "heard")) == 8


def test_a_call_is_in_the_language_of_the_announcement_that_counted() -> None:
    """Not of the one before it, which the caller broke off to choose another language."""
    sv = {"announce.sv@3": KnownAnnouncement("sv", frozenset({Direction.INBOUND}), 9_000)}
    at = desk(known=KNOWN | sv)
    at.plays("rfc7866-basic", "01-invite.sip", "02-ack.sip")
    at.now += timedelta(seconds=4)
    heard(at, "announce.sv@3", "sv", 2.0, full=None)  # cut by a key
    at.now += timedelta(seconds=10)
    heard(at, "announce.fi@3", "fi", 8.5, full=None)
    at.now += timedelta(seconds=30)
    at.plays("rfc7866-basic", "03-bye.sip")

    said = told.read([fact.content for fact in at.told(say.Fact)])
    assert said is not None
    assert [one.language for one in said.sidecar.announcements] == ["sv", "fi"]
    assert said.sidecar.language == "fi"


def test_who_is_not_to_be_recorded_is_refused_before_any_port_hears() -> None:
    at = desk(listed="+358505550147")
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    assert at.notes() == [(About.PROMISED, ""), (About.ENDED, "nothing")]
    assert not at.told(say.Keep)
    assert not at.told(say.Listen)
    assert len(at.told(say.Burn)) == 1


def test_who_is_named_late_and_not_to_be_recorded_is_burnt_then() -> None:
    """Some border controllers name the agent or the caller in a later message."""
    at = desk(listed="+358505550144")
    at.plays("persistent-rs", "01-invite-idle.sip", "02-ack.sip")
    assert at.board.calls == ()
    at.plays("persistent-rs", "03-reinvite-call1.sip", "04-ack.sip")
    assert at.notes()[-1] == (About.ENDED, "nothing")
    at.plays("persistent-rs", "05-reinvite-idle.sip", "06-ack.sip")
    at.plays("persistent-rs", "07-reinvite-call2.sip", "08-ack.sip")

    (other,) = at.board.calls
    assert other.fate is None
    assert len(at.told(say.Burn)) == 1


@pytest.mark.parametrize(("untold", "kept"), [("a07", True), ("a03", False)])
def test_an_agent_who_was_not_told_is_refused_before_any_port_hears(
    untold: str, *, kept: bool
) -> None:
    at = desk(untold=frozenset({untold}))
    at.plays("announce-header", "01-invite.sip", "02-ack.sip", "03-bye.sip")

    assert at.notes()[-1] == (About.ENDED, "ended" if kept else "nothing")
    assert bool(at.told(say.Keep)) is kept
    assert bool(at.told(say.Listen)) is kept


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

"""What a call may be recorded by, and what forbids it: from SIPREC messages to what an ear is told
and what the register learns, without a socket."""

from datetime import UTC, datetime, timedelta

import pytest

from talteen.life.capture import told
from talteen.life.capture.ears import messages as say
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Direction,
    EvidenceSource,
    KnownAnnouncement,
    Refusal,
)
from talteen.life.capture.note import About
from talteen.life.capture.sidecar import Side
from tests.kit.switchboard import KNOWN, Desk, desk


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

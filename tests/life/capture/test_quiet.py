"""Checklist 32: a stream that brings nothing is told of while its call runs, and when it ends."""

from dataclasses import dataclass, field
from datetime import timedelta

from talteen.life.capture import shown
from talteen.life.capture.ears import flows
from talteen.life.capture.note import About
from talteen.life.capture.quiet import AFTER, Quiet
from talteen.life.capture.shown import Flowing
from tests.kit.switchboard import Desk, desk

SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Watched:
    """A call on a switchboard, and what its ear counts every second."""

    at: Desk = field(default_factory=desk)
    quiet: Quiet = field(default_factory=Quiet)
    counted: dict[bytes, int] = field(default_factory=dict)
    flowing: Flowing = field(default_factory=dict)

    def passes(self, seconds: int, *speaking: int) -> list[tuple[About, str]]:
        """Time passes, in which these streams bring packets; what is told of it."""
        told = []
        for _ in range(seconds):
            self.at.now += SECOND
            for live in self.at.board.calls:
                for stream in live.streams.values():
                    one = flows.address(live.recording, stream)
                    self.counted[one] = self.counted.get(one, 0) + 50 * (stream in speaking)
            told_by_ear = {one: (count, flows.UNTOLD) for one, count in self.counted.items()}
            self.flowing = shown.flowing(told_by_ear, self.flowing, self.at.now)
            notes = self.quiet.looked(
                self.at.board.calls, {live.ear: self.flowing for live in self.at.board.calls},
                self.at.now,
            )  # fmt: skip
            told += [(note.about, note.reason) for note in notes]
        return told


LONG = AFTER // SECOND


def a_call(*, dialog: str = "announce-header") -> Watched:
    watched = Watched()
    watched.at.plays(dialog, "01-invite.sip", "02-ack.sip")
    return watched


def test_a_stream_that_never_begins_is_told_of_once_with_whose_voice_it_is() -> None:
    call = a_call()
    assert call.passes(LONG, 1) == []
    [(about, whose)] = call.passes(LONG, 1)
    assert about is About.SILENT
    assert whose in ("caller", "agent")


def test_it_ends_when_packets_come() -> None:
    call = a_call()
    call.passes(LONG + 1, 1)
    assert len(call.quiet.silent) == 1
    [(about, _)] = call.passes(5, 1, 2)
    assert about is About.SPEAKS
    assert not call.quiet.silent


def test_one_that_stops_in_mid_call_is_told_of() -> None:
    call = a_call()
    assert call.passes(60, 1, 2) == []
    assert [about for about, _ in call.passes(LONG + 1)] == [About.SILENT, About.SILENT]


def test_on_hold_nothing_is_expected_and_after_it_time_is_given_anew() -> None:
    call = Watched()
    call.at.plays("partial-hold-resume", "01-invite.sip", "02-ack.sip")
    call.passes(5, 1, 2)
    call.at.plays("partial-hold-resume", "03-reinvite-hold.sip", "04-ack.sip")
    assert call.passes(3 * LONG) == []
    call.at.plays("partial-hold-resume", "05-reinvite-resume.sip", "06-ack.sip")
    assert call.passes(LONG - 3) == []
    assert {about for about, _ in call.passes(LONG)} == {About.SILENT}


def test_a_hold_ends_what_was_told() -> None:
    call = Watched()
    call.at.plays("partial-hold-resume", "01-invite.sip", "02-ack.sip")
    call.passes(LONG + 1)
    call.at.plays("partial-hold-resume", "03-reinvite-hold.sip", "04-ack.sip")
    assert {about for about, _ in call.passes(1)} == {About.SPEAKS}


def test_a_call_that_ended_is_forgotten() -> None:
    call = a_call()
    call.passes(LONG + 1, 1)
    call.at.plays("announce-header", "03-bye.sip")
    assert call.passes(1) == []
    assert not call.quiet.silent


def test_what_an_ear_does_not_count_is_not_judged() -> None:
    call = a_call()
    assert call.quiet.looked(call.at.board.calls, {}, call.at.now + 10 * AFTER) == []


def test_while_it_is_announced_only_a_call_that_brings_nothing_at_all_is_told_of() -> None:
    call = Watched()
    call.at.plays("announce-late-update", "01-invite.sip", "02-ack.sip")
    assert call.passes(3 * LONG, 1) == []
    assert {about for about, _ in call.passes(LONG + 1)} == {About.SILENT}

"""The index of a day makes the gate fast, and lets nothing through."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from talteen import course
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Opened, Step
from talteen.life.transcribe import indexing, revisions, said
from talteen.life.use.gate import passing, suspects
from talteen.life.use.gate.passing import Refused
from talteen.register.models import Recording
from tests.desk.conftest import Desk
from tests.kit import transcripts

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "Kerro ehto aina ennen hintaa, niin kukaan ei ylläty."
OTHERS = "aivan toiset sanat tulivat tähän näin"


@dataclass(frozen=True, slots=True)
class Said:
    """Two calls in the index of one day, and what was said in the first."""

    desk: Desk
    call: Recording
    other: Recording

    def suspects(self, text: str) -> set[RecordingId]:
        marks = {said.mark(run) for run in said.runs(said.words_of([text]))}
        return set(suspects.of(self.desk.built.house, marks))

    def passes(self, text: str) -> bool:
        try:
            house, now = self.desk.built.house, self.desk.now
            passing.check(house, text, language="fi", longest=500, now=now)
        except Refused:
            return False
        return True

    def index(self) -> None:
        house = self.desk.built.house
        indexing.tend(house.vault, house.shards, self.desk.now)

    @property
    def both(self) -> set[RecordingId]:
        return {RecordingId(self.call.pk), RecordingId(self.other.pk)}


@pytest.fixture
def day(desk: Desk) -> Said:
    calls = [desk.call("001"), desk.call("011")]
    Recording.objects.filter(pk=calls[1].pk).update(day=calls[0].day)
    house, now = desk.built.house, desk.now
    course.roll(house, now)
    for name, call in zip(("001", "011"), calls, strict=True):
        written = transcripts.of_call(name, call)
        if name == "001":  # what the machine hid was said too
            written = replace(written, segments=written.segments[1:], hidden=written.segments[:1])
        transcripts.write(house.vault, RecordingId(call.pk), written, now)
    return Said(desk, *calls)


def opened(day: Said) -> Opened:
    vault = day.desk.built.house.vault
    return door.open_for_step(vault, RecordingId(day.call.pk), Step.DRILL, day.desk.now)


def quoted(day: Said) -> str:
    """Six words that run from what the machine hid into the other side's turn behind it."""
    transcript = revisions.in_force(opened(day))
    hidden = said.words_of(word.text for word in transcript.hidden[0].words)
    both = next(said.orders(transcript))
    return " ".join(both[len(hidden) - 3 : len(hidden) + 3])


def test_a_day_that_is_indexed_is_cleared_without_a_call_being_opened(day: Said) -> None:
    assert day.suspects(OWN) == day.both
    day.index()

    assert day.suspects(OWN) == set()
    assert day.suspects(quoted(day)) == {RecordingId(day.call.pk)}
    assert not day.passes(f"Sano näin: {quoted(day).upper()}.")
    assert day.passes(OWN)


def test_a_correction_is_read_before_it_is_indexed_and_what_was_there_first_stays_said(
    day: Said,
) -> None:
    day.index()
    machines = next(said.orders(revisions.in_force(opened(day))))
    day.desk.built.clock.at = day.desk.now + timedelta(minutes=5)
    revisions.revise(opened(day), {0: OTHERS}, by="x", now=day.desk.now)

    assert day.suspects(OWN) == {RecordingId(day.call.pk)}
    assert not day.passes(OTHERS)
    day.index()
    assert day.suspects(OWN) == set()
    assert not day.passes(OTHERS)
    assert not day.passes(" ".join(machines[-6:]))


@pytest.mark.parametrize("harm", ["torn", "taken away"])
def test_an_index_that_cannot_be_read_clears_nobody(day: Said, harm: str) -> None:
    day.index()
    (path,) = day.desk.built.house.shards.glob("*.shard")
    path.write_bytes(bytes(8192)) if harm == "torn" else path.unlink()

    assert day.suspects(OWN) == day.both
    assert not day.passes(quoted(day))

"""A recording whose words cannot be written gets a reason and a time, never a stuck worker.

The engines here say what they are told to: what is tested is what the house does with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from talteen import course
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Kind
from talteen.errors import ConfigError, NoLongerOpens, NotAllowed, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.models import Blob
from talteen.life.transcribe import acts, again, drafting, indexing, revisions, words
from talteen.life.transcribe.drafting import ModelAway
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.language import UnknownLanguage
from talteen.life.transcribe.models import Drafting, DraftPart, Transcription
from talteen.life.transcribe.query import parse
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.troubles import State, Trouble
from talteen.life.transcribe.words import Transcript
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.database import jobs
from talteen.register.database.jobs import Stopping
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.staff.people import SignIn
from talteen.register.states import Progress
from tests.kit import builders, houses
from tests.kit.hearing_engine import Act, Says
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    built: Built
    recording: RecordingId

    @property
    def now(self) -> datetime:
        return self.built.clock.now()

    def attempt(self, speech: Callable[[], Transcriber]) -> None:
        house = self.built.house
        acts.attempt(
            house.vault,
            speech,
            house.shards,
            self.recording,
            self.now,
            rewrite=lambda *asked: course._rewrite(house, *asked),
        )

    def standing(self) -> tuple[State, Trouble] | None:
        row = Drafting.objects.filter(recording=self.recording).first()
        return (State(row.state), Trouble(row.trouble)) if row else None

    def transcript(self) -> Transcript:
        opened = door.open_for_step(
            self.built.house.vault, self.recording, Step.TRANSCRIBE, self.now
        )
        return words.from_bytes(opened.whole(Kind.TRANSCRIPT))


@pytest.fixture
def place(home: Path) -> Place:
    built = houses.build(home, born_at=BORN)
    recording = houses.recorded(built, "001", TODAY)
    course.roll(built.house, built.clock.now())
    return Place(built, recording)


def fails_at(heard: int, error: BaseException) -> Act:
    def act(so_far: int) -> None:
        if so_far >= heard:
            raise error

    return act


def stops_at(heard: int) -> Act:
    return fails_at(heard, Stopping("stop", remedy=""))


@pytest.fixture
def sealed(db: None) -> RecordingId:
    return builders.recording_id(builders.recording(progress=Progress.SEALED))


@pytest.mark.parametrize(
    ("error", "trouble", "state"),
    [
        (MemoryError(), Trouble.MEMORY, State.WAITING),
        (RuntimeError("CUDA out of memory"), Trouble.MEMORY, State.WAITING),
        (RuntimeError("something broke"), Trouble.ENGINE, State.WAITING),
        (ConfigError("no such folder", remedy=""), Trouble.MODEL, State.WAITING),
        (NotAllowed("not permitted", remedy=""), Trouble.MODEL, State.WAITING),
        (Tampered("not what was sealed", remedy=""), Trouble.SOUND, State.GIVEN_UP),
        (UnknownLanguage(), Trouble.LANGUAGE, State.GIVEN_UP),
    ],
)
def test_a_failed_try_says_why_and_when_it_is_made_again(
    sealed: RecordingId, error: Exception, trouble: Trouble, state: State
) -> None:
    row = drafting.begin(sealed, TODAY)
    assert row is not None

    drafting.failed(row, error, TODAY)

    row = Drafting.objects.get(recording=sealed)
    assert (State(row.state), Trouble(row.trouble)) == (state, trouble)
    assert (row.again_at is None) == (state is State.GIVEN_UP)
    assert drafting.due(TODAY) == []
    later = TODAY + timedelta(hours=1)
    assert drafting.due(later) == ([] if state is State.GIVEN_UP else [sealed])
    assert drafting.due(later) == []


def test_a_missing_model_never_gives_a_recording_up(sealed: RecordingId) -> None:
    for _ in range(12):
        row = drafting.begin(sealed, TODAY)
        assert row is not None
        drafting.failed(row, ModelAway(), TODAY)

    assert Drafting.objects.get().state == State.WAITING.value


def test_a_call_that_kills_its_worker_is_given_up_after_the_third_time(
    sealed: RecordingId,
) -> None:
    for _ in range(3):
        assert drafting.begin(sealed, TODAY) is not None  # and the worker is gone

    assert drafting.begin(sealed, TODAY) is None
    row = Drafting.objects.get()
    assert (row.state, row.trouble) == (State.GIVEN_UP.value, Trouble.WORKER.value)
    assert drafting.due(TODAY + timedelta(days=30)) == []


def test_a_dying_recording_is_not_begun(sealed: RecordingId) -> None:
    Recording.objects.filter(pk=sealed).update(progress=Progress.DESTROYING.value)

    with pytest.raises(NoLongerOpens):
        drafting.begin(sealed, TODAY)


def test_a_stopped_worker_leaves_what_it_heard_to_the_next_one_and_to_no_other_engine(
    place: Place,
) -> None:
    with pytest.raises(Stopping):
        place.attempt(lambda: Says(before=stops_at(1)))

    assert Drafting.objects.get().tries == 0
    assert not Transcription.objects.exists()
    assert b"huone" not in bytes(DraftPart.objects.get().sealed)

    another = Says(word="rum", engine="says/2 nothing/0", before=stops_at(1))
    with pytest.raises(Stopping):
        place.attempt(lambda: another)
    assert DraftPart.objects.count() == 1

    rest = Says(word="rum", engine="says/2 nothing/0")
    place.attempt(lambda: rest)

    assert rest.heard >= 1
    assert [segment.text for segment in place.transcript().segments] == ["rum"] * (1 + rest.heard)
    assert not DraftPart.objects.exists()
    assert place.standing() is None


def test_a_database_that_goes_away_is_no_failed_try(place: Place) -> None:
    with pytest.raises(acts.DatabaseAway):
        place.attempt(lambda: Says(before=fails_at(0, OperationalError("no route"))))

    assert Drafting.objects.get().tries == 0


def test_words_that_another_worker_has_written_meanwhile_stand(place: Place) -> None:
    """It was thought dead: its database was away for a while."""

    def first(so_far: int) -> None:
        if not so_far:
            place.attempt(lambda: Says(word="huone"))

    place.attempt(lambda: Says(word="rum", before=first))

    assert {segment.text for segment in place.transcript().segments} == {"huone"}
    assert place.standing() is None


def test_words_of_a_day_that_no_roll_has_seen_wait_for_it_and_are_then_found(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    place = Place(built, houses.recorded(built, "001", TODAY))

    with pytest.raises(indexing.NoKeyYet):
        place.attempt(Says)
    assert place.transcript().segments
    assert place.standing() is None
    assert not isinstance(indexing.NoKeyYet(), jobs.FINAL), "the queue comes back to it"

    course.roll(built.house, built.clock.now())
    unheard = Says()
    place.attempt(lambda: unheard)

    assert unheard.heard == 0
    assert Transcription.objects.get().indexed_at is not None


def test_an_erasure_lets_go_of_unfinished_words(place: Place) -> None:
    with pytest.raises(Unavailable):
        place.attempt(lambda: Says(before=fails_at(1, Unavailable("away", remedy=""))))
    assert DraftPart.objects.count() == 1

    houses.erase(place.built, place.recording)

    assert not DraftPart.objects.exists()
    assert not Drafting.objects.exists()
    with pytest.raises(NoLongerOpens):
        place.attempt(Says)


def reading(place: Place) -> Grant:
    """What somebody who handles a complaint about this call has."""
    reader = Staff.objects.filter(role="complaint_handler")[0]
    call = Recording.objects.get(pk=place.recording)
    case = builders.case(reader, calls=(call,), opened_at=place.now)
    return access.grant(
        reader,
        Purpose.RIGHTS_OF_PARTIES,
        place.recording,
        case=case.reference,
        sign_in=SignIn.DEMO,
        at=place.now,
    )


def test_a_person_has_words_written_in_another_language_and_the_old_ones_go(place: Place) -> None:
    place.attempt(Says)
    before = Blob.objects.get(kind=Kind.TRANSCRIPT.value)
    grant = reading(place)
    asked: list[RecordingId] = []
    place.built.clock.at = place.now + timedelta(minutes=1)

    again.ask(grant, "sv", place.now, then=asked.append)
    in_swedish = Says(word="rum")
    place.attempt(lambda: in_swedish)

    assert asked == [place.recording]
    assert set(in_swedish.languages) == {"sv"}
    assert AccessEntry.objects.filter(action="rewrite", staff=grant.staff).count() == 1
    assert {segment.text for segment in place.transcript().segments} == {"rum"}
    after = Blob.objects.get(kind=Kind.TRANSCRIPT.value)
    assert after.pk != before.pk
    vault = place.built.house.vault
    assert not any(str(before.pk) in key for key in vault.blobs.keys("blobs/"))
    day = after.day
    assert vault.before_roll
    assert set(vault.before_roll(Changes(drop={place.recording: "request"}))) == {day}
    path = indexing.shard_path(place.built.house.shards, day)
    with Shard.open(path, vault.shard_key(day)) as shard:
        assert shard.find(parse("huone")) == []
        assert shard.find(parse("rum"))
    assert place.standing() is None


def test_words_that_a_person_reads_while_others_are_heard_stay_as_they_were(place: Place) -> None:
    place.attempt(Says)
    drafted = place.transcript()
    again.ask(reading(place), "sv", place.now, then=lambda _: None)

    def read(so_far: int) -> None:
        vault = place.built.house.vault
        opened = door.open_for_step(vault, place.recording, Step.TRANSCRIBE, place.now)
        revisions.revise(opened, {0: "iso huone"}, by="S-0001", now=place.now)

    place.attempt(lambda: Says(word="rum", before=read))

    assert place.transcript() == drafted, "what was corrected stands beside the correction"
    assert place.standing() is None


def test_the_index_of_a_node_that_has_none_is_built_from_what_lives(
    place: Place, tmp_path: Path
) -> None:
    place.attempt(Says)
    vault, elsewhere = place.built.house.vault, tmp_path / "another-node"
    elsewhere.mkdir()

    (day,) = indexing.tend(vault, elsewhere, place.now)

    with Shard.open(indexing.shard_path(elsewhere, day), vault.shard_key(day)) as shard:
        assert shard.find(parse("huoneeseen"))
    assert indexing.tend(vault, elsewhere, place.now) == []

    # Once a person has corrected them, the machine's words are found no more, and theirs are.
    opened = door.open_for_step(vault, place.recording, Step.INDEX, place.now)
    later = place.now + timedelta(minutes=1)
    every = dict.fromkeys(range(len(place.transcript().segments)), "kylpylä")
    revisions.revise(opened, every, by="a01", now=later)
    assert indexing.tend(vault, elsewhere, later) == [day]
    with Shard.open(indexing.shard_path(elsewhere, day), vault.shard_key(day)) as shard:
        assert shard.find(parse("kylpylään"))
        assert shard.find(parse("huone")) == []
    assert indexing.tend(vault, elsewhere, later) == []

    houses.erase(place.built, place.recording)
    assert indexing.tend(vault, elsewhere, place.now) == [day]
    assert indexing.behind(vault, elsewhere) == []


def test_a_day_of_six_thousand_calls_is_compared_with_its_index_like_any_other(
    built: Built, tmp_path: Path
) -> None:
    one = builders.recording(started_at=TODAY)
    Transcription.objects.create(
        recording=one, state="machine_draft", language="fi", engine="e", made_at=TODAY
    )
    with connection.cursor() as cursor:
        for table, key in ((Recording, "id"), (Transcription, "recording_id")):
            copied = ", ".join(
                f'"{field.column}"' for field in table._meta.concrete_fields if field.column != key
            )
            cursor.execute(
                f"INSERT INTO {table._meta.db_table} ({key}, {copied})"
                f" SELECT md5(number::text)::uuid, {copied} FROM {table._meta.db_table},"
                " generate_series(1, 5999) AS number"
            )

    assert indexing.behind(built.house.vault, tmp_path) == [one.day]

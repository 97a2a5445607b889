"""kill -9 at every durable step of taking a call in, rolling and destroying: nothing is lost,
nothing revived (DESIGN 13, REGISTER I6, I22). A real process is killed by the real signal; the
house goes on after.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.demo import material
from talteen.engine.vault.changes import Changes
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.seal import acts as seal
from talteen.life.seal import catch_up, rolling
from talteen.life.seal.acts import What
from talteen.life.seal.models import Blob
from talteen.register.models import Recording
from tests.kit import houses
from tests.kit.houses import Built
from tests.kit.processes import killed_at
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("step", ["sound sealed", "before commit", "committed"])
def test_a_call_killed_on_its_way_in_is_recorded_once_and_whole(home: Path, step: str) -> None:
    built = houses.build(home, born_at=BORN)
    call = houses.spoken("001", TODAY)
    built.clock.at = call.ends_at
    found = material.drop(call, built.drop)
    vault, now = built.house.vault, built.clock.now()

    assert killed_at(step, lambda progress: seal.take_in(vault, found, now, progress=progress))
    again = course.take_in(built.house, found, now)

    assert again.what is (What.DUPLICATE if step == "committed" else What.RECORDED)
    row = Recording.objects.get()
    assert row.progress == "sealed"
    assert vault.entry(RecordingId(row.pk), now).dek
    assert Blob.objects.count() == 4  # two sides, their picture, the facts of the row


@pytest.mark.parametrize("step", ROLL_STEPS)
def test_a_roll_killed_anywhere_loses_no_living_call(home: Path, step: str) -> None:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("001", TODAY))
    vault, now = built.house.vault, built.clock.now()
    before = vault.entry(RecordingId(outcome.recording), now)

    assert killed_at(step, lambda progress: rolling.roll(vault, Changes(), now, progress))
    vault.forget()
    catch_up.catch_up(vault, now)

    assert vault.entry(RecordingId(outcome.recording), now).dek == before.dek
    rolling.roll(vault, Changes(), now)
    assert vault.entry(RecordingId(outcome.recording), now).dek == before.dek
    assert len(vault.live.names()) == 1


@pytest.mark.parametrize("step", ["destroying committed", *ROLL_STEPS])
def test_a_destruction_killed_anywhere_is_finished_and_never_taken_back(
    home: Path, step: str
) -> None:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("001", TODAY))
    recording = RecordingId(outcome.recording)
    course.roll(built.house, built.clock.now())
    row = Recording.objects.get(pk=recording)
    built.clock.at = row.cutoff_at + timedelta(minutes=10)
    vault, now = built.house.vault, built.clock.now()

    assert killed_at(step, lambda progress: destroy.expire(vault, now, progress=progress))
    vault.forget()
    catch_up.catch_up(vault, now)
    course.sweep(built.house, now)

    assert not Recording.objects.exists()
    assert not list(vault.blobs.keys("blobs/"))
    gone = Destruction.objects.get(pk=recording)
    assert gone.live_dead_at is not None
    assert not attempt.attempt(vault, [recording]).found


def test_the_killed_house_still_certifies_on_the_day_of_its_promise(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("001", TODAY))
    row = Recording.objects.get(pk=outcome.recording)
    built.clock.at = row.cutoff_at + timedelta(minutes=10)
    vault = built.house.vault
    assert killed_at(
        "live_key_destroyed",
        lambda progress: destroy.expire(vault, built.clock.now(), progress=progress),
    )
    vault.forget()
    catch_up.catch_up(vault, built.clock.now())
    _sweep(built)

    built.clock.at = row.due_at
    _sweep(built)

    gone = Destruction.objects.get()
    assert gone.certificate_leaf is not None
    assert gone.backup_dead_at is not None
    assert gone.backup_dead_at <= row.due_at
    assert not attempt.attempt(vault, [RecordingId(gone.pk)], restore=built.restore).found


def _sweep(built: Built) -> None:
    course.sweep(built.house, built.clock.now())

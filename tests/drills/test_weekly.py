"""The house proves every week by itself that the dead stay dead and a held call plays (17.6)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.oversight import drills, integrity
from talteen.oversight.drill_models import DrillRun
from talteen.register.log import ledger
from talteen.register.log.ledger_recovery import Drilled, DrillVerdict
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses
from tests.kit.flipped import flipped
from tests.kit.houses import Built

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


def take_in(built: Built, name: str) -> RecordingId:
    recording = houses.recorded(built, name, NEWEST)
    course.roll(built.house, built.clock.now())
    return recording


def sweep(built: Built, on: timedelta) -> None:
    built.clock.at += on
    course.sweep(built.house, built.clock.now())


def test_the_sweep_runs_it_once_a_week_and_enters_it_into_the_ledger(built: Built) -> None:
    erased, _ = take_in(built, "013"), take_in(built, "022")
    houses.erase(built, erased)
    DrillRun.objects.all().delete()

    sweep(built, WEEK)
    sweep(built, timedelta(days=1))
    sweep(built, WEEK)

    runs = list(DrillRun.objects.order_by("at"))
    assert len(runs) >= 2
    assert {run.verdict for run in runs} == {"kept"}
    assert all(run.ok and run.dead == 1 and run.revived == 0 for run in runs)
    assert all(run.controls == run.played == 1 for run in runs)
    leaves = [found.entered.entry for found in ledger.find(Drilled)]
    assert [leaf.verdict for leaf in leaves][-2:] == [DrillVerdict.KEPT] * 2  # type: ignore[union-attr]
    assert not OutgoingMessage.objects.filter(key__startswith="drill:").exists()


def test_a_control_that_does_not_play_makes_the_drill_red_and_sounds_once(built: Built) -> None:
    kept = take_in(built, "022")
    vault = built.house.vault
    entry = vault.entry(kept, built.clock.now())
    sound = next(blob for blob in entry.blobs if blob.kind is Kind.AGENT_SOUND)
    path = next(built.house.config.paths.blobs.rglob(str(sound.id)))
    data = path.read_bytes()
    path.write_bytes(flipped(data, -5))

    drill = drills.weekly(vault, built.clock.now())
    drills.note(drill, built.clock.now())
    told = [drills.sound(built.house.register, built.clock.now()) for _ in range(2)]

    assert drill.verdict is DrillVerdict.NO_CONTROL
    assert told == [True, False]
    assert OutgoingMessage.objects.filter(key__startswith="drill:red").exists()
    (place, *others) = integrity.check(
        vault, built.house.log, built.house.register, built.clock.now()
    )
    assert (place.recording, others) == (kept, [])
    assert place.start <= len(data) - 5 < place.end


def test_a_destroyed_call_that_opens_again_is_called_what_it_is(built: Built) -> None:
    """The planted fault: a recording is entered as destroyed while its key lives."""
    kept, other = take_in(built, "022"), take_in(built, "013")
    row = Recording.objects.get(pk=other)
    Destruction.objects.create(
        recording=other,
        day=row.day,
        reason="request",
        cutoff_at=row.cutoff_at,
        due_at=row.due_at,
        generation_before=1,
        generation_after=2,
        blobs=[],
        live_dead_at=built.clock.now(),
    )

    drill = drills.weekly(built.house.vault, built.clock.now())

    assert drill.revived == {other}
    assert drill.verdict is DrillVerdict.REVIVED
    assert not drill.ok
    assert kept not in drill.revived


def test_a_drill_that_has_not_run_for_eight_days_is_told_once_a_day(built: Built) -> None:
    take_in(built, "022")
    now = built.clock.now()
    drills.note(drills.weekly(built.house.vault, now), now)

    assert drills.late(now + timedelta(days=8)) is None
    late = now + timedelta(days=8, minutes=1)
    assert drills.late(late) == now + WEEK
    assert [drills.sound(built.house.register, late) for _ in range(2)] == [True, False]
    assert drills.sound(built.house.register, late + timedelta(days=1))


def test_an_empty_house_has_nothing_to_drill_and_nothing_to_fear(built: Built) -> None:
    sweep(built, 3 * WEEK)

    assert not DrillRun.objects.exists()
    assert drills.late(built.clock.now()) is None

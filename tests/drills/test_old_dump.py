"""An old dump is put back: the register lists again what was sealed after it (keys-review 1)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.forms.models import model_to_dict
from procrastinate.contrib.django.models import ProcrastinateJob

from talteen import course, waking, wiring
from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault.changes import Changes
from talteen.errors import NoLongerOpens
from talteen.ids import HoldId, RecordingId, new
from talteen.life.capture.models import Promise
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.models import Destruction
from talteen.life.destroy.rules import Reason
from talteen.life.seal import rolling
from talteen.life.seal.acts import What
from talteen.register.models import Line, Recording, Staff
from talteen.wiring import House
from tests.kit import copies as kit
from tests.kit import houses
from tests.kit.copies import Copies
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BEFORE, LATER, ERASED = "023", "008", "039"


@pytest.fixture
def copies(postgres: Cluster, transactional_db: None) -> Iterator[Copies]:
    with kit.copies(postgres) as made:
        yield made


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


def take_in(built: Built, name: str) -> Recording:
    outcome = built.take_in(houses.spoken(name, NEWEST))
    assert outcome.what is What.RECORDED
    return Recording.objects.get(pk=outcome.recording)


def in_another_process(built: Built) -> House:
    """The house as it starts on the restored database: it remembers nothing."""
    return wiring.build(built.house.config, clock=built.clock)


def erase(built: Built, row: Recording) -> None:
    one, other = Staff.objects.filter(is_active=True)[:2]
    destroy.erase(
        built.house.vault,
        RecordingId(row.pk),
        Reason.REQUEST,
        decided_by=one,
        approved_by=other,
        now=built.clock.now(),
    )


def test_a_call_that_was_sealed_after_the_dump_is_listed_opens_and_dies_on_time(
    tmp_path: Path, built: Built, copies: Copies
) -> None:
    older, erased = take_in(built, BEFORE), take_in(built, ERASED)
    course.sweep(built.house, built.clock.now())
    dump = copies.dump(tmp_path / "dump")
    younger = take_in(built, LATER)
    course.roll(built.house, built.clock.now())
    course.sweep(built.house, built.clock.now())
    erase(built, erased)
    promise = Promise.objects.get(recording=younger.pk)

    with copies.at(copies.put_back(dump)):
        assert set(Recording.objects.values_list("pk", flat=True)) == {older.pk, erased.pk}
        house = in_another_process(built)
        waking.wake(house)

        listed = {row.pk: row for row in Recording.objects.all()}
        assert listed.keys() == {older.pk, younger.pk}
        assert model_to_dict(listed[younger.pk]) == model_to_dict(younger)
        again = Promise.objects.get(recording=younger.pk)
        assert model_to_dict(again) == model_to_dict(promise)
        assert replace(built, house=house).take_in(houses.spoken(LATER, NEWEST)).what is (
            What.DUPLICATE
        )
        name = RecordingId(younger.pk)
        entry = house.vault.entry(name, house.now())
        for ref in entry.blobs:
            blob = house.vault.open_blob(name, ref, entry)
            assert blob.read(0, blob.plain_size)
        with pytest.raises(NoLongerOpens):
            house.vault.entry(RecordingId(erased.pk), house.now())

        built.clock.at = younger.cutoff_at
        with pytest.raises(NoLongerOpens):
            house.vault.entry(name, house.now())
        course.sweep(house, house.now())
        assert not Recording.objects.exists()
        gone = Destruction.objects.get(pk=younger.pk)
        assert (gone.cutoff_at, gone.due_at) == (younger.cutoff_at, younger.due_at)

        built.clock.at = younger.due_at
        house.reaper.reap(house.now())
        for _ in range(3):
            course.sweep(house, house.now())
            built.clock.at += timedelta(hours=1)
        gone.refresh_from_db()
        assert gone.certificate_leaf is not None
        assert gone.backup_dead_at is not None
        assert gone.backup_dead_at <= younger.due_at


@pytest.mark.parametrize("in_mid_call", [False, True])
def test_words_are_asked_for_again(
    tmp_path: Path, built: Built, copies: Copies, *, in_mid_call: bool
) -> None:
    course.sweep(built.house, built.clock.now())
    dump = copies.dump(tmp_path / "dump")
    call = take_in(built, LATER)
    promise = Promise.objects.get()
    course.roll(built.house, built.clock.now())

    with copies.at(copies.put_back(dump)):
        if in_mid_call:  # the dump knows that the call began, and nothing of its end (J10)
            call.progress, promise.outcome = "capturing", "capturing"
            call.save(force_insert=True)
            promise.save(force_insert=True)
        waking.wake(in_another_process(built))

        assert ProcrastinateJob.objects.get(status="todo").task_name == "transcribe"
        assert Recording.objects.get().progress == "sealed"
        assert Promise.objects.get().outcome == "recorded"


def test_what_a_lost_line_belongs_to_stays_unlisted_until_the_line_is_back(
    tmp_path: Path, built: Built, copies: Copies
) -> None:
    """It dies on time all the same; and a later start lists it."""
    dump = copies.dump(tmp_path / "dump")
    younger = take_in(built, LATER)
    course.roll(built.house, built.clock.now())
    line = Line.objects.get(pk=younger.line_id)

    with copies.at(copies.put_back(dump)):
        Line.objects.filter(pk=line.pk).delete()
        waking.wake(in_another_process(built))
        assert not Recording.objects.exists()

        line.save(force_insert=True)
        waking.wake(in_another_process(built))

        assert model_to_dict(Recording.objects.get()) == model_to_dict(younger)


def test_an_agent_whom_the_dump_does_not_know_comes_back_as_somebody_who_may_do_nothing(
    tmp_path: Path, built: Built, copies: Copies
) -> None:
    dump = copies.dump(tmp_path / "dump")
    younger = take_in(built, LATER)
    course.roll(built.house, built.clock.now())

    name = copies.put_back(dump)
    with psycopg.connect(copies.cluster.dsn(database=name), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # no trigger asks anything
        for table in ("acknowledgement", "training", "undertaking", "staff"):
            column = "id" if table == "staff" else "staff_id"
            of_them = f"DELETE FROM {table} WHERE {column} = %s"
            superuser.execute(of_them, [younger.agent_id])
    with copies.at(name):
        waking.wake(in_another_process(built))

        agent = Recording.objects.get().agent
        assert (agent.pk, agent.is_active) == (younger.agent_id, False)


def test_hold_survives_failover(tmp_path: Path, built: Built, copies: Copies) -> None:
    """keys-review 11: the database that took over does not know the hold; its page does."""
    dump = copies.dump(tmp_path / "dump")
    younger = take_in(built, LATER)
    course.roll(built.house, built.clock.now())
    pair = (HoldId(new()), RecordingId(younger.pk))
    rolling.roll(built.house.vault, Changes(place_holds=frozenset({pair})), built.clock.now())

    with copies.at(copies.put_back(dump)):
        house = in_another_process(built)
        waking.wake(house)
        built.clock.at = younger.cutoff_at
        swept = course.sweep(house, house.now())

        assert swept.destroyed == 0
        assert house.vault.entry(RecordingId(younger.pk), house.now()).due == younger.due_at


def test_boot_after_due_destroys_first(built: Built) -> None:
    """keys-review 20: a house that was off past a cutoff destroys before it serves, and says how
    late it is."""
    row = take_in(built, LATER)
    course.roll(built.house, built.clock.now())
    built.clock.at = row.due_at + timedelta(days=2)

    waking.wake(in_another_process(built))

    assert not Recording.objects.exists()
    gone = Destruction.objects.get(pk=row.pk)
    assert gone.lateness_s == (built.clock.at - row.cutoff_at).total_seconds()

"""The ring is watched: a reaper that is dead, late or too good is told of, and the alarm ends by
itself once all is well (issue 4, part 3). Every fault here is made for real.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from talteen import course
from talteen.clock import MovableClock, SteadyClock
from talteen.desk.ground import reaping, supervise
from talteen.desk.ground.supervise import Stop
from talteen.engine.vault.holders import BackupHolder, pulse
from talteen.engine.vault.holders.file import FileReaper
from talteen.life.destroy.models import Destruction
from talteen.life.seal import looking, ring, rolls_due
from talteen.oversight import key_alarms
from talteen.oversight.keys import Kind
from talteen.oversight.models import Alarm
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses
from tests.kit.houses import Built
from tests.kit.processes import until

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=BORN)


def keys_of(built: Built) -> Path:
    return built.house.config.paths.keys_ring


def standing(built: Built) -> list[tuple[Kind, str]]:
    """What stands after a look at the ring now."""
    course.watch_keys(built.house, built.clock.now())
    return [(alarm.kind, alarm.subject) for alarm in key_alarms.standing()]


def aged(built: Built) -> None:
    """A second generation; the first is superseded."""
    course.roll(built.house, built.clock.now())


# --- alive ------------------------------------------------------------------------------------


@pytest.fixture
def reaped(home: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the real reaper of a live house; whatever still runs ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        (home / "talteen.toml").write_text('[house]\nborn = "live"\n')
        began = datetime.now(UTC)
        process = subprocess.Popen(supervise.talteen("reap"), env=dict(os.environ))
        started.append(process)
        until(lambda: (pulse.last(home / "keys-ring") or BORN) >= began, within_s=60)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_reaper_that_was_killed_is_missed_and_its_return_ends_the_alarm(
    home: Path, reaped: Callable[[], subprocess.Popen[bytes]]
) -> None:
    built = houses.of_now(home)
    live = replace(built.house, steady=SteadyClock(started_at=datetime.now(UTC) - HOUR))
    built = replace(built, house=live)
    process = reaped()
    built.clock.at = datetime.now(UTC)
    assert standing(built) == []

    process.kill()
    process.wait()
    built.clock.at = (pulse.last(keys_of(built)) or BORN) + timedelta(minutes=11)
    assert standing(built) == [(Kind.REAPER_SILENT, "")]

    reaped()
    built.clock.at = datetime.now(UTC)
    assert standing(built) == []


def test_a_reaper_whose_clock_stands_still_is_as_good_as_dead(built: Built) -> None:
    watched = replace(built.house, steady=SteadyClock(started_at=built.clock.now()))
    built = replace(built, house=watched)
    frozen = MovableClock(built.clock.now())
    asked = Stop()
    asked.set()

    for _ in range(3):
        built.clock.advance(timedelta(minutes=5))
        alive = partial(pulse.beat, keys_of(built))
        reaping.keep(FileReaper(keys_of(built)), frozen, asked, every_s=0, alive=alive)

    assert standing(built) == [(Kind.REAPER_SILENT, "")]


def test_a_house_that_was_just_started_waits_for_its_reaper(built: Built) -> None:
    """After a day off, its last sign of life is a day old: that is no alarm yet."""
    pulse.beat(keys_of(built), built.clock.now() - DAY)
    watched = replace(built.house, steady=SteadyClock(started_at=built.clock.now()))

    assert standing(replace(built, house=watched)) == []


def test_a_demo_house_misses_no_reaper(built: Built) -> None:
    built.clock.advance(DAY)

    assert standing(built) == []


# --- late ---------------------------------------------------------------------------------------


def test_a_key_that_lives_past_its_date_is_told_of_until_it_is_dead(built: Built) -> None:
    aged(built)
    (dies_at,) = built.house.vault.backup.deaths().values()
    built.clock.at = dies_at + timedelta(minutes=14)
    assert standing(built) == []

    built.clock.at = dies_at + timedelta(minutes=16)
    assert standing(built) == [(Kind.KEY_LATE, "1")]

    built.house.reaper.reap(built.clock.now())
    ring.tend(built.house.vault, built.clock.now())
    assert standing(built) == []
    assert Alarm.objects.get().resolved_at == built.clock.now()


# --- too good ------------------------------------------------------------------------------------


def test_a_key_that_somebody_deleted_early_is_missed_and_welcome_back(built: Built) -> None:
    aged(built)
    (name,) = built.house.vault.backup.deaths()
    file = keys_of(built) / f"{name}.key"
    kept = file.read_bytes()
    file.unlink()
    ring.tend(built.house.vault, built.clock.now())
    assert standing(built) == [(Kind.KEY_LOST, "1")]

    file.write_bytes(kept)
    assert ring.tend(built.house.vault, built.clock.now()) == ()

    assert standing(built) == []
    assert name in built.house.vault.backup.names(), "it lives on until its date"


def test_a_loss_ends_on_the_date_on_which_the_key_would_have_died(built: Built) -> None:
    aged(built)
    ((name, dies_at),) = built.house.vault.backup.deaths().items()
    (keys_of(built) / f"{name}.key").unlink()
    ring.tend(built.house.vault, built.clock.now())
    built.clock.at = dies_at - HOUR
    assert standing(built) == [(Kind.KEY_LOST, "1")]

    built.clock.at = dies_at

    assert standing(built) == []


def test_a_reaper_whose_clock_runs_ahead_is_too_good(built: Built) -> None:
    aged(built)
    built.house.reaper.reap(built.clock.now() + 7 * DAY)
    ring.tend(built.house.vault, built.clock.now())

    assert standing(built) == [(Kind.KEY_LOST, "1")]


def test_a_living_generation_that_lost_its_backup_key_is_renewed_by_itself(built: Built) -> None:
    """The key of the newest generation has no date: whoever deletes it should not have."""
    (name,) = built.house.vault.backup.names()
    (keys_of(built) / f"{name}.key").unlink()
    course.sweep(built.house, built.clock.now())
    assert [alarm.kind for alarm in key_alarms.standing()] == [Kind.KEY_LOST]

    built.clock.advance(rolls_due.HEAL_EVERY)
    course.sweep(built.house, built.clock.now())

    newest, _ = ring.generations(built.house.vault)
    assert (newest.n, newest.backed, newest.lost) == (2, True, False)


def test_no_certificate_rests_on_a_key_that_is_only_away(built: Built) -> None:
    """The ring on a wrong disk is empty: nothing of it is dead, and all of it comes back."""
    built.take_in(houses.spoken("001", TODAY))
    aged(built)
    built.clock.at = Recording.objects.get().cutoff_at + HOUR
    course.sweep(built.house, built.clock.now())
    waiting = Destruction.objects.filter(certificate_leaf=None)
    assert waiting.count() == 1

    real = keys_of(built).rename(keys_of(built).with_name("unmounted"))
    keys_of(built).mkdir()
    built.clock.advance(looking.EVERY)
    course.sweep(built.house, built.clock.now())
    assert waiting.count() == 1
    assert {alarm.kind for alarm in key_alarms.standing()} == {Kind.KEY_LOST}

    keys_of(built).rmdir()
    real.rename(keys_of(built))
    before = built.house.vault.backup.names()
    built.clock.advance(looking.EVERY)
    course.sweep(built.house, built.clock.now())
    assert built.house.vault.backup.names() >= before
    assert key_alarms.standing() == ()


# --- unbacked, away, back from the dead --------------------------------------------------------


def test_a_ring_that_is_away_is_told_of_and_the_roll_is_made_good_when_it_is_back(
    built: Built,
) -> None:
    away = keys_of(built).rename(keys_of(built).with_name("unmounted"))
    aged(built)
    course.sweep(built.house, built.clock.now())  # goes on without the ring
    told = standing(built)
    assert sorted(kind.value for kind, _ in told) == ["ring_away", "roll_unbacked"]

    away.rename(keys_of(built))
    built.clock.advance(rolls_due.HEAL_EVERY)
    course.sweep(built.house, built.clock.now())

    assert standing(built) == []
    newest, unbacked, _ = ring.generations(built.house.vault)
    assert (newest.backed, unbacked.backed) == (True, False)


def test_a_key_that_comes_back_from_the_dead_is_told_of_until_it_is_dead_again(
    built: Built,
) -> None:
    aged(built)
    ((name, dies_at),) = built.house.vault.backup.deaths().items()
    snapshot = (keys_of(built) / f"{name}.key").read_bytes()
    built.clock.at = dies_at
    course.sweep(built.house, built.clock.now())
    (keys_of(built) / f"{name}.key").write_bytes(snapshot)

    assert ring.tend(built.house.vault, built.clock.now()) == (name,)
    assert standing(built) == [(Kind.KEY_REVIVED, "1")]

    built.clock.advance(looking.EVERY)
    course.sweep(built.house, built.clock.now())
    assert standing(built) == []
    assert name not in built.house.vault.backup.names()


# --- told --------------------------------------------------------------------------------------


def test_an_alarm_is_told_once_to_those_who_answer_and_says_what_to_do(built: Built) -> None:
    for _ in range(3):
        aged(built)
    for name in built.house.vault.backup.deaths():
        (keys_of(built) / f"{name}.key").unlink()
    ring.tend(built.house.vault, built.clock.now())

    for _ in range(3):
        course.watch_keys(built.house, built.clock.now())

    register = built.house.register
    mails = OutgoingMessage.objects.filter(key__startswith="keys:")
    assert {mail.to for mail in mails} == {register.dpo.email, register.contact.email}
    assert len(mails) == 2
    assert "katosi ennen päiväänsä" in mails[0].body
    assert "Avainsukupolvet: 3, 2, 1." in mails[0].body
    assert "Tarkista, että renkaan levy on oikea" in mails[0].body


# --- one look for all -------------------------------------------------------------------------


def test_the_ring_is_asked_once_a_minute_however_often_the_house_sweeps(built: Built) -> None:
    """And at once where a roll was made, or a key's date has come."""
    asked = Counting(built.house.vault.backup)
    house = replace(built.house, vault=replace(built.house.vault, backup=asked))
    now = built.clock.now()
    course.sweep(house, now)
    first = asked.count

    for seconds in (10, 20, 50, 59):
        course.sweep(house, now + timedelta(seconds=seconds))
    assert (
        asked.count == first <= 3
    )  # which exist, which have a date, and one answer for its health
    course.sweep(house, now + timedelta(seconds=60))
    assert asked.count == 2 * first
    course.roll(house, now + timedelta(seconds=61))
    before = asked.count
    course.sweep(house, now + timedelta(seconds=62))

    assert asked.count == before + 2


class Counting:
    """A backup holder that counts how often it is asked for what it holds."""

    def __init__(self, holder: BackupHolder) -> None:
        self.holder, self.count = holder, 0

    def __getattr__(self, name: str) -> object:
        if name in ("names", "deaths", "answer"):
            self.count += 1
        return getattr(self.holder, name)

"""A wrong clock opens nothing that is over, and empties no register (REGISTER 13.5, J7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.clock import SteadyClock
from talteen.errors import Conflict, InputError, NoLongerOpens, NotAllowed
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.register import house as house_row
from talteen.register.models import House, Recording, Staff
from talteen.register.staff import people
from talteen.register.states import Event, Progress, after
from talteen.wiring import House as Wired
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Standing(SteadyClock):
    """A steady clock that stands: what the seconds since boot say is told by the test."""

    def now(self) -> datetime:
        return self.started_at


@pytest.fixture
def built(tmp_path: Path) -> Built:
    made = houses.build(tmp_path, born_at=BORN)
    for name in ("023", "008"):
        made.take_in(houses.spoken(name, NEWEST))
    course.roll(made.house, made.clock.now())
    return made


def live(built: Built, *, by_boot: datetime, started_at: datetime | None = None) -> Wired:
    """The same house as a live one would stand, with what its boot clock says."""
    steady = Standing(started_at or by_boot)
    return replace(built.house, steady=steady)


def states() -> set[str]:
    return set(Recording.objects.values_list("progress", flat=True))


def test_clock_forward_never_destroys(built: Built) -> None:
    """keys-review 18: a clock that was set ahead while the house ran kills nothing."""
    true = built.clock.now()
    built.clock.at = true + timedelta(days=100)
    house = live(built, by_boot=true)

    swept = course.sweep(house, house.now())

    assert swept.destroyed == 0
    assert states() == {Progress.SEALED.value}


def test_what_the_doubtful_clock_calls_over_does_not_open_meanwhile(built: Built) -> None:
    built.clock.at += timedelta(days=100)
    recording = RecordingId(Recording.objects.values_list("pk", flat=True)[0])

    with pytest.raises(NoLongerOpens):
        built.house.vault.entry(recording, built.house.now())


def test_a_refused_call_dies_also_while_the_clocks_disagree(built: Built) -> None:
    row = Recording.objects.order_by("started_at")[0]
    row.progress = after(Progress(row.progress), Event.DESTRUCTION_BEGAN).value
    row.destroy_reason = "request"
    row.save()
    true = built.clock.now()
    built.clock.at = true + timedelta(days=100)
    house = live(built, by_boot=true)

    assert course.sweep(house, house.now()).destroyed == 1
    assert states() == {Progress.SEALED.value}


def test_two_persons_may_say_that_the_clock_is_right(built: Built) -> None:
    true = built.clock.now()
    built.clock.at = true + timedelta(days=100)
    house = live(built, by_boot=true)

    swept = course.sweep(house, house.now(), ruled=destroy.always)

    assert swept.destroyed == 2


def test_a_house_that_was_off_destroys_what_came_due_meanwhile(built: Built) -> None:
    """The time that passed before this process began explains the days that are over."""
    built.clock.at += timedelta(days=100)
    house = live(built, by_boot=built.clock.at)

    assert course.sweep(house, house.now()).destroyed == 2


def test_a_clock_that_goes_back_destroys_nothing(built: Built) -> None:
    rolled = built.house.vault.row().rolled_at
    built.clock.at = rolled - timedelta(days=1)
    house = live(built, by_boot=rolled)

    assert course.sweep(house, house.now()).destroyed == 0


def test_clock_back_never_plays(built: Built) -> None:
    """keys-review 18: what died by a later roll does not come back with an earlier clock."""
    row = Recording.objects.order_by("started_at")[0]
    course.roll(built.house, row.cutoff_at)
    built.clock.at = row.cutoff_at - timedelta(days=30)

    with pytest.raises(NoLongerOpens):
        built.house.vault.entry(RecordingId(row.pk), built.house.now())


def test_demo_clock_refused(built: Built) -> None:
    """keys-review 18: only a house born as a demo has a clock that can be moved, and never back."""
    with pytest.raises(Conflict):
        house_row.set_clock(BORN - timedelta(days=1), machine_at=datetime.now(UTC))

    House.objects.update(born_as="live")
    with pytest.raises(NotAllowed):
        house_row.set_clock(NEWEST, machine_at=datetime.now(UTC))


def test_two_persons_are_two_and_work_here(built: Built) -> None:
    one, other = Staff.objects.filter(is_active=True).values_list("code", flat=True)[:2]

    assert {person.code for person in people.two_of(one, other)} == {one, other}
    with pytest.raises(NotAllowed):
        people.two_of(one, one)
    with pytest.raises(InputError):
        people.two_of(one, "nobody")

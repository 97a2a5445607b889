"""Real PostgreSQL, recovered to a moment and promoted from a late standby: ``catch_up`` does the
rest, and the erased call stays dead (keys-review 1; DESIGN 5, 13).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course, waking, wiring
from talteen.engine.postgres.cluster import Cluster
from talteen.errors import KeyGone
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.oversight import drills
from talteen.register.log import ledger_check
from talteen.register.models import Hold, Recording
from talteen.wiring import House
from tests.kit import houses, replicas
from tests.kit.houses import Built

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


Come = Callable[[House], object]
"""How a house comes to the present."""


def opens_only(built: Built, living: list[RecordingId], dead: RecordingId, come: Come) -> None:
    """The house on the database that Django is on now, as another process would see it."""
    house = wiring.build(built.house.config, clock=built.clock)
    with pytest.raises(KeyGone):
        house.vault.root()
    come(house)

    assert all(drills.plays(house.vault, one, house.now()) for one in living)
    assert not drills.plays(house.vault, dead, house.now())
    assert Destruction.objects.get().recording == dead
    assert set(Recording.objects.values_list("pk", flat=True)) == set(living)
    assert ledger_check.check(house.log).first_difference is None
    course.roll(house, house.now())
    assert drills.plays(house.vault, living[0], house.now())
    assert not Hold.objects.exists()


def test_a_database_recovered_to_just_before_an_erasure_is_caught_up(
    tmp_path: Path, built: Built, postgres: Cluster
) -> None:
    kept, erased = houses.recorded(built, "022", NEWEST), houses.recorded(built, "013", NEWEST)
    course.roll(built.house, built.clock.now())
    with replicas.archived(postgres, tmp_path / "archive") as archive:
        archive.mark("before the erasure")
        houses.erase(built, erased)
        younger = houses.recorded(built, "027", NEWEST)
        course.roll(built.house, built.clock.now())
        archive.close_file()

    with (
        replicas.recovered(archive, tmp_path / "state", to="before the erasure") as late,
        replicas.at(late),
    ):
        assert Recording.objects.filter(pk=erased, progress="sealed").exists()
        opens_only(built, [kept, younger], erased, waking.wake)


def test_a_late_standby_that_is_promoted_is_caught_up(
    tmp_path: Path, built: Built, postgres: Cluster
) -> None:
    kept, erased = houses.recorded(built, "022", NEWEST), houses.recorded(built, "013", NEWEST)
    course.roll(built.house, built.clock.now())
    with replicas.standby(postgres, tmp_path / "state") as standby:
        standby.follow()
        standby.cut_off()
        houses.erase(built, erased)
        younger = houses.recorded(built, "027", NEWEST)
        course.roll(built.house, built.clock.now())

        standby.promote()
        with replicas.at(standby.cluster):
            assert Recording.objects.filter(pk=erased, progress="sealed").exists()
            # Its workers live on: nobody starts them anew.
            opens_only(built, [kept, younger], erased, waking.keep_up)

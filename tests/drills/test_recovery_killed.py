"""kill -9 after every durable step of a backup and of a restore: never a half one that is taken for
whole, and done again it ends as if nothing had happened (DESIGN 13).
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course, wiring
from talteen.engine.backup import folder
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.oversight import drills
from talteen.recovery import restore
from talteen.register.log import ledger_check
from tests.kit import houses
from tests.kit.houses import Built
from tests.kit.processes import killed_at
from tests.kit.recoveries import Recoveries, elsewhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BACKUP_STEPS = (
    "dumped",
    "log copied",
    "rolls copied",
    "file",
    "blobs copied",
    "register copied",
    "finished",
)
RESTORE_STEPS = (
    "checked",
    "files laid",
    "database loaded",
    "caught up",
    "live key renewed",
    "opened",
)


def a_house(home: Path) -> tuple[Built, RecordingId]:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("022", NEWEST))
    assert outcome.recording is not None
    course.roll(built.house, built.clock.now())
    course.sweep(built.house, built.clock.now())
    return built, RecordingId(outcome.recording)


def test_a_backup_killed_anywhere_is_none_or_whole(tmp_path: Path, recoveries: Recoveries) -> None:
    built, _ = a_house(tmp_path / "house")
    signed_by = built.house.vault.signer.public_key()

    for step in BACKUP_STEPS:
        to = tmp_path / step.replace(" ", "-")
        assert killed_at(
            step, lambda progress, to=to: recoveries.back_up(built, to, progress=progress)
        )
        if step == "finished":
            assert list(folder.open_at(to, signed_by).damage()) == []
            continue
        assert not to.exists()
        with pytest.raises(InputError):
            folder.open_at(to.with_name(to.name + folder.UNFINISHED), signed_by)
        recoveries.back_up(built, to)
        assert list(folder.open_at(to, signed_by).damage()) == []


@pytest.mark.parametrize("by_ring", [False, True])
def test_a_restore_killed_anywhere_goes_on_where_it_was(
    tmp_path: Path, recoveries: Recoveries, by_ring: bool
) -> None:
    built, kept = a_house(tmp_path / "house")
    recoveries.back_up(built, tmp_path / "backup")
    ring = built.restore if by_ring else None
    config = elsewhere(built, tmp_path / "new", live_is_lost=by_ring)
    name = recoveries.empty_database()

    with recoveries.on(name):
        for step in RESTORE_STEPS:
            assert killed_at(
                step,
                lambda progress: recoveries.restore(
                    config, tmp_path / "backup", name, built, ring=ring, progress=progress
                ),
            )
            if step == "opened":
                break
            half = recoveries.is_empty(name)
            assert half == (step in ("checked", "files laid"))

        house = wiring.build(config, clock=built.clock)
        assert drills.plays(house.vault, kept, house.now())
        assert len(house.vault.live.names()) == 1
        assert ledger_check.check(house.log).first_difference is None
        course.roll(house, house.now())
        assert drills.plays(house.vault, kept, house.now())


def test_a_restore_that_was_finished_is_not_done_over_a_house_that_lives(
    tmp_path: Path, recoveries: Recoveries
) -> None:

    built, _ = a_house(tmp_path / "house")
    recoveries.back_up(built, tmp_path / "backup")
    config = elsewhere(built, tmp_path / "new")
    name = recoveries.empty_database()

    with recoveries.on(name):
        recoveries.restore(config, tmp_path / "backup", name, built)
        with pytest.raises(Conflict):
            recoveries.restore(config, tmp_path / "backup", name, built)
        assert not restore.open_backup(config, tmp_path / "backup").head.bucket

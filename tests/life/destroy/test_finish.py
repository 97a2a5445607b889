"""A destruction comes to its end once, whatever is forgotten on the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.vault import rollfile
from talteen.life.destroy.models import Destruction
from talteen.life.seal import purge
from talteen.life.seal.models import RollRecord
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import DestroyedEverywhere
from talteen.register.models import Recording
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def built(home: Path) -> Built:
    """A house with one call, at the moment of its due."""
    made = houses.build(home, born_at=BORN)
    recording = made.take_in(houses.spoken("001", TODAY)).recording
    row = Recording.objects.get(pk=recording)
    for at in (row.cutoff_at, row.cutoff_at + timedelta(hours=2), row.due_at):
        made.clock.at = at
        course.sweep(made.house, at)
    return made


def test_a_certificate_that_a_restore_has_forgotten_is_found_again_and_not_given_twice(
    built: Built,
) -> None:
    (row,) = Destruction.objects.all()
    assert row.certificate_leaf is not None
    later = built.clock.now() + timedelta(days=3)
    # What an older dump leaves: no certificate, and a key that is first missed now.
    Destruction.objects.update(certificate_leaf=None, backup_dead_at=None)
    RollRecord.objects.exclude(backup_dead_at=None).update(backup_dead_at=later)

    course.sweep(built.house, later)

    (again,) = Destruction.objects.all()
    assert bytes(again.certificate_leaf or b"") == bytes(row.certificate_leaf)
    assert again.backup_dead_at == row.backup_dead_at
    assert len(list(ledger.find(DestroyedEverywhere, recording=row.recording))) == 1


def test_a_roll_file_goes_when_no_dump_can_need_it_and_the_newest_stays(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    blobs, first = built.house.vault.blobs, rollfile.key_of(1)
    built.clock.at = BORN + purge.ROLL_FILES_KEPT - timedelta(days=1)
    course.sweep(built.house, built.clock.now())
    assert first in set(blobs.keys())

    built.clock.at = BORN + purge.ROLL_FILES_KEPT + timedelta(days=1)
    course.sweep(built.house, built.clock.now())

    left = set(blobs.keys())
    assert first not in left
    assert rollfile.key_of(built.house.vault.row().n) in left

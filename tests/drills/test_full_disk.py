"""A disk without a byte left: intake stops at its reserve, and destruction still works (DESIGN 13).

The disks are real file systems of a few megabytes, filled to the last byte by somebody else.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.postgres import server
from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.errors import DiskFull, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.register.log import ledger_check
from talteen.register.models import Recording
from tests.kit import disks, houses, replicas, vaults
from tests.kit.builders import NOON
from tests.kit.houses import Built
from tests.kit.vaults import Safe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MB = 1 << 20


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Safe]:
    """A vault whose keys and blobs share a disk of eight megabytes; two of them are the ballast."""
    with disks.small(tmp_path / "disk", 8) as disk:
        made = vaults.safe(disk)
        made.vault.reserve = Reserve(disk / "blobs", reserve_bytes=MB, ballast_bytes=2 * MB)
        assert made.vault.reserve.fill()
        yield made


def test_on_a_full_disk_nothing_is_taken_in_and_a_call_is_erased_all_the_same(
    crowded: Safe,
) -> None:
    vault, disk = crowded.vault, crowded.folder
    kept, erased = (vaults.seal(vault, started_at=NOON - timedelta(hours=1)) for _ in range(2))
    disks.fill(disk)

    with pytest.raises(DiskFull):
        vaults.seal(vault, started_at=NOON - timedelta(hours=1))
    with pytest.raises(OSError, match="No space"):
        (disk / "proof").write_bytes(bytes(4096))
    vaults.erase(vault, erased, now=NOON)

    assert vaults.sound_of(vault, kept, NOON) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, erased, NOON)
    assert len(vault.live.names()) == 1


def test_without_a_ballast_a_full_disk_would_stop_destruction(crowded: Safe) -> None:
    """The fault that the ballast mends is real: the planted case."""
    vault, disk = crowded.vault, crowded.folder
    erased = vaults.seal(vault, started_at=NOON - timedelta(hours=1))
    vault.reserve = None
    disks.fill(disk)

    with pytest.raises(DiskFull):
        vaults.erase(vault, erased, now=NOON)
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, erased, NOON)


def test_a_house_whose_only_disk_is_full_destroys_and_proves_what_is_due(
    tmp_path: Path, postgres: Cluster
) -> None:
    """Database, keys and sound on one disk, as on one machine; it is full to the last byte."""
    with ExitStack() as stack:
        disk = stack.enter_context(disks.small(tmp_path / "disk", 320))
        late = replicas.beside(postgres, disk / "postgres")
        replicas.base_backup(postgres, late.data)
        up = stack.enter_context(server.use(late))
        stack.enter_context(replicas.at(up.cluster))
        built = houses.build(disk / "house", born_at=BORN)
        reserve = Reserve(built.house.config.paths.blobs, 8 * MB, 32 * MB)
        built.house.vault.reserve = reserve
        assert reserve.fill()
        recording = _a_call_that_is_due(built)
        others = disks.fill(disk)
        assert shutil.disk_usage(disk).free == 0

        swept = course.sweep(built.house, built.clock.now())

        gone = Destruction.objects.get(pk=recording)
        assert swept.destroyed == 1
        assert gone.live_dead_at is not None
        assert gone.bytes_gone_at is not None
        assert not Recording.objects.exists()
        assert ledger_check.check(built.house.log).first_difference is None
        others.unlink()
        built.clock.at += timedelta(days=1, hours=1)
        course.sweep(built.house, built.clock.now())
        assert (built.house.config.paths.blobs / ".ballast").exists(), "filled again for next time"


def _a_call_that_is_due(built: Built) -> RecordingId:
    outcome = built.take_in(houses.spoken("022", NEWEST))
    course.roll(built.house, built.clock.now())
    row = Recording.objects.get(pk=outcome.recording)
    built.clock.at = row.cutoff_at + timedelta(minutes=5)
    return RecordingId(row.pk)

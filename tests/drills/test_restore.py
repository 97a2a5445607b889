"""A backup becomes a house again, and the dead stay dead in it (REGISTER 17.6, I6; DESIGN 5).

With the newest live key a backup from before an erasure opens the others and not the erased one;
with ring keys, by two persons, the same from ``backup_dead_at`` on.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course, wiring
from talteen.config import Config
from talteen.engine.backup import folder
from talteen.engine.backup.manifest import DUMP, HEAD, LIST
from talteen.engine.hunt import hunt
from talteen.engine.postgres import binaries
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.holders.file import open_live
from talteen.errors import (
    ConfigError,
    Conflict,
    InputError,
    KeyGone,
    Tampered,
    Unavailable,
)
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.oversight import damage, drills
from talteen.recovery import restore
from talteen.recovery.trying import Opening, Tried, Trying
from talteen.register.log import ledger
from talteen.register.log.ledger_recovery import Drilled, DrillKind, RingOpened
from talteen.register.log.ledger_recovery import Restored as RestoredLeaf
from talteen.register.post.message_models import OutgoingMessage
from talteen.wiring import House
from tests.kit import houses
from tests.kit.flipped import flipped
from tests.kit.houses import Built
from tests.kit.recoveries import Recoveries, elsewhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEPT, ERASED, LATER = "022", "013", "027"


@dataclass(frozen=True, slots=True)
class Scene:
    """A house with two calls, and its backup of that moment."""

    built: Built
    kept: RecordingId
    erased: RecordingId
    backup: Path


@pytest.fixture
def scene(tmp_path: Path, recoveries: Recoveries) -> Scene:
    built = houses.build(tmp_path / "house", born_at=BORN)
    kept, erased = (houses.recorded(built, name, NEWEST) for name in (KEPT, ERASED))
    course.roll(built.house, built.clock.now())
    course.sweep(built.house, built.clock.now())
    recoveries.back_up(built, tmp_path / "backup")
    return Scene(built, kept, erased, tmp_path / "backup")


def opens(house: House, recording: RecordingId) -> bool:
    house.vault.forget()
    return drills.plays(house.vault, recording, house.now())


def test_a_backup_from_before_an_erasure_opens_the_others_and_not_the_erased_call(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """The blob store and the newest live key survived; only the database was lost."""
    built = scene.built
    doomed = {path.name for path in _blobs_of(built, scene.erased)}
    houses.erase(built, scene.erased)
    younger = houses.recorded(built, LATER, NEWEST)
    course.roll(built.house, built.clock.now())
    config = elsewhere(built, tmp_path / "new")
    (tmp_path / "new/blobs").symlink_to(built.house.config.paths.blobs)
    name = recoveries.empty_database()

    with recoveries.on(name):
        house, done = recoveries.restore(config, scene.backup, name, built)

        assert (done.applied, done.relisted, done.damaged) == (2, 1, ())
        assert opens(house, scene.kept)
        assert opens(house, younger)
        assert not opens(house, scene.erased)
        assert Destruction.objects.get().recording == scene.erased
        stored = {key.rpartition("/")[2] for key in house.vault.blobs.keys("blobs/")}
        assert doomed
        assert not doomed & stored, "its bytes do not come back either"
        (leaf,) = ledger.find(RestoredLeaf)
        assert leaf.index is not None


def test_everything_lost_but_the_backup_and_the_newest_live_key(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    built = scene.built
    config = elsewhere(built, tmp_path / "new")
    name = recoveries.empty_database()

    with recoveries.on(name):
        house, done = recoveries.restore(config, scene.backup, name, built)

        assert done.damaged == ()
        assert opens(house, scene.kept)
        assert opens(house, scene.erased)
        course.roll(house, house.now())
        assert opens(house, scene.kept)


def test_without_the_newest_live_key_the_house_stays_closed(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    config = elsewhere(scene.built, tmp_path / "new", live_is_lost=True)
    name = recoveries.empty_database()

    with recoveries.on(name), pytest.raises(KeyGone):
        recoveries.restore(config, scene.backup, name, scene.built)


def test_two_persons_restore_by_the_ring_what_the_newest_generation_opened(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """The machine burned with its live holder; the ring opens the newest generation once."""
    built = scene.built
    config = elsewhere(built, tmp_path / "new", live_is_lost=True)
    name = recoveries.empty_database()

    with recoveries.on(name):
        house, done = recoveries.restore(config, scene.backup, name, built, ring=built.restore)

        assert done.by_ring
        assert len(house.vault.live.names()) == 1
        assert opens(house, scene.kept)
        assert len(list(ledger.find(RingOpened))) == 1
        again = course.sweep(house, house.now())
        assert again.destroyed == 0


def test_the_ring_does_not_bring_back_what_was_erased_after_the_backup(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """The ring knows that the backup was superseded: it is no way around an erasure."""
    built = scene.built
    houses.erase(built, scene.erased)
    config = elsewhere(built, tmp_path / "new", live_is_lost=True)
    name = recoveries.empty_database()

    with recoveries.on(name):
        with pytest.raises(Tampered, match="the roll files end at"):
            recoveries.restore(config, scene.backup, name, built, ring=built.restore)
        assert not list(ledger.find(RingOpened))


def test_a_restore_by_the_ring_is_possible_until_the_backups_key_dies_and_no_longer(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """``keys status`` names this moment: from then on nothing opens that backup."""
    built = scene.built
    course.roll(built.house, built.clock.now())
    built.house.reaper.reap(_last_death(built))
    config = elsewhere(built, tmp_path / "new", live_is_lost=True)
    name = recoveries.empty_database()

    with recoveries.on(name), pytest.raises(KeyGone):
        recoveries.restore(config, scene.backup, name, built, ring=built.restore)


# --- drill --try ------------------------------------------------------------------------------


def test_drill_try_with_the_ring_fails_from_backup_dead_at_on(scene: Scene) -> None:
    built = scene.built
    assert _try(built, scene.backup, scene.erased).opening is Opening.OPENS
    houses.erase(built, scene.erased)
    erased = _try(built, scene.backup, scene.erased)
    assert erased.opening is Opening.NO_KEY, "with the newest live key it is dead at once"
    assert erased.ok
    assert erased.control == scene.kept
    while_ringed = _try(built, scene.backup, scene.erased, ring=True)
    assert while_ringed.opening is Opening.OPENS, "until then a letter says: not in backups yet"
    assert while_ringed.drill.revived == {scene.erased}

    built.clock.at = _last_death(built)
    course.sweep(built.house, built.clock.now())
    gone = Destruction.objects.get(pk=scene.erased)
    at_last = _try(built, scene.backup, scene.erased, ring=True)

    assert gone.backup_dead_at == built.clock.at
    assert at_last.opening is Opening.NO_KEY
    assert at_last.ok
    assert at_last.control_opening is Opening.OPENS


def test_drill_try_opens_a_call_that_still_lay_in_its_envelope_when_the_backup_was_taken(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """The key of an unfolded call stands in the dump alone; erased, it is dead there too."""
    built = scene.built
    waiting = houses.recorded(built, LATER, NEWEST)
    recoveries.back_up(built, tmp_path / "second")

    assert _try(built, tmp_path / "second", waiting).opening is Opening.OPENS
    houses.erase(built, waiting)
    assert _try(built, tmp_path / "second", waiting).opening is Opening.NO_KEY


def test_drill_fails_without_live_control(scene: Scene, tmp_path: Path) -> None:
    """keys-review 14: finding nothing proves nothing while the living does not open either."""
    built = scene.built
    houses.erase(built, scene.erased)
    for path in _blobs_of(built, scene.kept, scene.backup / "store/blobs"):
        path.write_bytes(flipped(path.read_bytes()))

    tried = _try(built, scene.backup, scene.erased)

    assert tried.opening is Opening.NO_KEY
    assert tried.control_opening is Opening.DAMAGED
    assert not tried.ok
    assert not tried.drill.ok

    houses.erase(built, scene.kept)
    with pytest.raises(InputError, match="control"):
        _try(built, scene.backup, scene.erased)


# --- damage -----------------------------------------------------------------------------------


def test_a_damaged_blob_is_named_by_recording_and_bytes_never_served_and_told(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    built = scene.built
    (broken, *_) = _blobs_of(built, scene.kept, scene.backup / "store/blobs")
    data = broken.read_bytes()
    broken.write_bytes(flipped(data, 100))
    config = elsewhere(built, tmp_path / "new")
    name = recoveries.empty_database()

    with recoveries.on(name):
        house, done = recoveries.restore(config, scene.backup, name, built)

        (place,) = done.damaged
        assert place.recording == scene.kept
        assert (place.start, place.end) == (0, len(data))
        assert broken.name in place.name
        assert not opens(house, scene.kept)
        assert opens(house, scene.erased)
        assert [row.recording for row in damage.standing()] == [scene.kept]
        alarms = OutgoingMessage.objects.filter(key__startswith="damage:")
        assert alarms.count() >= 1
        assert str(scene.kept) in alarms[0].body


def test_a_backup_that_is_damaged_or_of_another_house_is_refused_and_named(
    scene: Scene, tmp_path: Path
) -> None:
    """Torn, flipped or gone: before anything was put anywhere."""
    config = elsewhere(scene.built, tmp_path / "new")
    _refuses_other_keys(config, scene.backup)
    for where in (DUMP, "store/rolls", "store/log", "register", LIST, HEAD):
        path = scene.backup / where
        if path.is_dir():
            path = sorted(p for p in path.rglob("*") if p.is_file())[-1]
        named, data = path.relative_to(scene.backup).as_posix(), path.read_bytes()
        for wrong in (data[: len(data) // 2], flipped(data, -2), None):
            path.unlink()
            if wrong is not None:
                path.write_bytes(wrong)

            with pytest.raises((Tampered, InputError)) as refused:
                restore.lay_files(config, restore.open_backup(config, scene.backup))

            assert named in str(refused.value) or named == HEAD
            assert not list(config.paths.blobs.rglob("*"))
        path.write_bytes(data)
    assert restore.lay_files(config, restore.open_backup(config, scene.backup)).damaged == ()


def test_a_store_that_ends_before_what_the_live_holder_knows_is_refused(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    """An older store is the way to bring an erased call back: the holder's names give it away, and
    so does a head that a witness has seen.
    """
    built = scene.built
    witnessed = ledger.publish(built.house.log, built.clock.now())
    beyond = replace(witnessed, size=witnessed.size + 5)
    houses.erase(built, scene.erased)
    course.roll(built.house, built.clock.now())
    config = elsewhere(built, tmp_path / "new")
    name = recoveries.empty_database()

    with recoveries.on(name):
        with pytest.raises(Tampered, match="the roll files end at"):
            recoveries.restore(config, scene.backup, name, built)
        with pytest.raises(Tampered):
            ledger.refill(wiring.build(config, clock=built.clock).log, NEWEST, seen=beyond)


# --- backup -----------------------------------------------------------------------------------


def test_no_key_is_in_a_backup(scene: Scene) -> None:
    """Not raw, not in hex, not in base64: the holders' own files, secrets and open keys."""
    built = scene.built
    vault, config = built.house.vault, built.house.config
    root = vault.root()
    entry = vault.entry(scene.kept, built.clock.now())
    keys = {
        "dek": entry.dek,
        "tombstone": root.tombstone_key,
        **{f"page {n}": ref.page.key for n, ref in enumerate(root.days)},
        **{f"intake {n}": secret.seed for n, secret in enumerate(root.intake)},
        **{f"shard {day}": key for day, key in root.shards.items()},
    }
    for place in (config.paths.keys_live, config.paths.keys_ring, config.home / "keys-house"):
        for path in place.iterdir():
            if path.name != "restore.public" and path.suffix != ".dies":
                keys[path.name] = path.read_bytes()[-64:]
    live = open_live(
        config.paths.keys_live, (config.home / "keys-house/live.credential").read_bytes()
    )
    keys |= {name: live._key(name) for name in live.names()}

    assert len(keys) > 8
    assert hunt(scene.backup, keys) == []


def test_sound_that_stays_in_its_bucket_is_named_and_found_there(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    built, at = scene.built, tmp_path / "light"
    head = recoveries.back_up(built, at, bucket="talteen-mara")
    assert not (at / "store/blobs").exists()
    assert (at / "store/rolls").is_dir()
    assert head.bucket == "talteen-mara"
    assert _try(built, at, scene.erased).opening is Opening.OPENS

    config = elsewhere(built, tmp_path / "new")
    with pytest.raises(ConfigError, match="name the bucket talteen-mara"):
        restore.lay_files(config, restore.open_backup(config, at))
    shutil.rmtree(tmp_path / "new/blobs")
    (tmp_path / "new/blobs").symlink_to(built.house.config.paths.blobs)
    name = recoveries.empty_database()
    with recoveries.on(name):
        house, done = recoveries.restore(config, at, name, built)
        assert done.damaged == ()
        assert opens(house, scene.kept)


def test_a_half_backup_is_never_a_whole_one_and_keeps_nothing_that_died(
    scene: Scene, tmp_path: Path, recoveries: Recoveries
) -> None:
    class Killed(BaseException):
        pass

    def die(step: str) -> None:
        if step == "blobs copied":
            raise Killed

    doomed = {path.name for path in _blobs_of(scene.built, scene.erased)}
    half = tmp_path / "half.unfinished"
    with pytest.raises(Killed):
        recoveries.back_up(scene.built, tmp_path / "half", progress=die)
    assert not (tmp_path / "half").exists()
    assert doomed <= {path.name for path in half.rglob("*")}
    with pytest.raises(InputError, match="no finished backup"):
        folder.open_at(half, scene.built.house.vault.signer.public_key())

    houses.erase(scene.built, scene.erased)
    recoveries.back_up(scene.built, tmp_path / "half")

    assert not half.exists()
    assert not doomed & {path.name for path in (tmp_path / "half").rglob("*")}
    with pytest.raises(Conflict):
        recoveries.back_up(scene.built, tmp_path / "half")


# --- the kit of this file ---------------------------------------------------------------------


def _refuses_other_keys(config: Config, at: Path) -> None:
    """Another house's keys, none at all, and a wrong passphrase: each says so, all stays sealed."""
    keys = config.home / "keys-house"
    for name, wrong, refused in (
        ("house.ed25519", bytes(32), pytest.raises(Tampered)),
        ("live.credential", b"another passphrase", pytest.raises(Unavailable, match="wrong")),
    ):
        right = (keys / name).read_bytes()
        (keys / name).write_bytes(wrong)
        with refused:
            restore.lay_files(config, restore.open_backup(config, at))
        (keys / name).write_bytes(right)
    keys.rename(config.home / "away")
    with pytest.raises(ConfigError, match="signing keys"):
        restore.open_backup(config, at)
    (config.home / "away").rename(keys)
    assert not list(config.paths.blobs.rglob("*"))


def _try(built: Built, at: Path, recording: RecordingId, *, ring: bool = False) -> Tried:
    found = restore.open_backup(built.house.config, at)
    built.house.vault.forget()
    tries = Trying(built.house.vault, found, binaries.find())
    tried = tries.attempt(recording, built.clock.now(), ring=built.restore if ring else None)
    drills.note(tried.drill, built.clock.now())
    kinds = {entry.entered.entry.drill for entry in ledger.find(Drilled)}  # type: ignore[union-attr]
    assert (DrillKind.RING if ring else DrillKind.BACKUP) in kinds
    return tried


def _blobs_of(built: Built, recording: RecordingId, at: Path | None = None) -> list[Path]:
    entry = built.house.vault.entry(recording, built.clock.now())
    root = at or built.house.config.paths.blobs / "blobs"
    sound = [b for b in entry.blobs if b.kind is Kind.CALLER_SOUND]
    return [next(root.rglob(str(blob.id))) for blob in sound]


def _last_death(built: Built) -> datetime:
    return max(built.house.vault.backup.deaths().values())

"""A database from the past is brought to the present, and the dead stay dead in it."""

import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from talteen import ids
from talteen.engine.vault import rollfile
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Entry
from talteen.engine.vault.holders.file import open_live
from talteen.errors import Conflict, KeyGone, NoLongerOpens, Tampered, Unavailable
from talteen.ids import HoldId, RecordingId
from talteen.life.seal import catch_up, rolling
from talteen.life.seal import models as rows
from talteen.life.seal.memory import Memory
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.copies import Copies

pytestmark = pytest.mark.django_db(transaction=True)

STARTED = NOON - timedelta(hours=1)
DAY = timedelta(days=1)


def another(vault: Vault) -> Vault:
    """The same vault in another process: it remembers nothing."""
    return replace(vault, _memory=Memory())


def opens(vault: Vault, call: Recording, *, on: timedelta = timedelta(0)) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON + on) == vaults.SOUND
    except NoLongerOpens:
        return False


def test_a_start_with_nothing_missing_changes_nothing(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)

    caught_up = catch_up.catch_up(vault, NOON)

    assert caught_up == catch_up.CaughtUp((), False, relisted=(), unlisted=(), revived=())
    assert opens(vault, call)


def test_promoted_lagging_standby_catches_up(tmp_path: Path, copies: Copies) -> None:
    """It missed the roll that folded one call and the roll that erased another; GK_n is dead."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    folded_later = vaults.seal(vault, started_at=STARTED)
    standby = copies.standby()
    rolling.roll(vault, Changes(), NOON)
    vaults.erase(vault, erased, now=NOON)

    with copies.at(standby):
        promoted = another(vault)
        with pytest.raises(KeyGone):
            opens(promoted, kept)
        caught_up = catch_up.catch_up(promoted, NOON)

        assert caught_up.applied == (3, 4)
        assert opens(promoted, kept)
        assert opens(promoted, folded_later)
        assert not opens(promoted, erased)
        assert not rows.Envelope.objects.exists()
        vaults.erase(promoted, kept, now=NOON)
        assert not opens(promoted, kept)
        assert opens(promoted, folded_later)


def test_pitr_to_just_before_roll(tmp_path: Path, copies: Copies) -> None:
    """Recovered to the instant before the roll that killed the key of everything in it."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    drop = vaults.dying(erased)
    recovered: list[str] = []

    def recover_to_here(step: str) -> None:
        if step == "file_put":
            recovered.append(copies.standby_of_committed())

    rolling.roll(vault, Changes(drop=drop), NOON, recover_to_here)

    with copies.at(recovered[0]):
        late = another(vault)
        caught_up = catch_up.catch_up(late, NOON)

        assert caught_up.applied == (3,)
        assert opens(late, kept)
        assert not opens(late, erased)


def test_restore_30_day_old_dump_opens_live_calls_and_not_erased(
    tmp_path: Path, copies: Copies
) -> None:
    safe = vaults.safe(tmp_path)
    vault = safe.vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    waiting_then_erased, held = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    dump = copies.dump(tmp_path / "dump")
    rolling.roll(vault, Changes(), NOON + DAY)
    vaults.erase(vault, waiting_then_erased, now=NOON + 2 * DAY)
    hold = frozenset({(HoldId(ids.new()), RecordingId(held.pk))})
    rolling.roll(vault, Changes(place_holds=hold), NOON + 3 * DAY)
    vaults.erase(vault, erased, now=NOON + 29 * DAY)
    younger = vaults.seal(vault, started_at=NOON + 29 * DAY)
    rolling.roll(vault, Changes(), NOON + 30 * DAY)
    safe.reaper.reap(NOON + 30 * DAY)
    rebuilt: list[RecordingId] = []

    def rebuild(recording: RecordingId, entry: Entry) -> bool:
        younger.save(force_insert=True)
        rebuilt.append(recording)
        return True

    with copies.at(copies.put_back(dump)):
        restored = another(vault)
        with pytest.raises(KeyGone):
            opens(restored, kept)
        caught_up = catch_up.catch_up(restored, NOON + 30 * DAY, rebuild=rebuild)

        assert len(caught_up.applied) == 5
        assert caught_up.relisted == tuple(rebuilt) == (younger.pk,)
        assert caught_up.unlisted == ()
        for call in (kept, held, younger):
            assert opens(restored, call, on=30 * DAY)
        for call in (erased, waiting_then_erased):
            assert not opens(restored, call, on=30 * DAY)
        assert opens(restored, held, on=200 * DAY)
        assert not opens(restored, kept, on=200 * DAY)


def test_erased_call_dead_from_intake_row_in_old_dump(tmp_path: Path, copies: Copies) -> None:
    """Its envelope lies in a dump; the intake key that opened it died in the roll that erased."""
    vault = vaults.safe(tmp_path).vault
    erased = vaults.seal(vault, started_at=STARTED)
    dump = copies.dump(tmp_path / "dump")
    vaults.erase(vault, erased, now=NOON)
    living = {key.id for key in vault.root().intake}

    with copies.at(copies.put_back(dump)):
        restored = another(vault)
        assert rows.Envelope.objects.get().intake_key_id not in living
        catch_up.catch_up(restored, NOON)

        assert not opens(restored, erased)
        assert not rows.Envelope.objects.exists()


def test_a_house_does_not_open_when_files_end_before_what_was_seen(
    tmp_path: Path, copies: Copies
) -> None:
    """The key plane was rolled back: it would bring an erased call to life again."""
    vault = vaults.safe(tmp_path).vault
    rolling.roll(vault, Changes(), NOON)
    older = copies.standby()
    rolling.roll(vault, Changes(), NOON)
    vault.blobs.delete([rollfile.key_of(3)])

    with pytest.raises(Tampered, match="end at 2"):
        catch_up.catch_up(vault, NOON)
    with copies.at(older), pytest.raises(Tampered, match="end at 2"):
        catch_up.catch_up(another(vault), NOON, witnessed_n=3)


def test_a_house_does_not_open_on_another_houses_files(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path / "one").vault
    rolling.roll(vault, Changes(), NOON)
    shutil.copy(tmp_path / "one/blobs/rolls/000000000002", tmp_path / "two")
    file = tmp_path / "one/blobs/rolls/000000000003"

    for forged in ((tmp_path / "two").read_bytes(), b"", b"nonsense"):
        file.write_bytes(forged)
        with pytest.raises(Tampered):
            catch_up.catch_up(vault, NOON)


def test_a_gap_in_the_files_is_seen(tmp_path: Path, copies: Copies) -> None:
    vault = vaults.safe(tmp_path).vault
    older = copies.standby()
    rolling.roll(vault, Changes(), NOON)
    rolling.roll(vault, Changes(), NOON)
    vault.blobs.delete([rollfile.key_of(2)])

    with copies.at(older), pytest.raises(Unavailable):
        catch_up.catch_up(another(vault), NOON)


def test_a_restored_house_without_the_newest_live_key_stays_closed(
    tmp_path: Path, copies: Copies
) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    older = copies.standby()
    shutil.copytree(tmp_path / "keys-live", tmp_path / "old-keys")
    rolling.roll(vault, Changes(), NOON)
    elsewhere = replace(another(vault), live=open_live(tmp_path / "old-keys", vaults.SECRET))

    with copies.at(older):
        with pytest.raises(KeyGone):
            catch_up.catch_up(elsewhere, NOON)
        with pytest.raises((KeyGone, Unavailable)):
            opens(elsewhere, call)


def test_an_empty_store_is_no_store(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    vault.blobs.delete([rollfile.key_of(1)])

    with pytest.raises(Unavailable):
        catch_up.catch_up(vault, NOON)
    with pytest.raises(Conflict):
        rolling.found(vault, NOON)


def test_two_vaults_one_roll(tmp_path: Path, copies: Copies) -> None:
    """A primary that was cut off and the standby that took over roll the same generation."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    drop = vaults.dying(erased)
    standby = copies.standby()

    def roll_on_the_standby() -> None:
        with copies.at(standby):
            rolling.roll(another(vault), Changes(drop=drop), NOON)

    def be_overtaken(step: str) -> None:
        """Our keys are made, our file is not put yet: now the other one rolls."""
        if step == "backup_key_created":
            other = threading.Thread(target=roll_on_the_standby)
            other.start()
            other.join()

    with pytest.raises(Conflict):
        rolling.roll(vault, Changes(), NOON, be_overtaken)

    (winner,) = vault.live.names()
    file = rolling.read_file(vault, 3)
    assert file.live.name == winner
    assert file.backup is not None
    lost = {name for name in vault.backup.names() if "-000000000003-" in name} - {file.backup.name}
    assert lost <= set(vault.backup.deaths())
    assert len(lost) == 1
    catch_up.catch_up(vault, NOON)
    assert (opens(vault, kept), opens(vault, erased)) == (True, False)
    assert rolling.roll(vault, Changes(), NOON).file.n == 4
    with copies.at(standby):
        late = another(vault)
        catch_up.catch_up(late, NOON)
        assert (opens(late, kept), opens(late, erased)) == (True, False)


def test_a_put_whose_answer_was_lost_is_found_by_catching_up(tmp_path: Path) -> None:
    """The file stands, this vault thinks that it failed: the next roll is refused, not doubled."""
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    late = vaults.LateStore(tmp_path / "blobs")
    hearing = replace(vault, blobs=late)

    late.to_lose.append(rollfile.key_of(2))
    with pytest.raises(Unavailable):
        rolling.roll(hearing, Changes(), NOON)
    with pytest.raises(Conflict):
        rolling.roll(hearing, Changes(), NOON)
    caught_up = catch_up.catch_up(hearing, NOON)

    assert caught_up.applied == (2,)
    assert opens(hearing, call)
    assert rolling.roll(hearing, Changes(), NOON).file.n == 3

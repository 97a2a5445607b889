"""A roll lets a key die only when everything that must live was seen to live."""

import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from talteen.engine.vault.changes import Changes, Resealed
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.holders.file import FileBackupHolder, open_live
from talteen.errors import ConfigError, Conflict, KeyGone, NoLongerOpens, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import catch_up, purge, ring, rolling, stored
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from talteen.register.states import Progress
from tests.kit import builders, lossy, vaults
from tests.kit.builders import NOON
from tests.kit.flipped import flipped
from tests.kit.lossy import Lose
from tests.life.seal.opening import HOUR, STARTED, opens

pytestmark = pytest.mark.django_db(transaction=True)


def live_keys(vault: Vault) -> list[str]:
    return sorted(vault.live.names())


def test_the_old_live_key_is_dead_after_a_roll_and_the_new_one_is_alone(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    first = rows.RollRecord.objects.get()

    rolling.roll(vault, Changes(), NOON)

    assert len(live_keys(vault)) == 1
    with pytest.raises(KeyGone):
        vault.live.unwrap(first.live_name, bytes(first.live_wrapped))


def test_a_new_live_key_that_is_lost_takes_nothing_with_it(tmp_path: Path) -> None:
    """The holder forgets the new key before it was read back: the old one is still there."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    before = set(live_keys(vault))

    def lose_the_new_key(step: str) -> None:
        if step == "applied":
            for name in set(live_keys(vault)) - before:
                vault.live.destroy(name)

    with pytest.raises(KeyGone):
        rolling.roll(vault, Changes(drop=vaults.dying(erased)), NOON, lose_the_new_key)

    assert set(live_keys(vault)) == before
    assert opens(vault, kept)
    healed = rolling.roll(vault, Changes(), NOON)
    assert [gone.recording for gone in healed.file.destroyed] == [erased.pk]
    assert (opens(vault, kept), opens(vault, erased)) == (True, False)


@pytest.mark.parametrize("broken", ["page", "root", "lost page"])
def test_no_destroy_before_verified_readback(tmp_path: Path, broken: str) -> None:
    """What a fresh connection finds is not what was decided: nothing dies, the next roll heals."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    late = vaults.seal(vault, started_at=STARTED)
    before = live_keys(vault)

    def break_what_was_applied(step: str) -> None:
        if step != "applied":
            return
        newest = rows.RollRecord.objects.latest("n")
        pages = rows.KeyPage.objects.filter(n=newest.n)
        if broken == "page":
            pages.update(sealed=flipped(bytes(pages.get().sealed)))
        elif broken == "root":
            rows.RollRecord.objects.filter(n=newest.n).update(root=flipped(bytes(newest.root)))
        else:
            pages.delete()

    changes = Changes(drop=vaults.dying(erased))
    with pytest.raises(Tampered):
        rolling.roll(vault, changes, NOON, break_what_was_applied)

    assert set(before) <= set(live_keys(vault))
    assert opens(vault, kept)
    assert opens(vault, late)
    with pytest.raises(Unavailable):
        vaults.seal(vault, started_at=STARTED)

    healed = rolling.roll(vault, Changes(), NOON)

    assert (healed.file.n, healed.file.base_n) == (4, 2)
    assert [gone.recording for gone in healed.file.destroyed] == [erased.pk]
    assert len(live_keys(vault)) == 1
    assert opens(vault, kept)
    assert opens(vault, late)
    assert not opens(vault, erased)
    assert opens(vault, vaults.seal(vault, started_at=STARTED))


@pytest.mark.parametrize("lost", [Lose.COMMIT, Lose.ANSWER])
def test_commit_answer_lost(tmp_path: Path, lost: Lose) -> None:
    """The file stands, the connection breaks at COMMIT: nobody knows whether it was committed."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    changes = Changes(drop=vaults.dying(erased))
    before = live_keys(vault)

    with lossy.wire(tmp_path) as wire:

        def cut(step: str) -> None:
            if step == "file_put":
                wire.lose = lost

        with pytest.raises(OperationalError):
            rolling.roll(vault, changes, NOON, cut)
        committed = rows.RollRecord.objects.filter(n=3).exists()
        assert committed == (lost is Lose.ANSWER)
        assert set(before) <= set(live_keys(vault))

        caught_up = catch_up.catch_up(vault, NOON)

    assert caught_up.settled
    assert caught_up.applied == (() if committed else (3,))
    assert len(live_keys(vault)) == 1
    assert opens(vault, kept)
    assert not opens(vault, erased)
    assert vault.row().n == 3


def test_fold_and_erase_interleaved(tmp_path: Path) -> None:
    """A call is erased before the roll that would have folded it; another comes in meanwhile."""
    vault = vaults.safe(tmp_path).vault
    erased, kept = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    came_in: list[Recording] = []
    row = builders.recording(started_at=STARTED)

    def hand_in_during_the_roll(step: str) -> None:
        if step == "file_put" and not came_in:
            thread = threading.Thread(target=_deposit, args=[vault, row])
            thread.start()
            came_in.append(row)
            waiters.append(thread)

    waiters: list[threading.Thread] = []
    drop = vaults.dying(erased)
    rolled = rolling.roll(vault, Changes(drop=drop), NOON, hand_in_during_the_roll)
    waiters[0].join()

    assert rolled.file.folded == (kept.pk,)
    assert [gone.recording for gone in rolled.file.destroyed] == [erased.pk]
    assert (opens(vault, kept), opens(vault, erased), opens(vault, row)) == (True, False, True)
    envelope = rows.Envelope.objects.get()
    assert envelope.intake_key.born_n == rolled.file.n
    assert rolling.roll(vault, Changes(), NOON).file.folded == (row.pk,)
    assert opens(vault, row)


def _deposit(vault: Vault, row: Recording) -> None:
    """Hand a call in from another connection, as another worker would."""
    recording, dek = RecordingId(row.pk), vault.new_dek()
    ref = vault.write_blob(recording, Kind.CALLER_SOUND, [vaults.SOUND], dek=dek, start=STARTED)
    with transaction.atomic():
        vault.deposit(
            recording,
            start=STARTED,
            due=row.due_at,
            dek=dek,
            mac=bytes(32),
            number="",
            blobs=[ref],
        )
    connection.close()


def test_a_recording_that_still_opens_is_not_destroyed(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)

    with pytest.raises(Conflict, match="open"):
        rolling.roll(vault, Changes(drop={RecordingId(call.pk): "request"}), NOON)

    assert opens(vault, call)
    assert len(live_keys(vault)) == 1


def test_a_roll_does_not_stand_inside_a_transaction(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault

    with transaction.atomic(), pytest.raises(Conflict):
        rolling.roll(vault, Changes(), NOON)


def test_a_key_is_handed_in_inside_a_transaction_only(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    row = builders.recording(started_at=STARTED)

    with pytest.raises(Conflict):
        vault.attach(RecordingId(row.pk), [], start=STARTED)


@pytest.mark.parametrize("state", [Progress.DESTROYING, Progress.UNPLAYABLE_FOREVER])
def test_job_finishing_after_erasure_leaves_nothing(tmp_path: Path, state: Progress) -> None:
    """A transcriber still holds the key of a call that is being destroyed; nothing of it stays."""
    vault = vaults.safe(tmp_path).vault
    call, unsealed = vaults.seal(vault, started_at=STARTED), builders.recording()
    entry = vault.entry(RecordingId(call.pk), NOON)
    stored_before = set(vault.blobs.keys("blobs/"))
    Recording.objects.filter(pk__in=[call.pk, unsealed.pk]).update(progress=state.value)

    for row in (call, unsealed):
        recording = RecordingId(row.pk)
        ref = vault.write_blob(
            recording, Kind.TRANSCRIPT, [b"words"], dek=entry.dek, start=entry.start
        )
        with pytest.raises(NoLongerOpens), transaction.atomic():
            if row is call:
                vault.attach(recording, [ref], start=entry.start)
            else:
                vault.deposit(
                    recording,
                    start=entry.start,
                    due=row.due_at,
                    dek=entry.dek,
                    mac=bytes(32),
                    number="",
                    blobs=[ref],
                )

    assert set(vault.blobs.keys("blobs/")) == stored_before
    assert not rows.Blob.objects.filter(kind=Kind.TRANSCRIPT.value).exists()
    assert not rows.Envelope.objects.filter(recording=unsealed).exists()


def test_an_erasure_waits_for_the_job_that_is_committing(tmp_path: Path) -> None:
    """FOR SHARE against the update to ``destroying``: one of them is first, never both."""
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    entry = vault.entry(RecordingId(call.pk), NOON)
    ref = vault.write_blob(
        RecordingId(call.pk), Kind.TRANSCRIPT, [b"words"], dek=entry.dek, start=entry.start
    )
    done = threading.Event()

    def begin_erasure() -> None:
        vaults.dying(call)
        done.set()
        connection.close()

    eraser = threading.Thread(target=begin_erasure)
    with transaction.atomic():
        vault.attach(RecordingId(call.pk), [ref], start=entry.start)
        eraser.start()
        waited = not done.wait(0.5)
    eraser.join()

    assert waited
    assert done.is_set()


def test_cut_range_dead_in_old_blob_version(tmp_path: Path) -> None:
    """Redaction: the old blob lies in some backup, and its key is gone all the same."""
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    recording = RecordingId(call.pk)
    rolling.roll(vault, Changes(), NOON)
    before = vault.entry(recording, NOON)
    old = before.blobs[0]

    dek = vault.new_dek()
    cut = vault.write_blob(recording, Kind.CALLER_SOUND, [b"with a gap"], dek=dek, start=STARTED)
    with transaction.atomic():
        vault.attach(recording, [cut], start=STARTED)
    rolling.roll(vault, Changes(reseal={recording: Resealed(dek, (cut,))}), NOON)

    after = vault.entry(recording, NOON)
    assert after.dek != before.dek
    assert after.blobs == (cut,)
    with pytest.raises(Tampered):
        vault.open_blob(recording, old, after).read(0, 1)
    purge.discard(vault, [old.id])
    assert vault.refs(recording, after) == (cut,)
    assert stored.blob_key(call.day, old.id) not in set(vault.blobs.keys())


def test_destruction_with_backup_holder_down(tmp_path: Path) -> None:
    safe = vaults.safe(tmp_path)
    vault, folder = safe.vault, tmp_path / "keys-ring"
    erased, kept = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    away = folder.rename(tmp_path / "unmounted")

    rolled = vaults.erase(vault, erased, now=NOON + HOUR)

    assert rolled.unbacked
    assert (opens(vault, erased), opens(vault, kept)) == (False, True)
    assert ring.dead_everywhere(vault, rolled.file.n) is None

    away.rename(folder)
    again = rolling.roll(vault, Changes(), NOON + 2 * HOUR)
    assert not again.unbacked
    ring.tend(vault, NOON + 2 * HOUR)
    deaths = vault.backup.deaths()
    assert sorted(deaths.values()) == [NOON + timedelta(days=6), NOON + HOUR + timedelta(days=6)]


def test_a_live_key_that_comes_back_is_destroyed_again_and_told(tmp_path: Path) -> None:
    """Somebody restores the key folder from a snapshot."""
    vault = vaults.safe(tmp_path).vault
    (name,) = live_keys(vault)
    snapshot = (tmp_path / "keys-live" / f"{name}.key").read_bytes()
    rolling.roll(vault, Changes(), NOON)
    (tmp_path / "keys-live" / f"{name}.key").write_bytes(snapshot)

    rolled = rolling.roll(vault, Changes(), NOON)

    assert rolled.late_keys == (name,)
    assert name not in live_keys(vault)


def test_a_backup_key_that_comes_back_is_dated_to_die_and_told(tmp_path: Path) -> None:
    safe = vaults.safe(tmp_path)
    (name,) = safe.vault.backup.names()
    snapshot = (tmp_path / "keys-ring" / f"{name}.key").read_bytes()
    rolling.roll(safe.vault, Changes(), NOON)
    later = NOON + timedelta(days=7)
    assert safe.reaper.reap(later) == (name,)
    assert ring.tend(safe.vault, later) == ()
    assert ring.dead_everywhere(safe.vault, 2) == later

    (tmp_path / "keys-ring" / f"{name}.key").write_bytes(snapshot)

    assert ring.tend(safe.vault, later + HOUR) == (name,)
    assert safe.reaper.reap(later + HOUR) == (name,)


def test_live_credential_cannot_open_ring(tmp_path: Path) -> None:
    """Everything that the live house holds, tried on everything that the ring holds."""
    safe = vaults.safe(tmp_path)
    vault = safe.vault
    record = rows.RollRecord.objects.get()
    backup = rolling.read_file(vault, 1).backup
    assert backup is not None

    shutil.copy(tmp_path / "keys-live" / "holder", tmp_path / "keys-ring" / "holder")
    over_the_ring = open_live(tmp_path / "keys-ring", vaults.SECRET)

    for name in (record.backup_name, record.live_name):
        with pytest.raises((Tampered, KeyGone)):
            over_the_ring.unwrap(name, backup.wrapped)
        with pytest.raises((Tampered, KeyGone)):
            vault.live.unwrap(name, backup.wrapped)
    assert len(safe.restore_holder.unwrap(backup.name, backup.wrapped)) == 32


def test_k_below_holder_refused(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault

    with pytest.raises(ConfigError, match=r"retention.margin_days: 6 .* 6 days \(ring.days\)"):
        replace(vault, margin_days=6)
    with pytest.raises(ConfigError, match=r"7 is less than 14: .* 13 days \(.*backup .*kind file"):
        replace(
            vault,
            backup=FileBackupHolder(tmp_path, b"", copies_live_for=timedelta(days=7)),
        )
    replace(vault, margin_days=8, ring=timedelta(days=7))

"""Dates come from sealed places: no column and no clock plays what is over."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import F

from talteen.clock import MovableClock, helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.errors import KeyGone, NoLongerOpens, Tampered
from talteen.ids import RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal import numbers, rolling
from talteen.notice import retention
from talteen.register.models import Recording
from tests.kit import builders, vaults
from tests.kit.builders import NOON, POLICY

pytestmark = pytest.mark.django_db(transaction=True)

STARTED = NOON - timedelta(hours=1)
CUTOFF = retention.cutoff(retention.due(STARTED, POLICY), 7)
MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize("folded", ["in an envelope", "on a page"])
def test_a_call_plays_until_its_cutoff_and_not_at_it(tmp_path: Path, folded: str) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    if folded == "on a page":
        rolling.roll(vault, Changes(), NOON)

    assert vaults.sound_of(vault, call, CUTOFF - MOMENT) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, call, CUTOFF)


@pytest.mark.parametrize("folded", ["in an envelope", "on a page"])
def test_due_column_edited_changes_nothing(tmp_path: Path, folded: str) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    if folded == "on a page":
        rolling.roll(vault, Changes(), NOON)

    year = timedelta(days=365)
    Recording.objects.filter(pk=call.pk).update(
        due_at=F("due_at") + year,
        cutoff_at=F("cutoff_at") + year,
        started_at=F("started_at") + year,
        day=F("day") + year,
    )

    assert vaults.sound_of(vault, call, CUTOFF - MOMENT) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, call, CUTOFF)


def test_a_column_that_says_earlier_is_believed(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    Recording.objects.filter(pk=call.pk).update(cutoff_at=NOON)

    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, call, NOON)


def test_what_is_overdue_cannot_hide_behind_a_column(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call, younger = (vaults.seal(vault, started_at=at) for at in (STARTED, NOON))
    rolling.roll(vault, Changes(), NOON)
    Recording.objects.filter(pk=call.pk).update(cutoff_at=NOON + timedelta(days=999))

    assert vault.overdue(CUTOFF - MOMENT) == {}
    assert vault.overdue(CUTOFF).keys() == {call.pk, younger.pk}
    assert vault.overdue(CUTOFF)[RecordingId(call.pk)] == call.day


def test_clock_back_never_plays(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    other_clock = MovableClock(CUTOFF)

    seen_by_another_clock = replace(vault, clocks=(other_clock,))
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(seen_by_another_clock, call, NOON)

    rolling.roll(vault, Changes(), CUTOFF)
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, call, NOON)


@pytest.mark.parametrize("to", ["another day", "another recording"])
def test_envelope_moved_to_other_day_or_id_rejected(tmp_path: Path, to: str) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    moved = rows.Envelope.objects.filter(recording=call)
    if to == "another day":
        target = call
        moved.update(start=F("start") + timedelta(days=30))
    else:
        target = builders.recording(started_at=STARTED)
        moved.update(recording=target)

    with pytest.raises(Tampered):
        vault.entry(RecordingId(target.pk), NOON)
    rolled = rolling.roll(vault, Changes(), NOON)

    assert rolled.rejected == (target.pk,)
    assert rolled.file.folded == ()
    with pytest.raises(NoLongerOpens):
        vault.entry(RecordingId(target.pk), NOON)


def test_forged_envelope_rejected(tmp_path: Path) -> None:
    """Whoever can write rows and knows the public intake key still has no node's signature."""
    vault = vaults.safe(tmp_path).vault
    mallory = replace(vault, node_signer=Ed25519PrivateKey.generate())
    call = vaults.seal(mallory, started_at=STARTED)
    honest = vaults.seal(vault, started_at=STARTED)

    rolled = rolling.roll(vault, Changes(), NOON)

    assert rolled.rejected == (call.pk,)
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, call, NOON)
    assert vaults.sound_of(vault, honest, NOON) == vaults.SOUND
    assert rolling.roll(vault, Changes(), NOON).rejected == ()


def test_a_second_key_for_a_recording_is_rejected_at_the_fold(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    recording = RecordingId(call.pk)
    before = vault.entry(recording, NOON)
    with transaction.atomic():
        vault.deposit(
            recording,
            start=STARTED,
            due=call.due_at,
            dek=vault.new_dek(),
            mac=bytes(32),
            number="",
            blobs=[],
        )

    rolled = rolling.roll(vault, Changes(), NOON)

    assert rolled.rejected == (recording,)
    assert vault.entry(recording, NOON) == before


def test_old_page_version_rejected(tmp_path: Path) -> None:
    """Yesterday's page in today's row: the root names another, and nothing of it is served."""
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    old = bytes(rows.KeyPage.objects.get().sealed)
    vaults.erase(vault, erased, now=NOON)

    rows.KeyPage.objects.update(sealed=old)
    vault.forget()

    with pytest.raises(Tampered):
        vaults.sound_of(vault, kept, NOON)


def test_a_blob_in_the_place_of_another_is_not_served(tmp_path: Path) -> None:
    safe = vaults.safe(tmp_path)
    one, other = (vaults.seal(safe.vault, started_at=STARTED) for _ in range(2))
    files = sorted((tmp_path / "blobs" / "blobs").rglob("*-*-*-*-*"))
    first, second = (path.read_bytes() for path in files)
    files[0].write_bytes(second)
    files[1].write_bytes(first)

    for call in (one, other):
        with pytest.raises(Tampered):
            vaults.sound_of(safe.vault, call, NOON)


def test_a_number_is_found_before_and_after_the_fold(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED, number="+358401111111")
    vaults.seal(vault, started_at=STARTED, number="+3584011111112")

    assert numbers.find(vault, "+358401111111", NOON) == [call.pk]
    rolling.roll(vault, Changes(), NOON)

    assert numbers.find(vault, "+358401111111", NOON) == [call.pk]
    assert numbers.find(vault, "+35840111111", NOON) == []
    assert numbers.find(vault, "+358401111111", CUTOFF) == []


def test_a_day_has_a_shard_key_until_it_is_gone_and_a_new_one_after_an_erasure(
    tmp_path: Path,
) -> None:
    vault = vaults.safe(tmp_path).vault
    erased, _ = (vaults.seal(vault, started_at=STARTED - timedelta(days=9)) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    before = vault.shard_key(erased.day)

    vaults.erase(vault, erased, now=NOON)

    assert vault.shard_key(erased.day) != before
    today = helsinki_date(NOON)
    assert vault.shard_key(today) != vault.shard_key(today + timedelta(days=1))
    with pytest.raises(KeyGone):
        vault.shard_key(today - timedelta(days=200))

"""Blobs stand in for no other blob: not of another version, another kind, another call
(keys-review 19).
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Kind
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import rolling, stored
from tests.kit import vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)

STARTED = NOON - timedelta(hours=1)


def test_swapped_transcript_version_rejected(tmp_path: Path) -> None:
    """An older version put in the place of the newest would bring masked words back."""
    vault = vaults.safe(tmp_path).vault
    row = vaults.seal(vault, started_at=STARTED)
    call = RecordingId(row.pk)
    dek = vault.entry(call, NOON).dek
    versions = []
    for words in (b"first" * 400, b"later" * 400):
        ref = vault.write_blob(call, Kind.TRANSCRIPT, [words], dek=dek, start=STARTED)
        with transaction.atomic():
            vault.attach(call, [ref], start=STARTED)
        versions.append(ref)
    rolling.roll(vault, Changes(), NOON)
    first, later = (stored.blob_key(row.day, ref.id) for ref in versions)
    old = vault.blobs.read(first)

    vault.blobs.put(later, [old])

    entry = vault.entry(call, NOON)
    assert vault.open_blob(call, versions[0], entry).read(0, 5) == b"first"
    with pytest.raises(Tampered):
        vault.open_blob(call, versions[1], entry).read(0, 5)


def test_the_sound_of_another_call_is_rejected(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    calls = [RecordingId(vaults.seal(vault, started_at=STARTED).pk) for _ in range(2)]
    entries = [vault.entry(call, NOON) for call in calls]

    for one, other in ((0, 1), (1, 0)):
        (theirs,) = entries[other].blobs
        with pytest.raises(Tampered):
            vault.open_blob(calls[one], theirs, entries[one]).read(0, 5)

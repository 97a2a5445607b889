"""What goes after its key: blobs, roll files, and numbers that stand nowhere."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Kind
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal import purge, rolling, stored
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.copies import Copies
from tests.life.seal.opening import HOUR, STARTED, opens

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bytes_go_after_the_key_and_never_before(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    gone = RecordingId(erased.pk)

    with pytest.raises(Conflict):
        purge.purge(vault, [gone])
    vaults.erase(vault, erased, now=NOON)
    purged = purge.purge(vault, [gone])

    assert purged.blobs == 1
    assert purge.purge(vault, [gone]).blobs == 0
    assert len(list(vault.blobs.keys("blobs/"))) == 1
    assert opens(vault, kept)


def test_a_blob_that_nobody_names_is_swept_when_it_is_old(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    kept = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    orphan = vault.write_blob(
        RecordingId(kept.pk), Kind.TRANSCRIPT, [b"x"], dek=vault.new_dek(), start=STARTED
    )
    key = stored.blob_key(kept.day, orphan.id)
    written = vault.blobs.written_at(key)

    assert purge.sweep(vault, written + timedelta(hours=23)) == 0
    rows.Blob.objects.all().delete()  # an older dump: only pages name the living blob
    assert purge.sweep(vault, written + timedelta(hours=25)) == 1

    assert key not in set(vault.blobs.keys())
    vault.forget()
    assert opens(vault, kept)


def test_roll_files_are_kept_four_months_and_the_newest_for_ever(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    for hours in range(3):
        rolling.roll(vault, Changes(), NOON + hours * HOUR)

    assert purge.prune_roll_files(vault, NOON + timedelta(days=123)) == 0
    assert purge.prune_roll_files(vault, NOON + timedelta(days=999)) == 3

    assert [*vault.blobs.keys("rolls/")] == ["rolls/000000000004"]
    rolling.roll(vault, Changes(), NOON + timedelta(days=999))


def test_no_number_derivative_in_dump(tmp_path: Path, copies: Copies) -> None:
    """Neither the number nor any plain hash of it stands anywhere in a dump of the database."""
    vault = vaults.safe(tmp_path).vault
    vaults.seal(vault, started_at=STARTED, number=vaults.NUMBER)
    rolling.roll(vault, Changes(), NOON)
    vaults.seal(vault, started_at=STARTED, number=vaults.NUMBER)

    dump = copies.plain_dump()

    for needle in _derivatives(vaults.NUMBER):
        assert needle not in dump
    assert b"key_page" in dump


def _derivatives(number: str) -> list[bytes]:
    raw = [number.encode(), number[1:].encode(), number[4:].encode(), number.encode("utf-16-le")]
    hashes = [
        hashlib.new(kind, text).digest() for kind in ("md5", "sha1", "sha256") for text in raw
    ]
    plain = [*raw, *hashes]
    return [
        *plain,
        *(text.hex().encode() for text in plain),
        *(base64.b64encode(text).rstrip(b"=") for text in plain),
    ]

"""What the house writes can be read by somebody who has only docs/formats and the keys."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from talteen.engine.vault import rollfile
from talteen.engine.vault.canonical import to_ms
from talteen.engine.vault.changes import Changes
from talteen.ids import HoldId, RecordingId, new
from talteen.life.seal import models as rows
from talteen.life.seal import rolling, stored
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.vaults import Safe
from tests.vectors import vault_reader

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    return vaults.safe(tmp_path)


def newest_file(safe: Safe) -> dict:  # type: ignore[type-arg]
    vault = safe.vault
    data = vault.blobs.read(rollfile.key_of(vault.row().n))
    public = vault.signer.public_key().public_bytes_raw()
    return vault_reader.read_roll_file(data, public)


def opened_root(safe: Safe, file: dict) -> dict:  # type: ignore[type-arg]
    name, wrapped = file["live"]
    key = safe.vault.live.unwrap(name, wrapped)
    return vault_reader.open_root(file["root"], key, house=file["house"], n=file["n"])


def test_a_second_reader_finds_sound_and_number_of_a_call_from_the_roll_file_on(
    safe: Safe,
) -> None:
    call = vaults.seal(safe.vault, sound=b"speech" * 9000)
    rolling.roll(safe.vault, Changes(), NOON)

    file = newest_file(safe)
    root = opened_root(safe, file)
    (ref,) = root["days"]
    pages = dict(file["pages"])
    entries = vault_reader.open_day(pages[ref["page"]["id"]], ref["page"], house=file["house"])
    entry = entries[str(call.pk)]
    (blob,) = entry["blobs"]
    sealed = safe.vault.blobs.read(stored.blob_key(call.day, blob["id"]))

    assert file["folded"] == [str(call.pk)]
    assert (entry["number"], entry["due"]) == (vaults.NUMBER, to_ms(call.due_at))
    assert (blob["sha256"], blob["size"]) == (sha256(sealed).digest(), len(sealed))
    assert (
        vault_reader.open_blob(
            sealed,
            entry["dek"],
            recording=str(call.pk),
            kind=blob["kind"],
            blob=blob["id"],
        )
        == b"speech" * 9000
    )


def test_a_second_reader_opens_a_hold_page(safe: Safe) -> None:
    call = vaults.seal(safe.vault)
    hold = HoldId(new())
    placed = frozenset({(hold, RecordingId(call.pk))})
    rolling.roll(safe.vault, Changes(), NOON)
    rolling.roll(safe.vault, Changes(place_holds=placed), NOON + timedelta(minutes=1))

    file = newest_file(safe)
    (ref,) = opened_root(safe, file)["holds"]
    page = vault_reader.open_hold(
        dict(file["pages"])[ref["page"]["id"]], ref["page"], house=file["house"]
    )

    assert (page["hold"], page["recording"]) == (str(hold), str(call.pk))
    assert page["entry"]["number"] == vaults.NUMBER


def test_a_second_reader_finds_who_died_and_that_no_page_names_them(safe: Safe) -> None:
    kept, gone = vaults.seal(safe.vault), vaults.seal(safe.vault)
    rolling.roll(safe.vault, Changes(), NOON)
    vaults.erase(safe.vault, gone, now=NOON + timedelta(minutes=1))

    file = newest_file(safe)
    root = opened_root(safe, file)
    (ref,) = root["days"]
    page = dict(file["pages"])[ref["page"]["id"]]

    (group,) = file["destroyed"]
    assert (group["reason"], group["ids"]) == ("request", [str(gone.pk)])
    assert list(vault_reader.open_day(page, ref["page"], house=file["house"])) == [str(kept.pk)]
    previous = safe.vault.blobs.read(rollfile.key_of(file["n"] - 1))
    assert file["previous"] == sha256(previous).digest()
    assert Recording.objects.filter(pk=kept.pk).exists()
    assert rows.RollRecord.objects.get(n=file["n"]).live_name == file["live"][0]

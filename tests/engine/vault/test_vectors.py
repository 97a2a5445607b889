"""The published vectors open by our reader, and by one that knows docs/formats alone."""

import hashlib
import json
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from talteen.engine.vault import cobblestone, pages, rollfile
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.cobblestone import Sealed
from talteen.engine.vault.pages import SealedPage
from talteen.ids import HouseId, RecordingId
from tests.vectors import vault_reader

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "vault.json").read_text())
FILE, HOUSE_KEY = (bytes.fromhex(VECTORS[name]) for name in ("roll_file", "house_key"))
ROOT_KEY, BLOB = bytes.fromhex(VECTORS["root_key"]), VECTORS["blob"]


def test_the_second_reader_goes_from_the_roll_file_to_the_sound() -> None:
    file = vault_reader.read_roll_file(FILE, HOUSE_KEY)
    root = vault_reader.open_root(file["root"], ROOT_KEY, house=VECTORS["house"], n=1)
    page = root["days"][0]["page"]
    entries = vault_reader.open_day(dict(file["pages"])[page["id"]], page, house=VECTORS["house"])
    entry = entries[VECTORS["recording"]]
    held = root["holds"][0]["page"]
    hold = vault_reader.open_hold(dict(file["pages"])[held["id"]], held, house=VECTORS["house"])
    plain = vault_reader.open_blob(
        bytes.fromhex(BLOB["sealed"]),
        entry["dek"],
        recording=VECTORS["recording"],
        kind=BLOB["kind"],
        blob=BLOB["id"],
    )

    assert hashlib.sha256(plain).hexdigest() == VECTORS["plain_sha256"]
    assert entry["number"] == hold["entry"]["number"] == VECTORS["number"]
    assert (hold["hold"], entry["dek"].hex()) == (VECTORS["hold"], BLOB["dek"])


def test_our_reader_goes_the_same_way() -> None:
    house, recording = HouseId(UUID(VECTORS["house"])), RecordingId(UUID(VECTORS["recording"]))
    file = rollfile.read(FILE, Ed25519PublicKey.from_public_bytes(HOUSE_KEY))
    root = pages.open_root(file.root, ROOT_KEY, house=house, n=1)
    sealed = {page.id: page.sealed for page in file.pages}
    key = root.days[0].page
    entry = pages.open_day(SealedPage(key, sealed[key.id]), house).entries.get(recording)
    assert entry is not None
    (ref,) = entry.blobs
    data = bytes.fromhex(BLOB["sealed"])
    context = length_prefixed([recording.bytes, ref.kind.code, ref.id.bytes, b"\x01"])
    blob = Sealed(
        cobblestone.key_of_kind(entry.dek, ref.kind.code),
        context,
        read_at=lambda start, length: data[start : start + length],
        size_bytes=len(data),
    )

    assert hashlib.sha256(blob.read(0, blob.plain_size)).hexdigest() == VECTORS["plain_sha256"]
    assert (ref.sha256, entry.number) == (hashlib.sha256(data).digest(), VECTORS["number"])

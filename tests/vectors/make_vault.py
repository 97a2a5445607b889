"""Writes ``vault.json``: a blob, a day page, a hold page, a root and a roll file, with the keys
that open them. Run it only when a format gets a new version:

    python tests/vectors/make_vault.py
"""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import cobblestone, pages, rollfile
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.dead import Dead
from talteen.engine.vault.entries import BlobRef, Entries, Entry, Kind
from talteen.engine.vault.pages import (
    DayPage,
    DayRef,
    HoldPage,
    HoldRef,
    PageName,
    RootPage,
)
from talteen.engine.vault.rollfile import GenerationKey, PageBytes, RollFile
from talteen.ids import BlobId, HoldId, HouseId, PageId, RecordingId

FILE = Path(__file__).parent / "vault.json"
PLAIN = b"Hyvaa paivaa, haluaisin varata huoneen. " * 1000


def seed(what: str, size: int) -> bytes:
    return hashlib.shake_256(f"talteen vector {what}".encode()).digest(size)


def uuid(what: str) -> UUID:
    return UUID(bytes=seed(what, 16), version=4)


class Random:
    """Bytes that are the same every time."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return seed(f"random {self.calls}", size)


def main() -> None:
    random = Random()
    house, recording = HouseId(uuid("house")), RecordingId(uuid("recording"))
    blob, dek = BlobId(uuid("blob")), seed("dek", 32)
    start, due = datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 11, 30, 22, tzinfo=UTC)
    at, day = datetime(2026, 9, 1, 10, tzinfo=UTC), date(2026, 9, 1)

    kind = Kind.CALLER_SOUND
    context = length_prefixed([recording.bytes, kind.code, blob.bytes, b"\x01"])
    key = cobblestone.key_of_kind(dek, kind.code)
    sealed = b"".join(cobblestone.encrypt(key, context, [PLAIN]))
    ref = BlobRef(blob, kind, hashlib.sha256(sealed).digest(), len(sealed))
    entry = Entry(dek, start, due, seed("mac", 32), "+358505550142", (ref,))

    entries = Entries().having({recording: entry})
    name = PageName(house, PageId(uuid("day page")), version=1, n=1)
    day_page = pages.seal_day(DayPage(day, entries), name, random=random)
    hold, hold_name = HoldId(uuid("hold")), PageName(house, PageId(uuid("hold page")), 1, 1)
    hold_page = pages.seal_hold(HoldPage(hold, recording, entry), hold_name, random=random)
    root = RootPage(
        house=house,
        n=1,
        at=at,
        days=(DayRef.of(day, bytes(16), 1, due, day_page.key),),
        holds=(HoldRef(hold, recording, hold_page.key),),
        shards={day: seed("shard", 32)},
        cases={},
        intake=(),
        nodes={"import": seed("node", 32)},
        tombstone_key=seed("tombstone", 32),
    )
    root_key = seed("root key", 32)
    signer = Ed25519PrivateKey.from_private_bytes(seed("signer", 32))
    file = RollFile(
        house=house,
        n=1,
        base_n=0,
        at=at,
        previous=rollfile.NO_FILE,
        live=GenerationKey("live-1", seed("live wrap", 60)),
        backup=GenerationKey("ring-1", seed("ring wrap", 60)),
        root=pages.seal_root(root, root_key, random=random),
        pages=tuple(PageBytes(one.key.id, one.sealed) for one in (day_page, hold_page)),
        entries_before=0,
        removed=0,
        destroyed=Dead(()),
        folded=(recording,),
        attached=(),
        holds_placed=(),
        holds_released=(),
        intake_opened=(),
        intake_closed=(),
        deaths=(),
        leaves=(),
    )
    vectors = {
        "house": str(house),
        "recording": str(recording),
        "blob": {"id": str(blob), "kind": kind.value, "dek": dek.hex(), "sealed": sealed.hex()},
        "plain_sha256": hashlib.sha256(PLAIN).hexdigest(),
        "number": entry.number,
        "hold": str(hold),
        "root_key": root_key.hex(),
        "house_key": signer.public_key().public_bytes_raw().hex(),
        "roll_file": rollfile.write(file, signer).hex(),
    }
    FILE.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""A second reader of blobs, key pages and roll files, written from docs/formats alone.

It shares no code with the house and imports nothing but ``cryptography``: if it reads what the
house wrote, the pages of docs/formats are enough for somebody else to do so.
"""

import struct
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def lp(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


class Fields:
    """Values in the order in which they stand."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def raw(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        assert len(taken) == size, "the bytes end too early"
        self.at += size
        return taken

    def u8(self) -> int:
        return self.raw(1)[0]

    def u32(self) -> int:
        return int(struct.unpack(">I", self.raw(4))[0])

    def u64(self) -> int:
        return int(struct.unpack(">Q", self.raw(8))[0])

    def time(self) -> int:
        return int(struct.unpack(">q", self.raw(8))[0])

    def id(self) -> str:
        return str(UUID(bytes=self.raw(16)))

    def block(self) -> bytes:
        return self.raw(self.u32())

    def text(self) -> str:
        return self.block().decode()

    def many(self, read: Any) -> list[Any]:
        return [read() for _ in range(self.u32())]

    def end(self) -> None:
        assert self.at == len(self.data), "something is left over"


# --- blob.md -------------------------------------------------------------------------------


def open_blob(sealed: bytes, dek: bytes, *, recording: str, kind: int, blob: str) -> bytes:
    key = HKDFExpand(hashes.SHA256(), 32, b"talteen blob key v1\0" + bytes([kind])).derive(dek)
    context = lp(UUID(recording).bytes, bytes([kind]), UUID(blob).bytes, b"\x01")
    salt, commitment, chunks = sealed[:24], sealed[24:56], sealed[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    derived = HKDFExpand(hashes.SHA512(), 76, info).derive(key)
    assert derived[44:] == commitment, "another key or another context"
    base, aead = int.from_bytes(derived[32:44]), AESGCM(derived[:32])
    plain, number = b"", 0
    while True:
        chunk, chunks = chunks[:16_400], chunks[16_400:]
        plain += aead.decrypt((base ^ number).to_bytes(12), chunk, None)
        number += 1
        if len(chunk) < 16_400:
            return plain


# --- page.md -------------------------------------------------------------------------------


def _page_key(of: Fields) -> dict[str, Any]:
    return {
        "id": of.id(),
        "version": of.u32(),
        "n": of.u64(),
        "key": of.raw(32),
        "sha256": of.raw(32),
    }


def open_root(sealed: bytes, key: bytes, *, house: str, n: int) -> dict[str, Any]:
    aad = lp(b"talteen root page v1", UUID(house).bytes, struct.pack(">Q", n))
    of = Fields(AESGCM(key).decrypt(sealed[:12], sealed[12:], aad))
    root = {
        "at": of.time(),
        "days": of.many(
            lambda: {
                "day": of.u32(),
                "first": of.raw(16),
                "count": of.u32(),
                "earliest_due": of.time(),
                "page": _page_key(of),
            }
        ),
        "holds": of.many(lambda: {"hold": of.id(), "recording": of.id(), "page": _page_key(of)}),
        "shards": of.many(lambda: (of.u32(), of.raw(32))),
        "cases": of.many(lambda: (of.id(), of.raw(32))),
        "intake": of.many(
            lambda: {
                "id": of.id(),
                "node": of.text(),
                "born_n": of.u64(),
                "opened_at": of.time(),
                "seed": of.block(),
            }
        ),
        "nodes": of.many(lambda: (of.text(), of.raw(32))),
        "tombstone_key": of.raw(32),
    }
    of.end()
    return root


def _open_page(label: bytes, sealed: bytes, key: dict[str, Any], house: str) -> Fields:
    assert sha256(sealed).digest() == key["sha256"], "not the page that the root names"
    numbers = struct.pack(">IQ", key["version"], key["n"])
    aad = lp(label, UUID(house).bytes, UUID(key["id"]).bytes, numbers)
    return Fields(AESGCM(key["key"]).decrypt(sealed[:12], sealed[12:], aad))


def _fixed(raw: bytes) -> dict[str, Any]:
    dek, mac, start, due = struct.unpack(">32s32sqq", raw)
    return {"dek": dek, "mac": mac, "start": start, "due": due}


def _blobs(raw: bytes) -> list[dict[str, Any]]:
    return [
        {"id": str(UUID(bytes=id_)), "kind": kind, "sha256": digest, "size": size}
        for id_, kind, digest, size in struct.iter_unpack(">16sB32sQ", raw)
    ]


def open_day(sealed: bytes, key: dict[str, Any], *, house: str) -> dict[str, dict[str, Any]]:
    of = _open_page(b"talteen day page v1", sealed, key, house)
    of.u32()  # the day
    count = of.u32()
    ids = [of.id() for _ in range(count)]
    fixed = [_fixed(of.raw(80)) for _ in range(count)]
    sizes = list(of.raw(count))
    numbers = [of.raw(size).decode() for size in sizes]
    blobs = [_blobs(of.raw(57 * blob_count)) for blob_count in list(of.raw(count))]
    of.end()
    columns = zip(ids, fixed, numbers, blobs, strict=True)
    return {id_: {**one, "number": number, "blobs": refs} for id_, one, number, refs in columns}


def open_hold(sealed: bytes, key: dict[str, Any], *, house: str) -> dict[str, Any]:
    of = _open_page(b"talteen hold page v1", sealed, key, house)
    hold, recording, fixed = of.id(), of.id(), _fixed(of.raw(80))
    entry = {**fixed, "number": of.block().decode(), "blobs": _blobs(of.block())}
    of.end()
    return {"hold": hold, "recording": recording, "entry": entry}


# --- roll-file.md --------------------------------------------------------------------------


def _group(of: Fields) -> dict[str, Any]:
    reason, day, count = of.text(), of.u32(), of.u32()
    ids = [of.id() for _ in range(count)]
    dues = [of.time() for _ in range(count)]
    return {"reason": reason, "day": day, "ids": ids, "dues": dues, "macs": of.raw(32 * count)}


def read_roll_file(data: bytes, house_key: bytes) -> dict[str, Any]:
    body, signature = data[:-64], data[-64:]
    Ed25519PublicKey.from_public_bytes(house_key).verify(signature, body)
    magic = b"talteen roll file v1\n"
    assert body.startswith(magic)
    of = Fields(body[len(magic) :])
    file = {
        "house": of.id(),
        "n": of.u64(),
        "base_n": of.u64(),
        "at": of.time(),
        "previous": of.raw(32),
        "live": (of.text(), of.block()),
        "backup": of.many(lambda: (of.text(), of.block())),
        "root": of.block(),
        "pages": of.many(lambda: (of.id(), of.block())),
        "entries_before": of.u64(),
        "removed": of.u64(),
        "destroyed": of.many(lambda: _group(of)),
        "folded": of.many(of.id),
        "attached": of.many(of.id),
        "holds_placed": of.many(lambda: (of.id(), of.id())),
        "holds_released": of.many(lambda: (of.id(), of.id())),
        "intake_opened": of.many(lambda: (of.id(), of.text(), of.block())),
        "intake_closed": of.many(of.id),
        "deaths": of.many(lambda: (of.text(), of.time())),
        "leaves": of.many(lambda: (of.text(), of.block())),
    }
    of.end()
    return file

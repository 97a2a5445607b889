"""How the vault's values look in rows and in the blob store: small translations, no decisions."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.engine.vault import cobblestone, intake
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.cobblestone import Sealed
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.intake import Address, Envelope
from talteen.engine.vault.pages import RootPage
from talteen.ids import BlobId, RecordingId
from talteen.life.seal import models as rows

BLOB_FORMAT = 1
BLOBS = "blobs/"


@dataclass(slots=True)
class Passing:
    """Hash and size of the bytes that flow through."""

    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size_bytes: int = 0

    def through(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """``blocks``, one after another, and counted."""
        for block in blocks:
            self.sha256.update(block)
            self.size_bytes += len(block)
            yield block


def context(recording: RecordingId, kind: Kind, blob: BlobId) -> bytes:
    """What a blob is bound to: it opens as this blob of this recording and as nothing else."""
    return length_prefixed([recording.bytes, kind.code, blob.bytes, bytes([BLOB_FORMAT])])


def blob_key(day: date, blob: BlobId | UUID) -> str:
    """Where a blob lies in the store; ``day`` is the Helsinki date of the call's start."""
    return f"{BLOBS}{day.isoformat()}/{blob}"


def blob_ref(row: rows.Blob) -> BlobRef:
    """What ``row`` says of a blob."""
    return BlobRef(BlobId(row.id), Kind(row.kind), bytes(row.sha256), row.size_bytes)


def blob_row(
    ref: BlobRef, recording: RecordingId, day: date, *, attached_n: int | None = None
) -> rows.Blob:
    """The row that says ``ref``, not yet written."""
    return rows.Blob(
        id=ref.id,
        recording_id=recording,
        kind=ref.kind.value,
        sha256=ref.sha256,
        size_bytes=ref.size_bytes,
        day=day,
        attached_n=attached_n,
    )


def open_blob(
    read: Callable[[str, int, int], bytes], recording: RecordingId, ref: BlobRef, entry: Entry
) -> Sealed:
    """The blob that ``ref`` names, wherever ``read`` finds it, under the key in ``entry``."""
    where = blob_key(helsinki_date(entry.start), ref.id)
    key = cobblestone.key_of_kind(entry.dek, ref.kind.code)

    def read_at(start: int, length: int) -> bytes:
        return read(where, start, length)

    bound_to = context(recording, ref.kind, ref.id)
    return Sealed(key, bound_to, read_at=read_at, size_bytes=ref.size_bytes)


def open_envelope(row: rows.Envelope, root: RootPage) -> Entry | None:
    """The entry in ``row``; None where its intake key or its node is not in ``root`` (any more).

    Raises Tampered where the node did not seal exactly this for exactly here.
    """
    secret = next((key for key in root.intake if key.id == row.intake_key_id), None)
    node_key = root.nodes.get(row.node)
    if secret is None or node_key is None:
        return None
    address = Address(
        root.house,
        secret.id,
        row.node,
        RecordingId(row.recording_id),
        segment=row.segment,
        start=row.start,
    )
    envelope = Envelope(address, bytes(row.sealed), bytes(row.signature))
    return intake.unseal(envelope, seed=secret.seed, node_key=node_key)

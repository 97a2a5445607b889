"""Are the stored bytes still what was stored? Names the place where they are not; opens no sound.

Roll files are checked by their signature and their chain, pages by the hash that the root holds,
blobs by the hash in their entry. Only of a blob that fails its key is asked, chunk by chunk, which
of its bytes are wrong: what is left of it may help its recording's case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from talteen.clock import helsinki_date
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs import Absent
from talteen.engine.vault.cobblestone import CHUNK_BYTES, HEADER_BYTES, SEALED_CHUNK_BYTES
from talteen.engine.vault.entries import BlobRef, Entry
from talteen.errors import TalteenError, Tampered
from talteen.ids import RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Wrong:
    """Bytes ``start`` to ``end`` of something stored that are not what was stored there."""

    kind: str
    """"blob", "page", "roll_file"."""
    name: str
    recording: RecordingId | None
    start: int
    end: int


def key_plane(vault: Vault) -> Iterator[Wrong]:
    """Every roll file that is forged, torn or out of its chain, and every page of the living root
    that is not the one it names.
    """
    yield from _roll_files(vault)
    yield from _pages(vault)


def blobs(vault: Vault) -> Iterator[Wrong]:
    """Every blob that a living entry names and that is not there or not the same. Reads them all,
    a mebibyte at a time.
    """
    book = vault.book()
    for ref in book.root.days:
        try:
            entries = dict(book.day_page(ref).entries.items())
        except Tampered:
            continue  # named by ``key_plane``
        for recording, entry in entries.items():
            for blob in entry.blobs:
                yield from blob_of(vault, recording, entry, blob)
    for hold in book.root.holds:
        entry = book.hold_page(hold).entry
        for blob in entry.blobs:
            yield from blob_of(vault, hold.recording, entry, blob)


def blob_of(vault: Vault, recording: RecordingId, entry: Entry, blob: BlobRef) -> Iterator[Wrong]:
    """Where one blob is not what was sealed."""
    key = _key(entry, blob)
    try:
        size = vault.blobs.size(key)
        digest = sha256()
        for at in range(0, size, _BLOCK):
            digest.update(vault.blobs.read(key, at, min(_BLOCK, size - at)))
    except Absent:
        yield Wrong("blob", key, recording, 0, blob.size_bytes)
        return
    if digest.digest() == blob.sha256:
        return
    found = list(_wrong_chunks(vault, recording, entry, blob))
    for start, end in found or [(0, max(size, blob.size_bytes))]:
        yield Wrong("blob", key, recording, start, end)


def _wrong_chunks(
    vault: Vault, recording: RecordingId, entry: Entry, blob: BlobRef
) -> Iterator[tuple[int, int]]:
    """The stored bytes of each chunk that does not open, neighbours in one. The header counts to
    the first: where it is wrong none opens.
    """
    start = end = 0
    for number, stop in enumerate(_ends(blob.size_bytes)):
        if _opens(vault, recording, entry, blob, number):
            if start < end:
                yield start, end
            start = end = stop
        else:
            end = stop
    if start < end:
        yield start, end


def _ends(size: int) -> Iterator[int]:
    """Where the sealed chunks of a blob of ``size`` bytes end."""
    for at in range(HEADER_BYTES, size, SEALED_CHUNK_BYTES):
        yield min(at + SEALED_CHUNK_BYTES, size)


def _opens(vault: Vault, recording: RecordingId, entry: Entry, blob: BlobRef, number: int) -> bool:
    try:
        sealed = vault.open_blob(recording, blob, entry)
        sealed.read(number * CHUNK_BYTES, CHUNK_BYTES)
        if (number + 1) * CHUNK_BYTES > sealed.plain_size:
            sealed.verify_end()
    except TalteenError:
        return False
    return True


def _key(entry: Entry, blob: BlobRef) -> str:
    return blob_key(helsinki_date(entry.start), blob.id)


def _roll_files(vault: Vault) -> Iterator[Wrong]:
    previous: bytes | None = None
    for key in vault.blobs.keys(rollfile.PREFIX):
        data = vault.blobs.read(key)
        try:
            file = rolling.read_file(vault, rollfile.n_of(key))
        except Tampered:
            yield Wrong("roll_file", key, None, 0, len(data))
            previous = None
            continue
        if previous is not None and file.previous != previous:
            yield Wrong("roll_file", key, None, 0, len(data))
        previous = rollfile.digest(data)


def _pages(vault: Vault) -> Iterator[Wrong]:
    vault.forget()
    book = vault.book()
    for day in book.root.days:
        try:
            book.day_page(day)
        except Tampered:
            yield _page(day.page.id.hex, len(book.fetch(day.page)), None)
    for hold in book.root.holds:
        try:
            book.hold_page(hold)
        except Tampered:
            yield _page(hold.page.id.hex, len(book.fetch(hold.page)), hold.recording)


def _page(name: str, size: int, recording: RecordingId | None) -> Wrong:
    return Wrong("page", name, recording, 0, size)

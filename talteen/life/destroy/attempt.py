"""The restore attempt: with everything that a backup could hold and every key that is left, does
it open?

Roll files are the key plane of every backup: each carries its root and its changed pages whole,
under the keys of its generation. So a drill takes all of them, asks the live holder and (with two
persons' shares) the ring for each, and looks through every root that opens for the recording. A
destroyed one must be found nowhere; a living control must be found, or the drill proves nothing
(keys-review rule 14).
"""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from talteen.engine.vault import pages, rollfile
from talteen.engine.vault.book import Book, Fetch
from talteen.engine.vault.entries import Entry
from talteen.engine.vault.holders import RestoreHolder
from talteen.engine.vault.pages import PageKey
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import KeyGone, Unavailable
from talteen.ids import PageId, RecordingId
from talteen.life.seal.vault import Vault

_VERSIONS = 2


class KeyPlane(Protocol):
    """Where roll files lie: the store of the house, or a backup."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin so, in ascending order."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """What lies at ``key``."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt found."""

    files: int
    """Roll files that were read: every generation whose file is not pruned yet."""
    opened: int
    """Generations that some key still opens."""
    entries: Mapping[RecordingId, Entry] = field(repr=False)
    """The wanted recordings whose key stands in a page that opened, as the newest one has it."""

    @property
    def found(self) -> frozenset[RecordingId]:
        """Those of the wanted recordings that some key opens."""
        return frozenset(self.entries)


def attempt(
    vault: Vault,
    wanted: Collection[RecordingId],
    *,
    restore: RestoreHolder | None = None,
    beside: KeyPlane | None = None,
) -> Attempt:
    """Look for ``wanted`` in every generation that a living key opens. Reads only.

    ``beside``: a backup whose roll files are tried too, those included that the house no longer
    has.
    """
    known = frozenset(wanted)
    entries: dict[RecordingId, Entry] = {}
    files = opened = 0
    for _, book in generations(vault, restore=restore, beside=beside):
        files += 1
        if book is not None:
            opened += 1
            entries |= entries_of(book, known)
    return Attempt(files, opened, entries)


def generations(
    vault: Vault, *, restore: RestoreHolder | None = None, beside: KeyPlane | None = None
) -> Iterator[tuple[RollFile, Book | None]]:
    """Every roll file, oldest first, with its generation's book where some key opens it."""
    stored: dict[PageId, dict[int, bytes]] = {}

    def fetch(page: PageKey) -> bytes:
        return stored.get(page.id, {}).get(page.n, b"")

    for file in _files(vault, beside):
        for page in file.pages:
            versions = stored.setdefault(page.id, {})
            versions[file.n] = page.sealed
            # A root names a page as it was written last, or before a read-back that failed.
            for old in sorted(versions)[:-_VERSIONS]:
                del versions[old]
        yield file, _book(vault, file, restore, fetch)


def entries_of(book: Book, wanted: frozenset[RecordingId]) -> dict[RecordingId, Entry]:
    """Those of ``wanted`` that stand on a day page or a hold page of ``book``."""
    found: dict[RecordingId, Entry] = {}
    for ref in book.root.days:
        entries = book.day_page(ref).entries
        for recording in wanted - found.keys():
            entry = entries.get(recording)
            if entry is not None:
                found[recording] = entry
    for hold in book.root.holds:
        if hold.recording in wanted and hold.recording not in found:
            found[hold.recording] = book.hold_page(hold).entry
    return found


def _files(vault: Vault, beside: KeyPlane | None) -> Iterator[RollFile]:
    signed_by = vault.signer.public_key()
    planes: dict[str, KeyPlane] = {}
    for plane in (vault.blobs, *([beside] if beside else [])):
        planes |= dict.fromkeys(plane.keys(rollfile.PREFIX), plane)
    for key in sorted(planes):
        yield rollfile.read(planes[key].read(key), signed_by)


def _book(vault: Vault, file: RollFile, restore: RestoreHolder | None, fetch: Fetch) -> Book | None:
    """The generation of ``file``, if the live holder or the ring still has its key."""
    for key in _keys(vault, file, restore):
        root = pages.open_root(file.root, key, house=file.house, n=file.n)
        return Book(root, fetch)
    return None


def _keys(vault: Vault, file: RollFile, restore: RestoreHolder | None) -> Iterator[bytes]:
    with contextlib.suppress(KeyGone, Unavailable):
        yield vault.live.unwrap(file.live.name, file.live.wrapped)
    if restore is not None and file.backup is not None:
        with contextlib.suppress(KeyGone, Unavailable):
            yield restore.unwrap(file.backup.name, file.backup.wrapped)

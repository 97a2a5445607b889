"""The restore attempt: with everything that a backup could hold and every key that is left, does
it open?

Roll files are the key plane of every backup: each carries its root and its changed pages whole,
under the keys of its generation. So a drill takes all of them, asks the live holder and (with two
persons' shares) the ring for each, and looks through every root that opens for the recording. A
destroyed one must be found nowhere; a living control must be found, or the drill proves nothing
(keys-review rule 14).
"""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from talteen.engine.vault import pages, rollfile
from talteen.engine.vault.book import Book
from talteen.engine.vault.holders import RestoreHolder
from talteen.engine.vault.pages import PageKey, RootPage
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import KeyGone, Unavailable
from talteen.ids import PageId, RecordingId
from talteen.life.seal.vault import Vault


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt found."""

    files: int
    """Roll files that were read: every generation that there ever was."""
    opened: int
    """Generations that some key still opens."""
    found: frozenset[RecordingId]
    """Those of the wanted recordings whose key stands in a page that opened."""


def attempt(
    vault: Vault, wanted: Collection[RecordingId], *, restore: RestoreHolder | None = None
) -> Attempt:
    """Look for ``wanted`` in every generation that a living key opens. Reads only."""
    known = frozenset(wanted)
    found: set[RecordingId] = set()
    files = opened = 0
    stored: dict[tuple[PageId, int], bytes] = {}
    for file in _files(vault):
        files += 1
        stored.update({(page.id, file.n): page.sealed for page in file.pages})
        root = _root(vault, file, restore)
        if root is not None:
            opened += 1
            found |= _in(root, stored, known)
    return Attempt(files, opened, frozenset(found))


def _files(vault: Vault) -> Iterator[RollFile]:
    signed_by = vault.signer.public_key()
    for key in vault.blobs.keys(rollfile.PREFIX):
        yield rollfile.read(vault.blobs.read(key), signed_by)


def _root(vault: Vault, file: RollFile, restore: RestoreHolder | None) -> RootPage | None:
    """The root of this generation, if the live holder or the ring still has its key."""
    for key in _keys(vault, file, restore):
        return pages.open_root(file.root, key, house=file.house, n=file.n)
    return None


def _keys(vault: Vault, file: RollFile, restore: RestoreHolder | None) -> Iterator[bytes]:
    with contextlib.suppress(KeyGone, Unavailable):
        yield vault.live.unwrap(file.live.name, file.live.wrapped)
    if restore is not None and file.backup is not None:
        with contextlib.suppress(KeyGone, Unavailable):
            yield restore.unwrap(file.backup.name, file.backup.wrapped)


def _in(
    root: RootPage, stored: dict[tuple[PageId, int], bytes], wanted: frozenset[RecordingId]
) -> set[RecordingId]:
    def fetch(page: PageKey) -> bytes:
        return stored.get((page.id, page.n), b"")

    book = Book(root, fetch)
    on_days = {recording for ref in root.days for recording in book.day_page(ref).entries} & wanted
    return on_days | {ref.recording for ref in root.holds if ref.recording in wanted}

"""A blob store in a folder of a local disk.

Written by hand and not by obstore: its local store links names into place without a single fsync
(seen with strace, release 0.12.1; decision 030), so a power cut could undo a roll that had decided.
Here a write goes to a hidden file, is flushed, gets its name by ``rename`` or (if absent) ``link``,
both atomic, and then the directories are flushed too.
"""

import contextlib
import errno
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.blobs import Absent, checked
from talteen.errors import Conflict, DiskFull, Unavailable

_UNFINISHED = ".unfinished-"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A BlobStore below ``folder``, which is made if it is missing. Files are the owner's only."""

    folder: Path

    def __post_init__(self) -> None:
        _make_folder(self.folder)

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        path = self._path(key)
        with _named_at(path) as unfinished:
            _write(unfinished, blocks)
            unfinished.rename(path)
            _flush_folder(path.parent)

    def put_if_absent(self, key: str, data: bytes) -> None:
        path = self._path(key)
        with _named_at(path) as unfinished:
            _write(unfinished, [data])
            try:
                os.link(unfinished, path)
            except FileExistsError:
                # The winner may not have flushed its name yet; whoever reads on relies on it.
                _flush_folder(path.parent)
                raise Conflict(
                    "this name is taken in the blob store", remedy="read what is there"
                ) from None
            _flush_folder(path.parent)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        try:
            file = os.open(self._path(key), os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise Absent from None
        try:
            return _read(file, start, os.fstat(file).st_size - start if length is None else length)
        finally:
            os.close(file)

    def size(self, key: str) -> int:
        return self._stat(key).st_size

    def written_at(self, key: str) -> datetime:
        return datetime.fromtimestamp(self._stat(key).st_mtime, UTC)

    def delete(self, keys: Iterable[str]) -> int:
        by_folder: defaultdict[str, list[str]] = defaultdict(list)
        for key in keys:
            folder, _, name = checked(key).rpartition("/")
            by_folder[folder].append(name)
        return sum(_delete(self.folder / folder, names) for folder, names in by_folder.items())

    def keys(self, prefix: str = "") -> Iterator[str]:
        # Only the folder that the prefix names for certain is walked.
        folder = self.folder / prefix.rpartition("/")[0]
        for found in sorted(_files(folder, self.folder)):
            if found.startswith(prefix):
                yield found

    def sweep(self, before: datetime) -> int:
        """Remove writes that were begun before ``before`` and never finished; returns how many."""
        swept = 0
        for path in self.folder.rglob(f"{_UNFINISHED}*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    swept += 1
        return swept

    def _stat(self, key: str) -> os.stat_result:
        try:
            return self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            raise Absent from None

    def _path(self, key: str) -> Path:
        return self.folder / checked(key)


@contextlib.contextmanager
def _named_at(path: Path) -> Iterator[Path]:
    """A name beside ``path`` for a write in progress, gone afterwards whatever happened."""
    unfinished = path.parent / f"{_UNFINISHED}{uuid4().hex}"
    try:
        _make_folder(path.parent)
        yield unfinished
    except OSError as error:
        raise _refused(error) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            unfinished.unlink()


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(number, "wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(number)


def _read(file: int, start: int, length: int) -> bytes:
    data = os.pread(file, length, start)
    if len(data) == length:
        return data
    parts = [data]
    while data and sum(map(len, parts)) < length:
        data = os.pread(file, length - sum(map(len, parts)), start + sum(map(len, parts)))
        parts.append(data)
    return b"".join(parts)


def _delete(folder: Path, names: list[str]) -> int:
    """Unlink ``names`` in ``folder``, then flush it once; the folder goes when it is empty."""
    try:
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    deleted = 0
    try:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=at)
                deleted += 1
        os.fsync(at)
    finally:
        os.close(at)
    return deleted


def _files(folder: Path, root: Path) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        prefix = "" if Path(parent) == root else f"{Path(parent).relative_to(root)}/"
        yield from (prefix + name for name in names if not name.startswith("."))


def _make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it; each new name is flushed in the folder that holds it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def _refused(error: OSError) -> Unavailable:
    if error.errno in _NO_ROOM:
        return DiskFull(
            "the blob store has no room", remedy="free space; destruction goes on meanwhile"
        )
    return Unavailable(
        f"the blob store refuses a write ({errno.errorcode.get(error.errno or 0, 'unknown')})",
        remedy="check the folder paths.blobs, its disk and its owner",
    )

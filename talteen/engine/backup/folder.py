"""A backup on a disk: written beside its name and renamed when whole, read in constant memory.

A half backup can never be taken for a whole one: until the head is written and everything is
flushed, the folder is called ``NAME.unfinished``. Begun again, it keeps what was copied before.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from talteen.engine.backup import manifest
from talteen.engine.backup.manifest import HEAD, LIST, PART_BYTES, Damage, File, Head, Why
from talteen.errors import Conflict, DiskFull, InputError, Tampered, Unavailable

UNFINISHED = ".unfinished"
_NO_ROOM = {28, 122}  # ENOSPC, EDQUOT

Seen = Callable[[File], None]


def nobody(_: File) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Writing:
    """A backup in the making. Make it with ``begin``."""

    folder: Path
    """Where it will be."""
    files: int = 0
    size_bytes: int = 0
    _list: manifest.Hash = field(default_factory=sha256, repr=False)

    @property
    def unfinished(self) -> Path:
        """Where it is until it is whole."""
        return self.folder.with_name(self.folder.name + UNFINISHED)

    def add(self, name: str, blocks: Iterable[bytes]) -> File:
        """Write ``blocks`` as the file ``name``, and enter it into the list."""
        path, hashing = self.unfinished / name, manifest.Hashing()
        partly = path.with_name(f".partly-{path.name}")
        with _refusals():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _new_file(partly) as file:
                for block in blocks:
                    hashing.take(block)
                    file(block)
            partly.rename(path)
        return self._enter(hashing.file(name))

    def keep(self, name: str, size: int) -> File | None:
        """Enter the file ``name`` if an earlier try has copied it whole; None if it has not.

        Only for files that never change: it is known by its name and its size.
        """
        path = self.unfinished / name
        if not path.is_file() or path.stat().st_size != size:
            return None
        return self._enter(hashed(path, name))

    def finish(self, head: Callable[[str], Head], signer: Ed25519PrivateKey) -> Head:
        """Flush all, write the head that ``head`` makes of the list's hash, take the name."""
        made = head(self._list.hexdigest())
        with _refusals():
            for leftover in self.unfinished.rglob(".partly-*"):
                leftover.unlink()
            self._drop_unlisted()
            _flush(self.unfinished)
            with _new_file(self.unfinished / HEAD) as file:
                file(made.signed(signer))
            _flush_folder(self.unfinished)
            self.unfinished.rename(self.folder)
            _flush_folder(self.folder.parent)
        return made

    def _enter(self, file: File) -> File:
        line = file.line()
        self._list.update(line)
        with (self.unfinished / LIST).open("ab") as written:
            written.write(line)
        self.files += 1
        self.size_bytes += file.size
        return file

    def _drop_unlisted(self) -> None:
        """What an earlier try copied, and has since died in the house, has no place here."""
        listed = {file.name for file in _listed(self.unfinished / LIST)}
        for path in list(_files(self.unfinished)):
            name = path.relative_to(self.unfinished).as_posix()
            if name not in listed and name != LIST:
                path.unlink()


def begin(folder: Path) -> Writing:
    """Begin a backup at ``folder``, or go on with one that was broken off.

    Raises Conflict where a backup, or anything else, has that name.
    """
    if folder.exists():
        raise Conflict(
            "something of that name stands there already", remedy="name a new folder each time"
        )
    writing = Writing(folder)
    with _refusals():
        writing.unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (LIST, HEAD):
            (writing.unfinished / name).unlink(missing_ok=True)
        (writing.unfinished / LIST).touch(mode=0o600)
    return writing


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. Open it with ``open_at``."""

    folder: Path
    head: Head

    def files(self) -> Iterator[File]:
        """Every file that it must hold, in the order in which they were written."""
        return _listed(self.folder / LIST)

    def path(self, name: str) -> Path:
        """Where the file ``name`` lies."""
        return self.folder / name

    def damage(self, seen: Seen = nobody) -> Iterator[Damage]:
        """Every place that is not what was backed up. Reads the whole backup, a part at a time."""
        for wanted in self.files():
            yield from damage_of(wanted, self.path(wanted.name))
            seen(wanted)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of what lay at ``key`` in the blob store; Unavailable where it was not copied."""
        try:
            with self.path(manifest.STORE + key).open("rb") as file:
                file.seek(start)
                return file.read(-1 if length is None else length)
        except FileNotFoundError:
            raise Unavailable(
                "the backup does not hold what should be there", remedy="take another copy of it"
            ) from None

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys of the blob store that it holds and that begin so, in ascending order."""
        folder = self.path(manifest.STORE)
        found = (path.relative_to(folder).as_posix() for path in _files(folder))
        yield from sorted(key for key in found if key.startswith(prefix))


def open_at(folder: Path, signed_by: Ed25519PublicKey) -> Backup:
    """The backup at ``folder``. InputError where there is none or an unfinished one, Tampered where
    its list is not the one that the house signed.
    """
    try:
        raw = (folder / HEAD).read_bytes()
    except OSError:
        raise InputError(
            "this folder holds no finished backup",
            remedy="name a folder that 'talteen backup' has finished",
        ) from None
    head = manifest.read_head(raw, signed_by)
    listed = folder / LIST
    if not listed.is_file() or hashed(listed, LIST).sha256 != head.list_sha256:
        raise Tampered(f"{LIST} is not the list that was signed", remedy="take another copy of it")
    return Backup(folder, head)


def hashed(path: Path, name: str) -> File:
    """``path`` as a line of a list."""
    hashing = manifest.Hashing()
    with path.open("rb") as file:
        while block := file.read(PART_BYTES):
            hashing.take(block)
    return hashing.file(name)


def damage_of(wanted: File, path: Path) -> list[Damage]:
    """Where ``path`` is not ``wanted``."""
    if not path.is_file():
        return [Damage(wanted.name, 0, wanted.size, Why.MISSING)]
    return manifest.differences(wanted, hashed(path, wanted.name))


def _listed(path: Path) -> Iterator[File]:
    with path.open("rb") as lines:
        for line in lines:
            yield manifest.read_line(line)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[Callable[[bytes], object]]:
    """A file of the owner's alone that is flushed when the block ends; gives its ``write``."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(number, "wb") as file:
        yield file.write
        file.flush()
        os.fsync(number)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = DiskFull if error.errno in _NO_ROOM else Unavailable
        raise kind(
            f"the backup cannot be written ({error.strerror})",
            remedy="see that its disk has room and lets this user write, then begin again",
        ) from None


def _flush(folder: Path) -> None:
    for below in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        _flush_folder(below)


def _flush_folder(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(at)
    finally:
        os.close(at)

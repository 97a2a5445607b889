"""``talteen backup``: the data plane of a house in one folder, while the house runs.

The order makes it consistent without stopping anything. The dump is of one moment; then the log,
then the roll files, then the sealed sound: each knows at least what those before it name, so that
``catch_up`` finds all it needs. The key plane is not here: live keys die hourly, the ring lets the
last copy go, and a backup that held a key would outlive both.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from talteen.engine.backup import folder
from talteen.engine.backup.folder import Writing
from talteen.engine.backup.manifest import DUMP, PART_BYTES, REGISTER, SETTINGS, STORE, Blobs, Head
from talteen.engine.postgres import dump
from talteen.engine.postgres.dump import Reach
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs import Absent, BlobStore
from talteen.register.log import ledger_store
from talteen.wiring import House

LOG = "log/"
CHECKPOINT = "log/checkpoint"
LEFT_OUT = ("probe/",)
"""What a start leaves in the store while it proves it."""
_CHANGES = (CHECKPOINT, LOG + "step/")
"""Keys whose bytes change, or whose meaning ends: never taken over from an earlier try."""
_PASSES = 5

Progress = Callable[[str], None]
"""Hears the name of each step once it will last: ``dumped``, ``log copied``, ``rolls copied``,
``blobs copied``, ``register copied``, ``finished``; between them ``file``, once a file.
"""


def silent(step: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up."""

    house: House
    reach: Reach
    """Its database."""
    bucket: str = ""
    """Where the sealed sound lies, if it is to stay there; empty to copy it."""


def take(source: Source, to: Path, now: datetime, progress: Progress = silent) -> Head:
    """Back the house up into the new folder ``to``; goes on with a try that was broken off.

    Raises Conflict where ``to`` exists, DiskFull, DumpFailed.
    """
    house, store = source.house, source.house.vault.blobs
    writing = folder.begin(to)
    writing.add(DUMP, dump.dump(source.reach))
    progress("dumped")
    log_size = _copy_log(writing, store, house, progress)
    progress("log copied")
    generation = _copy_rolls(writing, store, progress)
    progress("rolls copied")
    if not source.bucket:
        _copy(writing, store, _rest(store), progress)
    progress("blobs copied")
    _copy_law(writing, house)
    progress("register copied")

    def head(list_sha256: str) -> Head:
        return Head(
            house=house.id,
            taken_at=now,
            generation=generation,
            log_size=log_size,
            blobs=Blobs.REFERENCED if source.bucket else Blobs.COPIED,
            bucket=source.bucket,
            files=writing.files,
            size_bytes=writing.size_bytes,
            list_sha256=list_sha256,
        )

    made = writing.finish(head, house.vault.signer)
    progress("finished")
    return made


def _copy_log(writing: Writing, store: BlobStore, house: House, progress: Progress) -> int:
    """The newest checkpoint, then every tile below it; the size it speaks of.

    A partial tile may give way to the whole one while it is copied: it is looked again until a look
    finds nothing new.
    """
    newest = ledger_store.newest(house.log)
    if newest is None:
        return 0
    checkpoint, signed = newest
    writing.add(STORE + CHECKPOINT, [signed.to_bytes()])
    copied = {CHECKPOINT}
    for _ in range(_PASSES):
        new = [key for key in store.keys(LOG) if key not in copied]
        if not new:
            break
        _copy(writing, store, iter(new), progress)
        copied.update(new)
    return checkpoint.size


def _copy_rolls(writing: Writing, store: BlobStore, progress: Progress) -> int:
    keys = list(store.keys(rollfile.PREFIX))
    _copy(writing, store, iter(keys), progress)
    return max(map(rollfile.n_of, keys))


def _rest(store: BlobStore) -> Iterator[str]:
    """Sealed sound, and what capture nodes have handed over and nobody has taken in yet."""
    apart = (LOG, rollfile.PREFIX, *LEFT_OUT)
    return (key for key in store.keys("") if not key.startswith(apart))


def _copy(writing: Writing, store: BlobStore, keys: Iterator[str], progress: Progress) -> None:
    for key in keys:
        try:
            size = store.size(key)
            kept = None if key.startswith(_CHANGES) else writing.keep(STORE + key, size)
            if kept is None:
                writing.add(STORE + key, _blocks(store, key, size))
        except Absent:
            continue  # it died, or gave way, while we came to it
        progress("file")


def _blocks(store: BlobStore, key: str, size: int) -> Iterator[bytes]:
    for at in range(0, size, PART_BYTES):
        yield store.read(key, at, min(PART_BYTES, size - at))


def _copy_law(writing: Writing, house: House) -> None:
    """The register's texts and the operator's settings, neither of which holds a secret."""
    root = house.config.paths.register
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        writing.add(REGISTER + path.relative_to(root).as_posix(), _read(path))
    settings = house.config.home / SETTINGS
    if settings.exists():
        writing.add(SETTINGS, _read(settings))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(PART_BYTES):
            yield block

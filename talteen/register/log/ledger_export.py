"""The whole log as files, for whoever checks it without us.

The folder is a static log by C2SP tlog-tiles: ``checkpoint`` and ``tile/...``, nothing else that
counts. ``keys`` lists the public keys for convenience; whoever checks takes them from elsewhere.
``stamp/`` holds time stamps on earlier heads, each beside the head that it is on; ``key/`` changes
of the log's key.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from talteen.engine.tlog import merkle, tiles
from talteen.engine.tlog.note import Checkpoint, Note, VerifierKey
from talteen.errors import Conflict, Missing, Tampered
from talteen.register.log import ledger, ledger_keys, ledger_stamps, ledger_store
from talteen.register.log.ledger_store import CHECKPOINT, Log

KEYS = "keys"

Told = Callable[[int, int], None]
"""Told how many files are written, of how many."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the head, and how many files."""

    head: Checkpoint
    signed: Note
    files: int


def silent(_done: int, _of: int) -> None:
    """Tells nobody."""


def export(
    log: Log, to: Path, *, witnesses: Sequence[VerifierKey] = (), told: Told = silent
) -> Exported:
    """Write the log up to its newest head into the new folder ``to``.

    Missing where nothing was ever published, Conflict where ``to`` stands already, Tampered where
    the tiles do not make the root that was signed: then nothing is left behind as if it were whole.
    """
    newest = ledger.head(log)
    if newest is None:
        raise Missing("the log is empty", remedy="wait until something was published")
    if to.exists():
        raise Conflict(f"{to.name} stands there already", remedy="name a folder that is new")
    checkpoint, signed = newest
    places = list(_places(checkpoint.size))
    for done, tile in enumerate(places, 1):
        _write(to / tile.path, ledger_store.read_tile(log, tile))
        told(done, len(places))
    if root_of(to, checkpoint.size) != checkpoint.root:
        raise Tampered(
            "the tiles do not make the root that was signed",
            remedy="talteen ledger check names the first that differs",
        )
    beside = [*ledger_stamps.kept(log), *ledger_keys.kept(log)]
    for name, value in beside:
        _write(to / name, value)
    keys = dict.fromkeys([*log.keys, *witnesses])
    _write(to / KEYS, "".join(f"{key}\n" for key in keys).encode())
    _write(to / CHECKPOINT, signed.to_bytes())  # the last: without it the folder is no log
    return Exported(checkpoint, signed, len(places) + len(beside) + 2)


def root_of(folder: Path, size: int) -> bytes:
    """The root over the entries in an exported folder, recomputed from them alone."""
    tree = merkle.Tree()
    for number in range(-(-size // tiles.WIDTH)):
        raw = (folder / tiles.bundle_of(number, size).path).read_bytes()
        for entry in tiles.unbundle(raw):
            tree.append(merkle.leaf_hash(entry))
    return tree.root()


def _places(size: int) -> list[tiles.Tile]:
    bundles = [tiles.bundle_of(number, size) for number in range(-(-size // tiles.WIDTH))]
    return [*bundles, *tiles.changed(0, size)]


def _write(path: Path, value: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{path.name}.new")
    making.write_bytes(value)
    os.replace(making, path)

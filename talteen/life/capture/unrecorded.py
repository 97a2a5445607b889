"""Whom a node must not record (REGISTER 6.9), in a file of its own: keyed hashes, no number.

The house's worker writes it anew whenever the list has changed; the signaller looks at it twice a
second. The key lies elsewhere, with the node's signing key: the file alone says how many have
objected and nothing more. Without file or key the node records as before, and the house asks its
own list when it takes a call in: then too there is no recording, but sealed sound for a while.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from talteen.register.spared import do_not_record_hashes as hashes
from talteen.register.spared.do_not_record_hashes import HASH_BYTES

FORMAT = b"talteen do-not-record 1\n"


def write(path: Path, key: bytes, node: str, snapshot: frozenset[bytes]) -> None:
    """Put the list where ``node`` finds it, whole or not at all; nothing where it is there."""
    entries = sorted(hashes.for_node(key, node, snapshot))
    written = FORMAT + hashes.mark_of(key, node) + b"".join(entries)
    if path.exists() and path.read_bytes() == written:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(written)
    unfinished.rename(path)


def read(path: Path, key: bytes, node: str) -> frozenset[bytes] | None:
    """The hashes in the list at ``path``; None where there is none that this key can ask."""
    try:
        written = path.read_bytes()
    except OSError:
        return None
    entries = written.removeprefix(FORMAT)
    if entries == written or not entries or len(entries) % HASH_BYTES:
        return None
    mark, *found = (entries[at : at + HASH_BYTES] for at in range(0, len(entries), HASH_BYTES))
    return frozenset(found) if mark == hashes.mark_of(key, node) else None


@dataclass(slots=True)
class Unrecorded:
    """The list at ``path``, read again when it has changed."""

    path: Path
    node: str
    key: bytes = field(repr=False)
    """Of the house's list; empty where nobody has told it yet."""
    there: bool = False
    """Whether there is a list that can be asked."""
    stands: Callable[[str], bool] = field(init=False)
    """Whether a number is listed."""
    _seen: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.stands = _nobody
        self.look()

    def look(self) -> bool:
        """Read the list again if it is another one; gives whether it was."""
        seen = _stamp(self.path)
        if seen == self._seen:
            return False
        self._seen = seen
        found = read(self.path, self.key, self.node) if self.key else None
        self.there = found is not None
        if found is None:
            self.stands = _nobody
        else:
            self.stands = hashes.among_nodes(self.key, self.node, found)
        return True


def _nobody(number: str) -> bool:
    return False


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino

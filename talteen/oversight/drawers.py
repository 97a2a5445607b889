"""More than may stand in memory, sorted into drawers: lines put in by name, taken out drawer by
drawer.

Up to ``room`` bytes stay in memory. What is more goes sealed into a file without a name, under a
key that stands in this process alone (``Upload``): after a crash nothing is left that anybody
could open. What is taken out is given in the order in which it was put in.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from talteen.life.capture.sources.upload import Upload

Name = TypeVar("Name", bound=int)
ROOM = 32 << 20
_OVERHEAD = 64
"""Bytes that Python needs for a line beside its own."""


class Drawers(Generic[Name]):
    """Lines without a line break in them, by the name of their drawer."""

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        """``folder`` is where the sealed file may stand; ``room`` is in bytes."""
        self._folder, self._room = folder, room
        self._open: defaultdict[Name, list[bytes]] = defaultdict(list)
        self._held = 0
        self._sealed: defaultdict[Name, list[tuple[int, int]]] = defaultdict(list)
        self._file: Upload | None = None

    @property
    def names(self) -> set[Name]:
        """Of the drawers in which something is."""
        return {*self._open, *self._sealed}

    def put(self, name: Name, line: bytes) -> None:
        """One line more. OSError where the disk is full."""
        self._open[name].append(line)
        self._held += len(line) + _OVERHEAD
        if self._held > self._room:
            self._seal()

    def take(self, name: Name) -> Iterator[bytes]:
        """What is in a drawer, which is empty then."""
        for at, length in self._sealed.pop(name, ()):
            assert self._file
            with self._file.open("rb") as sealed:
                sealed.seek(at)
                yield from sealed.read(length).split(b"\n")
        found = self._open.pop(name, [])
        self._held -= sum(len(line) + _OVERHEAD for line in found)
        yield from found

    def close(self) -> None:
        """Let go of all of it."""
        self._open.clear()
        self._sealed.clear()
        if self._file is not None:
            self._file.close()

    def _seal(self) -> None:
        self._file = self._file or Upload("call records", self._folder)
        for name, found in self._open.items():
            block = b"\n".join(found)
            self._sealed[name].append((self._file.size, len(block)))
            self._file.add(block)
        self._open.clear()
        self._held = 0

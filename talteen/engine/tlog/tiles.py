"""Where a log keeps hashes and entries: tiles of 256 under fixed names (C2SP tlog-tiles).

A tile of level 0 holds the hashes of 256 entries, a tile of level 1 the roots of 256 tiles of level
0, and so on. A bundle holds the 256 entries themselves. Only the last tile of a level is partial,
and its width is part of its name: nothing that stands is ever rewritten.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from talteen.engine.tlog import merkle
from talteen.errors import InputError, Tampered

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRY_BYTES_AT_MOST = 0xFFFF
_PARTS = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")

ReadTile = Callable[["Tile"], bytes]
"""Gives the bytes of a tile by its place; Tampered where it does not stand."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a tile: its level (None for a bundle of entries), its number, its width."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name below the log's own prefix, such as ``tile/0/x001/234.p/7``."""
        level = "entries" if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.number)}{part}"

    def full(self) -> "Tile":
        """The same place once all 256 are there."""
        return Tile(self.level, self.number)


def parse_path(path: str) -> Tile:
    """The tile that ``path`` names; InputError for any other name, a second spelling included."""
    match = _PARTS.fullmatch(path)
    if match:
        number = int(match[2].replace("/", "").replace("x", ""))
        level = None if match[1] == "entries" else int(match[1])
        tile = Tile(level, number, int(match[3] or WIDTH))
        if tile.path == path and tile.width <= WIDTH and (level or 0) < 64:
            return tile
    raise InputError("this is not the name of a tile", remedy="see C2SP tlog-tiles for the names")


def tile_of(level: int, number: int, size: int) -> Tile:
    """Tile ``number`` of ``level`` as it is in the tree of ``size`` leaves."""
    held = (size >> HEIGHT * level) - number * WIDTH
    if held <= 0:
        raise ValueError("the tree has no such tile")
    return Tile(level, number, min(held, WIDTH))


def bundle_of(number: int, size: int) -> Tile:
    """Bundle ``number`` as it is in the tree of ``size`` leaves."""
    return Tile(None, number, tile_of(0, number, size).width)


def changed(before: int, after: int) -> Iterator[Tile]:
    """The hash tiles that differ between the trees of these sizes, lowest level first."""
    level = 0
    while after >> HEIGHT * level:
        old, new = before >> HEIGHT * level, after >> HEIGHT * level
        if new > old:
            for number in range(old >> HEIGHT, (new - 1 >> HEIGHT) + 1):
                yield tile_of(level, number, after)
        level += 1


def bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of a bundle: each entry after its length in two bytes, big-endian."""
    parts = []
    for entry in entries:
        if len(entry) > ENTRY_BYTES_AT_MOST:
            raise ValueError("an entry is longer than 65,535 bytes")
        parts += [len(entry).to_bytes(2), entry]
    return b"".join(parts)


def unbundle(raw: bytes) -> list[bytes]:
    """The entries in a bundle; Tampered where its lengths do not add up."""
    entries, at = [], 0
    while at < len(raw):
        start, end = at + 2, at + 2 + int.from_bytes(raw[at : at + 2])
        if start > len(raw) or end > len(raw):
            raise Tampered("a bundle of entries is torn", remedy="take it from another copy")
        entries.append(raw[start:end])
        at = end
    return entries


def hashes(raw: bytes, tile: Tile) -> list[bytes]:
    """The hashes in a tile's bytes; Tampered where they are not as many as its name says."""
    if len(raw) != tile.width * merkle.HASH_BYTES:
        raise Tampered(f"{tile.path} is torn", remedy="take it from another copy")
    return [raw[at : at + merkle.HASH_BYTES] for at in range(0, len(raw), merkle.HASH_BYTES)]


@dataclass(slots=True)
class Reader:
    """Gives the hash of any complete subtree of the tree of ``size`` leaves, from its tiles.

    Tiles are read once each; ask a new reader for another size.
    """

    read: ReadTile
    size: int
    _seen: dict[Tile, list[bytes]] = field(default_factory=dict)

    def __call__(self, height: int, index: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        first = index << within
        held = self._hashes(level, first >> HEIGHT)
        start = first % WIDTH
        return merkle.root(held[start : start + (1 << within)])

    def root(self) -> bytes:
        """The root of the tree."""
        return merkle.tree_at(self, self.size).root()

    def _hashes(self, level: int, number: int) -> list[bytes]:
        tile = tile_of(level, number, self.size)
        if tile not in self._seen:
            self._seen[tile] = hashes(self.read(tile), tile)
        return self._seen[tile]


def _number_path(number: int) -> str:
    """1234067 -> ``x001/x234/067``: folders stay small, and no name is both a file and a folder."""
    groups = f"{number:03d}"
    groups = groups.zfill(-(-len(groups) // 3) * 3)
    parts = [groups[at : at + 3] for at in range(0, len(groups), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])

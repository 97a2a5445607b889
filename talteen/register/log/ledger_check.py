"""Does the ledger still say what it signed? Everything is recomputed, from the rows up.

Rows against their names, entries and hash tiles in the second store against the rows, every head
that was ever signed against the tree. The first thing that differs is named, so that a person knows
where to look. It runs through the log once, in constant memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from talteen.engine.tlog import merkle, note, tiles
from talteen.engine.tlog.note import Checkpoint
from talteen.engine.tlog.tiles import WIDTH, Tile
from talteen.errors import TalteenError
from talteen.register.log import ledger_store
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead
from talteen.register.log.ledger_store import Log


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at, and the first thing that is not as it should be."""

    entries: int
    heads: int
    first_difference: str | None
    """``row 17``, ``head 300``, ``checkpoint``, or the path of a tile; None where all is well."""


Told = Callable[[int, int], None]
"""Told how many entries were looked at, of how many."""


def silent(_done: int, _of: int) -> None:
    """Tells nobody."""


@dataclass(slots=True)
class _Progress:
    told: Told
    entries: int = 0
    heads: int = 0


def check(log: Log, *, told: Told = silent) -> Checked:
    """Recompute the whole log and compare. Entries that wait to be published are not looked at."""
    progress = _Progress(told)
    difference = next(_differences(log, progress), None)
    return Checked(progress.entries, progress.heads, difference)


def _differences(log: Log, progress: _Progress) -> Iterator[str]:
    """What differs, in the order of the log; lazily, so that the first one ends the search."""
    tree = merkle.Tree()
    heads = LedgerHead.objects.order_by("size")
    size = getattr(heads.last(), "size", 0)
    waiting = heads.iterator()
    next_head = next(waiting, None)
    for number, leaves in _bundles(size):
        yield from _in_bundle(log, number, leaves, size)
        for _, name, _ in leaves:
            while next_head is not None and next_head.size == tree.size:
                yield from _in_head(log, next_head, tree, progress)
                next_head = next(waiting, None)
            tree.append(name)
        progress.entries = tree.size
        progress.told(tree.size, size)
    while next_head is not None and next_head.size == tree.size:
        yield from _in_head(log, next_head, tree, progress)
        next_head = next(waiting, None)
    if next_head is not None:
        yield f"row {tree.size}"
    yield from _in_upper_tiles(log, size)
    yield from _in_checkpoint(log, Checkpoint(log.origin, size, tree.root()))


_Leaf = tuple[int, bytes, bytes]
"""Place, name and bytes of an entry."""


def _bundles(size: int) -> Iterator[tuple[int, list[_Leaf]]]:
    """The rows, 256 at a time, with the number of their bundle."""
    for start in range(0, size, WIDTH):
        end = min(start + WIDTH, size)
        rows = LedgerEntry.objects.filter(index__gte=start, index__lt=end).order_by("index")
        found = rows.values_list("index", "leaf_hash", "raw")
        yield start // WIDTH, [(int(at or 0), bytes(name), bytes(raw)) for at, name, raw in found]


def _in_bundle(log: Log, number: int, leaves: list[_Leaf], size: int) -> Iterator[str]:
    """Differences in 256 rows, in the bundle and in the tile that they make."""
    bundle, tile = tiles.bundle_of(number, size), tiles.tile_of(0, number, size)
    for place in range(bundle.width):
        expected = number * WIDTH + place
        if place >= len(leaves) or leaves[place][0] != expected:
            yield f"row {expected}"
            return
        if merkle.leaf_hash(leaves[place][2]) != leaves[place][1]:
            yield f"row {expected}"
    if _read(log, bundle) != tiles.bundle(raw for _, _, raw in leaves):
        yield bundle.path
    if _read(log, tile) != b"".join(name for _, name, _ in leaves):
        yield tile.path


def _in_upper_tiles(log: Log, size: int) -> Iterator[str]:
    """Differences above level 0: each hash is the root of a whole tile below."""
    for tile in tiles.changed(0, size):
        if tile.level:
            below = [Tile(tile.level - 1, tile.number * WIDTH + at) for at in range(tile.width)]
            roots = [merkle.root(tiles.hashes(_read(log, one), one)) for one in below]
            if _read(log, tile) != b"".join(roots):
                yield tile.path


def _in_head(log: Log, head: LedgerHead, tree: merkle.Tree, progress: _Progress) -> Iterator[str]:
    """Differences in one signed head: its root, and that its note says and signs the same."""
    progress.heads += 1
    try:
        signed = note.parse(bytes(head.note))
        note.verify(signed, log.keys)
        stated = note.parse_checkpoint(signed.text)
    except TalteenError:
        yield f"head {head.size}"
        return
    if stated != Checkpoint(log.origin, tree.size, tree.root()) or bytes(head.root) != stated.root:
        yield f"head {head.size}"


def _in_checkpoint(log: Log, expected: Checkpoint) -> Iterator[str]:
    """Differences in what the second store shows as the newest head."""
    try:
        newest = ledger_store.newest(log)
    except TalteenError:
        yield ledger_store.CHECKPOINT
        return
    if (newest[0] if newest else None) != expected and (newest or expected.size):
        yield ledger_store.CHECKPOINT


def _read(log: Log, tile: Tile) -> bytes:
    try:
        return ledger_store.read_tile(log, tile)
    except TalteenError:
        return b""

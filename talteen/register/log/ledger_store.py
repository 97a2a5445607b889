"""Where the ledger stands outside the database: entries, tiles and the newest checkpoint.

The *second store* decides. A **step** says which entries come next: up to 256 of them, under a name
made of the size that the log had before, put only if that name is free. Whoever puts it first has
decided; every publisher and every restored database goes on from there, so the log cannot fork.
Everything else follows from the steps: bundles of entries, hash tiles, checkpoints.

A step never reaches beyond its bundle, and is removed once the whole bundle stands, which then says
the same. Below ``log/``: ``step/<bundle>/<entry>``, ``tile/...`` (C2SP tlog-tiles), ``checkpoint``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from talteen.engine.tlog import merkle, note, tiles
from talteen.engine.tlog.note import Checkpoint, Note, Signer, VerifierKey
from talteen.engine.tlog.proof import CERTIFICATE_HEADER
from talteen.engine.tlog.tiles import WIDTH, Tile
from talteen.errors import Conflict, InputError, Tampered, Unavailable

PREFIX = "log/"
CHECKPOINT = "checkpoint"
_ABSENT = "absent"


class SecondStore(Protocol):
    """What the ledger asks of a blob store: whole values under names, read as soon as written.

    When a method returns, what it did survives a power cut.
    """

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        """Keep a value, whole or not at all, in the place of what was there."""
        ...

    def put_if_absent(self, key: str, data: bytes) -> None:
        """Keep a value under a free name. Of several writers one wins, the others get Conflict."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The value, or a part of it. Where there is none: Unavailable with the slug ``absent``."""
        ...

    def delete(self, keys: Iterable[str]) -> int:
        """Remove values; absent ones are no error."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The names that begin so."""
        ...


@dataclass(frozen=True, slots=True)
class Log:
    """A log: what it is called, who signs for it, where it stands."""

    origin: str
    signer: Signer
    """Signs checkpoints and certificates; its name is the origin."""
    store: SecondStore
    former: tuple[VerifierKey, ...] = ()
    """Keys that signed before: their checkpoints still count as the log's own."""
    quantum_signer: Signer | None = None
    """Signs every checkpoint a second time, with ML-DSA-44, so that no quantum computer forges an
    old one. None in a house that was made without such a key."""

    def __post_init__(self) -> None:
        note.check_name(self.origin)
        names = {one.key.name for one in self.signers}
        if names != {self.origin} or self.origin == CERTIFICATE_HEADER:
            raise InputError(
                "the log's key bears another name than the log",
                remedy="make a key under the log's origin",
            )

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that may have signed a checkpoint of this log."""
        return (*(one.key for one in self.signers), *self.former)

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signs a new checkpoint."""
        return (self.signer, *([self.quantum_signer] if self.quantum_signer else []))


def decided(log: Log, size: int) -> list[bytes]:
    """The entries that come next in a log of ``size`` entries, if that is decided; else none."""
    number, within = divmod(size, WIDTH)
    whole = _read(log, Tile(None, number).path)
    if whole is not None:
        return tiles.unbundle(whole)[within:]
    step = _read(log, _step(size))
    return [] if step is None else tiles.unbundle(step)


def decide(log: Log, size: int, entries: Sequence[bytes]) -> None:
    """Say that ``entries`` come next. Conflict where somebody else has decided already.

    They must fit into the bundle that ``size`` is in.
    """
    _put_new(log, _step(size), tiles.bundle(entries))
    # A step whose bundle is complete has been removed. To put it once more decides nothing.
    if _read(log, Tile(None, size // WIDTH).path) is not None:
        log.store.delete([PREFIX + _step(size)])
        raise Conflict("another publisher went on", remedy="read the log again")


def lay_bundle(log: Log, size: int, entries: Sequence[bytes]) -> None:
    """Make the bundle stand into which ``entries`` go, after the ``size`` that the log had."""
    number, within = divmod(size, WIDTH)
    before = tiles.unbundle(read_tile(log, Tile(None, number, within))) if within else []
    tile = Tile(None, number, within + len(entries))
    _stand(log, tile.path, tiles.bundle([*before, *entries]))
    if tile.width == WIDTH:
        _remove(log, f"{tile.path}.p/")
        _remove(log, f"step/{number}/")


def lay_tiles(log: Log, before: int, after: int) -> None:
    """Make the hash tiles stand by which the log of ``after`` entries differs from an older one."""
    for tile in tiles.changed(before, after):
        _stand(log, tile.path, b"".join(_hashes(log, tile, before)))
        if tile.width == WIDTH:
            _remove(log, f"{tile.path}.p/")


def reader(log: Log, size: int) -> tiles.Reader:
    """Hashes of the tree of ``size`` entries, for proofs."""
    return tiles.Reader(lambda tile: read_tile(log, tile), size)


def read_tile(log: Log, tile: Tile) -> bytes:
    """The bytes of a tile or bundle, cut from the whole one where the partial one is gone."""
    part = _read(log, tile.path) if tile.width < WIDTH else None
    if part is None:
        part = _read(log, tile.full().path)
        if part is None:
            raise Tampered(
                f"{tile.path} is missing from the second store",
                remedy="bring back the second store from its own copy",
            )
        if tile.level is None:
            return tiles.bundle(tiles.unbundle(part)[: tile.width])
    return part[: tile.width * merkle.HASH_BYTES] if tile.level is not None else part


def newest(log: Log) -> tuple[Checkpoint, Note] | None:
    """The checkpoint that stands in the second store, if one does. Tampered unless we signed it."""
    raw = _read(log, CHECKPOINT)
    if raw is None:
        return None
    signed = note.parse(raw)
    note.verify(signed, log.keys)
    checkpoint = note.parse_checkpoint(signed.text)
    if checkpoint.origin != log.origin:
        raise Tampered(
            "the second store holds another log", remedy="give this house the store of its own log"
        )
    return checkpoint, signed


def publish_checkpoint(log: Log, signed: Note) -> None:
    """Put the newest checkpoint where readers look for it."""
    log.store.put(PREFIX + CHECKPOINT, [signed.to_bytes()])


def _hashes(log: Log, tile: Tile, before: int) -> list[bytes]:
    """The hashes of a tile: of entries on level 0, and on others of the whole tiles below."""
    assert tile.level is not None
    if tile.level == 0:
        entries = tiles.unbundle(read_tile(log, Tile(None, tile.number, tile.width)))
        return [merkle.leaf_hash(entry) for entry in entries]
    start = tile.number * WIDTH
    known = max(0, (before >> tiles.HEIGHT * tile.level) - start)
    held = _held(log, Tile(tile.level, tile.number, known)) if known else []
    below = [Tile(tile.level - 1, start + at) for at in range(len(held), tile.width)]
    return [*held, *(merkle.root(tiles.hashes(read_tile(log, one), one)) for one in below)]


def _held(log: Log, tile: Tile) -> list[bytes]:
    """What a shorter form of the tile says already, so that not everything below is read again."""
    raw = _read(log, tile.path)
    return [] if raw is None else tiles.hashes(raw, tile)


def _step(size: int) -> str:
    number, within = divmod(size, WIDTH)
    return f"step/{number}/{within}"


def _stand(log: Log, path: str, value: bytes) -> None:
    """Put ``value``; where something stands already it must be the same."""
    try:
        _put_new(log, path, value)
    except Conflict:
        if _read(log, path) != value:
            raise Tampered(
                f"{path} in the second store is not what the entries say",
                remedy="compare with another copy; the ledger must not go on",
            ) from None


def _put_new(log: Log, path: str, value: bytes) -> None:
    log.store.put_if_absent(PREFIX + path, value)


def _read(log: Log, path: str) -> bytes | None:
    try:
        return log.store.read(PREFIX + path)
    except Unavailable as error:
        if error.slug == _ABSENT:
            return None
        raise


def _remove(log: Log, prefix: str) -> None:
    log.store.delete(list(log.store.keys(PREFIX + prefix)))

"""The ledger: entries made inside the act that they tell of, then published as a signed log.

An act calls ``enter`` in its own transaction, so that the two stand or fall together. ``publish``
gives committed entries their places, in an order in which an entry that was committed before
another began also stands before it, makes them stand in the second store, and only then signs a new
head. It may be killed anywhere: the second store decides (``ledger_store``) and the next run goes
on there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import Cursor

from talteen.engine.tlog import merkle, note
from talteen.engine.tlog.note import Checkpoint, Note
from talteen.engine.tlog.proof import Growth, Proof
from talteen.engine.tlog.tiles import WIDTH
from talteen.errors import Conflict, InputError, Tampered
from talteen.register.log import ledger_bytes, ledger_store
from talteen.register.log.ledger_bytes import Entered
from talteen.register.log.ledger_kinds import Entry, Sha256
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead, LedgerWitness
from talteen.register.log.ledger_store import Log

_PUBLISHER = 0x7461_6C74  # the name of the advisory lock: any number that nothing else uses

_ROWS = """
    SELECT * FROM unnest(%b::bytea[], %b::bytea[], %b::bigint[], %b::varchar[], %b::timestamptz[],
                         %b::uuid[], %b::date[])
"""
_ENTER = f"""
    INSERT INTO ledger_entry (leaf_hash, raw, index, kind, at, recording, day) {_ROWS}
    ON CONFLICT (leaf_hash) DO NOTHING
"""
# One entry as seven plain values: as arrays of one they would cost a third of the act's time.
_ENTER_ONE = """
    INSERT INTO ledger_entry (leaf_hash, raw, kind, at, recording, day)
    VALUES (%b, %b, %b, %b, %b, %b) ON CONFLICT (leaf_hash) DO NOTHING
"""
_PLACE = f"""
    INSERT INTO ledger_entry (leaf_hash, raw, index, kind, at, recording, day) {_ROWS}
    ON CONFLICT (leaf_hash) DO UPDATE SET index = EXCLUDED.index WHERE ledger_entry.index IS NULL
"""
# Both statements run over constants and arrays only; the partial index ledger_entry_pending finds
# what waits, however long the ledger is.
_PENDING = "SELECT raw FROM ledger_entry WHERE index IS NULL ORDER BY id LIMIT %s"
_SIZE = "SELECT coalesce(max(index) + 1, 0) FROM ledger_entry"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the ledger, its name and its place (None until it is published)."""

    leaf_hash: Sha256
    index: int | None
    entered: Entered


# --- making entries -------------------------------------------------------------------------------


def entry_bytes(entry: Entry, at: datetime) -> bytes:
    """The bytes of an entry that is entered later, with ``enter_bytes``: a roll file carries
    them."""
    return ledger_bytes.write(entry, at)


def enter(entry: Entry, at: datetime) -> Sha256:
    """Make an entry inside the caller's transaction; returns its leaf hash."""
    return enter_bytes(entry_bytes(entry, at))


def enter_bytes(raw: bytes) -> Sha256:
    """Make the entry that ``raw`` is, once: a second call with the same bytes changes nothing."""
    name, one = merkle.leaf_hash(raw), ledger_bytes.outline(raw)
    with _cursor() as cursor:
        cursor.execute(_ENTER_ONE, [name, raw, one.kind, one.at, one.recording, one.day])
    return Sha256(name)


def enter_all(raws: Sequence[bytes]) -> list[Sha256]:
    """Make many entries at once, each as ``enter_bytes`` does; returns their leaf hashes."""
    columns = _columns(raws, [None] * len(raws))
    with _cursor() as cursor:
        cursor.execute(_ENTER, columns)
    return list(map(Sha256, columns[0]))


# --- publishing them ------------------------------------------------------------------------------


def publish(log: Log, at: datetime) -> Checkpoint:
    """Give every committed entry its place, make it stand outside the database, sign the new head.

    Call it outside any transaction. One publisher works at a time; those that waited find their
    entries published. Raises Tampered rather than sign what does not continue the last head.
    """
    with alone():
        size = _follow(log, _size())
        while pending := _pending(WIDTH - size % WIDTH):
            try:
                ledger_store.decide(log, size, pending)
            except Conflict:
                size = _follow(log, size)
            else:
                size = _take(log, size, pending)
        return _sign(log, size, at)


def refill(log: Log, at: datetime, *, seen: Checkpoint | None = None) -> int:
    """Fill the ledger's tables from the second store; returns how many entries were placed.

    ``seen``: a head that somebody outside has seen. Tampered where the second store ends before it
    or says otherwise: then it is not the log that they saw.
    """
    with alone():
        before = _size()
        size = _follow(log, before)
        if seen is not None:
            _check_continues(log, seen, size)
        _sign(log, size, at)
        return size - before


def head(log: Log) -> tuple[Checkpoint, Note] | None:
    """The newest signed head with what witnesses signed it, if anything was ever published."""
    row = LedgerHead.objects.order_by("-size").first()
    if row is None:
        return None
    lines = LedgerWitness.objects.filter(size=row.size).order_by("name")
    raw = bytes(row.note) + "".join(lines.values_list("lines", flat=True)).encode()
    return Checkpoint(log.origin, row.size, bytes(row.root)), note.parse(raw)


# --- showing them ---------------------------------------------------------------------------------


def find(
    kind: type[Entry],
    *,
    recording: UUID | None = None,
    among: Collection[UUID] | None = None,
    day: date | None = None,
) -> Iterator[Found]:
    """The entries of one kind about a recording, about some, or about a day, in their order."""
    wanted = {"kind": kind.tag, "recording": recording, "recording__in": among, "day": day}
    rows = LedgerEntry.objects.filter(**{k: v for k, v in wanted.items() if v is not None})
    for row in rows.order_by("index", "id").iterator():
        entered = ledger_bytes.read(bytes(row.raw))
        yield Found(Sha256(bytes(row.leaf_hash)), row.index, entered)


def proof(log: Log, leaf_hash: bytes) -> Proof:
    """That the entry of this name is in the log, under the newest head.

    InputError where there is no such entry, Conflict while it is not published yet.
    """
    return proofs(log, [leaf_hash])[0]


def proofs(log: Log, leaf_hashes: Sequence[bytes]) -> list[Proof]:
    """A proof for each of these entries, all under one head; errors as for one."""
    rows = LedgerEntry.objects.filter(leaf_hash__in=leaf_hashes)
    places = {
        bytes(name): (index, bytes(raw))
        for name, index, raw in rows.values_list("leaf_hash", "index", "raw")
    }
    newest = head(log)
    reader = ledger_store.reader(log, newest[0].size if newest else 0)
    return [_proof(newest, reader, places.get(name)) for name in leaf_hashes]


def certificate_text(log: Log, leaf_hash: bytes) -> str:
    """The machine part of a certificate: entry, inclusion proof and checkpoint (C2SP
    tlog-proof)."""
    return proof(log, leaf_hash).text()


def growth_text(log: Log, old_size: int) -> str:
    """That the log of ``old_size`` entries is the beginning of the newest (C2SP tlog-witness).

    InputError unless the log has, or had, that size.
    """
    newest = head(log)
    if newest is None or not 0 < old_size <= newest[0].size:
        raise InputError(
            "the log never had that size", remedy="take the size from a checkpoint of this log"
        )
    return growth(log, newest, old_size).text()


def growth(log: Log, newest: tuple[Checkpoint, Note], old_size: int) -> Growth:
    """The same for a head at hand; every log begins with the empty one, which takes no hash."""
    checkpoint, signed = newest
    if old_size == 0:
        return Growth(0, (), signed)
    reader = ledger_store.reader(log, checkpoint.size)
    hashes = merkle.consistency_proof(reader, old_size, checkpoint.size)
    return Growth(old_size, hashes, signed)


# --- within ---------------------------------------------------------------------------------------


@contextmanager
def alone() -> Iterator[None]:
    """One transaction in which nobody else publishes to this database."""
    if connection.in_atomic_block:
        # What the surrounding transaction has not committed would be published as if it had been.
        raise RuntimeError("the ledger is published outside of transactions")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PUBLISHER])
        yield


@contextmanager
def _cursor() -> Iterator[Cursor]:
    """A cursor on the same connection whose parameters travel as bytes, not within the statement.

    Entries are many and long: an entry then costs 51 µs instead of 117 (in groups of 256).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        yield cursor


def _follow(log: Log, size: int) -> int:
    """Take over everything that the second store has decided beyond ``size``; the size after it."""
    while entries := ledger_store.decided(log, size):
        size = _take(log, size, entries)
    return size


def _take(log: Log, size: int, entries: Sequence[bytes]) -> int:
    """Let ``entries``, whose order is decided, stand in both stores; the size after them."""
    indexes = range(size, size + len(entries))
    with _cursor() as cursor:
        cursor.execute(_PLACE, _columns(entries, indexes))
        if cursor.rowcount != len(entries):
            raise Tampered(
                "an entry of the second store has another place in the database",
                remedy="restore the database from before its entries were changed, then refill",
            )
    ledger_store.lay_bundle(log, size, entries)
    return size + len(entries)


def _sign(log: Log, size: int, at: datetime) -> Checkpoint:
    """The signed head of this size. Signing it once more after a crash says the same again."""
    newest, last = head(log), ledger_store.newest(log)
    if newest is not None and newest[0].size == size:
        return newest[0]
    ledger_store.lay_tiles(log, newest[0].size if newest else 0, size)
    root = ledger_store.reader(log, size).root()
    checkpoint = Checkpoint(log.origin, size, root)
    for earlier in (newest, last):
        if earlier is not None:
            _check_continues(log, earlier[0], size)
    signed = note.sign(checkpoint.text(), *log.signers)
    ledger_store.publish_checkpoint(log, signed)
    LedgerHead.objects.create(size=size, root=root, note=signed.to_bytes(), signed_at=at)
    return checkpoint


def _check_continues(log: Log, earlier: Checkpoint, size: int) -> None:
    """Raise Tampered unless the log of ``size`` entries begins with what ``earlier`` describes."""
    if earlier.size <= size:
        tree = merkle.tree_at(ledger_store.reader(log, size), earlier.size)
        if tree.root() == earlier.root and earlier.origin == log.origin:
            return
    raise Tampered(
        f"the second store does not continue the head of {earlier.size} entries",
        remedy="bring back the newest copy of the second store; nothing is signed until then",
    )


def _proof(
    newest: tuple[Checkpoint, Note] | None,
    reader: merkle.Subtree,
    place: tuple[int | None, bytes] | None,
) -> Proof:
    if place is None:
        raise InputError("the ledger has no such entry", remedy="copy its name whole")
    index, raw = place
    if newest is None or index is None or index >= newest[0].size:
        raise Conflict("the entry is not published yet", remedy="ask again in a minute")
    checkpoint, signed = newest
    return Proof(raw, index, merkle.inclusion_proof(reader, index, checkpoint.size), signed)


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        return int(cursor.fetchone()[0])


def _pending(at_most: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [at_most])
        return [bytes(raw) for (raw,) in cursor.fetchall()]


def _columns(raws: Sequence[bytes], indexes: Iterable[int | None]) -> list[list[Any]]:
    """The values of ``_ROWS``: one list a column, names first."""
    outlines = [ledger_bytes.outline(raw) for raw in raws]
    return [
        [merkle.leaf_hash(raw) for raw in raws],
        list(raws),
        list(indexes),
        [one.kind for one in outlines],
        [one.at for one in outlines],
        [one.recording for one in outlines],
        [one.day for one in outlines],
    ]

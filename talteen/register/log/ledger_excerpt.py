"""Pieces of the ledger in the order of the log: to count over, and to give away."""

from collections.abc import Collection, Iterator
from datetime import datetime

from talteen.engine.tlog import merkle, note
from talteen.engine.tlog.excerpt import written
from talteen.errors import Conflict
from talteen.register.log import ledger_store
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead
from talteen.register.log.ledger_store import Log


def size_before(at: datetime) -> int:
    """How many entries the log had when the last head before ``at`` was signed; 0 before any."""
    earlier = LedgerHead.objects.filter(signed_at__lt=at).order_by("-size")
    return earlier.values_list("size", flat=True).first() or 0


def size_now() -> int:
    """How many entries the newest head speaks for."""
    return LedgerHead.objects.order_by("-size").values_list("size", flat=True).first() or 0


def head_now() -> tuple[int, bytes]:
    """Size and root of the newest head; together they say which entries the log has."""
    head = LedgerHead.objects.order_by("-size").first()
    return (head.size, bytes(head.root)) if head else (0, b"")


def entries(begin: int, end: int, *, kinds: Collection[str] | None = None) -> Iterator[bytes]:
    """The entries ``begin`` to ``end`` (not included), or those of them that have these tags."""
    rows = LedgerEntry.objects.filter(index__gte=begin, index__lt=end)
    wanted = rows if kinds is None else rows.filter(kind__in=kinds)
    for raw in wanted.order_by("index").values_list("raw", flat=True).iterator(chunk_size=2000):
        yield bytes(raw)


def excerpt(log: Log, begin: int, index: int) -> Iterator[str]:
    """Every entry from ``begin`` on, under the first head that speaks for entry ``index``: the
    file in pieces, read as it is written, so that its length costs no memory.

    Later heads would say no more of it, and so the file stays the same. Conflict until there is
    such a head, before the first piece.
    """
    head = LedgerHead.objects.filter(size__gt=index).order_by("size").first()
    if head is None:
        raise Conflict("the entry is not published yet", remedy="ask again in a minute")
    peaks = merkle.tree_at(ledger_store.reader(log, head.size), begin).peaks
    checkpoint = note.parse(bytes(head.note))
    return written(begin, tuple(reversed(peaks)), checkpoint, entries(begin, head.size))

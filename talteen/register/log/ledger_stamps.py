"""Time stamps on heads of the log, by an authority that is not us (RFC 3161).

A stamp is over the head *with the log's own signatures*: whoever steals the log's key later cannot
make a head that is older than the theft. It stands in the second store beside the log, with the
very bytes that it is on: ``log/stamp/<size>.checkpoint`` and ``.tsr``; the row tells only when. An
authority never stands between a call and its destruction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from talteen.engine import stamp
from talteen.engine.stamp import Authority, Stamp
from talteen.engine.tlog import note
from talteen.errors import TalteenError, Tampered, Unavailable
from talteen.register.log.ledger_models import LedgerHead, LedgerStamp
from talteen.register.log.ledger_store import PREFIX, Log

FOLDER = "stamp/"
DATA, TOKEN = "checkpoint", "tsr"
AGAIN = timedelta(minutes=10)
"""How long an authority is left alone that did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Stamping:
    """Who stamps a log, and how often."""

    authority: Authority | None = None
    every: timedelta = timedelta(days=1)
    timeout_s: float = 5


@dataclass(frozen=True, slots=True)
class Stamped:
    """How the log stands to its authority."""

    name: str
    size: int | None
    """Of the newest head that it stamped; None where there is none."""
    stated_at: datetime | None
    """When, by the authority's clock."""
    trouble: str
    """Empty after an answer that holds; else ``unavailable`` or ``tampered``."""


def gather(log: Log, stamping: Stamping, now: datetime) -> bool:
    """Have the newest head stamped if that is due; whether it was.

    Call it outside any transaction. What goes wrong is kept in the row, never raised.
    """
    head = LedgerHead.objects.order_by("-size").first()
    if stamping.authority is None or head is None or not _due(head, stamping, now):
        return False
    raw = bytes(head.note)
    try:
        made = stamp.ask(stamping.authority, raw, timeout_s=stamping.timeout_s)
        _keep(log, head.size, raw, made)
    except (Tampered, Unavailable) as error:
        told = {"tried_at": now, "trouble": error.slug}
        LedgerStamp.objects.update_or_create(size=head.size, defaults=told)
        return False
    told = {"stated_at": made.stated_at, "got_at": now, "tried_at": now, "trouble": ""}
    LedgerStamp.objects.update_or_create(size=head.size, defaults=told)
    LedgerStamp.objects.filter(stated_at=None).delete()
    return True


def standing(stamping: Stamping) -> Stamped | None:
    """How the authority stands to the log; None where the settings name none."""
    if stamping.authority is None:
        return None
    good, last = _newest(), LedgerStamp.objects.order_by("-tried_at").first()
    trouble = last.trouble if last else ""
    if good is None:
        return Stamped(stamping.authority.name, None, None, trouble)
    return Stamped(stamping.authority.name, good.size, good.stated_at, trouble)


def missing_since(stamping: Stamping) -> datetime | None:
    """Since when a stamp is overdue; None where nothing is, or nobody stamps.

    A head that came after the newest stamp has until the next one is due.
    """
    if stamping.authority is None:
        return None
    good = _newest()
    first = LedgerHead.objects.filter(size__gt=good.size if good else 0).order_by("size").first()
    if first is None or good is None:
        return first.signed_at if first else None
    return max(first.signed_at, good.got_at + stamping.every)


def kept(log: Log) -> Iterator[tuple[str, bytes]]:
    """Every stamp in the second store with what it is on, by their names below ``log/``; a stamp
    without the head that it is on is left out.
    """
    names = sorted(key.removeprefix(PREFIX) for key in log.store.keys(PREFIX + FOLDER))
    for name in names:
        beside = f"{name.rpartition('.')[0]}.{TOKEN if name.endswith(DATA) else DATA}"
        if beside in names:
            yield name, log.store.read(PREFIX + name)


def check(log: Log, stamping: Stamping) -> str | None:
    """The name of the first stamp in the second store that does not hold under the roots that the
    settings name, or that is on no head of this log; None where all hold, or nobody stamps.
    """
    if stamping.authority is None:
        return None
    found = dict(kept(log))
    for name in (one for one in found if one.endswith(TOKEN)):
        data = found[name.removesuffix(TOKEN) + DATA]
        try:
            stamp.check(stamping.authority.roots, found[name], data)
            signed = note.parse(data)
            note.verify(signed, log.keys)
            row = LedgerHead.objects.filter(size=note.parse_checkpoint(signed.text).size).first()
        except TalteenError:
            return name
        if row is not None and bytes(row.note) != data:
            return name
    return None


def _due(head: LedgerHead, stamping: Stamping, now: datetime) -> bool:
    last = LedgerStamp.objects.order_by("-tried_at").first()
    if last is not None and last.trouble and timedelta(0) <= now - last.tried_at < AGAIN:
        return False
    good = _newest()
    return good is None or (good.size < head.size and now - good.got_at >= stamping.every)


@dataclass(frozen=True, slots=True)
class _Good:
    """A stamp that came and holds."""

    size: int
    stated_at: datetime
    got_at: datetime


def _newest() -> _Good | None:
    row = LedgerStamp.objects.exclude(stated_at=None).order_by("-size").first()
    if row is None or row.stated_at is None or row.got_at is None:
        return None
    return _Good(row.size, row.stated_at, row.got_at)


def _keep(log: Log, size: int, raw: bytes, made: Stamp) -> None:
    """The head first: a stamp without the bytes that it is on shows nothing."""
    log.store.put(f"{PREFIX}{FOLDER}{size}.{DATA}", [raw])
    log.store.put(f"{PREFIX}{FOLDER}{size}.{TOKEN}", [made.raw])

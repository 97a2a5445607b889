"""How the log stands and how it grew, for a page: read from heads alone, never from entries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.db.models.functions import TruncDate

from talteen.clock import HELSINKI, helsinki_date
from talteen.engine.tlog.note import Checkpoint
from talteen.errors import TalteenError
from talteen.register.log import ledger, ledger_stamps, ledger_store, ledger_witnesses
from talteen.register.log.ledger_models import LedgerHead
from talteen.register.log.ledger_stamps import Stamped, Stamping
from talteen.register.log.ledger_store import Log
from talteen.register.log.ledger_witnesses import Standing, Witnesses

DAYS = 31
LATEST = 8


@dataclass(frozen=True, slots=True)
class Grown:
    """One day: the size at its end, and what came in on it."""

    day: date
    size: int
    added: int


@dataclass(frozen=True, slots=True)
class HeadShown:
    """One signed head."""

    size: int
    root: str
    """Hexadecimal."""
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class LogShown:
    """The log as it stands."""

    origin: str
    keys: tuple[str, ...]
    heads: tuple[HeadShown, ...]
    """The newest first."""
    agrees: bool
    """Whether the second store shows the same newest head as the database."""
    days: tuple[Grown, ...]
    standings: tuple[Standing, ...]
    missing_since: datetime | None
    stamped: Stamped | None
    """None where no authority stamps the log."""
    unstamped_since: datetime | None


def shown(log: Log, witnesses: Witnesses, stamping: Stamping, now: datetime) -> LogShown:
    """All of it, by a few reads however long the log is."""
    rows = LedgerHead.objects.order_by("-size")[:LATEST]
    return LogShown(
        origin=log.origin,
        keys=tuple(map(str, log.keys)),
        heads=tuple(HeadShown(row.size, bytes(row.root).hex(), row.signed_at) for row in rows),
        agrees=_agrees(log),
        days=growth(helsinki_date(now)),
        standings=tuple(ledger_witnesses.standings(witnesses)),
        missing_since=ledger_witnesses.missing_since(witnesses),
        stamped=ledger_stamps.standing(stamping),
        unstamped_since=_passed(ledger_stamps.missing_since(stamping), now),
    )


def growth(until: date, *, days: int = DAYS) -> tuple[Grown, ...]:
    """The last ``days`` days up to ``until``, the oldest first. A day without a head adds none."""
    day = TruncDate("signed_at", tzinfo=HELSINKI)
    by_day = LedgerHead.objects.annotate(day=day).values("day").annotate(size=Max("size"))
    since = until - timedelta(days=days - 1)
    size = max((row["size"] for row in by_day.filter(day__lt=since)), default=0)
    sizes = {row["day"]: row["size"] for row in by_day.filter(day__gte=since)}
    grown = []
    for at in range(days):
        one = since + timedelta(days=at)
        before, size = size, max(size, sizes.get(one, 0))
        grown.append(Grown(one, size, size - before))
    return tuple(grown)


def _passed(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at < now else None


def _agrees(log: Log) -> bool:
    newest = ledger.head(log)
    try:
        stored = ledger_store.newest(log)
    except TalteenError:
        return False
    return _stated(newest) == _stated(stored)


def _stated(head: tuple[Checkpoint, object] | None) -> Checkpoint | None:
    return head[0] if head else None

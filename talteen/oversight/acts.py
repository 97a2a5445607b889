"""Balancing a file: read it, ask the rule for each of its days, write the sums. Numbers stay in
memory.

What the register does not know cannot match: it has no numbers (they are sealed), so a recording
is found by agent, line and time. That is why the mapping file must say which extension is whose.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Sum

from talteen.clock import helsinki_date
from talteen.life.capture.acts import SYNTHETIC, TWIN
from talteen.life.capture.models import Promise
from talteen.life.capture.rules import MarkKind
from talteen.oversight import days
from talteen.oversight.balance import rules
from talteen.oversight.balance.values import (
    Accounted,
    Balance,
    Outcome,
    Promised,
    Recorded,
    Register,
)
from talteen.oversight.models import DayBalance, LostCall
from talteen.oversight.records import reading
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.values import CallRecord, Reading, Stretch
from talteen.register.log import ledger
from talteen.register.log.ledger_counts import DayBalanced
from talteen.register.models import Line, Recording, Tally
from talteen.register.states import UNSEALED_VALUES, Progress

log = structlog.get_logger()
_REFUSALS = ("refused_at_prompt", "refused")
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Balanced:
    """One day of one file, with its sums and its calls."""

    day: date
    balance: Balance


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was read."""

    found: Reading
    sha256: bytes


def read(pieces: Iterable[bytes], mapping: Mapping) -> Handed:
    """A file that comes in ``pieces``: its calls, and what all of it hashes to. Raises as
    ``reading.read``."""
    hashed = hashlib.sha256()

    def seen() -> Iterator[bytes]:
        for piece in pieces:
            hashed.update(piece)
            yield piece

    found = reading.read(seen(), mapping)
    return Handed(found, hashed.digest())


def balance(handed: Handed, mapping: Mapping, now: datetime) -> list[Balanced]:
    """Balance every day of a file and keep the sums."""
    found = handed.found
    by_day: defaultdict[date, list[CallRecord]] = defaultdict(list)
    for call in found.calls:
        # A call over midnight belongs to the day on which it began, as its recording does (13.1).
        by_day[helsinki_date(call.began_at)].append(call)
    made = [
        Balanced(day, _balance(calls, day, found, mapping)) for day, calls in sorted(by_day.items())
    ]
    _keep(made, found, handed.sha256, now)
    return made


def register_of(day: date, mapping: Mapping) -> Register:
    """The register's side of ``day``."""
    # A call that is not sealed yet has no sound that could cover a talk: its promise tells of it.
    sealed = Recording.objects.filter(day=day).exclude(progress__in=UNSEALED_VALUES)
    rows = list(sealed.select_related("agent"))
    living = [row for row in rows if row.progress != Progress.REFUSED.value]
    counted = dict(
        Tally.objects.filter(day=day).order_by().values_list("kind").annotate(n=Sum("count"))
    )
    return Register(
        recorded=tuple(_recorded(row, mapping) for row in living),
        promised=tuple(_promises(day, rows)),
        refusals=sum(counted.get(kind, 0) for kind in _REFUSALS),
        not_announced=counted.get("not_announced", 0),
    )


def _balance(calls: Sequence[CallRecord], day: date, found: Reading, mapping: Mapping) -> Balance:
    wait_s = mapping.file.longest_wait_s
    return rules.balance(
        calls,
        register_of(day, mapping),
        tells_refusals=found.tells_refusals,
        longest_wait=timedelta(seconds=wait_s) if wait_s else None,
    )


def _recorded(row: Recording, mapping: Mapping) -> Recorded:
    ends_at = row.ended_at
    return Recorded(
        id=str(row.pk),
        kept=_kept(Stretch(row.announced_until, ends_at), row.marks),
        announced_until=row.announced_until,
        agent=mapping.extension(row.agent.code),
        line=row.line_id,
    )


def _kept(whole: Stretch, marks: Iterable[Table[str, object]]) -> tuple[Stretch, ...]:
    """All of it, but where sound was lost. A pause or a hold is accounted for."""
    kept, at = [], whole.begins_at
    for mark in sorted(marks, key=lambda mark: str(mark["start_ms"]).zfill(12)):
        if mark["kind"] != MarkKind.LOST.value:
            continue
        begins_at, ends_at = (_after(whole, mark[name]) for name in ("start_ms", "end_ms"))
        kept += [Stretch(at, begins_at)] if begins_at > at else []
        at = max(at, ends_at)
    return (*kept, Stretch(at, max(at, whole.ends_at)))


def _after(whole: Stretch, ms: object) -> datetime:
    return whole.begins_at + timedelta(milliseconds=int(str(ms)))


def _promises(day: date, rows: Iterable[Recording]) -> Iterable[Promised]:
    """The promises that no living recording tells better."""
    progress: dict[UUID | None, str] = {row.pk: row.progress for row in rows}
    # Another node's account of a session is no second call; the house's own never was at the
    # exchange.
    for row in Promise.objects.filter(day=day).exclude(outcome__in=(SYNTHETIC, TWIN)):
        refused = progress.get(row.recording) == Progress.REFUSED.value
        if row.recording in progress and not refused:
            continue
        noted = _OUTCOMES.get(row.outcome, Outcome.UNKNOWN)
        outcome = Outcome.REFUSED if refused else noted
        yield Promised(bytes(row.mac).hex(), row.arrived_at, row.line_id, outcome)


@transaction.atomic
def _keep(made: Sequence[Balanced], found: Reading, sha256: bytes, now: datetime) -> None:
    for one in made:
        _keep_day(one, found, sha256, now)
        _keep_lost(one, found.shape, now)
    log.info("calls.balanced", source=found.shape, days=len(made), unreadable=_bad(found))


def _bad(found: Reading) -> int:
    return len(found.unreadable)


def _keep_day(one: Balanced, found: Reading, sha256: bytes, now: datetime) -> None:
    before = _entry(one.day)
    DayBalance.objects.update_or_create(
        day=one.day,
        source=found.shape,
        defaults={
            "counts": {verdict.value: n for verdict, n in one.balance.counts.items()},
            "orphans": len(one.balance.orphans),
            "unlawful": len(one.balance.unlawful),
            "unreadable": _bad(found),
            "made_at": now,
            "sha256": sha256,
        },
    )
    made = _entry(one.day)
    if made is not None and made != before:
        ledger.enter(made, now)


def _entry(day: date) -> DayBalanced | None:
    """What the ledger says of a day that was balanced: by the export that sees the most."""
    made = days.fullest(day)
    if made is None:
        return None
    return DayBalanced(
        day=day,
        recorded=made.recorded,
        partial=made.partial,
        lost=made.lost,
        lawful=made.lawful,
    )


def _keep_lost(one: Balanced, source: str, now: datetime) -> None:
    """New losses are written; one that is no loss any more explains itself."""
    known = {
        (row.began_at, row.line_id): row
        for row in LostCall.objects.filter(day=one.day, source=source)
    }
    lines = set(Line.objects.values_list("pk", flat=True))
    lost = {(call.began_at, _line(call, lines)): call for call in one.balance.lost}
    LostCall.objects.bulk_create(
        _lost_row(one.day, key, call, source, now) for key, call in lost.items() if key not in known
    )
    found = [row.pk for key, row in known.items() if key not in lost and row.explained_at is None]
    LostCall.objects.filter(pk__in=found).update(explained_at=now)


def _line(call: Accounted, lines: set[str]) -> str | None:
    return call.line if call.line in lines else None


def _lost_row(
    day: date, key: tuple[datetime, str | None], call: Accounted, source: str, now: datetime
) -> LostCall:
    reason = call.why.value if call.why else ""
    began_at, line = key
    return LostCall(
        day=day, began_at=began_at, line_id=line, source=source, reason=reason, found_at=now
    )

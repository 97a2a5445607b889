"""What became of the calls that began in one month, counted from the ledger alone. Pure.

Every recording of the month is counted once, under what the log says of it, and what the log cannot
explain is counted too: the sum has to come out (REGISTER 13.15). Whoever has the same entries
counts the same; ``docs/formats/certificate.md`` 5 is the specification, and the authority's own
program counts by it a second time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime
from uuid import UUID

from talteen.ids import HoldId
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_counts import Balance, DayBalanced, Fates, MonthStated, RestsOn
from talteen.register.log.ledger_kinds import (
    Captured,
    Claims,
    Destroyed,
    DestroyedEverywhere,
    Entry,
    Evidence,
    Ground,
    HoldPlaced,
    HoldReleased,
    NotAnnounced,
    Reason,
    Refused,
)

COUNTED: dict[str, type[Entry]] = {
    kind.tag: kind
    for kind in (
        *(Captured, Destroyed, DestroyedEverywhere, HoldPlaced, HoldReleased),
        *(Refused, NotAnnounced, DayBalanced),
    )
}
"""The kinds that a statement is counted from, by their tags. All others say nothing here."""

ERASED = (Reason.REQUEST, Reason.OBJECTION, Reason.ILLEGAL, Reason.REFUSAL, Reason.THREAT_LAPSED)
"""Reasons that end a recording before its time."""
_STRONGEST_FIRST = (Evidence.PROVED, Evidence.RECEIPTED, Evidence.DECLARED)


def month_of(day: date) -> date:
    """The first day of the month that ``day`` is in."""
    return day.replace(day=1)


def count(
    entries: Iterable[bytes], month: date, *, begin: int, size: int, at: datetime
) -> MonthStated:
    """The statement of ``month`` (its first day) as of ``at``, from all entries from ``begin`` on
    in the log of ``size``.

    Tampered where an entry is in another spelling than its own.
    """
    seen = _Seen(month)
    for raw in entries:
        if kind := COUNTED.get(ledger_bytes.kind_of(raw)):
            entry = ledger_bytes.read(raw).entry
            assert isinstance(entry, kind)
            seen.take(entry)
    return seen.stated(begin, size, at)


def add_up(stated: MonthStated) -> bool:
    """Whether the parts of a statement are as many as their wholes."""
    fates, rests = stated.fates, stated.rests_on
    return (
        stated.day == month_of(stated.day)
        and stated.begin <= stated.size
        and sum(astuple(fates)) == stated.captured
        and sum(astuple(rests)) == fates.on_time + fates.after_hold + fates.late + erased(fates)
    )


def erased(fates: Fates) -> int:
    """How many were erased before their time."""
    return sum(getattr(fates, reason.value) for reason in ERASED)


def held(fates: Fates) -> int:
    """How many a hold keeps."""
    return sum(getattr(fates, ground.value) for ground in Ground)


def is_open(stated: MonthStated) -> bool:
    """Whether something of the month has still to end, so that it must be stated again."""
    fates = stated.fates
    return bool(held(fates) or fates.dying or fates.alive or fates.unexplained)


def weakest(claims: Claims) -> Evidence:
    """The weakest of the claims that are made."""
    made: list[Evidence | None] = [getattr(claims, one.name) for one in fields(claims)]
    return max((one for one in made if one is not None), key=_STRONGEST_FIRST.index)


@dataclass(slots=True)
class _Seen:
    """What the entries have said so far. Its size is that of the month, not that of the log."""

    month: date
    born: dict[UUID, Captured] = field(default_factory=dict)
    keyless: set[UUID] = field(default_factory=set)
    gone: dict[UUID, DestroyedEverywhere] = field(default_factory=dict)
    holds: dict[HoldId, HoldPlaced | HoldReleased] = field(default_factory=dict)
    refused: int = 0
    not_announced: int = 0
    balanced: dict[date, DayBalanced] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        match entry:
            case HoldPlaced() | HoldReleased():
                self.holds[entry.hold] = entry  # what came first keeps its place
            case (
                Captured()
                | Destroyed()
                | DestroyedEverywhere()
                | Refused()
                | NotAnnounced()
                | DayBalanced()
            ) if month_of(entry.day) == self.month:
                self._take_of_the_month(entry)

    def _take_of_the_month(self, entry: Entry) -> None:
        match entry:
            case Captured():
                self.born.setdefault(entry.recording, entry)
            case Destroyed():
                self.keyless.add(entry.recording)
            case DestroyedEverywhere():
                self.gone.setdefault(entry.recording, entry)
            case Refused():
                self.refused += 1
            case NotAnnounced():
                self.not_announced += entry.count
            case DayBalanced():
                self.balanced[entry.day] = entry  # made again, it replaces the one before

    def stated(self, begin: int, size: int, at: datetime) -> MonthStated:
        held = self._held()
        fates = Counter(self._fate(one, held, at) for one in self.born)
        ended = [self.gone[one].claims for one in self.born if one in self.gone]
        rests = Counter(weakest(claims).value for claims in ended)
        return MonthStated(
            day=self.month,
            begin=begin,
            size=size,
            captured=len(self.born),
            fates=Fates(**{one.name: fates[one.name] for one in fields(Fates)}),
            rests_on=RestsOn(**{one.name: rests[one.name] for one in fields(RestsOn)}),
            strays=len(self.gone.keys() - self.born.keys()),
            refused=self.refused,
            not_announced=self.not_announced,
            balance=self._balance(),
        )

    def _held(self) -> dict[UUID, Ground]:
        """On what ground each is held: that of the hold that the log told of first."""
        held: dict[UUID, Ground] = {}
        for hold in self.holds.values():
            if isinstance(hold, HoldPlaced):
                held.setdefault(hold.recording, hold.ground)
        return held

    def _fate(self, recording: UUID, held: dict[UUID, Ground], at: datetime) -> str:
        """The name of the one field of ``Fates`` under which a recording is counted."""
        born, gone = self.born[recording], self.gone.get(recording)
        if gone is not None:
            if gone.backup_dead_at > gone.due:
                return "after_hold" if gone.held else "late"
            return gone.reason.value if gone.reason in ERASED else "on_time"
        if recording in held:
            return held[recording].value
        if recording in self.keyless:
            return "dying" if at < born.due else "unexplained"
        return "alive" if at < born.cutoff else "unexplained"

    def _balance(self) -> Balance:
        days = self.balanced.values()
        return Balance(
            days=len(days),
            recorded=sum(one.recorded for one in days),
            partial=sum(one.partial for one in days),
            lost=sum(one.lost for one in days),
            lawful=sum(one.lawful for one in days),
        )

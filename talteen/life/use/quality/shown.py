"""What people see of the lot: those who evaluate, its calls; an agent, all that is needed to draw
it anew, and who has listened to their calls (REGISTER D, E.2; TYL 4 §).

Nothing of a week is shown before it was drawn: the seed least of all.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from talteen.clock import HELSINKI
from talteen.ids import RecordingId
from talteen.life.use import calls, listed
from talteen.life.use.quality import leaning, lot
from talteen.life.use.quality.leaning import Leaning, Trait
from talteen.life.use.quality.lot import Odds
from talteen.life.use.quality.models import Draw, DrawShare
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName, Row
from talteen.notice.purposes import Purpose, Role
from talteen.register import investigations
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.states import Lot

EVALUATORS = frozenset({Role.TEAM_LEADER, Role.QUALITY_ANALYST})
WEEKS = 4
"""So many weeks back are shown; older evidence dies soon."""
MOST = 100
_HEARD = ("play", "read")
_KEPT_QUIET = frozenset({Purpose.AUTHORITY.value, Purpose.BREACH_INVESTIGATION.value})
"""What may not be told of while it runs. Of the investigation of a breach the agent is told once
its opening is over (``investigations.tellable``)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What anybody can check of a week's lot."""

    monday: date
    calls: int
    """Of the whole house."""
    seed: str
    """Hexadecimal."""
    commitment: str
    """SHA-256 of the seed, as the ledger said before the week."""
    place: int | None
    """The number of that entry in the ledger; None until it is published."""
    made_at: datetime

    @property
    def name(self) -> str:
        """``2026-W48``."""
        return lot.week_of(self.monday)


@dataclass(frozen=True, slots=True)
class Share:
    """One agent in one week: how many of whose calls were drawn, of how many."""

    agent: str
    among: int
    quota: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A week as those see it who evaluate."""

    sealed: Sealed
    rows: Sequence[Row]
    shares: Sequence[Share]

    @property
    def none_drawn(self) -> bool:
        """Whether the lot could draw nothing of the reader's agents."""
        return not any(share.quota for share in self.shares)

    @property
    def missing(self) -> int:
        """Drawn calls that are not to be seen any more: held since, closed or destroyed."""
        return sum(share.quota for share in self.shares) - len(self.rows)


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One call of an agent in a week's lot."""

    recording: UUID
    started_at: datetime
    line: LineName
    ticket: str
    """The first eight figures of its ticket; empty where it was left out."""
    side: Lot


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """A week as the agent sees it."""

    sealed: Sealed
    calls: Sequence[OwnCall]
    """In the order of their tickets; those that were left out last."""
    quota: int
    among: int
    """How many were in the lot on the day that it was drawn: some may have died since."""
    odds: Odds | None
    """The draw, computed anew; None once a call of it is gone, and the page says so."""


@dataclass(frozen=True, slots=True)
class Heard:
    """That somebody opened an own call on a day, for one purpose."""

    call: datetime
    """When the call began."""
    line: LineName
    who: str
    role: Role
    purpose: Purpose
    first_at: datetime
    seconds: int
    """Of sound that was sent; 0 where the words were only read."""


def samples(reader: Reader, now: datetime) -> list[Sample]:
    """The last weeks' drawn calls of the reader's own team, or unit; none for other roles."""
    if Role(reader.role) not in EVALUATORS:
        return []
    return [_sample(reader, draw, now) for draw in _drawn()]


def own_weeks(reader: Reader) -> list[OwnWeek]:
    """The last weeks of an agent."""
    return [_own_week(reader, draw) for draw in _drawn()]


def leanings(reader: Reader) -> dict[Trait, Leaning]:
    """To what the calls of the reader's unit that people evaluated lean, each held against the
    lot's calls of its own agent and week. Of the weeks that are shown, and only calls that still
    exist."""
    lot_of: dict[tuple[UUID, date], list[Recording]] = defaultdict(list)
    entered = Recording.objects.filter(line__unit=reader.unit)
    entered = entered.filter(lot__in=[Lot.IN.value, Lot.DRAWN.value], day__gte=since())
    rows = list(entered.annotate(judged=Count("evaluated")).only(*_TRAITS_FROM))
    for row in rows:
        lot_of[_stratum(row)].append(row)
    looked_at = [row for row in rows if vars(row)["judged"]]
    return leaning.suspects(
        {
            trait: [
                leaning.place(of(row), [of(one) for one in lot_of[_stratum(row)]])
                for row in looked_at
            ]
            for trait, of in _TRAITS.items()
        }
    )


def _stratum(row: Recording) -> tuple[UUID, date]:
    return row.agent_id, lot.monday_of(row.day)


def _minute(row: Recording) -> float:
    begun = row.started_at.astimezone(HELSINKI)
    return begun.hour * 60 + begun.minute


_TRAITS_FROM = ("agent_id", "day", "length_ms", "started_at")
_TRAITS: Mapping[Trait, Callable[[Recording], float]] = {
    Trait.LENGTH: lambda row: row.length_ms,
    Trait.HOUR: _minute,
    Trait.DAY: lambda row: row.day.weekday(),
}


def heard(reader: Reader, now: datetime) -> list[Heard]:
    """Who listened to the reader's own calls or read them, the latest first; not they themselves.

    Only calls that still exist are found: the log keeps no agent's name beside a call.
    """
    own = Recording.objects.filter(agent=reader).select_related("line").in_bulk()
    entries = AccessEntry.objects.filter(recording__in=own, action__in=_HEARD)
    over = investigations.tellable(now).filter(recording=OuterRef("recording"))
    over = over.filter(case__reference=OuterRef("case"))
    entries = entries.exclude(Q(purpose__in=_KEPT_QUIET) & ~Exists(over))
    entries = entries.exclude(staff=reader.pk).order_by("-at")
    together: dict[tuple[UUID, UUID, str, date], list[AccessEntry]] = defaultdict(list)
    for one in entries[: MOST * 20]:
        if one.recording is not None:
            together[one.recording, one.staff, one.purpose, one.at.date()].append(one)
    names = Staff.objects.in_bulk({staff for _, staff, _, _ in together})
    return [
        _heard(own[key[0]], names[key[1]], Purpose(key[2]), some)
        for key, some in list(together.items())[:MOST]
    ]


def _heard(row: Recording, who: Staff, purpose: Purpose, some: Sequence[AccessEntry]) -> Heard:
    sent = [one for one in some if one.action == "play"]
    ms = sum(max((one.end_ms or 0) - (one.start_ms or 0), 0) for one in sent)
    return Heard(
        call=row.started_at,
        line=listed.line_name(row.line),
        who=who.name,
        role=Role(who.role),
        purpose=purpose,
        first_at=min(one.at for one in some),
        seconds=ms // 1000,
    )


def _drawn() -> list[Draw]:
    made = Draw.objects.exclude(made_at=None).order_by("-monday")
    return list(made.prefetch_related("shares__agent")[:WEEKS])


def since() -> date:
    mondays = [draw.monday for draw in _drawn()]
    return min(mondays, default=date.max)


def _sealed(draw: Draw) -> Sealed:
    if draw.made_at is None:
        raise AssertionError("a week is shown only after it was drawn")
    entry = LedgerEntry.objects.filter(leaf_hash=bytes(draw.committed_leaf))
    return Sealed(
        monday=draw.monday,
        calls=draw.calls,
        seed=bytes(draw.seed).hex(),
        commitment=lot.commitment(bytes(draw.seed)).hex(),
        place=entry.values_list("index", flat=True).first(),
        made_at=draw.made_at,
    )


def _sample(reader: Reader, draw: Draw, now: datetime) -> Sample:
    leads = Role(reader.role) is Role.TEAM_LEADER
    drawn = _of(draw).filter(lot=Lot.DRAWN.value, line__unit=reader.unit)
    drawn = drawn.filter(agent__team=reader.team) if leads else drawn
    ids = [RecordingId(pk) for pk in drawn.order_by("started_at").values_list("pk", flat=True)]
    rows = calls.rows_of(reader, ids, now=now)
    shares = [
        Share(one.agent.name if leads else one.agent.code, one.among, one.quota)
        for one in sorted(draw.shares.all(), key=lambda one: one.agent.code)
        if one.agent.unit_id == reader.unit_id and (not leads or one.agent.team == reader.team)
    ]
    return Sample(_sealed(draw), [row for row in rows if row.opens and not row.holds], shares)


def _of(draw: Draw) -> QuerySet[Recording]:
    return Recording.objects.filter(day__gte=draw.monday, day__lt=draw.monday + timedelta(days=7))


def _own_week(reader: Reader, draw: Draw) -> OwnWeek:
    seed, share = bytes(draw.seed), _share_of(reader, draw)
    rows = _of(draw).filter(agent=reader).exclude(lot="").select_related("line")
    own = sorted((_own(row, seed) for row in rows), key=lambda one: (not one.ticket, one.ticket))
    entered = [one for one in own if one.ticket]
    whole = share is not None and share.among == len(entered)
    return OwnWeek(
        sealed=_sealed(draw),
        calls=own,
        quota=share.quota if share else 0,
        among=share.among if share else 0,
        odds=lot.against(
            seed,
            [one.recording for one in entered],
            share.quota,
            [one.recording for one in entered if one.side is Lot.DRAWN],
        )
        if share is not None and whole
        else None,
    )


def _share_of(reader: Reader, draw: Draw) -> DrawShare | None:
    return next((one for one in draw.shares.all() if one.agent_id == reader.pk), None)


def _own(row: Recording, seed: bytes) -> OwnCall:
    side = Lot(row.lot)
    entered = side in (Lot.IN, Lot.DRAWN)
    ticket = lot.ticket(seed, row.pk).hex() if entered else ""
    return OwnCall(row.pk, row.started_at, listed.line_name(row.line), ticket, side)

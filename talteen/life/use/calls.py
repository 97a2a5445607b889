"""What a person may see of calls without opening any of them: prepared rows for the list and the
page of one.

Only facts of the register stand here (time, line, agent, length, end date, state), never sound or
words: those need a Grant. Who sees which rows is REGISTER D, column "metadata". Rows come by
keyset, so that the last page of a million costs what the first one does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from talteen.clock import helsinki_date, start_of_day
from talteen.ids import RecordingId
from talteen.life.transcribe.troubles import State
from talteen.life.use.rows import (
    AgentName,
    Call,
    CaseShown,
    Counts,
    Direction,
    HoldShown,
    LineName,
    Mark,
    Page,
    Row,
    Standing,
    Wordless,
)
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.register import delegations, emergencies
from talteen.register.models import Case, Hold, Line, Recording, Staff
from talteen.register.states import Lot, Progress

Reader: TypeAlias = Staff
"""The member of staff who looks."""

Place: TypeAlias = tuple[datetime, UUID]
"""Where a list goes on: beginning and id of a call."""
PAGE = 20
SOON = timedelta(days=21)
"""From this long before its end on a call counts as disappearing soon."""
_IN_FORCE = "active"


class Flag(Enum):
    """What a call may carry that people look for."""

    INCOMPLETE = "incomplete"
    SPECIAL_CATEGORY = "special_category"
    THIRD_PARTIES = "third_parties"
    PAUSED = "paused"
    UNREVIEWED = "unreviewed"


_FLAGGED = {
    Flag.INCOMPLETE: Q(incomplete=True),
    Flag.SPECIAL_CATEGORY: Q(special_category=True),
    Flag.THIRD_PARTIES: Q(third_parties=True),
    Flag.PAUSED: Q(marks__contains=[{"kind": "pause"}]),
    Flag.UNREVIEWED: Q(reviewed=False),
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which calls to list. Every part that is left out lets all through."""

    day: date | None = None
    lines: frozenset[str] = frozenset()
    agent: str | None = None
    direction: Direction | None = None
    language: str | None = None
    soon: bool = False
    case: str | None = None
    """Only the calls of this case."""
    own_of_today: bool = False
    until: date | None = None
    """With ``day``: the last day; without: everything up to it."""
    flags: frozenset[Flag] = frozenset()
    """Only calls that carry all of these."""
    side: str | None = None
    """Of a search: only what ``agent`` or ``caller`` said."""
    only: RecordingId | None = None

    @property
    def narrowed(self) -> int:
        """How many filters a person has set."""
        chosen = (self.day, self.agent, self.direction, self.language, self.soon)
        later = (self.until, self.side)
        return len(self.lines) + len(self.flags) + sum(bool(part) for part in (*chosen, *later))


def page(
    reader: Reader,
    sieve: Sieve,
    *,
    now: datetime,
    older_than: RecordingId | None = None,
    newer_than: RecordingId | None = None,
    among: Counts | None = None,
) -> Page:
    """Twenty calls that ``reader`` may list, newest first.

    A place in the list is the id of a call. If that call was destroyed meanwhile, the list begins
    anew. ``among``: the counts of the same sieve, where they are known. They say on which days the
    twenty lie, so that a sieve that lets little through does not walk over all that it does not.
    """
    found = _sieved(reader, sieve, now)
    place = _place(older_than or newer_than)
    if among is not None:
        found = found.filter(_days(among.by_day, place, newer=newer_than is not None))
    if place is not None and newer_than is not None:
        after = found.filter(_later_than(place)).order_by("started_at", "id")
        rows = list(after[: PAGE + 1])
        newer = len(rows) > PAGE
        return _page(list(reversed(rows[:PAGE])), reader, now, newer=newer, older=True)
    if place is not None:
        found = found.filter(_earlier_than(place))
    rows = list(found.order_by("-started_at", "-id")[: PAGE + 1])
    return _page(rows[:PAGE], reader, now, newer=place is not None, older=len(rows) > PAGE)


def batch(
    reader: Reader, sieve: Sieve, *, now: datetime, after: Place | None = None, size: int
) -> list[tuple[Row, str, Place]]:
    """At most ``size`` rows for a program, newest first, with agent codes and places."""
    found = _sieved(reader, sieve, now)
    if after is not None:
        found = found.filter(_earlier_than(after))
    rows = list(found.order_by("-started_at", "-id")[:size])
    codes = [(row.agent.code, (row.started_at, row.pk)) for row in rows]
    return [(shown, *one) for shown, one in zip(_rows(rows, reader, now), codes, strict=True)]


def counts(reader: Reader, sieve: Sieve, *, now: datetime) -> Counts:
    """How many calls the sieve lets through, by day and by line: one grouped query over (day,
    line).
    """
    by_day: dict[date, int] = {}
    by_line: dict[str, int] = {}
    grouped = (
        _sieved(reader, sieve, now).order_by().values_list("day", "line").annotate(calls=Count("*"))
    )
    for day, line, calls in grouped:
        by_day[day] = by_day.get(day, 0) + calls
        by_line[line] = by_line.get(line, 0) + calls
    names = {line.slug: line_name(line) for line in Line.objects.filter(slug__in=by_line)}
    ranked = sorted(by_line.items(), key=lambda item: (-item[1], item[0]))
    return Counts(
        total=sum(by_line.values()),
        by_day=by_day,
        by_line=[(names[slug], calls) for slug, calls in ranked],
    )


def rows_of(reader: Reader, recordings: Sequence[RecordingId], *, now: datetime) -> list[Row]:
    """The rows of these calls, in this order; one that the reader may not list, or is gone, is left
    out.
    """
    found = {row.pk: row for row in _joined(_reach(reader, now)).filter(pk__in=recordings)}
    return _rows([found[pk] for pk in recordings if pk in found], reader, now)


def searchable(reader: Reader, sieve: Sieve, *, now: datetime) -> dict[UUID, date]:
    """The recordings whose words the reader may search, each with its day.

    Sealed, before the cutoff (the index of a day dies with the day), not restricted, and a held one
    only for the people of one of its holds (J11).
    """
    in_force = Hold.objects.filter(recording=OuterRef("pk"), state=_IN_FORCE)
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    theirs = ~Exists(in_force) | Exists(in_force.filter(people__in=whose))
    opening = _sieved(reader, sieve, now).filter(
        theirs, progress=Progress.SEALED.value, restricted=False, cutoff_at__gt=now
    )
    return dict(opening.order_by().values_list("pk", "day"))


def call(reader: Reader, recording: RecordingId, *, now: datetime) -> Call | None:
    """The facts of one call; None when it does not exist, or is not the reader's to know about."""
    # Who has broken the glass for a call may know of that one (17.4).
    broken = Recording.objects.filter(pk__in=emergencies.open_to(reader, now).values("recording"))
    row = _joined(_reach(reader, now) | broken).filter(pk=recording).first()
    if row is None:
        return None
    (shown,) = _rows([row], reader, now)
    return Call(
        row=shown,
        arrived_at=row.arrived_at,
        announced_until=row.announced_until,
        notice=row.notice_id,
        announcement=row.announcement_id,
        source=row.source,
        incomplete=row.incomplete,
        special_category=row.special_category,
        reviewed=row.reviewed,
        third_parties=row.third_parties,
        marks=tuple(_marks(row.marks)),
        wordless=_wordless(row),
    )


def _wordless(row: Recording) -> Wordless | None:
    drafting = getattr(row, "drafting", None)
    if drafting is None:
        return None
    return Wordless(
        trouble=drafting.trouble,
        given_up=drafting.state == State.GIVEN_UP.value,
        again_at=drafting.again_at,
        asked=drafting.language,
    )


def agents(reader: Reader) -> list[AgentName]:
    """The agents by whom the reader may filter: their team's, or everybody's."""
    match Role(reader.role):
        case Role.TEAM_LEADER:
            people = Staff.objects.filter(team=reader.team, unit=reader.unit)
        case Role.REGISTER_CONTACT:
            people = Staff.objects.all()
        case _:
            return []
    wanted = people.filter(role=Role.AGENT.value).order_by("name", "code")
    return [AgentName(str(person.pk), person.name) for person in wanted]


def cases_of(reader: Reader, now: datetime) -> list[CaseShown]:
    """The open cases of the reader and of those they stand in for, complaints before requests,
    newest first."""
    # A breach is worked on in its own room, from the log and the keys.
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    mine = Case.objects.filter(pk__in=Case.objects.filter(people__in=whose), closed_at=None)
    named = mine.exclude(kind="breach").order_by("kind", "-opened_at")
    counted = named.annotate(calls=Count("recordings"))
    return [CaseShown(case.reference, case.kind, case.calls) for case in counted]


def lists_calls(role: Role) -> bool:
    """Whether ``role`` has any calls to list."""
    return role in _LISTERS


def line_name(line: Line) -> LineName:
    """The line as a value."""
    return LineName(line.slug, line.name_fi, line.name_sv, line.name_en)


_LISTERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.COMPLAINT_HANDLER, Role.REGISTER_CONTACT})


def _reach(reader: Reader, now: datetime) -> QuerySet[Recording]:
    """REGISTER D, column "metadata": own, team's, one's cases', all, or none."""
    everything = Recording.objects.all()
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    named = Recording.objects.filter(cases__people__in=whose, cases__closed_at=None)
    of_cases = Q(pk__in=named)
    match Role(reader.role):
        case Role.AGENT:
            return everything.filter(agent=reader)
        case Role.TEAM_LEADER:
            return everything.filter(_of_team(reader))
        case Role.COMPLAINT_HANDLER:
            return everything.filter(of_cases)
        case Role.QUALITY_ANALYST:
            # J14: what the lot drew; a held call is not theirs to know of, not even as a row.
            held = Exists(Hold.objects.filter(recording=OuterRef("pk"), state=_IN_FORCE))
            return everything.filter(~held, lot=Lot.DRAWN.value, line__unit=reader.unit)
        case Role.REGISTER_CONTACT:
            return everything
        case _:
            return everything.none()


def _of_team(reader: Reader) -> Q:
    """The calls of a leader's people and of their cases, by ids that were looked up before: the
    database asks its indexes for these few, and not every call for its agent's team.
    """
    people = Staff.objects.filter(team=reader.team).values_list("pk", flat=True)
    lines = Line.objects.filter(unit=reader.unit).values_list("pk", flat=True)
    cases = Recording.objects.filter(cases__people=reader, cases__closed_at=None)
    own = Q(pk__in=list(cases.values_list("pk", flat=True)))
    return Q(agent__in=list(people), line__in=list(lines)) | own


def _sieved(reader: Reader, sieve: Sieve, now: datetime) -> QuerySet[Recording]:
    found = _joined(_reach(reader, now)).exclude(progress=Progress.REFUSED.value)
    for condition in _conditions(reader, sieve, now):
        found = found.filter(condition)
    return found


def _conditions(reader: Reader, sieve: Sieve, now: datetime) -> Iterable[Q]:
    if sieve.only:
        yield Q(pk=sieve.only)
    if sieve.case:
        yield Q(pk__in=Recording.objects.filter(cases__reference=sieve.case))
    if sieve.own_of_today:
        yield Q(agent=reader, day=helsinki_date(now))
    if sieve.day and not sieve.until:
        yield Q(day=sieve.day)
    elif sieve.day:
        yield Q(day__gte=sieve.day)
    if sieve.until:
        yield Q(day__lte=sieve.until)
    for flag in sieve.flags:
        yield _FLAGGED[flag]
    if sieve.lines:
        yield Q(line__in=sieve.lines)
    if sieve.agent:
        yield Q(agent=sieve.agent)
    if sieve.direction:
        yield Q(direction=sieve.direction.value)
    if sieve.language:
        yield Q(language=sieve.language)
    if sieve.soon:
        yield Q(due_at__lte=start_of_day(helsinki_date(now) + SOON))


def _joined(found: QuerySet[Recording]) -> QuerySet[Recording]:
    return found.select_related("line", "agent", "transcription", "drafting")


def _place(recording: RecordingId | None) -> Place | None:
    if recording is None:
        return None
    return Recording.objects.filter(pk=recording).values_list("started_at", "pk").first()


def _days(by_day: Mapping[date, int], place: Place | None, *, newer: bool) -> Q:
    """The days that hold the next page and the first call behind it, in the direction of the list.

    Of the day of ``place`` it is not known how many of its calls lie on which side of it: that day
    is looked at, and not counted.
    """
    at = None if place is None else helsinki_date(place[0])
    ahead = sorted(
        (day for day in by_day if at is None or (day >= at if newer else day <= at)),
        reverse=not newer,
    )
    wanted, looked_at = PAGE + 1, list[date]()
    for day in ahead:
        looked_at.append(day)
        wanted -= 0 if day == at else by_day[day]
        if wanted <= 0:
            break
    if not looked_at:
        return Q(pk__in=[])
    # As instants and not as days: it is their index that gives the order, too.
    first, last = min(looked_at), max(looked_at)
    return Q(
        started_at__gte=start_of_day(first), started_at__lt=start_of_day(last + timedelta(days=1))
    )


def _earlier_than(place: Place) -> Q:
    return Q(started_at__lt=place[0]) | Q(started_at=place[0], pk__lt=place[1])


def _later_than(place: Place) -> Q:
    return Q(started_at__gt=place[0]) | Q(started_at=place[0], pk__gt=place[1])


def _page(
    rows: Sequence[Recording], reader: Reader, now: datetime, *, newer: bool, older: bool
) -> Page:
    return Page(
        rows=tuple(_rows(rows, reader, now)),
        newer=RecordingId(rows[0].pk) if rows and newer else None,
        older=RecordingId(rows[-1].pk) if rows and older else None,
    )


def _rows(rows: Sequence[Recording], reader: Reader, now: datetime) -> list[Row]:
    holds = _holds(rows, now)
    return [_row(row, holds.get(row.pk, ()), reader, now) for row in rows]


def _holds(rows: Sequence[Recording], now: datetime) -> dict[Any, tuple[Hold, ...]]:
    by_recording: dict[Any, tuple[Hold, ...]] = {}
    wanted = Hold.objects.filter(recording__in=[row.pk for row in rows], state=_IN_FORCE)
    wanted = wanted.exclude(provisional_until__lte=now)
    for hold in wanted.select_related("case").prefetch_related("people"):
        by_recording[hold.recording_id] = (*by_recording.get(hold.recording_id, ()), hold)
    return by_recording


def _row(row: Recording, holds: Sequence[Hold], reader: Reader, now: datetime) -> Row:
    own = tuple(
        HoldShown(hold.case.reference, hold.review_on, hold.provisional_until is not None)
        for hold in holds
        if any(person.pk == reader.pk for person in hold.people.all())
    )
    return Row(
        recording=RecordingId(row.pk),
        started_at=row.started_at,
        day=row.day,
        length_ms=row.length_ms,
        # REGISTER D: an analyst judges calls, not people by their names.
        agent=row.agent.code if reader.role == Role.QUALITY_ANALYST.value else row.agent.name,
        line=line_name(row.line),
        language=row.language,
        direction=Direction(row.direction),
        cutoff_at=row.cutoff_at,
        due_at=row.due_at,
        days_left=max((helsinki_date(row.due_at) - helsinki_date(now)).days, 0),
        soon=row.due_at - now <= SOON,
        standing=_standing(row, now, held=bool(holds), own=bool(own)),
        holds=len(holds),
        own_holds=own,
    )


_WHILE = {
    Progress.CAPTURING: Standing.CAPTURING,
    Progress.CAPTURED: Standing.SEALING,
    Progress.QUARANTINED: Standing.QUARANTINED,
    Progress.PARKED: Standing.PARKED,
}


def _standing(row: Recording, now: datetime, *, held: bool, own: bool) -> Standing:
    progress = Progress(row.progress)
    if progress in _WHILE:
        return _WHILE[progress]
    # 13.4: at the cutoff it is over, whether or not the job ran; only a hold outlives it.
    if progress is not Progress.SEALED or (now >= row.cutoff_at and not held):
        return Standing.KEYLESS
    if held and not own:
        return Standing.HELD
    if row.restricted:
        return Standing.RESTRICTED
    if getattr(row, "transcription", None) is not None:
        return Standing.READY
    drafting = getattr(row, "drafting", None)
    given_up = drafting is not None and drafting.state == State.GIVEN_UP.value
    return Standing.WORDLESS if given_up else Standing.TRANSCRIBING


def _marks(marks: Iterable[Mapping[str, Any]]) -> Iterable[Mark]:
    for mark in sorted(marks, key=lambda mark: mark["start_ms"]):
        yield Mark(mark["kind"], mark["start_ms"], mark["end_ms"])

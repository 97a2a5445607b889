"""What a person may see of calls without opening any of them: prepared rows for the list and the
page of one.

Only facts of the register stand here (time, line, agent, length, end date, state), never sound or
words: those need a Grant. Who sees which rows is REGISTER D, column "metadata". Rows come by
keyset, so that the last page of a million costs what the first one does.
"""

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from talteen.clock import helsinki_date, start_of_day
from talteen.ids import RecordingId
from talteen.life.transcribe.troubles import State
from talteen.life.use import estimates, listed
from talteen.life.use.reach import IN_FORCE, Reader, reach
from talteen.life.use.rows import (
    Call,
    Counts,
    Mark,
    Page,
    Row,
    Wordless,
)
from talteen.life.use.sieve import Sieve, conditions, in_time, on_days
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.register import emergencies, investigations, personnel_openings
from talteen.register.models import Hold, Line, Recording
from talteen.register.staff import delegations
from talteen.register.states import Progress

Place: TypeAlias = tuple[datetime, UUID]
"""Where a list goes on: beginning and id of a call."""
PAGE = 20
EXACT = 100_000
"""Up to so many calls of a list are counted one by one, which takes some ten milliseconds."""


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
    Rough ones do not say that, and need not: of so many the next twenty are near.
    """
    found = _sieved(reader, sieve, now).filter(in_time(sieve))
    place = _place(older_than or newer_than)
    if among is not None and not among.rough:
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
    found = _sieved(reader, sieve, now).filter(in_time(sieve))
    if after is not None:
        found = found.filter(_earlier_than(after))
    rows = list(found.order_by("-started_at", "-id")[:size])
    codes = [(row.agent.code, (row.started_at, row.pk)) for row in rows]
    return [(shown, *one) for shown, one in zip(listed.rows(rows, reader, now), codes, strict=True)]


def counts(reader: Reader, sieve: Sieve, *, now: datetime, exact: int = EXACT) -> Counts:
    """How many calls the sieve lets through, by day and by line: of more than ``exact`` about how
    many, so that a page never waits for millions to be counted.
    """
    found = _sieved(reader, sieve, now).filter(on_days(sieve)).order_by()
    # Who lists less than everything lists no more than some people can have spoken. And what ends
    # soon is old: no sample says on which days, and from the newest call it is a long way there.
    if Role(reader.role) is Role.REGISTER_CONTACT and not (sieve.of_few or sieve.soon):
        rough = _rough(found, sieve, exact)
        if rough is not None:
            return rough
    by_day: dict[date, int] = {}
    by_line: dict[str, int] = {}
    for day, line, calls in found.values_list("day", "line").annotate(calls=Count("*")):
        by_day[day] = by_day.get(day, 0) + calls
        by_line[line] = by_line.get(line, 0) + calls
    return _counts(by_day, by_line)


def _rough(found: QuerySet[Recording], sieve: Sieve, exact: int) -> Counts | None:
    """None where there are few enough to be counted, or nothing is known of the table yet."""
    expected = estimates.total(found)
    if expected <= exact:
        return None
    by_day = estimates.by_day(expected, *sieve.days)
    lines = sieve.lines or Line.objects.values_list("pk", flat=True)
    by_line = estimates.by_line(expected, found, lines)
    return _counts(by_day, by_line, rough=True) if by_day and by_line else None


def _counts(
    by_day: Mapping[date, int], by_line: Mapping[str, int], *, rough: bool = False
) -> Counts:
    """With the names of the lines, the busiest first."""
    names = {line.slug: listed.line_name(line) for line in Line.objects.filter(slug__in=by_line)}
    ranked = sorted(by_line.items(), key=lambda item: (-item[1], item[0]))
    return Counts(
        total=sum(by_line.values()),
        by_day=by_day,
        by_line=[(names[slug], calls) for slug, calls in ranked],
        rough=rough,
    )


def rows_of(reader: Reader, recordings: Sequence[RecordingId], *, now: datetime) -> list[Row]:
    """The rows of these calls, in this order; one that the reader may not list, or is gone, is left
    out.
    """
    found = {row.pk: row for row in _joined(reach(reader, now)).filter(pk__in=recordings)}
    return listed.rows([found[pk] for pk in recordings if pk in found], reader, now)


def searchable(reader: Reader, sieve: Sieve, *, now: datetime) -> dict[UUID, date]:
    """The recordings whose words the reader may search, each with its day.

    Sealed, before the cutoff (the index of a day dies with the day), not restricted, and a held one
    only for the people of one of its holds (J11).
    """
    in_force = Hold.objects.filter(recording=OuterRef("pk"), state=IN_FORCE)
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    theirs = ~Exists(in_force) | Exists(in_force.filter(people__in=whose))
    opening = _sieved(reader, sieve, now).filter(
        on_days(sieve), theirs, progress=Progress.SEALED.value, restricted=False, cutoff_at__gt=now
    )
    return dict(opening.order_by().values_list("pk", "day"))


def call(reader: Reader, recording: RecordingId, *, now: datetime) -> Call | None:
    """The facts of one call; None when it does not exist, or is not the reader's to know about."""
    # Who opens a call by the word of two may know of that one (17.4, table D).
    by_two = (
        Q(pk__in=rows.values("recording"))
        for rows in (
            emergencies.open_to(reader, now),
            investigations.running(reader, now),
            personnel_openings.running(reader, now),
        )
    )
    known = reach(reader, now) | Recording.objects.filter(functools.reduce(operator.or_, by_two))
    row = _joined(known).filter(pk=recording).first()
    if row is None:
        return None
    (shown,) = listed.rows([row], reader, now)
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


def _sieved(reader: Reader, sieve: Sieve, now: datetime) -> QuerySet[Recording]:
    """What comes through but for its days, which counting and listing ask for differently."""
    found = _joined(reach(reader, now)).exclude(progress=Progress.REFUSED.value)
    for condition in conditions(reader, sieve, now):
        found = found.filter(condition)
    return found


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
    # The instant stands outside as well: inside the OR no index would begin there, and a page in
    # the middle would walk over all that is newer.
    at, pk = place
    return Q(started_at__lte=at) & (Q(started_at__lt=at) | Q(pk__lt=pk))


def _later_than(place: Place) -> Q:
    at, pk = place
    return Q(started_at__gte=at) & (Q(started_at__gt=at) | Q(pk__gt=pk))


def _page(
    rows: Sequence[Recording], reader: Reader, now: datetime, *, newer: bool, older: bool
) -> Page:
    return Page(
        rows=tuple(listed.rows(rows, reader, now)),
        newer=RecordingId(rows[0].pk) if rows and newer else None,
        older=RecordingId(rows[-1].pk) if rows and older else None,
    )


def _marks(marks: Iterable[Mapping[str, Any]]) -> Iterable[Mark]:
    for mark in sorted(marks, key=lambda mark: mark["start_ms"]):
        yield Mark(mark["kind"], mark["start_ms"], mark["end_ms"])

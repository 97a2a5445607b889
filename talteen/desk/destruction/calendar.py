"""The register's calendar: which day dies when, and what the next night does. It has no button
(look 5.1).

The same 92 days as a drawing and as a table; a day leads to its calls, or to its certificates.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from talteen.desk.page import drawing
from talteen.desk.page.drawing import Ring, Tick
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import OVERSEERS
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.destroy import days
from talteen.life.destroy.days import Calendar, Day, DayOfEnd, Stage
from talteen.life.use import reach
from talteen.notice.purposes import Role

_TICKS = {
    Stage.KEYLESS: Tick.KEYLESS,
    Stage.TONIGHT: Tick.NEXT,
    Stage.GONE: Tick.EMPTY,
    Stage.EMPTY: Tick.EMPTY,
}
"""A day without calls has no key, so its tick is as pale as that of a day whose keys are gone."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day, and where it leads; ``url`` is empty where there is nothing to see."""

    day: Day
    url: str
    first: bool
    """Whether its month is written on a phone."""


@dataclass(frozen=True, slots=True)
class WeekShown:
    """Seven days, Monday first."""

    number: int
    days: tuple[DayShown, ...]


@dataclass(frozen=True, slots=True)
class CalendarShown:
    """The page."""

    calendar: Calendar
    weeks: tuple[WeekShown, ...]
    dows: tuple[date, ...]
    ring: Ring
    keyless: int
    steps: tuple[int, ...]
    """The strengths of colour that occur, for the page's one style block."""
    newest: DayOfEnd | None
    now: datetime
    overseer: bool
    """Whether the reader may see what became of whole months."""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The calendar as a drawing."""
    return render(request, "calendar/page.html", {"shown": _shown(request)})


@staff_only
@require_safe
def table(request: VisitRequest) -> HttpResponse:
    """The same days as a table."""
    return render(request, "calendar/table.html", {"shown": _shown(request)})


def _shown(request: VisitRequest) -> CalendarShown:
    calendar = days.calendar(request.visit.now)
    lists = reach.lists_calls(Role(reader(request).role))
    window = calendar.window
    return CalendarShown(
        calendar=calendar,
        weeks=tuple(weeks(calendar, lists=lists)),
        dows=tuple(day.day for day in calendar.days[:7]),
        ring=drawing.ring([_TICKS.get(day.stage, Tick.ON) for day in window]),
        keyless=sum(day.stage is Stage.KEYLESS for day in window),
        steps=tuple(sorted({day.left_percent for day in calendar.days})),
        newest=days.newest_end(request.visit.now),
        now=request.visit.now,
        overseer=Role(reader(request).role) in OVERSEERS,
    )


def weeks(calendar: Calendar, *, lists: bool) -> list[WeekShown]:
    """The days in weeks; ``lists`` says whether living days lead to the list of calls."""
    shown = []
    for week in calendar.weeks:
        cells = tuple(
            DayShown(day, _url(day, lists=lists), first=day is calendar.days[0] or day.day.day == 1)
            for day in week
        )
        shown.append(WeekShown(week[0].day.isocalendar().week, cells))
    return shown


def _url(day: Day, *, lists: bool) -> str:
    if not day.calls:
        return ""
    if day.stage in (Stage.GONE, Stage.KEYLESS) or not lists:
        return reverse("certificates-of-day", args=[day.day])
    return f"{reverse('calls')}?day={day.day.isoformat()}"

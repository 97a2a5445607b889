"""Counts each kind of statement from rows and the ledger. Only reads."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from talteen.clock import helsinki_date
from talteen.life.answer.models import RequestAnswer, RequestEdge, SubjectRequest
from talteen.life.destroy import stating
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose
from talteen.notice.requests import Outcome, Step
from talteen.notice.rights import Right
from talteen.oversight.drill_models import Damage, DrillRun
from talteen.oversight.statements import reviewing, spans
from talteen.oversight.statements.spans import Span
from talteen.oversight.statements.values import Act, ActKind, Kind, PersonRow, Section, Statement
from talteen.register.log import ledger_excerpt
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import AccessEntry, Staff
from talteen.register.staff import credentials

SOON = timedelta(days=30)  # 17.1: reminders
_NOT_OPENED = ("denied", "do_not_record", "facts")
HANDED = Step.HANDED_OUT.value


def month(first: date, now: datetime) -> Statement:
    """What the register did in the month that begins on ``first``."""
    span = spans.month(first)
    stated = stating.so_far(first, now)
    return _statement(
        Kind.MONTH,
        span,
        now,
        Section("recorded", asdict(stated.fates), stated.captured),
        Section("not_kept", {"refused": stated.refused, "not_announced": stated.not_announced}),
        Section("balance", asdict(stated.balance)),
        _openings(span),
        Section("denied", _counted(_lines(span).filter(action="denied"), "rule")),
        _holds(span),
        *_requests_of(span),
        Section("care", _care(span)),
        *reviewing.sections(span),
        acts=reviewing.acts(span),
    )


def requests(year: int, now: datetime) -> Statement:
    """The requests of a calendar year, without persons (14.18)."""
    span = spans.year(year)
    received = SubjectRequest.objects.filter(
        received_on__gte=span.first, received_on__lte=span.last
    )
    rows = list(received)
    rights = Counter({right.value: 0 for right in Right})
    for row in rows:
        rights.update(row.rights)
    return _statement(
        Kind.REQUESTS,
        span,
        now,
        *_requests_of(span),
        Section("by_right", rights),
        Section("by_channel", Counter(row.via for row in rows), len(rows)),
        Section("by_language", Counter(row.language for row in rows), len(rows)),
        _outcomes(span),
        Section("days_to_answer", _days([row.pk for row in rows])),
        Section(
            "care",
            {
                "extended": sum(row.extended for row in rows),
                "complained": sum(row.complained for row in rows),
                "late": _late(rows),
            },
        ),
    )


def access(named: str, now: datetime) -> Statement:
    """Who opened what in a quarter (``2026-Q4``), for whoever reviews the rights (17.2)."""
    span = spans.quarter(named)
    on = min(span.last, helsinki_date(now))
    known = {one.code: one for one in credentials.everybody(on)}
    opened, denied = _by_person(span)
    people = tuple(
        PersonRow(
            code=row.code,
            role=row.role,
            unit=row.unit_id or "",
            complete=known[row.code].complete(on),
            opened=opened.get(row.pk, {}),
            denied=denied.get(row.pk, 0),
        )
        for row in Staff.objects.order_by("role", "code")
        if row.is_active or row.pk in opened or row.pk in denied
    )
    lines = _lines(span)
    all_ = lines.exclude(action__in=_NOT_OPENED).count()
    by_role = Counter[str]()
    for one in people:
        by_role[one.role] += one.all
    _, reviewed = reviewing.sections(span)
    return _statement(
        Kind.ACCESS,
        span,
        now,
        _openings(span),
        Section("by_role", by_role, all_),
        reviewed,
        people=people,
        acts=tuple(one for one in reviewing.acts(span) if one.kind is ActKind.ROUND),
    )


def people(file: RegisterFile, now: datetime) -> Statement:
    """Undertakings and training of everybody who works here, today (17.1)."""
    today = helsinki_date(now)
    active = [one for one in credentials.everybody(today) if one.active]
    states = Counter(dict.fromkeys(_STATES, 0))
    states.update(_state(one, today) for one in active)
    complete = [one for one in active if one.complete(today)]
    return _statement(
        Kind.PEOPLE,
        Span(today, today),
        now,
        Section("standing", states, len(active)),
        Section("by_role", Counter(one.role for one in active), len(active)),
        Section("complete_by_role", Counter(one.role for one in complete), len(complete)),
        Section(
            "contacts",
            {
                "named": len(file.contact.people),
                "ready": sum(one.code in file.contact.people for one in complete),
            },
        ),
    )


_STATES = ("in_order", "ends_soon", "untrained", "no_undertaking", "neither")


def _state(one: credentials.Credentials, today: date) -> str:
    """One of ``_STATES``: the first thing that somebody must see to."""
    trained = one.trained_until is not None and one.trained_until >= today
    match bool(one.undertaking), trained:
        case True, True:
            soon = one.trained_until is not None and one.trained_until - today <= SOON
            return "ends_soon" if soon else "in_order"
        case True, False:
            return "untrained"
        case False, True:
            return "no_undertaking"
        case _:
            return "neither"


def _statement(
    kind: Kind,
    span: Span,
    now: datetime,
    *sections: Section,
    people: tuple[PersonRow, ...] = (),
    acts: tuple[Act, ...] = (),
) -> Statement:
    entries = ledger_excerpt.size_now()
    return Statement(kind, span.first, span.last, now, entries, sections, people, acts)


def _lines(span: Span) -> Any:
    return AccessEntry.objects.filter(at__gte=span.begins, at__lt=span.ends)


def _counted(rows: Any, name: str) -> dict[str, int]:
    return dict(rows.values_list(name).order_by(name).annotate(Count("pk")))


def _openings(span: Span) -> Section:
    opened = _lines(span).exclude(action__in=_NOT_OPENED)
    counts = dict.fromkeys((one.value for one in Purpose), 0) | _counted(opened, "purpose")
    return Section("opened", counts, opened.count())


def _holds(span: Span) -> Section:
    """Holds at the beginning, what came and went, and so those at the end, from the ledger."""
    at = LedgerEntry.objects.filter(kind__in=("hold_placed", "hold_released"))
    before = _counted(at.filter(at__lt=span.begins), "kind")
    within = _counted(at.filter(at__gte=span.begins, at__lt=span.ends), "kind")
    standing = before.get("hold_placed", 0) - before.get("hold_released", 0)
    placed, ended = within.get("hold_placed", 0), within.get("hold_released", 0)
    rows = {"before": standing, "placed": placed, "ended": -ended}
    return Section("holds", rows, _held_at(span.ends))


def _held_at(at: datetime) -> int:
    told = LedgerEntry.objects.filter(kind__in=("hold_placed", "hold_released"), at__lt=at)
    counts = _counted(told, "kind")
    return counts.get("hold_placed", 0) - counts.get("hold_released", 0)


def _requests_of(span: Span) -> tuple[Section, ...]:
    """Open before, received, closed, and those that are open at the end: from their own dates."""
    rows = SubjectRequest.objects.all()
    before = rows.filter(received_on__lt=span.first)
    open_before = before.exclude(closed_on__lt=span.first).count()
    received = rows.filter(received_on__gte=span.first, received_on__lte=span.last).count()
    closed = rows.filter(closed_on__gte=span.first, closed_on__lte=span.last).count()
    at_end = rows.filter(received_on__lte=span.last).exclude(closed_on__lte=span.last).count()
    return (
        Section(
            "requests", {"before": open_before, "received": received, "closed": -closed}, at_end
        ),
    )


def _outcomes(span: Span) -> Section:
    decided = RequestAnswer.objects.filter(decided_at__gte=span.begins, decided_at__lt=span.ends)
    counts = dict.fromkeys((one.value for one in Outcome), 0) | _counted(decided, "outcome")
    return Section("by_outcome", counts, decided.count())


def _days(requests: Iterable[UUID]) -> Mapping[str, int]:
    """From receipt to the first answer that was handed out."""
    handed = RequestEdge.objects.filter(request__in=list(requests), step=HANDED)
    first = dict(handed.values_list("request").annotate(Min("at")).order_by())
    came = dict(SubjectRequest.objects.filter(pk__in=first).values_list("pk", "received_on"))
    days = [(helsinki_date(at) - came[request]).days for request, at in first.items()]
    return {
        "answered": len(days),
        "median": round(median(days)) if days else 0,
        "longest": max(days, default=0),
    }


def _late(rows: Iterable[SubjectRequest]) -> int:
    """Answered, or still open, after the last lawful day."""
    first = dict(
        RequestEdge.objects.filter(request__in=[row.pk for row in rows], step=HANDED)
        .values_list("request")
        .annotate(Min("at"))
        .order_by()
    )
    return sum(row.pk in first and helsinki_date(first[row.pk]) > row.limit_on for row in rows)


def _by_person(span: Span) -> tuple[dict[UUID, dict[str, int]], dict[UUID, int]]:
    opened: dict[UUID, dict[str, int]] = {}
    groups = _lines(span).values_list("staff", "purpose").order_by()
    for staff, purpose, n in groups.exclude(action__in=_NOT_OPENED).annotate(Count("pk")):
        opened.setdefault(staff, {})[purpose] = n
    denied = _lines(span).filter(action="denied").values_list("staff").order_by()
    return opened, dict(denied.annotate(Count("pk")))


def _care(span: Span) -> Mapping[str, int]:
    drills = DrillRun.objects.filter(at__gte=span.begins, at__lt=span.ends)
    published = LedgerEntry.objects.filter(
        kind="notice_published", at__gte=span.begins, at__lt=span.ends
    )
    return {
        "drills_kept": drills.filter(ok=True).count(),
        "drills_failed": drills.filter(ok=False).count(),
        "damage_found": Damage.objects.filter(
            found_at__gte=span.begins, found_at__lt=span.ends
        ).count(),
        "notices_published": published.count(),
    }


def begins(now: datetime) -> date:
    """The first day that a statement can be about: that of the log's first entry."""
    at = LedgerEntry.objects.filter(index=0).values_list("at", flat=True).first()
    return helsinki_date(at or now)

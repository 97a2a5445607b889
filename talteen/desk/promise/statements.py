"""Statements of accountability: a month, a year of requests, a quarter of access, people today.

Counted when they are asked for, from rows and the ledger; each as a page that prints, as JSON, and
as a file that the key of the log signs. The account of a month's recordings that a certificate
proves is on the page of months; this one says what people did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from talteen.desk.page import downloads, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest
from talteen.desk.promise import statement_words
from talteen.errors import InputError
from talteen.life.destroy import stating
from talteen.notice.purposes import Role
from talteen.oversight.statements import counting, signed, spans, values
from talteen.oversight.statements.values import Kind, PersonRow, Section, Statement

MONTHS = 13


@dataclass(frozen=True, slots=True)
class RowShown:
    """One count."""

    name: str | Promise
    n: int
    odd: bool
    """Whether it asks for somebody's eyes."""


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section with its words."""

    title: str | Promise
    rows: tuple[RowShown, ...]
    total: int | None
    total_name: str | Promise
    adds_up: bool


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One row of the access review."""

    row: PersonRow
    role: str
    opened: int


@dataclass(frozen=True, slots=True)
class ActShown:
    """One act of adoption or of review."""

    day: date
    what: words.Text
    subject: str
    by: str


@dataclass(frozen=True, slots=True)
class StatementShown:
    """One statement."""

    title: str | Promise
    when: str
    statement: Statement
    sections: tuple[SectionShown, ...]
    people: tuple[PersonShown, ...]
    acts: tuple[ActShown, ...]
    url: str
    """Its address without an ending."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One statement of the list."""

    name: str
    url: str


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """Everything that can be stated."""
    now, born = request.visit.now, counting.begins(request.visit.now)
    today = request.visit.today
    context = {
        "months": [
            Listed(wording.month_year(one), _url(Kind.MONTH, one.strftime("%Y-%m")))
            for one in stating.lived(now)[:MONTHS]
        ],
        "years": [
            Listed(str(year), _url(Kind.REQUESTS, str(year)))
            for year in range(today.year, born.year - 1, -1)
        ],
        "quarters": [
            Listed(one, _url(Kind.ACCESS, one)) for one in list(spans.quarters(born, today))[:8]
        ],
        "people": _url(Kind.PEOPLE, "today"),
    }
    return render(request, "statements/list.html", context)


@staff_only
@require_safe
@overseers_only
def one(request: VisitRequest, kind: str, span: str) -> HttpResponse:
    """One statement as a page."""
    made = _made(request, kind, span)
    shown = StatementShown(
        title=statement_words.TITLES[made.kind],
        when=_when(made, span),
        statement=made,
        sections=tuple(map(_section, made.sections)),
        people=tuple(
            PersonShown(one, str(words.ROLES[Role(one.role)]), one.all) for one in made.people
        ),
        acts=tuple(
            ActShown(one.day, statement_words.ACTS[one.kind], one.subject, ", ".join(one.by))
            for one in made.acts
        ),
        url=_url(made.kind, span),
    )
    return render(request, "statements/statement.html", {"shown": shown})


@staff_only
@require_safe
@overseers_only
def file(request: VisitRequest, kind: str, span: str, form: str) -> HttpResponse:
    """One statement as JSON, or as the signed text."""
    made = _made(request, kind, span)
    if form == "json":
        return JsonResponse(
            values.as_json(made), json_dumps_params={"ensure_ascii": False, "indent": 1}
        )
    raw = signed.signed(made, request.visit.house.log.signer)
    return downloads.attachment(raw, "text/plain; charset=utf-8", f"{kind}-{span}.txt")


def _made(request: VisitRequest, kind: str, span: str) -> Statement:
    """The statement that an address names; 404 for a span that this house has not begun."""
    try:
        made = _COUNTS[Kind(kind)](request, span)
    except (ValueError, InputError):
        raise Http404("there is no such statement") from None
    if made.first > request.visit.today or made.last < counting.begins(request.visit.now):
        raise Http404("this house has not lived then")
    return made


_COUNTS: dict[Kind, Callable[[VisitRequest, str], Statement]] = {
    Kind.MONTH: lambda request, span: counting.month(
        date.fromisoformat(f"{span}-01"), request.visit.now
    ),
    Kind.REQUESTS: lambda request, span: counting.requests(int(span), request.visit.now),
    Kind.ACCESS: lambda request, span: counting.access(span, request.visit.now),
    Kind.PEOPLE: lambda request, _span: counting.people(
        request.visit.house.register, request.visit.now
    ),
}


def _url(kind: Kind, span: str) -> str:
    return reverse("statement", args=[kind.value, span])


def _when(made: Statement, span: str) -> str:
    match made.kind:
        case Kind.MONTH:
            return wording.month_year(made.first)
        case Kind.PEOPLE:
            return wording.full_day(made.first)
        case _:
            return span


def _section(section: Section) -> SectionShown:
    named = statement_words.SECTIONS[section.key]
    odd = statement_words.ODD.get(section.key, frozenset())
    return SectionShown(
        title=named.title,
        rows=tuple(
            RowShown(statement_words.row(section.key, name), n, bool(n) and name in odd)
            for name, n in section.rows.items()
        ),
        total=section.total,
        total_name=named.total,
        adds_up=section.adds_up,
    )

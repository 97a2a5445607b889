"""The statements of the months: what became of the calls of each, and that nothing is left over.

A list in which every month is a bar as long as its calls, the same as a table, and a page a month.
A month whose calls have time left is counted too, and says that it is not stated yet.
"""

from dataclasses import astuple, dataclass
from datetime import date

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.destruction import certificate
from talteen.desk.destruction.certificate import CheckShown, ClaimShown, TreeShown
from talteen.desk.page import wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest
from talteen.errors import Conflict, InputError
from talteen.life.destroy import certificate as certificates
from talteen.life.destroy import certify, monthly, statement, stating
from talteen.life.destroy.certificate import Certificate, Sum
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_kinds import Ground

AT_MOST = 25
"""Months of the list: two years and the running one."""
_DRAWN = {
    "on_time": "",
    "after_hold": "",
    "late": "lost",
    "dying": "told",
    "alive": "told",
    "unexplained": "lost",
}
"""How a part is drawn in the bar; those that were erased early are as good as those on time, and
those on hold are drawn as held."""


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of a bar."""

    sum: Sum
    drawn: str


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month of the list."""

    month: date
    stated: MonthStated
    on: date
    """When it was stated, or will be."""
    final: bool
    """Whether it has been stated; before that it is a count as of now."""
    parts: tuple[PartShown, ...]

    @property
    def ended(self) -> int:
        """How many are destroyed everywhere."""
        return sum(astuple(self.stated.rests_on))

    @property
    def held(self) -> int:
        return statement.held(self.stated.fates)

    @property
    def waiting(self) -> int:
        """How many have time left, or a copy that waits for its day."""
        return self.stated.fates.alive + self.stated.fates.dying

    @property
    def odd(self) -> int:
        """How many ask for somebody's eyes."""
        return self.stated.fates.late + self.stated.fates.unexplained + self.stated.strays


@dataclass(frozen=True, slots=True)
class MonthsShown:
    """The list."""

    months: tuple[MonthShown, ...]
    widths: tuple[int, ...]
    """Every count that is drawn, for the page's one style block."""

    @property
    def final(self) -> int:
        return sum(one.final for one in self.months)

    @property
    def unexplained(self) -> int:
        return sum(one.stated.fates.unexplained + one.stated.strays for one in self.months)


@dataclass(frozen=True, slots=True)
class StatementShown:
    """The page of one month that is stated."""

    month: MonthShown
    certificate: Certificate
    claims: tuple[ClaimShown, ...]
    tree: TreeShown
    holds: bool
    check: CheckShown
    widths: tuple[int, ...]


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """The months as bars."""
    return render(request, "months/page.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def table(request: VisitRequest) -> HttpResponse:
    """The same months as a table."""
    return render(request, "months/table.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def of_month(request: VisitRequest, month: date) -> HttpResponse:
    """The statement of one month, or when there will be one."""
    if month not in stating.lived(request.visit.now):
        raise Http404("this house has no such month")
    shown = _month(request, month)
    made = _made(request, month, wording.language())
    if made is None:
        widths = tuple(sorted({part.sum.number for part in shown.parts}))
        return render(request, "months/waiting.html", {"shown": shown, "widths": widths})
    log = request.visit.house.log
    verdict, _ = certificates.verdict(certificates.text(made, log.signer).encode(), log.keys)
    full = StatementShown(
        month=shown,
        certificate=made,
        claims=certificate.claims_of(made),
        tree=certificate.tree_of(made.proofs[0]),
        holds=verdict.holds,
        check=certificate.check_of(request, month.strftime("%Y-%m"), excerpt=True),
        widths=tuple(sorted({part.sum.number for part in shown.parts})),
    )
    return render(request, "months/statement.html", {"shown": full})


@staff_only
@require_safe
@overseers_only
def file(request: VisitRequest, month: date, form: str) -> HttpResponseBase:
    """The statement of one month as a file, or the excerpt that it can be counted from."""
    name = month.strftime("%Y-%m")
    if form != "entries":
        made = _made(request, month, certificate.language_of(request))
        return certificate.given(request, made, name, form)
    try:
        found = certify.excerpt(request.visit.house.log, month)
    except (InputError, Conflict):
        raise Http404("there is no statement yet") from None
    answer = StreamingHttpResponse(found, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.entries"'
    return answer


def _made(request: VisitRequest, month: date, language: str) -> Certificate | None:
    try:
        return certify.month(
            request.visit.house.log,
            month,
            language=language,
            issuer=certificate.issuer(request),
        )
    except (InputError, Conflict):
        return None


def _shown(request: VisitRequest) -> MonthsShown:
    lived = stating.lived(request.visit.now)[:AT_MOST]
    months = tuple(_month(request, month) for month in lived)
    counts = {part.sum.number for one in months for part in one.parts}
    return MonthsShown(months, tuple(sorted(counts)))


def _month(request: VisitRequest, month: date) -> MonthShown:
    found = stating.newest(month)
    entry = found.entered.entry if found else None
    stated = entry if isinstance(entry, MonthStated) else stating.so_far(month, request.visit.now)
    on = found.entered.at.date() if found else stating.stated_on(month)
    parts = tuple(
        PartShown(one, _DRAWN.get(one.key, "held" if one.key in _HELD else ""))
        for one in monthly.sums(stated, wording.language())
    )
    return MonthShown(month, stated, on, found is not None, parts)


_HELD = frozenset(ground.value for ground in Ground)

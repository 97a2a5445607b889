"""Who may open what, and whether they still need it: kept or withdrawn, person by person (17.2).

The grid shows it at a glance: a row a person, a column a purpose, and when it was used last. The
list below says the same in words, with what can be done.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.life.use.reach import Reader
from talteen.notice.access_reviews import Kept
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import access_reviews
from talteen.oversight.access_reviews import REVIEWERS, Board, Right
from talteen.register.models import Staff, Unit
from talteen.register.staff import heads

SAID = "reviews"
"""Session key: what was done last, and when by the machine's clock."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One purpose of one person."""

    purpose: Purpose
    may: bool
    used: date | None
    """The day of the last use; None without any."""


@dataclass(frozen=True, slots=True)
class RowShown:
    """One person."""

    right: Right
    cells: tuple[Cell, ...]
    named: tuple[tuple[Purpose, date | None], ...]
    """What the role may open, and when it was used last."""

    @property
    def verdict(self) -> str:
        return self.right.verdict.value if self.right.verdict else ""


@dataclass(frozen=True, slots=True)
class Headed:
    """A unit, or a team of it, and who heads it."""

    unit: Unit
    team: str
    head: Staff


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """The page."""

    board: Board | None
    rows: tuple[RowShown, ...]
    columns: tuple[Purpose, ...]
    waiting: int
    begins: bool
    """The reader may begin the first round."""
    first_on: date | None
    """When it begins by itself."""
    headed: tuple[Headed, ...]
    """Units and teams with a head: all of them to the owner, to others their own."""
    said: str
    fault: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The newest round, as far as the reader answers for it."""
    if Role(reader(request).role) not in REVIEWERS:
        return failures.forbidden(request)
    return _drawn(request)


@staff_only
@require_POST
@entering.stepped_up
def begin(request: VisitRequest) -> HttpResponse:
    """The first round of the house."""
    try:
        access_reviews.begin(reader(request), request.visit.now)
    except NotAllowed:
        return failures.forbidden(request)
    except Conflict:
        return _drawn(request, fault=_unchanged(), status=409)
    said.keep(request, SAID, what="begun")
    return redirect("reviews")


@staff_only
@require_POST
def decide(request: VisitRequest, right: UUID) -> HttpResponse:
    """Keep or withdraw."""
    withdrawn = request.POST.get("verdict") == Kept.WITHDRAWN.value
    verdict = Kept.WITHDRAWN if withdrawn else Kept.KEPT
    try:
        access_reviews.decide(right, reader(request), verdict, request.visit.now)
    except NotAllowed:
        return failures.forbidden(request)
    except (Conflict, Missing):
        return _drawn(request, fault=_unchanged(), status=409)
    said.keep(request, SAID, what=verdict.value)
    return redirect("reviews")


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    who, now = reader(request), request.visit.now
    board = access_reviews.board(who, now)
    rights = board.rights if board else ()
    columns = tuple(p for p in Purpose if any(p in one.purposes for one in rights))
    rows = [_row(one, columns) for one in rights]
    rows.sort(key=lambda one: bool(one.verdict))
    shown = ReviewShown(
        board=board,
        rows=tuple(rows),
        columns=columns,
        waiting=sum(not one.verdict for one in rows),
        begins=board is None and Role(who.role) is Role.OWNER,
        first_on=access_reviews.first_on() if board is None else None,
        headed=_headed(who),
        said=_said(request),
        fault=fault,
    )
    return render(request, "reviews/page.html", {"shown": shown}, status=status)


def _row(right: Right, columns: tuple[Purpose, ...]) -> RowShown:
    return RowShown(
        right=right,
        cells=tuple(Cell(one, one in right.purposes, right.used.get(one)) for one in columns),
        named=tuple((one, right.used.get(one)) for one in right.purposes),
    )


def _headed(who: Reader) -> tuple[Headed, ...]:
    named, units = heads.now().by_place, Unit.objects.in_bulk()
    return tuple(
        Headed(units[unit], team, head)
        for (unit, team), head in named.items()
        if Role(who.role) is Role.OWNER or head.pk == who.pk
    )


def _unchanged() -> str:
    return _("Tilanne on jo muuttunut. Mitään ei tehty.")


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "begun":
            return _("Katselmus alkoi. Seuraava alkaa itsestään neljännesvuoden kuluttua.")
        case "kept":
            return _("Oikeudet jatkuvat.")
        case "withdrawn":
            return _("Oikeudet on peruttu heti. Kaksi henkilöä palauttaa ne uudella kutsulla.")
        case _:
            return ""

"""Holds in force: those that wait for a second person first (REGISTER 13.6, 13.10).

The register contact confirms the hold of one person, or does not; complaint handlers see the holds
of their own cases and change nothing. What a decision brings about is said before it is made.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.holding import hold_words
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing
from talteen.life.hold import provisional, reviewing, rules
from talteen.life.hold.provisional import LOOKERS, Standing
from talteen.life.hold.reviewing import Consequence
from talteen.life.hold.rules import REVIEW_WITHIN
from talteen.life.use import listed
from talteen.life.use.rows import LineName
from talteen.notice import hold_reviews
from talteen.notice.hold_reviews import Renewal, Review
from talteen.notice.letters import Written
from talteen.notice.opinions import Unanswered
from talteen.notice.purposes import Role
from talteen.register.models import Line

SAID = "holds"
"""Session key: what was decided last, and when by the machine's clock."""


@dataclass(frozen=True, slots=True)
class HoldShown:
    """One hold in force."""

    hold: Standing
    line: LineName | None
    asks: bool
    """The reader pressed *Älä vahvista* or *Pura pito* and has not confirmed yet."""
    review: Review
    after: Consequence
    """What its release would bring about now."""


@dataclass(frozen=True, slots=True)
class LetterShown:
    """What the person is told of a hold that two persons have released just now."""

    language: str
    letter: Written


@dataclass(frozen=True, slots=True)
class HoldsShown:
    """The page."""

    waiting: tuple[HoldShown, ...]
    standing: tuple[HoldShown, ...]
    decides: bool
    """The reader is the register contact."""
    first: date
    """The earliest review day that may be set."""
    suggested: date
    last: date
    renewals: tuple[Renewal, ...]
    said: str
    fault: str
    letter: LetterShown | None

    @property
    def asking(self) -> bool:
        """One decision waits to be confirmed: it is the first deed of the page then."""
        return any(one.asks for one in (*self.waiting, *self.standing))


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    return drawn(request)


@staff_only
@require_POST
@entering.stepped_up
def confirm(request: VisitRequest, hold: UUID) -> HttpResponse:
    """The hold of one person becomes one of two."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    try:
        review_on = needed_day(request.POST.get("review_on", ""))
    except InputError:
        return drawn(request, fault=_("Anna tarkistuspäivä."), status=422)
    try:
        provisional.confirm(hold, reader(request), review_on, request.visit.now)
    except Unanswered:
        fault = _("Tietosuojavastaava ei puolla tätä sellaisenaan: vahvista tapauksen sivulla.")
        return drawn(request, fault=fault, status=422)
    except InputError:
        fault = _("Tarkistuspäivän on oltava seuraavien 90 päivän aikana.")
        return drawn(request, fault=fault, status=422)
    except rules.WaitsForOpinion:
        fault = _("Tapaus pitää yli 50 puhelua: tietosuojavastaavan lausunto puuttuu.")
        return drawn(request, fault=fault, status=409)
    except (Conflict, Missing):
        return drawn(request, fault=_unchanged(), status=409)
    return _done(request, "confirmed")


@staff_only
@require_POST
def let_go(request: VisitRequest, hold: UUID) -> HttpResponse:
    """The hold of one person is not confirmed, and ends."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    try:
        provisional.let_go(hold, reader(request), request.visit.now)
    except (Conflict, Missing):
        return drawn(request, fault=_unchanged(), status=409)
    return _done(request, "let_go")


def _unchanged() -> str:
    return _("Tämä pito ei enää odota sinua. Mikään ei muuttunut.")


def _done(request: VisitRequest, what: str) -> HttpResponse:
    said.keep(request, SAID, what=what)
    return redirect("holds")


def drawn(
    request: VisitRequest, *, fault: str = "", letter: LetterShown | None = None, status: int = 200
) -> HttpResponse:
    """The list as it stands, with what went wrong, or a letter that is shown once."""
    shown = _shown(request, fault, letter)
    return render(request, "holds/page.html", {"shown": shown}, status=status)


def _shown(request: VisitRequest, fault: str, letter: LetterShown | None) -> HoldsShown:
    who, today = reader(request), request.visit.today
    lines = {one.slug: listed.line_name(one) for one in Line.objects.all()}
    asks = request.GET.get("ask", "")
    shown = [
        HoldShown(
            one,
            lines.get(one.line),
            str(one.hold) == asks,
            hold_reviews.standing(one.review_on, today),
            after(request, one),
        )
        for one in provisional.standing(who, request.visit.now)
    ]
    review_days = request.visit.house.register.hold.review_days
    return HoldsShown(
        waiting=tuple(one for one in shown if one.hold.provisional_until),
        standing=tuple(one for one in shown if not one.hold.provisional_until),
        decides=Role(who.role) is Role.REGISTER_CONTACT,
        first=today + timedelta(days=1),
        suggested=today + timedelta(days=review_days),
        last=today + REVIEW_WITHIN,
        renewals=tuple(Renewal),
        said=_said(request),
        fault=fault,
        letter=letter,
    )


def after(request: VisitRequest, one: Standing) -> Consequence:
    """What the release of ``one`` would bring about now."""
    margin_days = request.visit.house.register.retention.margin_days
    now, others = request.visit.now, one.others
    return reviewing.consequence(
        now, one.cutoff_at, one.due_at, others=others, margin_days=margin_days
    )


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    if last is None:
        return ""
    return str(hold_words.SAID.get(last["what"], ""))

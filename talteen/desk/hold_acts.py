"""What is done with a hold of two persons: it goes on for a reason, or two persons end it (REGISTER
13.8-13.11). Who may is decided by the acts; what follows is said before anybody presses."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from talteen.desk import failures, holds, said
from talteen.desk.middleware import staff_only
from talteen.desk.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.destroy import releasing
from talteen.life.hold import reviewing
from talteen.life.hold.provisional import LOOKERS
from talteen.notice.hold_reviews import Renewal
from talteen.notice.purposes import Role


@staff_only
@require_POST
def act(request: VisitRequest, hold: UUID, what: str) -> HttpResponse:
    """One act. A failure draws the list again and says why."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    try:
        ACTS[what](request, hold)
    except InputError:
        fault = _("Valitse syy ja tarkistuspäivä seuraavien 90 päivän ajalta.")
        return holds.drawn(request, fault=fault, status=422)
    except NotAllowed as error:
        fault = _("Tämä teko kuuluu toiselle henkilölle. Mikään ei muuttunut.")
        return holds.drawn(request, fault=fault, status=error.http_status)
    except (Conflict, Missing) as error:
        fault = _("Pito on muuttunut, tai sama henkilö ei voi tehdä molempia tekoja.")
        return holds.drawn(request, fault=fault, status=error.http_status)
    said.keep(request, holds.SAID, what=what)
    return redirect("holds")


def _propose(request: VisitRequest, hold: UUID) -> None:
    reviewing.propose(hold, reader(request), request.visit.now)


def _close_case(request: VisitRequest, hold: UUID) -> None:
    reviewing.close_case(hold, reader(request), request.visit.now)


def _keep(request: VisitRequest, hold: UUID) -> None:
    try:
        renewal = Renewal(request.POST.get("renewal", ""))
        review_on = date.fromisoformat(request.POST.get("review_on", ""))
    except ValueError:
        raise InputError("reason or day is missing", remedy="choose both") from None
    reviewing.keep(hold, reader(request), renewal, review_on, request.visit.now)


def _release(request: VisitRequest, hold: UUID) -> None:
    visit = request.visit
    releasing.approve(visit.house.vault, hold, reader(request), visit.now)


ACTS: Mapping[str, Callable[[VisitRequest, UUID], None]] = {
    "propose": _propose,
    "close-case": _close_case,
    "keep": _keep,
    "release": _release,
}

"""What is done with a hold of two persons: it goes on for a reason, or two persons end it (REGISTER
13.8-13.11). Who may is decided by the acts; what follows is said before anybody presses."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from talteen.desk.entry import entering
from talteen.desk.holding import holds
from talteen.desk.holding.holds import LetterShown
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import chosen, needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights.requests import language_in
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.answer import hold_letter
from talteen.life.destroy import releasing
from talteen.life.hold import provisional, reviewing
from talteen.life.hold.provisional import LOOKERS
from talteen.notice.hold_reviews import Renewal
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.register.models import Hold


@staff_only
@require_POST
def act(request: VisitRequest, hold: UUID, what: str) -> HttpResponse:
    """One act. A failure draws the list again and says why."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    if what == "release" and (first := entering.confirm_first(request, reverse("holds"))):
        return first
    try:
        letter = ACTS[what](request, hold)
    except InputError:
        fault = _("Valitse syy ja tarkistuspäivä seuraavien 90 päivän ajalta.")
        return holds.drawn(request, fault=fault, status=422)
    except NotAllowed as error:
        fault = _("Tämä teko kuuluu toiselle henkilölle. Mikään ei muuttunut.")
        return holds.drawn(request, fault=fault, status=error.http_status)
    except (Conflict, Missing) as error:
        fault = _("Pito on muuttunut, tai sama henkilö ei voi tehdä molempia tekoja.")
        return holds.drawn(request, fault=fault, status=error.http_status)
    if letter is not None:
        return holds.drawn(request, letter=letter)  # shown once, kept nowhere
    said.keep(request, holds.SAID, what=what)
    return redirect("holds")


def _propose(request: VisitRequest, hold: UUID) -> None:
    reviewing.propose(hold, reader(request), request.visit.now)


def _close_case(request: VisitRequest, hold: UUID) -> None:
    reviewing.close_case(hold, reader(request), request.visit.now)


def _keep(request: VisitRequest, hold: UUID) -> None:
    renewal = chosen(Renewal, request.POST.get("renewal", ""))
    review_on = needed_day(request.POST.get("review_on", ""))
    reviewing.keep(hold, reader(request), renewal, review_on, request.visit.now)


def _release(request: VisitRequest, hold: UUID) -> LetterShown | None:
    """The letter of the person is written from what is known before: past its cutoff the call and
    its holds are gone with the act."""
    visit, house, by = request.visit, request.visit.house, reader(request)
    language = Language(language_in(request.POST.get("language", "") or by.language))
    told = _ending(request, hold)
    releasing.approve(house.vault, hold, by, visit.now)
    if told is None:
        return None
    folder = house.config.paths.register
    written = hold_letter.write(house.register, folder, told, language, by.name)
    return LetterShown(language.value, written)


def _ending(request: VisitRequest, hold: UUID) -> hold_letter.Ending | None:
    now = request.visit.now
    row = Hold.objects.select_related("case").filter(pk=hold).first()
    listed = provisional.standing(reader(request), now)
    one = next((one for one in listed if one.hold == hold), None)
    if row is None or one is None:
        raise Missing("there is no such hold", remedy="look at the list of holds again")
    return hold_letter.ending(row, holds.after(request, one), request.POST.get("name", ""), now)


ACTS: Mapping[str, Callable[[VisitRequest, UUID], LetterShown | None]] = {
    "propose": _propose,
    "close-case": _close_case,
    "keep": _keep,
    "release": _release,
}

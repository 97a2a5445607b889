"""The second step: after the password, in the place of it, and again before an act of two persons.

/sign-in/second     code and password were right: now the second factor
/sign-in/passkey    a passkey alone: the device has seen its person, which is two factors
/confirm            somebody who is in shows the second factor again
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from talteen.clock import SystemClock
from talteen.desk.entry import entering, outside, passkey
from talteen.desk.page import kept_form, sent_on
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.reach import Reader
from talteen.register.models import Staff
from talteen.register.staff import factors, identities
from talteen.register.staff.factors import Kind
from talteen.register.staff.passkeys import NotProved
from talteen.register.staff.people import SignIn

HALF = "half"
"""Session key: whose password was right, and when."""
HALF_LIVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StepShown:
    """The page."""

    title: str
    next: str
    question: str
    """For a passkey, as JSON; empty where the person has none here."""
    codes: bool
    """The person has an app, or codes on paper."""
    fault: str
    at_once: bool = False
    """The passkey is asked for as soon as the page stands."""
    none: bool = False
    """The person has no second factor at all."""
    outside: str = ""
    """By which language the person can show one at the controller's sign-in service; empty where
    they cannot."""
    kept: str = ""
    """The name of what they sent before; empty where nothing waits."""
    back: str = ""
    """Where who would rather not send it goes."""
    from_outside: str = ""
    """Where the sign-in service sends them on to."""
    sends: str = ""
    """To which address it goes, once nothing more is asked."""


def begin(request: HttpRequest, staff: Reader, wanted: str) -> HttpResponse:
    """The password, or the one factor of a sign-in service, was right: on to the second step."""
    request.session[HALF] = {"person": str(staff.pk), "at": SystemClock().now().isoformat()}
    return redirect(f"{reverse('sign-in-second')}?{urlencode({'next': wanted})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def second(request: VisitRequest) -> HttpResponse:
    """The second factor of whose password was right."""
    person = _half(request)
    if person is None:
        return redirect("sign-in")
    if request.method != "POST":
        return _drawn(request, _("Toinen tunniste"), person)
    entering.not_too_often(request)
    if not entering.proves(request, person):
        return _drawn(request, _("Toinen tunniste"), person, fault=_not_right())
    request.session.pop(HALF, None)
    entering.enter(request, person, SignIn.TWO_FACTORS)
    return entering.welcome(request, request.POST.get("next", ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_passkey(request: VisitRequest) -> HttpResponse:
    """A passkey in the place of code, password and second factor."""
    if request.method != "POST":
        return _passkey(request)
    entering.not_too_often(request)
    try:
        person = passkey.whose(request)
    except NotProved:
        return _passkey(request, fault=_("Pääsyavain ei kelvannut. Yritä uudelleen."))
    entering.enter(request, person, SignIn.TWO_FACTORS)
    return entering.welcome(request, request.POST.get("next", ""))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def confirm(request: VisitRequest) -> HttpResponse:
    """Somebody who is in shows a second factor again, and what they sent before goes on its way."""
    person, title = reader(request), _("Vahvista, että olet sinä")
    if request.method != "POST":
        return _drawn(request, title, person, again=True)
    entering.not_too_often(request)
    if not entering.proves(request, person):
        return _drawn(request, title, person, fault=_not_right(), again=True)
    entering.confirm(request)
    return _on_its_way(request) or entering.onward(request)


def _on_its_way(request: VisitRequest) -> HttpResponse | None:
    """To the act itself: the browser sends this form there, which names what is kept (RFC 9110
    15.4.8), so that the act answers at its own address."""
    to = kept_form.where(request, _name_of_kept(request))
    return HttpResponseRedirect(to, status=HTTPStatus.TEMPORARY_REDIRECT) if to else None


def _name_of_kept(request: HttpRequest) -> str:
    return request.POST.get(kept_form.NAME) or request.GET.get(kept_form.NAME, "")


def _half(request: HttpRequest) -> Reader | None:
    kept = request.session.get(HALF)
    if not kept or SystemClock().now() - datetime.fromisoformat(kept["at"]) > HALF_LIVES:
        return None
    return Staff.objects.filter(pk=kept["person"], is_active=True).first()


def _drawn(
    request: VisitRequest, title: str, person: Staff, *, fault: str = "", again: bool = False
) -> HttpResponse:
    kinds = {one.kind for one in factors.of(person)}
    way = outside.offered(request) if again and identities.has(person) else ""
    kept = _name_of_kept(request)
    to = kept_form.where(request, kept) if again else ""
    shown = StepShown(
        title=title,
        next=_next(request),
        question=passkey.ask(request, person) if Kind.PASSKEY in kinds else "",
        codes=Kind.APP in kinds or factors.codes_left(person) > 0,
        fault=fault,
        none=not kinds and not way,
        outside=way,
        kept=kept if to else "",
        back=sent_on.in_house(request, _next(request)) or reverse("home"),
        from_outside=_from_outside(request, kept if to else ""),
        sends=to if to and entering.confirmed(request) else "",
    )
    return render(request, "signin/second.html", {"shown": shown}, status=422 if fault else 200)


def _passkey(request: VisitRequest, *, fault: str = "") -> HttpResponse:
    title, question = _("Pääsyavain"), passkey.ask(request)
    shown = StepShown(title, _next(request), question, False, fault, at_once=not fault)
    return render(request, "signin/second.html", {"shown": shown}, status=422 if fault else 200)


def _from_outside(request: HttpRequest, kept: str) -> str:
    """Here again where something waits: an act is done by a press, never by an address."""
    if not kept:
        return _next(request)
    return f"{reverse('confirm')}?{urlencode({'next': _next(request), kept_form.NAME: kept})}"


def _next(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _not_right() -> str:
    return _("Koodi ei kelpaa, tai yrityksiä oli liikaa. Odota seuraavaa koodia.")

"""One's own way in: password, second factors, codes for paper, sessions elsewhere; and what one has
chosen: a word by mail, the tour.

Whatever changes it asks for a second factor that was shown a few minutes ago, and ends the sessions
of other machines: who took over a screen takes over no account.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.clock import SystemClock
from talteen.desk.entry import entering, joining, outside
from talteen.desk.page import said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.errors import Conflict, InputError, Missing
from talteen.oversight import visits
from talteen.register.staff import credentials, factors, identities, preferences, sign_in_tries
from talteen.register.staff.factors import Factor
from talteen.register.staff.passkeys import NotProved
from talteen.register.staff.people import SignIn
from talteen.register.staff.sessions import row_of

SAID = "account"
"""Session key: what was changed last, and when by the machine's clock."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AccountShown:
    """The page."""

    factors: tuple[Factor, ...]
    codes: int
    mail: str
    """Where a word goes that something waits; empty where none does."""
    domains: str
    chooses: bool
    """Not of a visiting inspector, who changes nothing here."""
    outside: bool
    """Signs in at the controller's sign-in service."""
    ends_here: bool
    """That service says when a session is over there, and hears when it is over here."""
    demo: bool
    """This session was opened by one click, or by a password alone."""
    said: str
    fault: str
    mail_fault: str
    typed: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """What one signs in with."""
    return _drawn(request)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def factor(request: VisitRequest) -> HttpResponse:
    """Add a second factor."""
    person = reader(request)
    has_one = bool(factors.of(person)) or identities.has(person)
    if has_one and (first := entering.confirm_first(request, request.path, keep=False)):
        return first
    if request.method != "POST":
        return _factor(request)
    entering.not_too_often(request)
    try:
        row = joining.added(request, person)
    except NotProved:
        return _factor(request, passkey_fault=joining.passkey_not_right())
    if row is None:
        return _factor(request, fault=joining.code_not_right())
    return _changed(request, "added")


@staff_only
@require_POST
@entering.stepped_up
def remove(request: VisitRequest, factor: UUID) -> HttpResponse:
    """Take a second factor away."""
    try:
        factors.remove(reader(request), factor)
    except Conflict:
        fault = _("Viimeistä tunnistetta ei voi poistaa. Lisää ensin toinen.")
        return _drawn(request, fault=fault, status=409)
    except Missing:
        return _drawn(request, fault=_("Tunniste on jo poistettu."), status=409)
    return _changed(request, "removed")


@staff_only
@require_POST
@entering.stepped_up
def codes(request: VisitRequest) -> HttpResponse:
    """New codes for paper, shown once."""
    made = factors.new_codes(reader(request), SystemClock().now())
    log.info("person.changed", staff=reader(request).pk, kind="codes")
    return render(request, "joining/codes.html", {"codes": made, "first": False})


@staff_only
@require_POST
@sensitive_post_parameters("now", "password", "again")
@entering.stepped_up
def password(request: VisitRequest) -> HttpResponse:
    """Another password, by who knows the one from before."""
    person = reader(request)
    entering.not_too_often(request)
    typed = request.POST.get("now", "")
    right = sign_in_tries.attempt(
        person.code, lambda: person.check_password(typed), SystemClock().now()
    )
    if not right:
        return _drawn(request, fault=_("Nykyinen salasana ei kelpaa."), status=422)
    if fault := joining.password_fault(request, person):
        return _drawn(request, fault=fault, status=422)
    person.set_password(request.POST["password"])
    person.save(update_fields=["password"])
    auth.update_session_auth_hash(request, person)
    return _changed(request, "password")


@staff_only
@require_POST
def sessions(request: VisitRequest) -> HttpResponse:
    """End the sessions of other machines. One may always close."""
    return _changed(request, "sessions")


@staff_only
@require_POST
def mail(request: VisitRequest) -> HttpResponse:
    """Whether a mail says that something waits. It is no way in, so nothing is asked again."""
    person, typed = reader(request), request.POST.get("mail", "")
    wanted = "" if "stop" in request.POST else typed
    try:
        preferences.send_to(person, wanted, request.visit.house.register)
    except InputError:
        return _drawn(request, mail_fault=_mail_fault(), typed=typed, status=422)
    said.keep(request, SAID, what="mail" if wanted.strip() else "no-mail")
    return redirect("account")


def _mail_fault() -> str:
    return _("Kirjoita työosoitteesi. Muualle ei lähetetä mitään.")


@staff_only
@require_POST
def tour(request: VisitRequest) -> HttpResponse:
    """Put the tour of the first visit away, or take it out again."""
    if "again" in request.POST:
        preferences.show_tour(reader(request))
    else:
        preferences.put_tour_away(reader(request), request.visit.now)
    return redirect("home")


def _changed(request: VisitRequest, what: str) -> HttpResponse:
    person = reader(request)
    request.session.cycle_key()
    here = row_of(request.session.session_key or "")
    credentials.end_sessions(person.pk, SystemClock().now(), but=here)
    log.info("person.changed", staff=person.pk, kind=what)
    said.keep(request, SAID, what=what)
    return redirect("account")


def _drawn(
    request: VisitRequest,
    *,
    fault: str = "",
    mail_fault: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    person, file = reader(request), request.visit.house.register
    chosen = preferences.of(person)
    shown = AccountShown(
        factors=tuple(factors.of(person)),
        codes=factors.codes_left(person),
        mail=chosen.mail,
        domains=", ".join(sorted(preferences.domains(file))),
        chooses=visits.visit_of(person.pk) is None,
        outside=identities.has(person),
        ends_here=outside.ends_there(request),
        demo=sign_in(request) is not SignIn.TWO_FACTORS,
        said=_said(request),
        fault=fault,
        mail_fault=mail_fault,
        typed=typed or chosen.mail,
    )
    return render(request, "account/page.html", {"shown": shown}, status=status)


def _factor(request: VisitRequest, *, fault: str = "", passkey_fault: str = "") -> HttpResponse:
    told = joining.shown(request, reader(request), fault=fault, passkey_fault=passkey_fault)
    status = 422 if fault or passkey_fault else 200
    return render(request, "account/factor.html", {"shown": told}, status=status)


def _said(request: HttpRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "added":
            return _("Tunniste on lisätty. Muut laitteet kirjattiin ulos.")
        case "removed":
            return _("Tunniste on poistettu. Muut laitteet kirjattiin ulos.")
        case "password":
            return _("Salasana on vaihdettu. Muut laitteet kirjattiin ulos.")
        case "mail":
            return _("Saat sähköpostin, kun jotain odottaa. Enintään yhden päivässä.")
        case "no-mail":
            return _("Sähköposteja ei enää lähetetä.")
        case "sessions":
            return _("Muut laitteet kirjattiin ulos.")
        case _:
            return ""

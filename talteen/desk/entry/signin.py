"""The door of the staff: a passkey, or code and password and then a second factor; in a demo
house, on loopback only, one click a role (DESIGN 16).

A password alone lets nobody into a live house; in a demo house it is one factor, which shows the
pages and opens no recording (REGISTER 17.1). The one click of a demo stands in for both factors;
the undertaking and the training behind it are real rows.
"""

from dataclasses import dataclass
from ipaddress import ip_address

import structlog
from django.contrib import auth
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from talteen.clock import SystemClock
from talteen.desk.entry import entering, outside, second_step
from talteen.desk.page.visit import VisitRequest
from talteen.errors import NotAllowed
from talteen.ids import parse
from talteen.life.use.reach import Reader
from talteen.notice.purposes import Role
from talteen.register.staff import factors, identities, sign_in_tries
from talteen.register.staff.people import SignIn

log = structlog.get_logger()
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

_DEMO_ORDER = (
    Role.REGISTER_CONTACT,
    Role.COMPLAINT_HANDLER,
    Role.AGENT,
    Role.TEAM_LEADER,
    Role.QUALITY_ANALYST,
    Role.TRAINER,
    Role.DPO,
    Role.AUDITOR,
    Role.OWNER,
    Role.ADMIN,
    Role.HR,
)
"""Whose eyes show most, first."""

_DEMO_HELP: dict[Role, Promise] = {
    Role.AGENT: gettext_lazy("Omat puhelut, oma puhelu tältä päivältä"),
    Role.TEAM_LEADER: gettext_lazy("Oman tiimin puhelut, asian puhelu"),
    Role.COMPLAINT_HANDLER: gettext_lazy("Reklamaation puhelu, haku ja kuuntelu"),
    Role.REGISTER_CONTACT: gettext_lazy("Koko rekisteri, pyynnöt ja pidot"),
    Role.QUALITY_ANALYST: gettext_lazy("Viikon otanta, arvioinnit ja tutkimukset"),
    Role.TRAINER: gettext_lazy("Koulutus on vielä kiinni, ja sivu sanoo miksi"),
    Role.DPO: gettext_lazy("Kalenteri, todistukset ja seloste"),
    Role.ADMIN: gettext_lazy("Kalenteri ja todistukset, ei yhtään puhelua"),
    Role.OWNER: gettext_lazy("Luvut, ei yhtään puhelua"),
    Role.AUDITOR: gettext_lazy("Todistukset ja niiden tarkistus"),
    Role.HR: gettext_lazy("Sitoumukset, koulutukset ja selosteen kuittaukset"),
}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo house, to be signed in as with one click."""

    id: str
    name: str
    role: Role
    help: Promise | str


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: VisitRequest) -> HttpResponse:
    """The form, and what comes of it."""
    if request.method != "POST":
        return _form(request)
    entering.not_too_often(request)
    code = request.POST.get("code", "").strip()
    staff = _by_password(request, code, request.POST.get("password", ""))
    if staff is None:
        # One answer for a wrong code, a wrong password and a wait: none of them is confirmed.
        fault = _("Tunnus tai salasana ei kelpaa, tai yrityksiä oli liikaa. Tarkista molemmat.")
        return _form(request, fault=fault, code=code)
    if factors.of(staff):
        return second_step.begin(request, staff, request.POST.get("next", ""))
    entering.enter(request, staff, SignIn.PASSWORD)
    return entering.welcome(request, request.POST.get("next", ""))


@require_POST
def demo_sign_in(request: VisitRequest) -> HttpResponse:
    """One click, one role. Only in a house born as a demo, only from this machine."""
    if not one_click_allowed(request):
        raise NotAllowed("one-click sign-in is for demo houses on this machine", remedy="sign in")
    staff = (
        get_user_model()
        .objects.filter(pk=parse(request.POST.get("person", "")), is_active=True)
        .first()
    )
    if staff is None:
        return redirect("sign-in")
    entering.enter(request, staff, SignIn.DEMO)
    return entering.welcome(request, request.POST.get("next", ""))


@require_POST
def sign_out(request: VisitRequest) -> HttpResponse:
    """Close the session: its row goes, and with it the purpose and the grants that it
    remembered. Who came by the sign-in service is sent there to sign out, too.
    """
    opened = request.session.get(identities.SESSION, {})
    auth.logout(request)
    to = outside.leaving(request, opened)
    onward = {"url": to, "out": True}
    answer = render(request, "signin/onward.html", onward) if to else redirect("sign-in")
    # What the browser kept of this house goes too (W3C Clear Site Data; over TLS only).
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def refused(request: VisitRequest, fault: str) -> HttpResponse:
    """The door again, with what was wrong at the sign-in service."""
    return _form(request, fault=fault, field="")


def one_click_allowed(request: VisitRequest) -> bool:
    """A demo house, asked from this machine by a name of this machine, through no proxy."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"} & request.META.keys()
    # The name too, not only the address: a page elsewhere could point its own name at 127.0.0.1.
    local_name = request.get_host().rsplit(":", 1)[0] in _LOOPBACK_NAMES
    return request.visit.demo and local_name and not forwarded and _from_loopback(request)


def _from_loopback(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _by_password(request: VisitRequest, code: str, password: str) -> Reader | None:
    """Who has this code and this password, and may try the second step."""
    found = get_user_model().objects.filter(code=code, is_active=True).first()
    nobody = get_user_model()()
    nobody.set_unusable_password()

    def right() -> bool:
        # Nobody's password is checked too: the same work, so that time does not tell a code (I18).
        known = (found or nobody).check_password(password)
        # In a live house a password without a second factor lets nobody in, not even to add one.
        return known and found is not None and (request.visit.demo or bool(factors.of(found)))

    held = sign_in_tries.attempt(code, right, SystemClock().now())
    if not held:
        log.warning("person.not_known")
    return found if held else None


def _form(
    request: VisitRequest, *, fault: str = "", code: str = "", field: str = "code"
) -> HttpResponse:
    people, firsts = _demo_people() if one_click_allowed(request) else ([], 0)
    context = {
        "fault": fault,
        "code": code,
        "field": field,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "people": people[:firsts],
        "others": people[firsts:],
        "outside": outside.offered(request),
    }
    return render(request, "signin/page.html", context, status=422 if fault else 200)


def _demo_people() -> tuple[list[DemoPerson], int]:
    """Everybody, one of each role first, and how many of them come first."""
    people = list(get_user_model().objects.filter(is_active=True))
    people.sort(key=lambda staff: (_DEMO_ORDER.index(Role(staff.role)), staff.name))
    firsts = list({staff.role: staff for staff in reversed(people)}.values())[::-1]
    others = [staff for staff in people if staff not in firsts]
    shown = [
        DemoPerson(
            str(staff.pk), staff.name, Role(staff.role), _DEMO_HELP.get(Role(staff.role), "")
        )
        for staff in [*firsts, *others]
    ]
    return shown, len(firsts)

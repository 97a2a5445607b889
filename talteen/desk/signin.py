"""The door of the staff: code and password; in a demo house, on loopback only, one click a role
(DESIGN 16).

A password alone is one factor: it shows the pages and opens no recording (REGISTER 17.1). The one
click of a demo stands in for both factors; the undertaking and the training behind it are real
rows.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from django.contrib import auth
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from talteen.clock import SystemClock
from talteen.desk.visit import SIGN_IN, SIGNED_IN_AT, VisitRequest
from talteen.errors import NotAllowed
from talteen.ids import parse
from talteen.life.use.calls import Reader
from talteen.notice.purposes import Role
from talteen.register.people import SignIn

_BACKEND = "django.contrib.auth.backends.ModelBackend"
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
    Role.QUALITY_ANALYST: gettext_lazy("Laatu on vielä kiinni, ja sivu sanoo miksi"),
    Role.TRAINER: gettext_lazy("Koulutus on vielä kiinni, ja sivu sanoo miksi"),
    Role.DPO: gettext_lazy("Kalenteri, todistukset ja seloste"),
    Role.ADMIN: gettext_lazy("Kalenteri ja todistukset, ei yhtään puhelua"),
    Role.OWNER: gettext_lazy("Luvut, ei yhtään puhelua"),
    Role.AUDITOR: gettext_lazy("Todistukset ja niiden tarkistus"),
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
    code, password = request.POST.get("code", ""), request.POST.get("password", "")
    staff = _known(code.strip(), password)
    if staff is None:
        # The same answer for a wrong code and a wrong password: neither is confirmed.
        return _form(
            request, fault=_("Tunnus tai salasana ei kelpaa. Tarkista molemmat."), code=code
        )
    return _enter(request, staff, SignIn.PASSWORD)


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
    return _enter(request, staff, SignIn.DEMO)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session: its row goes, and with it the purpose and the grants that it
    remembered.
    """
    auth.logout(request)
    return redirect("sign-in")


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


def _known(code: str, password: str) -> Reader | None:
    people = get_user_model()
    staff = people.objects.filter(code=code, is_active=True).first()
    if staff is None:
        people().set_password(password)  # the same work, so that time does not tell a code (I18)
        return None
    return staff if staff.check_password(password) else None


def _enter(request: VisitRequest, staff: Reader, how: SignIn) -> HttpResponse:
    auth.login(request, staff, backend=_BACKEND)  # rotates the session key
    request.session[SIGN_IN] = how.value
    request.session[SIGNED_IN_AT] = SystemClock().now().isoformat()
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect(wanted if wanted and ours else "home")


def _form(request: VisitRequest, *, fault: str = "", code: str = "") -> HttpResponse:
    people, firsts = _demo_people() if one_click_allowed(request) else ([], 0)
    context = {
        "fault": fault,
        "code": code,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "people": people[:firsts],
        "others": people[firsts:],
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

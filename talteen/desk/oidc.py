"""The door of the controller's own sign-in service (OpenID Connect).

/sign-in/oidc            away to it, and back to
/sign-in/oidc/callback   where its answer is checked, and then by a step of our own page to
/sign-in/oidc/done       where the person enters, shows a factor again, or is bound as they join
/sign-in/oidc/ended      the service itself says that somebody has signed out (Back-Channel)

Our cookies are strict: a browser that comes from another site brings none of them. So what belongs
to one question stands in a row of its own, named by a lax cookie that opens nothing, and the answer
is used only when our own page has asked for it. No token is kept, and no role is taken from one.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock
from talteen.config import OidcSection
from talteen.desk import entering, joining, outside, second_step, signin
from talteen.desk.entering import TooMany
from talteen.desk.middleware import staff_only
from talteen.desk.rates import Buckets
from talteen.desk.visit import VisitRequest, reader
from talteen.engine.oidc import asking, tokens
from talteen.engine.oidc.asking import Question
from talteen.engine.oidc.tokens import NotTrue, Told
from talteen.errors import Conflict, Missing
from talteen.register import factors, identities
from talteen.register import joining as joins
from talteen.register.identities import Known
from talteen.register.people import SignIn

log = structlog.get_logger()
LIVES = timedelta(minutes=10)
"""So long a question waits for its answer."""
buckets = Buckets(20.0, 100.0)
"""Words of the service itself: each of them makes us ask for its keys."""


# --- away ----------------------------------------------------------------------------------


@never_cache
@require_safe
def start(request: VisitRequest) -> HttpResponse:
    """To sign in."""
    return _away(request, {"kind": "enter", "next": request.GET.get("next", "")})


@staff_only
@require_safe
def confirm(request: VisitRequest) -> HttpResponse:
    """To show a second factor again."""
    told = {
        "kind": "confirm",
        "next": request.GET.get("next", ""),
        "person": str(reader(request).pk),
    }
    return _away(request, told, again=True)


@never_cache
@require_safe
def join(request: VisitRequest) -> HttpResponse:
    """To be bound to it: somebody follows their link."""
    row = joining.followed(request)
    if row is None:
        return redirect("join")
    return _away(request, {"kind": "join", "invitation": str(row.pk)})


def _away(request: VisitRequest, flow: dict[str, Any], *, again: bool = False) -> HttpResponse:
    entering.not_too_often(request)
    provider, asked = outside.provider(request), asking.question()
    kept = SessionStore()
    kept.update(flow | {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier})
    kept["at"] = SystemClock().now().isoformat()
    kept.set_expiry(int(LIVES.total_seconds()))
    kept.create()
    to = asking.address(
        provider.endpoints().authorization,
        asked,
        client=provider.client,
        back=_back(request),
        acr=outside.section(request).acr,
        again=again,
    )
    answer = redirect(to)
    answer.set_cookie(
        _cookie(),
        str(kept.session_key),
        max_age=LIVES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


# --- and back ------------------------------------------------------------------------------


@never_cache
@require_safe
def callback(request: VisitRequest) -> HttpResponse:
    """Check what the service sent the browser back with; nobody enters yet."""
    entering.not_too_often(request)
    kept = _flow(request)
    if kept is None or not _is_answer(request, kept["state"]):
        return signin.refused(request, _lost())
    if "code" not in request.GET:  # its person said no, or it did
        kept.delete()
        return signin.refused(request, _("Kirjautumispalvelu ei päästänyt sisään."))
    asked = Question(kept["state"], kept["nonce"], kept["verifier"])
    try:
        told = _told(request, request.GET["code"], asked)
    except NotTrue as error:
        log.warning("provider.not_true", reason=error.check)
        kept.delete()
        return signin.refused(request, _("Kirjautumispalvelun vastaus ei pidä. Yritä uudelleen."))
    # A code lets in once: what it stood for is used by the next step of this browser alone.
    kept["told"] = _written(told, two=_two_factors(told, outside.section(request)))
    kept["state"] = ""
    kept.save()
    return render(request, "signin/onward.html", {"url": reverse("oidc-done")})


@never_cache
@require_safe
def done(request: VisitRequest) -> HttpResponse:
    """The checked answer is used, once."""
    kept = _flow(request)
    if kept is None or "told" not in kept:
        return signin.refused(request, _lost())
    flow, told = dict(kept.items()), kept["told"]
    kept.delete()
    answer = _USES[flow["kind"]](request, flow, told)
    answer.delete_cookie(_cookie(), samesite="Lax")
    return answer


def _enter(request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]) -> HttpResponse:
    person = identities.whose(Known(told["issuer"], told["subject"]), SystemClock().now())
    if person is None:
        log.warning("person.not_known", kind="provider")
        return signin.refused(
            request, _("Tämä kirjautuminen ei kuulu kenellekään täällä. Ota kutsu vastaan ensin.")
        )
    if told["two"]:
        entering.enter(request, person, SignIn.TWO_FACTORS)
        _remember(request, told)
        return entering.welcome(request, flow["next"])
    if factors.of(person):
        _remember(request, told)
        return second_step.begin(request, person, flow["next"])
    return signin.refused(request, _one_factor())


def _confirm(
    request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]
) -> HttpResponse:
    person = identities.whose(Known(told["issuer"], told["subject"]), SystemClock().now())
    same = (
        request.user.is_authenticated
        and person == request.user
        and str(person.pk) == flow["person"]
    )
    proved = told["proved_at"] and datetime.fromisoformat(told["proved_at"])
    asked = datetime.fromisoformat(flow["at"]) - tokens.LEEWAY
    if not same or not told["two"] or not proved or proved < asked:
        log.warning("person.not_proved", kind="provider")
        return redirect(f"{reverse('confirm')}")
    entering.confirm(request)
    return entering.onward_to(request, flow["next"])


def _join(request: VisitRequest, flow: Mapping[str, Any], told: Mapping[str, Any]) -> HttpResponse:
    known, invitation = Known(told["issuer"], told["subject"]), UUID(flow["invitation"])
    row = joining.followed(request)
    if row is None or row.pk != invitation:
        return redirect("join")
    if not told["two"]:
        request.session[joining.JOINING] |= {
            "password": make_password(None),
            "known": [known.issuer, known.subject],
        }
        request.session.modified = True
        return redirect("join-factor")
    try:
        person = joins.join_as(invitation, known, SystemClock().now())
    except Missing:
        return redirect("join")
    except Conflict:
        return signin.refused(
            request, _("Tällä kirjautumisella tulee jo toinen ihminen. Kysy ylläpitäjältä.")
        )
    request.session.flush()
    entering.enter(request, person, SignIn.TWO_FACTORS)
    _remember(request, told)
    return redirect("home")


_USES = {"enter": _enter, "confirm": _confirm, "join": _join}


# --- out -----------------------------------------------------------------------------------


@csrf_exempt
@never_cache
@require_POST
def ended(request: VisitRequest) -> HttpResponse:
    """The service says that a session of its is over: so are those that it opened here."""
    if buckets.take(request.META.get("REMOTE_ADDR", ""), monotonic()):
        raise TooMany
    provider, now = outside.provider(request), SystemClock().now()
    try:
        keys = provider.public_keys(provider.endpoints())
        over = tokens.logout_token(
            request.POST.get("logout_token", ""), keys, provider.expected, now
        )
    except NotTrue as error:
        log.warning("provider.not_true", reason=error.check)
        return JsonResponse({"error": "invalid_request"}, status=400)
    count = identities.end_sessions(
        provider.issuer, subject=over.subject, session=over.session, now=now
    )
    log.info("provider.ended", count=count)
    return HttpResponse(status=200)


# --- what these share ------------------------------------------------------------------------


def _told(request: VisitRequest, code: str, asked: Question) -> Told:
    provider, now = outside.provider(request), SystemClock().now()
    endpoints = provider.endpoints()
    written = provider.redeem(endpoints, code, verifier=asked.verifier, back=_back(request))
    keys = provider.public_keys(endpoints)
    return tokens.id_token(written, keys, provider.expected, nonce=asked.nonce, now=now)


def _two_factors(told: Told, section: OidcSection) -> bool:
    return told.acr in section.acr or not told.amr.isdisjoint(section.methods)


def _written(told: Told, *, two: bool) -> dict[str, Any]:
    return {
        "issuer": told.issuer,
        "subject": told.subject,
        "session": told.session,
        "two": two,
        "proved_at": told.proved_at.isoformat() if told.proved_at else "",
    }


def _remember(request: HttpRequest, told: Mapping[str, Any]) -> None:
    """So that the service can end this session, and its person be sent there when they sign out."""
    request.session[identities.SESSION] = {
        key: told[key] for key in ("issuer", "subject", "session")
    }


def _is_answer(request: HttpRequest, state: str) -> bool:
    """Whether the browser brings the state of its question, which is empty once it was answered."""
    brought = request.GET.get("state", "")
    return bool(state) and hmac.compare_digest(brought.encode(), state.encode())


def _flow(request: HttpRequest) -> SessionStore | None:
    kept = SessionStore(request.COOKIES.get(_cookie()))
    if "state" not in kept or "kind" not in kept:
        return None
    old = SystemClock().now() - datetime.fromisoformat(kept["at"]) > LIVES
    return None if old else kept


def _cookie() -> str:
    return "__Host-oidc" if settings.SESSION_COOKIE_SECURE else "oidc"


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("oidc-callback"))


def _lost() -> str:
    return _("Kirjautuminen kesti liian kauan tai alkoi muualla. Aloita uudelleen.")


def _one_factor() -> str:
    return _("Kirjautumispalvelu kysyi vain yhden tunnisteen. Tänne tarvitaan kaksi.")

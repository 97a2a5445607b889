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
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock
from talteen.config import OidcSection
from talteen.desk.entry import answered, entering, joining, outside, signin
from talteen.desk.entry.answered import LIVES
from talteen.desk.entry.entering import TooMany
from talteen.desk.ground.rates import Buckets
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.engine.oidc import asking, tokens
from talteen.engine.oidc.asking import Question
from talteen.engine.oidc.tokens import NotTrue, Told
from talteen.register.staff import identities

log = structlog.get_logger()
buckets = Buckets(20.0, 100.0, of="sign-in-service")
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
    answered.name_question(answer, _cookie(), str(kept.session_key))
    return answer


# --- and back ------------------------------------------------------------------------------


@never_cache
@require_safe
def callback(request: VisitRequest) -> HttpResponse:
    """Check what the service sent the browser back with; nobody enters yet."""
    entering.not_too_often(request)
    kept = _flow(request)
    if kept is None or not _is_answer(request, kept["state"]):
        return signin.refused(request, answered.lost())
    if "code" not in request.GET:  # its person said no, or it did
        kept.delete()
        return signin.refused(request, answered.declined())
    asked = Question(kept["state"], kept["nonce"], kept["verifier"])
    try:
        told = _told(request, request.GET["code"], asked)
    except NotTrue as error:
        log.warning("provider.not_true", reason=error.check)
        kept.delete()
        return signin.refused(request, answered.not_true())
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
        return signin.refused(request, answered.lost())
    return answered.use_once(request, kept, _cookie())


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

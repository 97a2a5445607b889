"""Whoever makes a request may identify strongly, if they want to (REGISTER 14.6, tier 3).

/my-data/identify     away to the identification service: a page, because a form may not lead out
/my-data/identified   and back, once

Nothing of it is needed for an answer. What belongs to the question stands in a row of its own,
named by a lax cookie that opens nothing; the code of the request is in neither. Of what the service
tells the name is kept, sealed in the file of the request, and no other claim is read.
"""

import hmac
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from talteen.clock import SystemClock
from talteen.desk.entry import answered, outside
from talteen.desk.entry.answered import LIVES
from talteen.desk.page.visit import VisitRequest
from talteen.desk.rights import portal
from talteen.engine.oidc import asking, tokens
from talteen.engine.oidc.asking import Question
from talteen.engine.oidc.tokens import NotTrue, Told
from talteen.errors import Conflict, Missing, Unavailable
from talteen.life.answer import identity
from talteen.life.answer.models import SubjectRequest

log = structlog.get_logger()
SCOPE = "openid profile"
"""Who it is and what they are called: no identity code is asked for (14.s17)."""


@portal.of_a_request
def start(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """Away, from the page of a request."""
    try:
        provider = outside.identification(request)
    except Missing:
        return portal.unknown(request)
    try:
        to = provider.endpoints().authorization
    except Unavailable:
        fault = _("Tunnistuspalvelu ei vastaa. Emme vaadi sitä: pyyntösi etenee ilmankin.")
        return portal.status(request, row, identity_fault=fault, status_code=503)
    asked, kept = asking.question(), SessionStore()
    kept.update({"identifies": str(row.pk), "state": asked.state, "nonce": asked.nonce})
    kept["verifier"] = asked.verifier
    kept.set_expiry(int(LIVES.total_seconds()))
    kept.create()
    section = request.visit.house.config.identification
    url = asking.address(
        to, asked, client=section.client_id, back=_back(request), acr=section.acr, again=True,
        scope=SCOPE,
    )  # fmt: skip
    answer = render(request, "portal/identify.html", {"url": url})
    answered.name_question(answer, _cookie(), str(kept.session_key))
    return answer


@never_cache
@require_safe
def back(request: VisitRequest) -> HttpResponse:
    """And back: the answer counts once, for the request that asked, in the browser that asked."""
    if portal.too_often(request):
        return portal.drawn(request, code_fault=portal.busy(), status=429)
    kept = SessionStore(request.COOKIES.get(_cookie()))
    flow = dict(kept.items())
    if "identifies" not in flow or not _is_answer(request, flow["state"]):
        return _done(request, said="", status=422)
    kept.delete()
    asked = Question(flow["state"], flow["nonce"], flow["verifier"])
    try:
        told = _told(request, asked)
        house, now = request.visit.house, request.visit.now
        identity.identified_strongly(house.vault, UUID(flow["identifies"]), told.name, now)
    except (NotTrue, Missing, Conflict, Unavailable) as error:
        log.warning("request.not_identified", reason=error.slug)
        return _done(request, said="", status=error.http_status)
    answer = _done(request, said=told.name, status=200)
    answer.delete_cookie(_cookie(), samesite="Lax")
    return answer


def _told(request: VisitRequest, asked: Question) -> Told:
    """Who it is. NotTrue for an answer that does not hold, is not strong, or gives no name."""
    provider = outside.identification(request)
    if "code" not in request.GET:  # its person said no
        raise NotTrue("code")
    endpoints = provider.endpoints()
    written = provider.redeem(
        endpoints, request.GET["code"], verifier=asked.verifier, back=_back(request)
    )
    keys, now = provider.public_keys(endpoints), SystemClock().now()
    told = tokens.id_token(written, keys, provider.expected, nonce=asked.nonce, now=now)
    if told.acr not in request.visit.house.config.identification.acr:
        raise NotTrue("acr")
    if not told.name:
        raise NotTrue("name")
    return told


def _done(request: VisitRequest, *, said: str, status: int) -> HttpResponse:
    return render(request, "portal/identified.html", {"name": said}, status=status)


def _is_answer(request: VisitRequest, state: str) -> bool:
    return hmac.compare_digest(request.GET.get("state", "").encode(), state.encode())


def _back(request: VisitRequest) -> str:
    return request.build_absolute_uri(reverse("my-data-identified"))


def _cookie() -> str:
    return "__Host-identify" if settings.SESSION_COOKIE_SECURE else "identify"

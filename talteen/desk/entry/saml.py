"""The door of the controller's own sign-in service, where it speaks SAML 2.0.

/sign-in/saml            away to it
/sign-in/saml/callback   where a form of its page brings its answer, which is checked; nobody enters
/sign-in/saml/done       our own page leads there: the checked answer is used, by the browser that
                         asked and by no other
/sign-in/saml/ended      what the service says of sessions that are over (Single Logout), brought by
                         any browser, and its word that ours is over there
/sign-in/saml/metadata   what the service has to know of us

A form of another site brings none of our cookies, not even a lax one. So a question stands in a row
named by its id, which the answer repeats; and the row opens to the browser that holds the secret of
its cookie, which the next request, from our own page, brings. Where somebody wanted to go stands in
the row too: a RelayState is not sent, and none is read.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock
from talteen.config import SamlSection
from talteen.desk.entry import answered, entering, joining, outside, signin
from talteen.desk.entry.answered import LIVES
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.engine.saml import answers, asking, signed
from talteen.engine.saml import leaving as farewells
from talteen.engine.saml import redirect as redirect_binding
from talteen.engine.saml.answers import Declined, Expected, Told
from talteen.engine.saml.asking import Us
from talteen.engine.saml.signed import Answer, NotTrue
from talteen.errors import Missing
from talteen.register.staff import identities

log = structlog.get_logger()
_RELAY = 80
"""Bytes of a RelayState that a service may want back (bindings 3.4.3)."""


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
    wanted, person = request.GET.get("next", ""), str(reader(request).pk)
    return _away(request, {"kind": "confirm", "next": wanted, "person": person}, again=True)


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
    outside.certificates(request)  # no use in asking where no answer could be checked
    section, now = _section(request), SystemClock().now()
    kept, secret = SessionStore(), secrets.token_urlsafe(32)
    kept.update(flow | {"opens": _digest(secret), "at": now.isoformat()})
    kept.set_expiry(int(LIVES.total_seconds()))
    kept.create()
    question = _id(kept)
    to = asking.address(
        section.sign_in_url,
        question,
        _us(request),
        now,
        contexts=section.contexts,
        again=again,
        key=outside.own_key(request),
    )
    answer = redirect(to)
    answered.name_question(answer, _cookie(), f"{question}.{secret}")
    return answer


# --- and back ------------------------------------------------------------------------------


@csrf_exempt  # what it brings is signed, and lets in nobody but who asked for it
@never_cache
@require_POST
@sensitive_post_parameters("SAMLResponse")
def callback(request: VisitRequest) -> HttpResponse:
    """Check what the service sent the browser back with; nobody enters yet."""
    entering.not_too_often(request)
    kept = None
    try:
        answer = signed.opened(request.POST.get("SAMLResponse", ""))
        kept = _flow(answer.question)
        if kept is None or "told" in kept:  # also: nobody here asked (IdP-initiated)
            log.warning("provider.not_true", reason="question")
            return signin.refused(request, answered.lost())
        told = _told(request, answer, kept)
    except NotTrue as error:
        log.warning("provider.not_true", reason=error.check)
        if kept is not None:
            kept.delete()
        no = isinstance(error, Declined)
        return signin.refused(request, answered.declined() if no else answered.not_true())
    kept["told"] = told
    kept.save()
    return render(request, "signin/onward.html", {"url": reverse("saml-done")})


@never_cache
@require_safe
def done(request: VisitRequest) -> HttpResponse:
    """The checked answer is used, once."""
    question, _, secret = request.COOKIES.get(_cookie(), "").partition(".")
    kept = _flow(question)
    if (
        kept is None
        or "told" not in kept
        or not hmac.compare_digest(_digest(secret), kept["opens"])
    ):
        return signin.refused(request, answered.lost())
    return answered.use_once(request, kept, _cookie())


# --- out -----------------------------------------------------------------------------------


@never_cache
@require_safe
def ended(request: VisitRequest) -> HttpResponse:
    """The service says that a session is over: so are those that it opened here. Or it answers our
    own farewell, and there is nothing left to do."""
    entering.not_too_often(request)
    trusted, ends = outside.certificates(request), outside.both_ends(request)
    key = outside.own_key(request) if ends.theirs else None
    if key is None:
        raise Missing("nobody signs out by SAML here", remedy="write saml.sign_out_url first")
    now = SystemClock().now()
    try:
        brought = redirect_binding.opened(request.META.get("QUERY_STRING", ""))
        if brought.name == redirect_binding.RESPONSE:
            return _farewell_answered(farewells.ended(brought, ends, trusted, now))
        over = farewells.told(brought, ends, trusted, now)
        if not identities.spend(ends.service, over.id, over.ends_at + answers.LEEWAY, now):
            raise NotTrue("replay")
    except NotTrue as error:
        log.warning("provider.not_true", reason=error.check)
        return signin.refused(request, answered.not_true())
    count = sum(
        identities.end_sessions(ends.service, subject=over.subject, session=one, now=now)
        for one in over.sessions or ("",)
    )
    log.info("provider.ended", count=count)
    return redirect(
        farewells.response(outside.new_id(), over, ends, key, now, relay=brought.relay[:_RELAY])
    )


def _farewell_answered(everywhere: bool) -> HttpResponse:
    if not everywhere:  # a service where this person works did not answer it: said, not mended
        log.warning("provider.partly_ended")
    return redirect("sign-in")


@require_safe
def metadata(request: VisitRequest) -> HttpResponse:
    """What the service has to know of us: two names and an address, which are no secret."""
    if outside.offered(request) != outside.SAML:
        raise Missing("nobody signs in by SAML here", remedy="write the section [saml] first")
    ends = outside.both_ends(request)
    written = asking.metadata(
        _us(request),
        certificate=outside.own_certificate(request),
        ended=ends.ours if ends.theirs else "",
    )
    return HttpResponse(written, content_type="application/samlmetadata+xml")


# --- what these share ------------------------------------------------------------------------


def _told(request: VisitRequest, answer: Answer, kept: SessionStore) -> dict[str, Any]:
    now, section = SystemClock().now(), _section(request)
    expected = Expected(
        issuer=section.issuer,
        certificates=outside.certificates(request),
        us=_us(request),
        question=_id(kept),
        asked_at=datetime.fromisoformat(kept["at"]),
    )
    told = answers.checked(answer, expected, now)
    if not identities.spend(told.issuer, told.id, told.ends_at + answers.LEEWAY, now):
        raise NotTrue("replay")
    return {
        "issuer": told.issuer,
        "subject": told.subject,
        "session": told.session,
        "qualifiers": list(told.qualifiers),
        "two": _two_factors(told, section),
        "proved_at": told.proved_at.isoformat(),
        "ends_at": told.session_ends_at.isoformat() if told.session_ends_at else "",
    }


def _two_factors(told: Told, section: SamlSection) -> bool:
    return told.context in section.two_factors or not told.methods.isdisjoint(section.two_methods)


def _id(kept: SessionStore) -> str:
    """Of a question: the name of its row, 165 random bits, as an xs:ID."""
    return f"_{kept.session_key}"


def _flow(question: str) -> SessionStore | None:
    kept = SessionStore(question.removeprefix("_"))
    if "opens" not in kept or "kind" not in kept:
        return None
    old = SystemClock().now() - datetime.fromisoformat(kept["at"]) > LIVES
    return None if old else kept


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _us(request: VisitRequest) -> Us:
    back = request.build_absolute_uri(reverse("saml-callback"))
    return Us(entity=_section(request).entity_id, back=back)


def _section(request: VisitRequest) -> SamlSection:
    return request.visit.house.config.saml


def _cookie() -> str:
    return "__Host-saml" if settings.SESSION_COOKIE_SECURE else "saml"

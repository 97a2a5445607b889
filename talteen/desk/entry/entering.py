"""What it takes to be let in, and to be let do what two persons do (REGISTER 17.1, D).

A session is opened here and nowhere else. A second factor is asked for at the door and again before
an act that takes two, unless it was shown a few minutes ago: a screen that was left open approves
nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from time import monotonic
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

import structlog
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from talteen.clock import SystemClock
from talteen.desk.entry import passkey
from talteen.desk.ground.rates import Buckets
from talteen.desk.page import failures, kept_form, sent_on
from talteen.desk.page.visit import (
    CONFIRMED_AT,
    SIGN_IN,
    SIGNED_IN_AT,
    VisitRequest,
    reader,
    sign_in,
)
from talteen.errors import Unavailable
from talteen.life.seal import personal
from talteen.life.use.reach import Reader
from talteen.register.models import Staff
from talteen.register.staff import acknowledgements, factors, sign_in_tries
from talteen.register.staff.factors import Unseal
from talteen.register.staff.people import SignIn

log = structlog.get_logger()
P = ParamSpec("P")
_BACKEND = "django.contrib.auth.backends.ModelBackend"
CONFIRMED_FOR = timedelta(minutes=10)
"""So long a second factor counts for acts that take two."""
PER_SECOND, AT_ONCE = 1.0, 30.0
"""Tries from one address: hashing a password is meant to cost something, and is nobody's lever."""
buckets = Buckets(PER_SECOND, AT_ONCE, of="entrance")


class TooMany(Unavailable):
    """Too many tries from one address, whoever they were for."""

    slug = "too-many-tries"
    http_status = 429

    def __init__(self) -> None:
        super().__init__("too many tries from this address", remedy="wait a minute")


def not_too_often(request: HttpRequest) -> None:
    """Raise TooMany where this address tries faster than people do."""
    if buckets.take(request.META.get("REMOTE_ADDR", ""), monotonic()):
        raise TooMany


def enter(request: HttpRequest, staff: Reader, how: SignIn) -> None:
    """Open a session for ``staff``, under a key that nobody has seen before."""
    now = SystemClock().now().isoformat()
    auth.login(request, staff, backend=_BACKEND)  # rotates the session key
    request.session[SIGN_IN] = how.value
    request.session[SIGNED_IN_AT] = now
    if how is SignIn.TWO_FACTORS:
        request.session[CONFIRMED_AT] = now
    sign_in_tries.settle(staff.code)
    log.info("person.entered", staff=staff.pk, kind=how.value)


def welcome(request: HttpRequest, wanted: str) -> HttpResponse:
    """Where somebody begins who has just signed in: an agent with an unread version of the
    employees' notice at that (E.0), everybody else where they wanted."""
    if acknowledgements.waits(reader(request), cast(VisitRequest, request).visit.now):
        return redirect("employees-notice")
    return onward_to(request, wanted)


def onward(request: HttpRequest, fallback: str = "home") -> HttpResponse:
    """To where the person wanted, if that is in this house."""
    return onward_to(request, request.POST.get("next", ""), fallback)


def onward_to(request: HttpRequest, wanted: str, fallback: str = "home") -> HttpResponse:
    """To ``wanted``, if that is in this house."""
    return sent_on.to(request, wanted, fallback)


def proves(request: VisitRequest, person: Staff) -> bool:
    """Whether the form brings a second factor of ``person``: an answer of a passkey, a code of an
    app, or one from paper. The work and the answer are the same whatever is wrong."""
    if passkey.sent(request):
        return passkey.answers(request, person.pk)
    typed, now = request.POST.get("code", ""), SystemClock().now()

    def right() -> bool:
        app = factors.app_accepts(person, typed, now, unseal=unseal(request))
        return app or factors.paper_accepts(person, typed, now)

    held = sign_in_tries.attempt(person.code, right, now)
    if not held:
        log.warning("person.not_proved", staff=person.pk)
    return held


def unseal(request: VisitRequest) -> Unseal:
    """What opens the seeds of apps in this house."""
    return personal.seeds(lambda: request.visit.house.vault)


def confirmed(request: VisitRequest) -> bool:
    """Whether the person of this session showed a second factor a few minutes ago. One click of a
    demo stands in for it."""
    if sign_in(request) is SignIn.DEMO:
        return request.visit.demo
    at = request.session.get(CONFIRMED_AT)
    return at is not None and SystemClock().now() - datetime.fromisoformat(at) < CONFIRMED_FOR


def confirm(request: HttpRequest) -> None:
    """The person of this session has just shown a second factor."""
    request.session[CONFIRMED_AT] = SystemClock().now().isoformat()
    sign_in_tries.settle(reader(request).code)


def confirm_first(
    request: VisitRequest, back: str = "", *, keep: bool = True
) -> HttpResponse | None:
    """None for who showed a second factor a few minutes ago; for others the way to the page that
    asks for it. What they sent is kept meanwhile, and done once they showed it (``kept_form``).

    ``back`` is where they go who would rather not, and whoever asked for a page: by default the
    page that the form stood on. ``keep=False`` for what dies sooner than a form, as a code does.
    """
    if confirmed(request):
        return _as_sent(request)
    told = {"next": back or came_from(request)}
    if keep and request.method == "POST":
        told[kept_form.NAME] = kept_form.keep(request)
    return redirect(f"{reverse('confirm')}?{urlencode(told)}")


def _as_sent(request: VisitRequest) -> HttpResponse | None:
    """Put what was sent before the second factor in the place of what brings it."""
    name = request.POST.get(kept_form.NAME, "")
    if not name:
        return None
    sent = kept_form.take(request, name)
    if sent is None:
        return failures.csrf(request)  # the same to a person: an old form
    request.POST = sent  # type: ignore[assignment]
    return None


def stepped_up(
    view: Callable[Concatenate[VisitRequest, P], HttpResponseBase],
) -> Callable[Concatenate[VisitRequest, P], HttpResponseBase]:
    """For a view behind ``staff_only``: ``confirm_first``, whatever is asked of it."""

    @wraps(view)
    def guarded(request: VisitRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return confirm_first(request) or view(request, *args, **kwargs)

    return cast(Callable[Concatenate[VisitRequest, P], HttpResponseBase], guarded)


def came_from(request: HttpRequest) -> str:
    """The page of this house on which a form was pressed; the asked one where it is not said."""
    if request.method in ("GET", "HEAD"):
        return request.path
    said = request.META.get("HTTP_REFERER", "")
    root = f"{request.scheme}://{request.get_host()}"
    return said.removeprefix(root) if said.startswith(f"{root}/") else reverse("home")

"""What happens around every view: the house is at hand, the table of doors is asked, and a named
failure becomes a page that helps.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from talteen import wiring
from talteen.clock import SystemClock
from talteen.desk.page import doors, failures, kept_form
from talteen.desk.page.visit import ENDS_AT, SIGNED_IN_AT, Visit, VisitRequest, admits, reader
from talteen.errors import TalteenError
from talteen.notice.purposes import Role
from talteen.oversight import visits

Answer = Callable[[HttpRequest], HttpResponseBase]
P = ParamSpec("P")

log = structlog.get_logger()


class AtTheHouse:
    """Puts the house at hand of each request, and turns a TalteenError into a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast(VisitRequest, request).visit = Visit(wiring.house())
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _end_if_old(request)
            if _refuses(cast(VisitRequest, request)):
                return failures.forbidden(request)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """The table of doors, before any view: what it does not let through is answered here."""
        if _says_nul(request, kwargs.values()):
            return failures.missing(request)
        return _shut(cast(VisitRequest, request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a failure that we can name. Anything else is Django's 500."""
        return failures.page(request, error) if isinstance(error, TalteenError) else None


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _says_nul(request: HttpRequest, places: Iterable[object]) -> bool:
    """No text has this character, and the database refuses it: nothing is called or said so.

    ``places``: what stands in those of the address.
    """
    told = [request.GET] if request.GET else []
    if request.content_type in _FORMS and request.method == "POST":
        told.append(request.POST)
    said = (one for some in told for _, values in some.lists() for one in values)
    return any(isinstance(one, str) and "\0" in one for one in (*said, *places))


def _end_if_old(request: HttpRequest) -> None:
    """Sign out whoever signed in too long ago, however busy the session is; and whose sign-in
    service said that it ends now.

    By the machine's clock: the one of a demo house leaps over months.
    """
    if not request.user.is_authenticated:
        return
    kept_form.forget_old(request.session)
    now = SystemClock().now()
    since = datetime.fromisoformat(request.session.setdefault(SIGNED_IN_AT, now.isoformat()))
    ends = request.session.get(ENDS_AT)
    over = ends is not None and now >= datetime.fromisoformat(ends)
    if over or now - since >= settings.SESSION_ENDS_AFTER:
        auth.logout(request)


def _refuses(request: VisitRequest) -> bool:
    """Whether a visiting inspector wants what a visit does not have: after its end they are signed
    out, before it they read and change nothing but how pages look (REGISTER D)."""
    if not request.user.is_authenticated or reader(request).role != Role.AUDITOR.value:
        return False
    visit = visits.visit_of(reader(request).pk)
    if visit is None:
        return False
    if request.visit.now >= visit.ends_at:
        auth.logout(request)
        return False
    harmless = {reverse(name) for name in ("language", "theme", "sign-out")}
    return request.method not in ("GET", "HEAD") and request.path not in harmless


def _shut(request: VisitRequest) -> HttpResponseBase | None:
    """The answer to whom ``doors`` does not let through; None for whom it does."""
    match = request.resolver_match
    name = match.url_name if match else ""
    if name in doors.BY_TOKEN:
        return None
    door, deed = doors.door(name), doors.DEEDS.get(request.method or "")
    if not door.public and not admits(request):
        return to_the_entrance(request)
    if door is not doors.SHUT and (deed is None or door.of(deed) is None):
        return HttpResponseNotAllowed([m for m, d in doors.DEEDS.items() if door.of(d) is not None])
    role = Role(reader(request).role) if admits(request) else None
    if deed is not None and door.admits(role, deed):
        return None
    log.warning("door.refused", route=name, role=role.value if role else "nobody")
    return never_kept(failures.forbidden(request))


def to_the_entrance(request: HttpRequest) -> HttpResponse:
    """Off to sign in, and back afterwards."""
    if request.path == reverse("home"):
        return redirect("sign-in")
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")


def never_kept(answer: HttpResponseBase) -> HttpResponseBase:
    """Out of every cache (RFC 9111): what was shown is not kept by a browser."""
    if not answer.has_header("Cache-Control"):
        add_never_cache_headers(answer)
    return answer


def staff_only(
    view: Callable[Concatenate[VisitRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send whoever is not signed in to the entrance, and keep every staff page out of caches."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not admits(cast(VisitRequest, request)):
            return to_the_entrance(request)
        return never_kept(view(cast(VisitRequest, request), *args, **kwargs))

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], guarded)  # wraps loses it

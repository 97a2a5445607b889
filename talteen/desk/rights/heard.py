"""A person listens to their own call on the public page (REGISTER 14.9, 14.11).

The two codes of a package are said once, in the body of a form, and counted as one opening. What
the browser gets for it is a signed cookie that goes to this one address for half an hour; codes
stand in no address. Each piece of sound is opened anew from the sealed package, so it stops when
the package ends or a call in it dies, and nothing of it ever lies on a disk in the clear.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from talteen.desk.listening import ranges
from talteen.desk.page.visit import VisitRequest
from talteen.desk.rights import packing, portal
from talteen.errors import NotAllowed, TalteenError
from talteen.life.answer import packages
from talteen.life.answer.models import Package, SubjectRequest

LISTENS_S = 30 * 60
"""As long as a purpose of somebody who works here (5.2)."""
_PATH, _SALT = "/my-data/sound", "talteen.desk.heard"


@portal.of_a_request
def listen(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """Open the package to be heard: both codes are needed, the opening is counted."""
    try:
        opened = packages.open_to_hear(row, request.POST.get("package", ""), request.visit.now)
    except NotAllowed:
        fault = _("Koodi ei avaa pakettia. Viiden yrityksen jälkeen pyydä uusi koodi.")
        return portal.status(request, row, package_fault=fault, status_code=403)
    except TalteenError as error:
        fault = _("Paketti ei enää avaudu. Pyydä se uudelleen.")
        return portal.status(request, row, package_fault=fault, status_code=error.http_status)
    portal.delivered(request, row)
    answer = render(request, "portal/listen.html", {"package": opened, "sounds": _numbers(opened)})
    _give(answer, opened)
    return answer


@never_cache
@require_safe
def sound(request: VisitRequest, package: UUID, number: int) -> HttpResponse:
    """One piece of a call, for the browser that opened its package; 404 for any other."""
    if not _has(request, package):
        raise Http404
    content = packages.hear(request.visit.house.vault, package, number, request.visit.now)
    piece = ranges.asked(request.headers.get("Range", "bytes=0-"), len(content))
    if piece is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{len(content)}"
        return refused
    answer = HttpResponse(content[piece.start : piece.stop], status=206, content_type="audio/mpeg")
    answer["Content-Range"] = piece.content_range
    answer["Accept-Ranges"] = "bytes"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _numbers(opened: Package) -> list[int]:
    """The numbers of the calls that can be heard."""
    sounds = [one for one in packing.files_of(opened) if one.endswith(f".{packages.SOUND}")]
    return [int(one.split(".")[0]) for one in sounds]


def _give(answer: HttpResponse, opened: Package) -> None:
    answer.set_cookie(
        _cookie(),
        signing.dumps(str(opened.pk), salt=_SALT),
        max_age=LISTENS_S,
        path=_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _has(request: VisitRequest, package: UUID) -> bool:
    try:
        given = signing.loads(request.COOKIES.get(_cookie(), ""), salt=_SALT, max_age=LISTENS_S)
    except signing.BadSignature:
        return False
    return bool(given == str(package))


def _cookie() -> str:
    return "__Secure-heard" if settings.SESSION_COOKIE_SECURE else "heard"

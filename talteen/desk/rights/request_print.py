"""The letters of a request on paper, and the copy that goes into the same envelope (14.11).

A letter is drawn by itself, with the address that its person gave. The copy is the package's own
page: it can be printed once two have decided, each time is in the access log of its calls and
counted as an opening, and nothing of it is kept on this machine.
"""

import re
from base64 import b64encode
from hashlib import sha256
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.page import failures
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.desk.rights import request_acts
from talteen.desk.rights.requests import ANSWERERS
from talteen.ids import RecordingId
from talteen.life.answer import calls, packages, papers
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.notice.purposes import Purpose, Role
from talteen.register import access

_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


@never_cache
@staff_only
@require_safe
def letter(request: VisitRequest, case: UUID, paper: UUID) -> HttpResponse:
    """One letter as it goes into an envelope."""
    if Role(reader(request).role) not in ANSWERERS:
        return failures.forbidden(request)
    row = request_acts.found(case)
    found = RequestPaper.objects.filter(pk=paper, request=row, kind="letter").first()
    if found is None:
        raise Http404
    house = request.visit.house
    context = {
        "letter": papers.read(house.vault, found),
        "at": found.at,
        "asked": calls.asked_of(house.vault, row),
        "request": row,
        "controller": house.register.controller,
    }
    return render(request, "requests/print.html", context)


@never_cache
@staff_only
@require_POST
def package(request: VisitRequest, case: UUID) -> HttpResponse:
    """The copy as a page, for the envelope. 410 before two have decided, and after its end."""
    if Role(reader(request).role) not in ANSWERERS:
        return failures.forbidden(request)
    row = request_acts.found(case)
    packages.handed_out(row, request.visit.now)
    _written_down(request, row)
    content = packages.print_part(request.visit.house.vault, row, "html", request.visit.now)
    answer = HttpResponse(content, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = _its_own_styles(content)
    return answer


def _its_own_styles(page: bytes) -> str:
    """The copy brings its styles along, as it was sealed: those very bytes are let in, and nothing
    else at all (CSP 3, 6.7.3)."""
    hashes = (sha256(style).digest() for style in _STYLE.findall(page))
    told = " ".join(f"'sha256-{b64encode(one).decode()}'" for one in hashes)
    return f"default-src 'none'; style-src {told}; frame-ancestors 'none'; base-uri 'none'"


def _written_down(request: VisitRequest, row: SubjectRequest) -> None:
    """Each call's log has it before a word is drawn."""
    for call in row.case.recordings.all():
        grant = access.grant(
            reader(request),
            Purpose.DATA_SUBJECT_REQUEST,
            RecordingId(call.pk),
            case=row.case.reference,
            sign_in=sign_in(request),
            at=request.visit.now,
        )
        access.log_unmasked(
            grant, "export", start_ms=0, end_ms=call.length_ms, at=request.visit.now, what="print"
        )

"""The letter of a request: what the person wrote by mail, and what it asks for (REGISTER 14.1).

A letter that nobody has read names no right. Who answers requests reads it here, says what it asks,
and lets its attachments go when they have been looked at: a picture of an identity card is not kept
(14.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_acts, request_words
from talteen.desk.rights.requests import (
    ANSWERERS,
    LOOKERS,
    RowShown,
    asked_in,
    language_in,
    rights_in,
    row_of,
)
from talteen.errors import TalteenError, Unavailable
from talteen.life.answer import calls, intake, mailbox, papers, reading
from talteen.life.answer.intake import Asked, NoRightNamed
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal.case_files import Texts
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage
from talteen.notice.rights import Right

_READABLE = (Stage.RECEIVED, Stage.IDENTIFYING, Stage.SCOPING)


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """One letter that the person sent later."""

    at: datetime
    told: Texts


@dataclass(frozen=True, slots=True)
class AttachedShown:
    """One letter that is kept as it came."""

    id: UUID
    at: datetime
    bytes: int
    """0 where it was too large to be kept."""


@dataclass(frozen=True, slots=True)
class LetterShown:
    """The page."""

    request: RowShown
    asked: Texts
    replies: tuple[ReplyShown, ...]
    attached: tuple[AttachedShown, ...]
    reads: bool
    """What it asks for can still be said."""
    language: str
    rights: Mapping[Right, words.Text]
    help: Mapping[Right, words.Text]
    chosen: frozenset[str]
    typed: Mapping[str, str]
    today: date
    fault: str


@never_cache
@sensitive_post_parameters()
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest, case: UUID) -> HttpResponse:
    """The letter, and what comes of reading it."""
    role = Role(reader(request).role)
    if role not in LOOKERS or (request.method == "POST" and role not in ANSWERERS):
        return failures.forbidden(request)
    row = request_acts.found(case)
    if request.method != "POST":
        return _drawn(request, row)
    try:
        _act(request, row)
    except Unavailable:
        raise
    except TalteenError as error:
        return _drawn(request, row, fault=_fault(error), status=error.http_status)
    return redirect("request", case)


@never_cache
@staff_only
@require_safe
def attached(request: VisitRequest, case: UUID, paper: UUID) -> HttpResponse:
    """A letter as it came, as a file: a mail program opens it, no browser does."""
    if Role(reader(request).role) not in ANSWERERS:
        return failures.forbidden(request)
    row = request_acts.found(case)
    kept = row.papers.filter(kind="attached", pk=paper).first()
    content = mailbox.attached(request.visit.house.vault, kept) if kept else b""
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{row.case.reference}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _act(request: VisitRequest, row: SubjectRequest) -> None:
    vault, by, now = request.visit.house.vault, reader(request), request.visit.now
    match request.POST.get("what"):
        case "read":
            rights = rights_in(request.POST.getlist("right"))
            language = language_in(request.POST.get("language", ""))
            told = _told(request, row)
            reading.read(vault, row.pk, rights, told, language, by=by, now=now)
        case "no-request":
            why = request.POST.get("reasons", "")
            reading.no_request(vault, row.pk, why, by=by, now=now)
        case "drop":
            mailbox.drop_attached(row)
        case _:
            raise Http404


def _told(request: VisitRequest, row: SubjectRequest) -> Asked:
    """What is typed, beside the person's own words, which nobody types anew."""
    asked = calls.asked_of(request.visit.house.vault, row)
    typed = asked_in(request)
    told = {name: getattr(typed, name) for name in intake.TOLD}
    return Asked(**{**told, "words": asked.get("words", "")})


def _fault(error: TalteenError) -> str:
    if isinstance(error, NoRightNamed):
        return _("Valitse, mitä henkilö pyytää.")
    return str(request_words.FAULTS.get(error.slug, request_words.FAULTS["input"]))


def _drawn(
    request: VisitRequest, row: SubjectRequest, *, fault: str = "", status: int = 200
) -> HttpResponse:
    vault, post = request.visit.house.vault, request.POST
    asked = calls.asked_of(vault, row)
    replies = row.papers.filter(kind="reply").order_by("-at")
    kept = row.papers.filter(kind="attached").order_by("at")
    shown = LetterShown(
        request=row_of(row, request.visit.now),
        asked=asked,
        replies=tuple(ReplyShown(one.at, papers.read(vault, one)) for one in replies),
        attached=tuple(
            AttachedShown(one.pk, one.at, len(mailbox.attached(vault, one))) for one in kept
        ),
        reads=Stage(row.stage) in _READABLE and Role(reader(request).role) in ANSWERERS,
        language=post.get("language", row.language),
        rights=request_words.RIGHTS,
        help=request_words.RIGHT_HELP,
        chosen=frozenset(post.getlist("right") if post else row.rights),
        typed={name: post.get(name, asked.get(name, "")) for name in intake.TOLD},
        today=request.visit.today,
        fault=fault,
    )
    return render(request, "requests/letter.html", {"shown": shown}, status=status)

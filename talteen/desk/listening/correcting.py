"""Correcting a call's words: one person writes what was said, another reads it against the sound.

The form stands under the same permission as the page and shows all words, so the masking must have
been lifted first: nobody corrects what they do not see.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.listening import covering
from talteen.desk.page import purpose
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError
from talteen.life.transcribe.revision import INAUDIBLE, MOST_LETTERS, Revision
from talteen.life.transcribe.words import Segment
from talteen.life.use import calls, correcting, listen
from talteen.life.use.rows import Row
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.policy import Rule
from talteen.register.refusals import Denied

_FIELD = "s"
"""``s12`` is the text of the shown segment 12."""
_BASE = "since"
"""What the form began with: when the newest correction was made."""


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """The form: every shown segment with its place in the sound."""

    row: Row
    segments: tuple[Segment, ...]
    since: str
    purpose: Purpose
    case: str
    inaudible: str = INAUDIBLE
    most: int = MOST_LETTERS


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The form, and what it sends."""
    grant = lifted_grant(request, recording)
    vault, now = request.visit.house.vault, request.visit.now
    if request.method == "POST":
        texts = _texts(request)
        if request.POST.get(_BASE, "") != _since(correcting.newest(vault, grant, now)):
            raise Conflict("somebody corrected this meanwhile", remedy="open the call again")
        correcting.revise(vault, grant, texts, by=reader(request).code, now=now)
        return redirect("call", recording)
    known = calls.call(reader(request), grant.recording, now=now)
    written = listen.open_words(vault, grant, now)
    if known is None or written is None:
        return redirect("call", recording)
    access.log_range(grant, "read", start_ms=0, end_ms=known.row.length_ms, at=now)
    since = _since(written.revision)
    segments = written.transcript.segments
    shown = CorrectionShown(known.row, segments, since, grant.purpose, grant.case or "")
    return render(request, "call/correct.html", {"shown": shown})


@staff_only
@require_POST
def check(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The second reader says that the words are what was said."""
    grant = lifted_grant(request, recording)
    correcting.check(
        request.visit.house.vault, grant, by=reader(request).code, now=request.visit.now
    )
    return redirect("call", recording)


def may_check(request: VisitRequest, revision: Revision | None) -> bool:
    """Whether this reader may be the second one."""
    return (
        revision is not None and revision.checked_by is None and revision.by != reader(request).code
    )


def _since(revision: Revision | None) -> str:
    return revision.at.isoformat() if revision else ""


def _texts(request: VisitRequest) -> dict[int, str]:
    try:
        return {
            int(name.removeprefix(_FIELD)): str(text)
            for name, text in request.POST.items()
            if name.startswith(_FIELD) and name != _BASE
        }
    except ValueError:
        raise InputError("this form is not ours", remedy="open the call again") from None


def lifted_grant(request: VisitRequest, recording: UUID) -> Grant:
    """The permission under which this reader sees all words. Denied while they are covered."""
    grant = purpose.needed_grant(request, recording)
    if not covering.is_lifted(request, grant):
        raise Denied(Rule.MASKED)
    return grant

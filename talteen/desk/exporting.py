"""Giving out a call's words: an act under a purpose, logged before a byte of it leaves.

Only the purposes behind the three doors out may (REGISTER 11.2): a request, an authority, a claim.
What is covered on the page stays covered in the document; who has lifted it gives out all of it,
and the log says which. Nothing is stored: the document is made in memory and sent.
"""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from talteen.desk import certificate, covering, purpose, transcript_forms, turns, wording, words
from talteen.desk.middleware import staff_only
from talteen.desk.transcript import Document
from talteen.desk.turns import Covers
from talteen.desk.visit import VisitRequest, reader
from talteen.errors import InputError, Missing
from talteen.life.transcribe.revision import State
from talteen.life.use import calls, listen
from talteen.register import access
from talteen.register.access import Grant


@staff_only
@require_POST
def export(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The transcript in the form that was asked for."""
    grant = purpose.needed_grant(request, recording)
    form = transcript_forms.FORMS.get(request.POST.get("form", ""))
    if form is None:
        raise InputError("there is no such form", remedy="choose one of the list")
    document = _document(request, grant)
    layer = "masked" if document.masked else "full"
    access.log_unmasked(
        grant,
        "export",
        start_ms=0,
        end_ms=document.length_ms,
        at=request.visit.now,
        what=f"{form.suffix} {layer}",
    )
    name = f"{document.recording}.{wording.language()}.{form.suffix}"
    return certificate.attached(form.make(document), form.content_type, name)


def _document(request: VisitRequest, grant: Grant) -> Document:
    vault, now = request.visit.house.vault, request.visit.now
    known = calls.call(reader(request), grant.recording, now=now)
    written = listen.open_words(vault, grant, now)
    if known is None or written is None:
        raise Missing("this call has no words yet", remedy="come back when it is transcribed")
    transcript, revision, covered = written.transcript, written.revision, written.layer.in_force()
    lifted = covering.is_lifted(request, grant)
    return Document(
        recording=grant.recording,
        started_at=known.row.started_at,
        length_ms=known.row.length_ms,
        line=wording.named(known.row.line),
        agent=known.row.agent,
        language=transcript.language,
        engine=transcript.engine,
        state=revision.state if revision else State.MACHINE,
        masked=not lifted and bool(covered),
        turns=tuple(turns.turns(transcript, known.marks, Covers(covered, lifted=lifted))),
        made_at=now,
        purpose=str(words.PURPOSES[grant.purpose]),
        case=grant.case or "",
    )

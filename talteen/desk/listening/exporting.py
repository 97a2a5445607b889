"""Giving a person their own call's words: under a purpose, logged before a byte of it leaves.

What is covered on the page stays covered in the document; who has lifted it gives out all of it,
and the log says which. Nothing is stored but to whom and two hashes: document and signed manifest
are made in memory and sent as one ZIP file. What leaves for an authority, counsel or an insurer
does so by its own page (``disclosure``), REGISTER 11.2.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from talteen.desk.listening import call_facts, covering, transcript_forms, turns
from talteen.desk.listening.transcript import Document
from talteen.desk.listening.transcript_forms import FORMS, Form
from talteen.desk.listening.turns import Covers
from talteen.desk.page import documents, downloads, purpose, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError, Missing
from talteen.life.transcribe.revision import State
from talteen.life.use import calls, giving, listen, manifest
from talteen.life.use.giving import Wanted
from talteen.life.use.manifest import Receiver
from talteen.life.use.models import Export
from talteen.register import access, policy
from talteen.register.access import Grant

RECEIVERS: dict[Receiver, words.Text] = {
    Receiver.SUBJECT: _("Pyytäjälle itselleen"),
    Receiver.AUTHORITY: _("Viranomaiselle"),
    Receiver.COUNSEL: _("Omalle asianajajalle"),
    Receiver.INSURER: _("Omalle vakuutusyhtiölle"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One receiver of the list."""

    value: str
    name: words.Text


@dataclass(frozen=True, slots=True)
class ExportShown:
    """One document that has left."""

    row: Export
    receiver: words.Text
    form: str


@dataclass(frozen=True, slots=True)
class ExportsShown:
    """What the page says and asks of documents of this call."""

    forms: tuple[Form, ...]
    receivers: tuple[Choice, ...]
    given: tuple[ExportShown, ...]


def shown(request: VisitRequest, grant: Grant) -> ExportsShown | None:
    """The documents of this call for this reader; None for a purpose under which none leaves."""
    doors = manifest.DOORS.get(grant.purpose, ())
    if not access.unmasks(grant):
        return None
    return ExportsShown(
        forms=tuple(one for one in FORMS.values() if one.suffix != "pdf" or documents.draws_pdf()),
        receivers=tuple(Choice(one.value, RECEIVERS[one]) for one in doors),
        given=_each(giving.given(grant.recording)),
    )


def _each(rows: Sequence[Export]) -> tuple[ExportShown, ...]:
    return tuple(
        ExportShown(one, RECEIVERS[Receiver(one.receiver)], FORMS[one.form].name) for one in rows
    )


@staff_only
@require_POST
def export(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The transcript in the form that was asked for, with its manifest."""
    grant = purpose.needed_grant(request, recording)
    giving.must_have_door(grant)
    form, receiver = _asked(request)
    now = request.visit.now
    document = _document(request, grant)
    wanted = Wanted(form.suffix, "masked" if document.masked else "full", receiver)
    row = giving.ask(grant, wanted, by=reader(request).code, now=now)
    name = f"{document.recording}.{wording.language()}"
    raw = form.make(document)
    signed = giving.give(
        grant,
        row,
        raw,
        file=f"{name}.{form.suffix}",
        state=document.state.value,
        signer=request.visit.house.log.signer,
        now=now,
    )
    both = {f"{name}.{form.suffix}": raw, f"{name}.{form.suffix}.manifest": signed}
    return downloads.attachment(_zipped(both), "application/zip", f"{name}.zip")


def _asked(request: VisitRequest) -> tuple[Form, Receiver]:
    form = transcript_forms.FORMS.get(request.POST.get("form", ""))
    receivers = [one for one in Receiver if one.value == request.POST.get("receiver")]
    if form is None or not receivers:
        raise InputError("there is no such form or receiver", remedy="choose from the lists")
    return form, receivers[0]


def _zipped(files: dict[str, bytes]) -> bytes:
    """One file with both, made in memory."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return made.getvalue()


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
        statements=written.statements,
        purpose=str(words.PURPOSES[grant.purpose]),
        case=grant.case or "",
        facts=call_facts.of(request, known, written) if policy.may_measure(grant.purpose) else None,
    )

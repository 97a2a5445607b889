"""The package of a disclosure: what two persons let go, of the calls that were named, and no more.

Each call is opened under the purpose of the door and in the case of the disclosure, written into
the access log before a word of it is read. Every file has its signed manifest beside it (11.2). All
of it is made in memory and sealed before it is kept.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation

from talteen import ids
from talteen.desk.listening import transcript_forms, turns
from talteen.desk.listening.transcript import Document
from talteen.desk.listening.turns import Covers
from talteen.desk.page import documents, wording, words
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.answer.disclose import acts, delivery
from talteen.life.answer.disclose.models import Disclosure, DisclosureCall
from talteen.life.answer.packages import Made
from talteen.life.transcribe.revision import State
from talteen.life.use import calls, copying, listed, listen, manifest
from talteen.life.use.manifest import Manifest, Receiver
from talteen.notice import disclosures as law
from talteen.notice.disclosures import Door
from talteen.notice.purposes import Role
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import Recording

SOUND_SUFFIX = "opus"


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the package, before its manifest."""

    name: str
    content: bytes
    call: DisclosureCall
    state: str


def make(request: VisitRequest, row: Disclosure) -> Made:
    """Seal the package anew. Conflict before two persons have let it go, and where a call has no
    words yet though no sound leaves; Denied for a call that does not open for this."""
    house, now = request.visit.house, request.visit.now
    row = delivery.check_sealing(row.pk, by=reader(request))
    with translation.override(row.language):
        files = [
            one
            for number, call in enumerate(row.calls.order_by("pk"), 1)
            for one in _of_call(request, row, number, call)
        ]
    packed = _zipped(request, row, files)
    return delivery.seal(house.vault, row.pk, packed, by=reader(request), now=now)


def _of_call(
    request: VisitRequest, row: Disclosure, number: int, call: DisclosureCall
) -> Iterator[_File]:
    grant = access.grant(
        reader(request),
        law.PURPOSE[Door(row.door)],
        RecordingId(call.recording),
        case=row.case.reference,
        sign_in=sign_in(request),
        at=request.visit.now,
    )
    full = row.layer == acts.FULL
    access.log_unmasked(
        grant,
        "export",
        start_ms=call.start_ms,
        end_ms=call.end_ms,
        at=request.visit.now,
        what="disclosure",
    )
    document = _document(request, row, grant, call, full=full)
    if document is None and not row.sound:
        raise Conflict("this call has no words yet", remedy="wait until it is transcribed")
    if document is not None:
        forms = {"html": transcript_forms.html, "json": transcript_forms.as_json}
        if documents.draws_pdf():
            forms["pdf"] = transcript_forms.pdf
        for suffix, form in forms.items():
            yield _File(f"{number}.{suffix}", form(document), call, document.state.value)
    if row.sound:
        wav = listen.open_view(request.visit.house.vault, grant, request.visit.now, lifted=full)
        for side, content in copying.stretch(wav, call.start_ms, call.end_ms).items():
            yield _File(f"{number}.{side}.{SOUND_SUFFIX}", content, call, "sound")


def _document(
    request: VisitRequest, row: Disclosure, grant: Grant, call: DisclosureCall, *, full: bool
) -> Document | None:
    written = listen.open_words(request.visit.house.vault, grant, request.visit.now)
    if written is None:
        return None
    recording = Recording.objects.select_related("line").get(pk=call.recording)
    covered = written.layer.in_force()
    cut = copying.words_of(written.transcript, call.start_ms, call.end_ms)
    marks = calls.call(reader(request), grant.recording, now=request.visit.now)
    shown = [
        one
        for one in (marks.marks if marks else ())
        if one.start_ms < call.end_ms and one.start_ms + one.length_ms >= call.start_ms
    ]
    return Document(
        recording=grant.recording,
        started_at=recording.started_at,
        length_ms=recording.length_ms,
        line=wording.named(listed.line_name(recording.line)),
        agent=str(words.ROLES[Role.AGENT]).capitalize(),
        language=cut.language,
        engine=cut.engine,
        state=written.revision.state if written.revision else State.MACHINE,
        masked=not full and bool(covered),
        turns=tuple(turns.turns(cut, shown, Covers(covered, lifted=full))),
        made_at=request.visit.now,
        statements=written.statements,
        purpose=str(words.PURPOSES[grant.purpose]),
        case=row.case.reference,
    )


def _zipped(request: VisitRequest, row: Disclosure, files: list[_File]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.writestr(one.name, one.content)
            archive.writestr(f"{one.name}.manifest", _manifest(request, row, one))
    return made.getvalue()


def _manifest(request: VisitRequest, row: Disclosure, file: _File) -> bytes:
    told = Manifest(
        export=ids.new(),
        recording=file.call.recording,
        start_ms=file.call.start_ms,
        end_ms=file.call.end_ms,
        form=file.name.rpartition(".")[2],
        layer=row.layer,
        state=file.state,
        purpose=law.PURPOSE[Door(row.door)],
        case=row.case.reference,
        receiver=Receiver(row.door),
        asked_by=row.proposed_by.code if row.proposed_by else "",
        approved_by=row.approved_by.code if row.approved_by else "",
        left_at=request.visit.now,
        file=file.name,
        document=hashlib.sha256(file.content).digest(),
        size_bytes=len(file.content),
    )
    return manifest.signed(told, request.visit.house.log.signer)

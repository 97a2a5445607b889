"""The evidence room: a sample of certificates that the house cannot steer, and where to look on.

For auditors, the house's own and visiting ones, and for the officer who shows them round. A visit
reads and changes nothing; how long it lasts stands on the page (``oversight.visits``).
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from talteen.desk.destruction import certificate
from talteen.desk.page import downloads, failures, wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate as certificates
from talteen.life.destroy import certify
from talteen.life.destroy.models import Destruction
from talteen.notice.purposes import Role
from talteen.oversight import visits
from talteen.oversight.prove import proving, report
from talteen.oversight.visits import Drawn
from talteen.register.log import ledger

READERS = frozenset({Role.AUDITOR, Role.DPO})


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One certificate of the sample, and what the house's own check says of it."""

    recording: UUID
    day: date
    gone_at: datetime | None
    held: int
    holds: bool


@dataclass(frozen=True, slots=True)
class RoomShown:
    """The page."""

    rows: tuple[SampleRow, ...]
    drawn: Drawn | None
    word: str
    fault: str
    ends_at: datetime | None
    days_left: int | None
    reference: str
    log_size: int
    log_key: str

    @property
    def broken(self) -> int:
        return sum(not row.holds for row in self.rows)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The room."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    word, fault, drawn = request.GET.get("word", ""), "", None
    if word:
        try:
            drawn = visits.draw(word)
        except InputError:
            fault = _("Kirjoita oma sana: kirjaimia ja numeroita, enintään 32 merkkiä.")
    visit, log = visits.visit_of(reader(request).pk), request.visit.house.log
    head = ledger.head(log)
    shown = RoomShown(
        rows=tuple(_row(request, one) for one in drawn.recordings) if drawn else (),
        drawn=drawn,
        word=word,
        fault=fault,
        ends_at=visit.ends_at if visit else None,
        days_left=max(0, (visit.ends_at - request.visit.now).days) if visit else None,
        reference=visit.reference if visit else "",
        log_size=head[0].size if head else 0,
        log_key=str(log.signer.key),
    )
    return render(request, "evidence/page.html", {"shown": shown})


@staff_only
@require_safe
def bundle(request: VisitRequest) -> HttpResponse:
    """The sample as one file: certificates, the head, the report, the verifier."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    drawn = visits.draw(request.GET.get("word", ""))
    house, packed = request.visit.house, io.BytesIO()
    made = proving.prove(house, request.visit.now, wording.language())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for one in drawn.recordings:
            files.writestr(f"{one}.cert", _text(request, one))
        head = ledger.head(house.log)
        if head is not None:
            files.writestr("checkpoint.txt", head[1].to_bytes())
        files.writestr("prove.json", json.dumps(report.as_json(made), ensure_ascii=False))
        files.writestr("draw.txt", _told(drawn, str(house.log.signer.key)))
        if certificate.VERIFIER.exists():
            files.writestr("talteen_verify.py", certificate.VERIFIER.read_bytes())
    return downloads.attachment(packed.getvalue(), "application/zip", "evidence.zip")


def _row(request: VisitRequest, recording: UUID) -> SampleRow:
    gone = Destruction.objects.get(pk=recording)
    verdict, _found = certificates.verdict(
        _text(request, recording).encode(), request.visit.house.log.keys
    )
    return SampleRow(recording, gone.day, gone.backup_dead_at, gone.held, verdict.holds)


def _text(request: VisitRequest, recording: UUID) -> str:
    return certify.text_of(
        request.visit.house.log,
        RecordingId(recording),
        language=wording.language(),
        issuer=certificate.issuer(request),
    )


def _told(drawn: Drawn, key: str) -> str:
    """How it was drawn, so that somebody else can draw it again (docs/formats)."""
    lines = (
        ("word", drawn.word),
        ("log-size", str(drawn.size)),
        ("among", str(drawn.among)),
        ("key", key),
        *(("recording", str(one)) for one in drawn.recordings),
    )
    return "".join(f"{name}: {value}\n" for name, value in lines)

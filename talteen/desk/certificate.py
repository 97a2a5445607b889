"""The certificate of a destroyed call, and of a day: the fact, its place in the ledger, and how to
check it.

The words are those of the signed file (``life.destroy.certificate``), so that page and file say the
same: each claim with what it rests on, and what no certificate can prove. Whoever doubts the page
takes the file and the verifier, and needs neither us nor a network.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import talteen
from talteen.desk import wording
from talteen.desk.middleware import staff_only
from talteen.desk.visit import VisitRequest
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify, days
from talteen.life.destroy.certificate import Certificate
from talteen.life.destroy.days import Destroyed
from talteen.register.ledger_kinds import Evidence

VERIFIER = Path(talteen.__file__).parent.parent / "verifier" / "talteen_verify.py"

GRADES = {Evidence.PROVED: "kept", Evidence.RECEIPTED: "", Evidence.DECLARED: "soon"}
"""How strong a claim is, as a class of the style sheet."""


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """One claim, and on what it rests."""

    text: str
    kind: str
    grade: str


@dataclass(frozen=True, slots=True)
class TreeShown:
    """The way from an entry to the head of the tree, as far as the picture goes."""

    index: int
    hashes: int
    siblings: tuple[str, ...]
    """The first hashes of the path, nearest first."""


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """The page of one recording."""

    certificate: Certificate
    recording: UUID
    day: date
    claims: tuple[ClaimShown, ...]
    tree: TreeShown
    holds: bool
    """The house's own check of the file just now. The reader's check is the one that counts."""
    file_name: str
    verifier: bool


@dataclass(frozen=True, slots=True)
class DayShown:
    """The page of one day."""

    date: date
    gone: tuple[Destroyed, ...]
    waiting: int
    """Calls whose last key copy is still alive."""
    last_copy_dies: datetime | None
    living: int


@staff_only
@require_safe
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The certificate of one recording, or when there will be one."""
    gone = _gone(recording)
    made = _made(request, gone)
    if made is None:
        return render(request, "certificate/waiting.html", {"gone": gone})
    return render(request, "certificate/page.html", {"shown": _shown(request, gone, made)})


@staff_only
@require_safe
def file(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The certificate as one text file, to be checked without us."""
    gone = _gone(recording)
    made = _made(request, gone)
    if made is None:
        raise Http404("there is no certificate yet")
    text = certificate.text(made, request.visit.house.log.signer)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(gone)}"'
    return answer


@staff_only
@require_safe
def of_day(request: VisitRequest, day: date) -> HttpResponse:
    """What became of the calls of one day."""
    gone = days.destroyed_on(day)
    waiting = [one for one in gone if one.backup_dead_at is None]
    shown = DayShown(
        date=day,
        gone=tuple(gone),
        waiting=len(waiting),
        last_copy_dies=max((one.due_at for one in waiting), default=None),
        living=days.living_on(day),
    )
    return render(request, "certificate/day.html", {"shown": shown})


@require_safe
def verifier(request: VisitRequest) -> HttpResponse:
    """The program that checks a certificate: one file, for anybody."""
    if not VERIFIER.exists():
        raise Http404("this installation carries no verifier")
    answer = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{VERIFIER.name}"'
    return answer


def _gone(recording: UUID) -> Destroyed:
    gone = days.destroyed(RecordingId(recording))
    if gone is None:
        raise Http404("nothing of that name was destroyed")
    return gone


def _made(request: VisitRequest, gone: Destroyed) -> Certificate | None:
    """What the ledger certifies; None while a key copy lives, or its entry is not published."""
    issuer = request.visit.house.register.controller.name
    log, language = request.visit.house.log, wording.language()
    try:
        return certify.recording(log, gone.recording, language=language, issuer=issuer)
    except (InputError, Conflict):
        return None


def _shown(request: VisitRequest, gone: Destroyed, made: Certificate) -> CertificateShown:
    log, (proof,) = request.visit.house.log, made.proofs
    verdict, _entries = certificate.verdict(certificate.text(made, log.signer).encode(), log.keys)
    return CertificateShown(
        certificate=made,
        recording=gone.recording,
        day=gone.day,
        claims=tuple(
            ClaimShown(claim.text, GRADES[claim.evidence], claim.grade) for claim in made.claims
        ),
        tree=TreeShown(
            index=proof.index,
            hashes=len(proof.hashes),
            siblings=tuple(one.hex()[:4] for one in proof.hashes[:3]),
        ),
        holds=verdict.holds,
        file_name=_file_name(gone),
        verifier=VERIFIER.exists(),
    )


def _file_name(gone: Destroyed) -> str:
    return f"{gone.day.isoformat()}-{str(gone.recording)[:8]}.cert"

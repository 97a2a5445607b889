"""The certificate of a destroyed call, and of a day: the fact, its place in the ledger, and how to check it.

The page says what the entry says, claim by claim (proved, receipted, declared), and what it cannot prove.
Whoever doubts the page takes the file and the verifier, and needs neither us nor a network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

import talteen
from talteen.desk import wording, words
from talteen.desk.middleware import staff_only
from talteen.desk.visit import VisitRequest
from talteen.engine.tlog import verify
from talteen.engine.tlog.proof import Proof
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, days
from talteen.life.destroy.days import Destroyed
from talteen.register import ledger
from talteen.register.ledger_kinds import Claims, DestroyedEverywhere, Evidence

VERIFIER = Path(talteen.__file__).parent.parent / "verifier" / "talteen_verify.py"

_CLAIMS: tuple[tuple[str, words.Text], ...] = (
    ("live_keys", _("Avain tuhottu")),
    ("backup_keys", _("Avaimen varmuuskopio kuollut")),
    ("holder_copies", _("Avaimenhaltijan omat kopiot")),
    ("ciphertext", _("Salattu ääni ja teksti poistettu")),
    ("derived", _("Hakemisto ja muu johdettu poistettu")),
    ("source", _("Tuotu tiedosto poistettu")),
)

_EVIDENCE: dict[Evidence, tuple[str, words.Text]] = {
    Evidence.PROVED: ("kept", _("Todistettu")),
    Evidence.RECEIPTED: ("", _("Kuitattu")),
    Evidence.DECLARED: ("soon", _("Ilmoitettu")),
}


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """One claim, and on what it rests."""

    name: words.Text
    kind: str
    evidence: words.Text


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """Where the entry stands in the ledger."""

    index: int
    size: int
    root: str
    origin: str
    signers: tuple[str, ...]
    siblings: tuple[str, ...]
    """The first hashes of the path, nearest first."""
    hashes: int


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """The page of one recording."""

    gone: Destroyed
    entry: DestroyedEverywhere
    claims: tuple[ClaimShown, ...]
    place: PlaceShown
    holds: bool
    """The house's own check of the file just now. The reader's check is the one that counts."""
    witnesses: int
    file_name: str
    controller: str
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
    gone = days.destroyed(RecordingId(recording))
    if gone is None:
        raise Http404("nothing of that name was destroyed")
    found = next(iter(ledger.find(DestroyedEverywhere, recording=recording)), None)
    if found is None:
        return render(request, "certificate/waiting.html", {"gone": gone})
    try:
        proof = ledger.proof(request.visit.house.log, found.leaf_hash)
    except Conflict:
        return render(request, "certificate/waiting.html", {"gone": gone})
    shown = _shown(request, gone, found.entered.entry, proof)
    return render(request, "certificate/page.html", {"shown": shown})


@staff_only
@require_safe
def file(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The certificate as one text file, to be checked without us."""
    gone = days.destroyed(RecordingId(recording))
    if gone is None:
        raise Http404("nothing of that name was destroyed")
    text = certificate.text_of(request.visit.house, gone.recording, wording.language())
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


def _shown(
    request: VisitRequest, gone: Destroyed, entry: DestroyedEverywhere, proof: Proof
) -> CertificateShown:
    house = request.visit.house
    text = certificate.text_of(house, gone.recording, wording.language())
    verdict = verify.verify(text.encode(), house.log.keys)
    return CertificateShown(
        gone=gone,
        entry=entry,
        claims=tuple(claims(entry.claims)),
        place=_place(proof),
        holds=verdict.holds,
        witnesses=len(verdict.witnessed),
        file_name=_file_name(gone),
        controller=house.register.controller.name,
        verifier=VERIFIER.exists(),
    )


def claims(made: Claims) -> Sequence[ClaimShown]:
    """The claims of an entry in words; what never existed is left out."""
    found = [(name, getattr(made, key)) for key, name in _CLAIMS]
    return [
        ClaimShown(name, *_EVIDENCE[evidence]) for name, evidence in found if evidence is not None
    ]


def _place(proof: Proof) -> PlaceShown:
    head = proof.head()
    return PlaceShown(
        index=proof.index,
        size=head.size,
        root=head.root.hex(),
        origin=head.origin,
        signers=tuple(signature.name for signature in proof.checkpoint.signatures),
        siblings=tuple(one.hex()[:4] for one in proof.hashes[:3]),
        hashes=len(proof.hashes),
    )


def _file_name(gone: Destroyed) -> str:
    return f"{gone.day.isoformat()}-{str(gone.recording)[:8]}.cert"

"""The certificate of a destroyed call, and of a day: the fact, its place in the ledger, and how to
check it.

The words are those of the signed file (``life.destroy.certificate``), so that page and file say the
same: each claim with what it rests on, and what no certificate can prove. Whoever doubts the page
takes the file and the verifier, and needs neither us nor a network.
"""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import talteen
from talteen.desk.page import documents, downloads, wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest
from talteen.engine.tlog.proof import Proof
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify, days, remains
from talteen.life.destroy.certificate import Certificate
from talteen.life.destroy.certificate_words import WORDS
from talteen.life.destroy.remains import Destroyed

VERIFIER = Path(talteen.__file__).parent.parent / "verifier" / "talteen_verify.py"

_LANGUAGES = (("fi", "suomi"), ("sv", "svenska"), ("en", "English"))
"""Each in its own words, as the reader of a file would look for it."""


@dataclass(frozen=True, slots=True)
class CheckShown:
    """The box with which a reader checks a certificate without us."""

    file_name: str
    excerpt_name: str
    """The excerpt from which a month is counted again; empty where there is none."""
    key: str
    command: str
    """What a reader types, with the beginning of the key."""
    verifier: bool
    name: str
    """What the files are called in addresses: a recording, a day or a month."""
    downloads: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Code and name of each language, and the suffixes of the files in it."""


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
    check: CheckShown


@dataclass(frozen=True, slots=True)
class DayShown:
    """The page of one day."""

    date: date
    gone: tuple[Destroyed, ...]
    waiting: int
    """Calls whose last key copy is still alive."""
    last_copy_dies: datetime | None
    living: int
    certificate: Certificate | None
    """Of those that are destroyed everywhere; None while there are none."""
    claims: tuple[ClaimShown, ...]
    check: CheckShown | None


@staff_only
@require_safe
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The certificate of one recording, or when there will be one."""
    gone = _gone(recording)
    made = _made(request, gone, language=wording.language())
    if made is None:
        return render(request, "certificate/waiting.html", {"gone": gone})
    return render(request, "certificate/page.html", {"shown": _shown(request, gone, made)})


@staff_only
@require_safe
def file(request: VisitRequest, recording: UUID, form: str) -> HttpResponse:
    """The certificate as a file, in one of its forms and in the language that is asked for."""
    gone = _gone(recording)
    made = _made(request, gone, language=language_of(request))
    return given(request, made, _name(gone), form)


@staff_only
@require_safe
def day_file(request: VisitRequest, day: date, form: str) -> HttpResponse:
    """The certificate of a day's recordings that are destroyed everywhere."""
    made = _made_of_day(request, day, language=language_of(request))
    return given(request, made, day.isoformat(), form)


@staff_only
@require_safe
def of_day(request: VisitRequest, day: date) -> HttpResponse:
    """What became of the calls of one day."""
    gone = remains.of_day(day)
    waiting = [one for one in gone if one.backup_dead_at is None]
    made = _made_of_day(request, day, language=wording.language()) if gone else None
    shown = DayShown(
        date=day,
        gone=tuple(gone),
        waiting=len(waiting),
        last_copy_dies=max((one.last_copy_dies or one.due_at for one in waiting), default=None),
        living=days.living_on(day),
        certificate=made,
        claims=claims_of(made) if made else (),
        check=check_of(request, day.isoformat()) if made else None,
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
    gone = remains.of_call(RecordingId(recording))
    if gone is None:
        raise Http404("nothing of that name was destroyed")
    return gone


def _made(request: VisitRequest, gone: Destroyed, *, language: str) -> Certificate | None:
    """What the ledger certifies; None while a key copy lives, or its entry is not published."""
    with contextlib.suppress(InputError, Conflict):
        return certify.recording(
            request.visit.house.log, gone.recording, language=language, issuer=issuer(request)
        )
    return None


def _made_of_day(request: VisitRequest, day: date, *, language: str) -> Certificate | None:
    with contextlib.suppress(InputError, Conflict):
        return certify.day(
            request.visit.house.log,
            day,
            still_held=days.held_on(day),
            language=language,
            issuer=issuer(request),
        )
    return None


def issuer(request: VisitRequest) -> str:
    """Whose register it is, as a certificate says it."""
    return request.visit.house.register.controller.name


def language_of(request: VisitRequest) -> str:
    """The language that a file is asked in; the reader's own where none is named."""
    asked = request.GET.get("language", "")
    return asked if asked in WORDS else wording.language()


def given(request: VisitRequest, made: Certificate | None, name: str, suffix: str) -> HttpResponse:
    """The certificate in one form, as a file."""
    form = documents.FORMS.get(suffix)
    if made is None or form is None:
        raise Http404("there is no certificate yet, or not in this form")
    raw = form.make(made, request.visit.house.log.signer)
    return downloads.attachment(raw, form.content_type, f"{name}.{made.language}.{suffix}")


def check_of(request: VisitRequest, name: str, *, excerpt: bool = False) -> CheckShown:
    """The box below a certificate whose files are called ``name``."""
    suffixes = tuple(one for one in documents.FORMS if one != "pdf" or documents.draws_pdf())
    key = str(request.visit.house.log.signer.key)
    files = [f"{name}.{wording.language()}.cert", *([f"{name}.entries"] if excerpt else [])]
    return CheckShown(
        file_name=files[0],
        excerpt_name=files[1] if excerpt else "",
        key=key,
        command=f"python3 {VERIFIER.name} --key '{key[:24]}…' {' '.join(files)}",
        verifier=VERIFIER.exists(),
        name=name,
        downloads=tuple((code, label, suffixes) for code, label in _LANGUAGES),
    )


def claims_of(made: Certificate) -> tuple[ClaimShown, ...]:
    """The claims of a certificate, each with what it rests on."""
    return tuple(
        ClaimShown(claim.text, documents.GRADES[claim.evidence], claim.grade)
        for claim in made.claims
    )


def _shown(request: VisitRequest, gone: Destroyed, made: Certificate) -> CertificateShown:
    log, (proof,) = request.visit.house.log, made.proofs
    verdict, _entries = certificate.verdict(certificate.text(made, log.signer).encode(), log.keys)
    return CertificateShown(
        certificate=made,
        recording=gone.recording,
        day=gone.day,
        claims=claims_of(made),
        tree=tree_of(proof),
        holds=verdict.holds,
        check=check_of(request, str(gone.recording)),
    )


def tree_of(proof: Proof) -> TreeShown:
    """The picture of the way from an entry to the head."""
    return TreeShown(
        index=proof.index,
        hashes=len(proof.hashes),
        siblings=tuple(one.hex()[:4] for one in proof.hashes[:3]),
    )


def _name(gone: Destroyed) -> str:
    return f"{gone.day.isoformat()}-{str(gone.recording)[:8]}"

"""The public notice: the promise as callers read it, every version at a permanent address (REGISTER
4.5, 13).

No sign-in, no script, no cookie needed. The first layer comes first, the right to object stands
apart (GDPR 21(4)), and the same text is there as JSON, sentence by sentence with its stable ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from talteen.desk.page import documents, papers, wording
from talteen.desk.page.visit import VisitRequest
from talteen.register import published
from talteen.register.published import Published

_FIRST_LAYER, _OBJECTION = "0", "objection"
NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, by its stable id."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause with its sentences."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def numbered(self) -> bool:
        return self.id.isdigit() and self.id != _FIRST_LAYER


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language in which this version exists."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """One version in one language, ready to be read."""

    number: str
    language: str
    title: str
    head: tuple[str, ...]
    superseded: bool
    legacy: bool
    sha256: str
    languages: tuple[LanguageChoice, ...]
    first: Clause | None
    objection: Clause | None
    clauses: tuple[Clause, ...]
    versions: tuple[Published, ...]


@require_safe
def current(request: VisitRequest) -> HttpResponse:
    """The version in force, in the reader's language."""
    version = published.in_force(request.visit.today)
    if version is None:
        return render(request, "notice/none.html", {}, status=404)
    return _page(request, version, wording.language())


@require_safe
def text(request: VisitRequest, number: str, language: str) -> HttpResponse:
    """One version in one language: a permanent address."""
    return _page(request, _version(number), language)


@require_safe
def any_language(request: VisitRequest, number: str) -> HttpResponse:
    """One version, in the reader's language."""
    return _page(request, _version(number), wording.language())


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version that was ever in force, newest first."""
    context = {"versions": published.all_versions(), "language": wording.language()}
    return render(request, "notice/versions.html", context)


@require_safe
def as_json(request: HttpRequest, number: str) -> HttpResponse:
    """One version in all its languages, for programs."""
    version = _version(number)
    document = {
        "number": version.number,
        "legacy": version.legacy,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "sha256": version.sha256,
        "text": version.text,
    }
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    patch_cache_control(answer, public=True, max_age=300)
    return answer


@require_safe
def as_pdf(request: VisitRequest, number: str, language: str) -> HttpResponse:
    """One version in one language on paper. 404 for a language that it has not."""
    version = _version(number)
    if language not in version.text:
        raise Http404("this version is not in that language")
    shown = _shown(version, language, request.visit.today)
    with override(language):
        return papers.public("notice/paper.html", f"notice-{number}-{language}", shown, language)


def _version(number: str) -> Published:
    version = published.version(number)
    if version is None:
        raise Http404("no such version")
    return version


def _page(request: VisitRequest, version: Published, language: str) -> HttpResponse:
    written = language if language in version.text else next(iter(version.text))
    shown = _shown(version, written, request.visit.today)
    answer = render(request, "notice/page.html", {"shown": shown, "pdf": documents.draws_pdf()})
    # The words are public; the masthead above them may name the member of staff who reads.
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _shown(version: Published, language: str, today: date) -> NoticeShown:
    text: Mapping[str, Any] = version.text[language]
    clauses = {clause.id: clause for clause in _clauses(text["clauses"])}
    # An old notice has no first layer: its clause 0 is the heading as it was printed.
    apart = () if version.legacy else (_FIRST_LAYER, _OBJECTION)
    return NoticeShown(
        number=version.number,
        language=language,
        title=text.get("title") or _("Tietosuojaseloste"),
        head=tuple(text.get("head", ())),
        superseded=version.ended(today),
        legacy=version.legacy,
        sha256=version.sha256,
        languages=tuple(
            LanguageChoice(code, NAMES[code], code == language)
            for code in wording.LANGUAGES
            if code in version.text
        ),
        first=None if version.legacy else clauses.get(_FIRST_LAYER),
        objection=clauses.get(_OBJECTION),
        clauses=tuple(clause for clause in clauses.values() if clause.id not in apart),
        versions=tuple(published.all_versions()),
    )


def _clauses(clauses: Iterable[Mapping[str, Any]]) -> Iterable[Clause]:
    for clause in clauses:
        sentences = (Sentence(one["id"], one["text"]) for one in clause["sentences"])
        yield Clause(str(clause["id"]), clause.get("title", ""), tuple(sentences))

"""The notice for employees: what the agents are told of their own voices (REGISTER E.1; 4.s6).

Nobody signs in for it: who is invited reads it before the first day, and so does a shop steward.
"""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from talteen.desk import notice, wording
from talteen.desk.notice import LanguageChoice
from talteen.desk.visit import VisitRequest
from talteen.notice import text
from talteen.notice.language import Language
from talteen.notice.text import Clause, Notice
from talteen.register import shelf


@dataclass(frozen=True, slots=True)
class EmployeesNoticeShown:
    """It in one language, ready to be read."""

    notice: Notice
    sha256: str
    first: Clause
    clauses: tuple[Clause, ...]
    languages: tuple[LanguageChoice, ...]


@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """In the reader's language."""
    return _page(request, Language(wording.language()))


@require_safe
def in_language(request: VisitRequest, language: str) -> HttpResponse:
    """In one language: a permanent address."""
    if language not in wording.LANGUAGES:
        raise Http404("no such language")
    return _page(request, Language(language))


def _page(request: VisitRequest, language: Language) -> HttpResponse:
    register = shelf.read(request.visit.house.config.paths.register).register
    told = text.for_employees(register, language)
    first, *rest = told.clauses
    choices = tuple(
        LanguageChoice(code, notice.NAMES[code], code == language.value)
        for code in wording.LANGUAGES
    )
    shown = EmployeesNoticeShown(told, text.sha256(told).hex(), first, tuple(rest), choices)
    answer = render(request, "notice/employees.html", {"shown": shown})
    patch_cache_control(answer, private=True, no_cache=True)
    return answer

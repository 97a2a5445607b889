"""The notice for employees: what the agents are told of their own voices (REGISTER E.1; 4.s6).

Nobody signs in for it: who is invited reads it before the first day, and so does a shop steward.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from talteen.desk.page import said, wording
from talteen.desk.page.visit import VisitRequest, admits, reader
from talteen.desk.promise import notice
from talteen.desk.promise.notice import LanguageChoice
from talteen.notice import text
from talteen.notice.acknowledgements import Standing
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Clause, Notice
from talteen.register import shelf
from talteen.register.staff import acknowledgements

SAID = "acknowledgement"
"""Session key: what was said last, and when by the machine's clock."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What the reader has said of it, and can say."""

    standing: Standing
    version: str
    at: datetime | None
    waits: bool
    asks: bool
    """A permission is asked beside having read it."""
    sha256: str
    """Of the wording in all languages, which an answer is of."""
    put: bool
    """The wording that is shown is the one to be acknowledged."""
    agent: bool
    said: str
    fault: str


@dataclass(frozen=True, slots=True)
class EmployeesNoticeShown:
    """It in one language, ready to be read."""

    notice: Notice
    sha256: str
    first: Clause
    clauses: tuple[Clause, ...]
    languages: tuple[LanguageChoice, ...]
    mine: Mine | None
    """None for a stranger."""


@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """In the reader's language."""
    return drawn(request)


@require_safe
def in_language(request: VisitRequest, language: str) -> HttpResponse:
    """In one language: a permanent address."""
    if language not in wording.LANGUAGES:
        raise Http404("no such language")
    return drawn(request, Language(language))


def drawn(
    request: VisitRequest, language: Language | None = None, *, fault: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what the reader can say of it."""
    language = language or Language(wording.language())
    register = shelf.read(request.visit.house.config.paths.register).register
    told = text.for_employees(register, language)
    first, *rest = told.clauses
    choices = tuple(
        LanguageChoice(code, notice.NAMES[code], code == language.value)
        for code in wording.LANGUAGES
    )
    mine = _mine(request, register, fault) if admits(request) else None
    shown = EmployeesNoticeShown(told, text.sha256(told).hex(), first, tuple(rest), choices, mine)
    answer = render(request, "notice/employees.html", {"shown": shown}, status=status)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _mine(request: VisitRequest, register: RegisterFolder, fault: str) -> Mine:
    who, now = reader(request), request.visit.now
    row, digest = acknowledgements.newest(), acknowledgements.of_folder(register)
    word = acknowledgements.last(who)
    return Mine(
        standing=acknowledgements.standings([who], now)[who.pk],
        version=word.version if word else "",
        at=word.at if word else None,
        waits=acknowledgements.waits(who, now),
        asks=register.file.employees.permission_asked,
        sha256=digest.hex(),
        put=row is not None and bytes(row.sha256) == digest,
        agent=Role(who.role) is Role.AGENT,
        said=_said(request),
        fault=fault,
    )


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "read" | "permitted":
            return _("Kiitos. Kuittauksesi on kirjattu.")
        case "withdrawn":
            return _("Kirjattu: puheluitasi ei tallenneta tästä hetkestä alkaen.")
        case _:
            return ""

"""Guidance: articles of a unit, their versions, and who has acknowledged them (17.10).

Whoever writes it passes the gate; whoever it guides says that they have read the version in force.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.desk.page import failures, gate_words, wording
from talteen.desk.page.comparing import Piece, compared
from talteen.desk.page.gate_words import Told
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError
from talteen.life.use.gate import passing
from talteen.life.use.guide import articles, lessons, listened
from talteen.life.use.guide.articles import READERS, WRITERS, ArticleShown, Draft, VersionShown
from talteen.life.use.guide.lessons import Kept, Waiting
from talteen.life.use.guide.listened import Listened
from talteen.life.use.quality.shown import EVALUATORS
from talteen.notice.purposes import Role


@dataclass(frozen=True, slots=True)
class ListShown:
    """The list."""

    articles: tuple[ArticleShown, ...]
    writes: bool
    agent: bool

    @property
    def unread(self) -> int:
        """Articles in force that the reader has not acknowledged."""
        return sum(not one.read and one.retired_at is None for one in self.articles)


@dataclass(frozen=True, slots=True)
class PageShown:
    """One article, in the version that is looked at."""

    article: ArticleShown
    version: VersionShown
    writes: bool
    before: VersionShown | None
    """The version that this one followed."""

    @property
    def changes(self) -> tuple[Piece, ...]:
        """Its title and text against that one's."""
        told = [f"{one.title} {one.text}" for one in (self.before, self.version) if one]
        return compared(*told) if self.before else ()

    @property
    def newest(self) -> bool:
        """Whether it is the version in force."""
        return self.version.number == self.article.newest.number


@dataclass(frozen=True, slots=True)
class FormShown:
    """The form of a version."""

    article: UUID | None
    typed: QueryDict
    studies: tuple[str, ...]
    listened: Listened
    gate: tuple[Told, ...] = ()
    fault: bool = False


@dataclass(frozen=True, slots=True)
class LessonsShown:
    """The page of lessons."""

    waiting: tuple[Waiting, ...]
    kept: tuple[Kept, ...]
    evaluates: bool
    gate: tuple[Told, ...] = ()
    refused: UUID | None = None
    typed: str = ""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The guidance of one's unit."""
    who = reader(request)
    role = Role(who.role)
    if role not in READERS:
        return failures.forbidden(request)
    shown = ListShown(
        tuple(articles.of(who, request.visit.today)), role in WRITERS, role is Role.AGENT
    )
    return render(request, "guidance/list.html", {"shown": shown})


@staff_only
@require_safe
def one(request: VisitRequest, article: UUID, number: int = 0) -> HttpResponse:
    """One article: the version in force, or an earlier one."""
    who = reader(request)
    found = articles.one(who, article, request.visit.today)
    numbered = {version.number: version for version in found.versions}
    version = numbered.get(number, found.newest)
    before = numbered.get(version.number - 1)
    shown = PageShown(found, version, Role(who.role) in WRITERS, before)
    return render(request, "guidance/page.html", {"shown": shown})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: VisitRequest, article: UUID | None = None) -> HttpResponse:
    """Write an article, or its next version."""
    who = reader(request)
    if Role(who.role) not in WRITERS:
        return failures.forbidden(request)
    known = articles.one(who, article, request.visit.today) if article else None
    if known is not None and (not known.own or known.retired_at is not None):
        return failures.forbidden(request)
    typed = request.POST if request.method == "POST" else _typed(known)
    heard = listened.of(who, request.visit.now, article=article)
    shown = FormShown(article, typed, tuple(articles.studies(who)), heard)
    if request.method != "POST":
        return render(request, "guidance/write.html", {"shown": shown})
    try:
        draft = _draft(typed)
        house, now = request.visit.house, request.visit.now
        made = articles.publish(house, who, draft, now, article=article)
    except passing.Refused as error:
        shown = replace(shown, gate=gate_words.told(error))
        return render(request, "guidance/write.html", {"shown": shown}, status=422)
    except InputError:
        shown = replace(shown, fault=True)
        return render(request, "guidance/write.html", {"shown": shown}, status=422)
    return redirect("article", made)


@staff_only
@require_POST
def act(request: VisitRequest, article: UUID, what: str) -> HttpResponse:
    """Acknowledge the version in force, or take an article out of force."""
    who, now = reader(request), request.visit.now
    if Role(who.role) not in READERS:
        return failures.forbidden(request)
    match what:
        case "read":
            number = request.POST.get("number", "")
            if not (number.isascii() and number.isdigit() and len(number) < 6):
                raise Conflict("there is a newer version", remedy="read that one")
            articles.acknowledge(who, article, int(number), now)
        case "retire":
            articles.retire(who, article, now)
        case _:
            articles.hand_over(who, article, request.POST.get("to", ""))
    return redirect("guidance")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def learned(request: VisitRequest) -> HttpResponse:
    """Lessons: those that can still be written, and those that stayed."""
    who, now = reader(request), request.visit.now
    if Role(who.role) not in lessons.READERS:
        return failures.forbidden(request)
    shown = LessonsShown(
        waiting=tuple(lessons.waiting(who, now)),
        kept=tuple(lessons.kept(who)),
        evaluates=Role(who.role) in EVALUATORS,
    )
    if request.method == "POST":
        text, which = request.POST.get("text", ""), _uuid(request.POST.get("evaluation", ""))
        try:
            house = request.visit.house
            lessons.keep(house, who, which, text, language=wording.language(), now=now)
            return redirect("lessons")
        except passing.Refused as error:
            shown = replace(shown, gate=gate_words.told(error), refused=which, typed=text)
    status = 422 if shown.gate else 200
    return render(request, "guidance/lessons.html", {"shown": shown, "now": now}, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InputError("there is no such evaluation", remedy="look at the list again") from None


def _typed(known: ArticleShown | None) -> QueryDict:
    typed = QueryDict(mutable=True)
    if known is not None:
        newest = known.newest
        typed.update({"title": newest.title, "text": newest.text, "language": newest.language})
    return typed


def _language(typed: QueryDict) -> str:
    """In which language it is written: names are sought in it. Nobody is made to write in the one
    that they read the desk in."""
    chosen = typed.get("language", "")
    return chosen if chosen in wording.LANGUAGES else wording.language()


def _draft(typed: QueryDict) -> Draft:
    review_on = needed_day(typed.get("review_on", ""))
    return Draft(
        title=" ".join(typed.get("title", "").split()),
        text=typed.get("text", "").strip(),
        language=_language(typed),
        review_on=review_on,
        study=typed.get("study", ""),
    )

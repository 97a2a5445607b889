"""The forms by which calls are evaluated, as people read them: each version, and what it changed.

Whoever is evaluated can read by what (E.1); a version is never changed, so that an evaluation can
be read with the words that it was given by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from talteen.desk.evaluation.anchoring import EDITORS
from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.page import failures
from talteen.desk.page.comparing import Piece, compared
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.page.words import Text
from talteen.life.use.quality import form as forms
from talteen.life.use.quality import form_changes, published, standing
from talteen.life.use.quality.form import Form, Kind, Question, Scale, Section
from talteen.life.use.quality.form_changes import Change
from talteen.life.use.quality.shown import EVALUATORS
from talteen.notice.purposes import Role

READERS = frozenset({*EVALUATORS, Role.AGENT, Role.TRAINER, Role.DPO})

CHANGES: dict[Change, Text] = {
    Change.ADDED: gettext_lazy("uusi"),
    Change.REMOVED: gettext_lazy("poistettu"),
    Change.MOVED: gettext_lazy("paikka"),
    Change.WORDS: gettext_lazy("sanat"),
    Change.ANCHORS: gettext_lazy("ankkurit"),
    Change.WEIGHT: gettext_lazy("paino"),
    Change.RULE: gettext_lazy("vastaustapa tai ehto"),
}


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question as it is read."""

    number: int
    text: str
    weight: int
    yes_no: bool
    kind: Kind
    anchors: tuple[tuple[int, str], ...]
    condition: str
    """In words; empty where it is always asked."""
    comment_under: int
    na: bool
    waits: bool
    """It counts in no score until it is tried again."""


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section."""

    title: str
    weight: int
    questions: tuple[QuestionShown, ...]


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version in the list."""

    number: int
    by: str
    on: date | None
    before: int
    """The version before it; 0 for the first."""
    current: bool


@dataclass(frozen=True, slots=True)
class FormShown:
    """The page of one version."""

    id: str
    title: str
    number: int
    newest: int
    sections: tuple[SectionShown, ...]
    versions: tuple[VersionShown, ...]
    others: tuple[tuple[str, str], ...]
    edits: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that a version changed."""

    place: str
    """The text of the question, or the title of the section."""
    what: Text
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DiffShown:
    """What a version changed."""

    id: str
    title: str
    before: int
    after: int
    changes: tuple[Changed, ...]


_What = Form | Section | Question


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands at one place of a form, and as which of its neighbours."""

    what: _What
    number: int


@staff_only
@require_safe
def page(request: VisitRequest, form: str, number: int = 0) -> HttpResponse:
    """One version of a form; without a number the newest."""
    role = Role(reader(request).role)
    if role not in READERS:
        return failures.forbidden(request)
    known = published.versions(form)
    newest = known[0].form
    used = published.version(form, number) if number else newest
    numbers = [one.form.version for one in known]
    shown = FormShown(
        id=used.id,
        title=in_language(used.title),
        number=used.version,
        newest=newest.version,
        sections=tuple(_sections(used)),
        versions=tuple(
            VersionShown(
                one.form.version,
                one.by,
                one.on,
                numbers[at + 1] if at + 1 < len(numbers) else 0,
                one.form.version == used.version,
            )
            for at, one in enumerate(known)
        ),
        others=tuple(
            (one.id, in_language(one.title)) for one in published.in_use() if one.id != used.id
        ),
        edits=role in EDITORS,
    )
    return render(request, "quality/form.html", {"shown": shown})


@staff_only
@require_safe
def diff(request: VisitRequest, form: str, before: int, after: int) -> HttpResponse:
    """What the version ``after`` changed."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    old, new = published.version(form, before), published.version(form, after)
    shown = DiffShown(form, in_language(new.title), before, after, tuple(_changes(old, new)))
    return render(request, "quality/form_diff.html", {"shown": shown})


def _sections(used: Form) -> Iterator[SectionShown]:
    numbers = {one.id: number for number, one in enumerate(used.questions, 1)}
    waiting = standing.left_out(used)
    for section in used.sections:
        questions = tuple(_question(one, numbers, waiting) for one in section.questions)
        yield SectionShown(in_language(section.title), section.weight, questions)


def _question(one: Question, numbers: dict[str, int], waiting: frozenset[str]) -> QuestionShown:
    return QuestionShown(
        number=numbers[one.id],
        text=in_language(one.text),
        weight=one.weight,
        yes_no=one.scale is Scale.YES_NO,
        kind=one.kind,
        anchors=tuple((point, in_language(words)) for point, words in sorted(one.anchors.items())),
        condition=_condition(one, numbers),
        comment_under=one.comment_under,
        na=one.na,
        waits=one.id in waiting,
    )


def _condition(one: Question, numbers: dict[str, int]) -> str:
    if one.asked_if is None:
        return ""
    answers = ", ".join(map(str, one.asked_if.answers))
    return _("Kysytään, jos kysymyksen %(number)s vastaus on %(answers)s.") % {
        "number": numbers.get(one.asked_if.question, "?"),
        "answers": answers,
    }


def _changes(old: Form, new: Form) -> Iterator[Changed]:
    before, after = _places(old), _places(new)
    for place, change in form_changes.diff(old, new):
        was, now = before.get(place), after.get(place)
        if was and now and change is Change.ANCHORS:
            yield from _anchors(was.what, now.what)
        elif known := now or was:
            told = (_said(was, change), _said(now, change))
            yield Changed(in_language(_text(known.what)), CHANGES[change], compared(*told))


def _places(form: Form) -> dict[str, _Place]:
    """What stands at each place that a change can name."""
    found = {form_changes.TITLE: _Place(form, 1)}
    for number, section in enumerate(form.sections, start=1):
        found[section.id] = _Place(section, number)
        found |= {one.id: _Place(one, at) for at, one in enumerate(section.questions, start=1)}
    return found


def _text(what: _What) -> forms.Text:
    return what.text if isinstance(what, Question) else what.title


def _anchors(one: _What, other: _What) -> Iterator[Changed]:
    """A line for each point whose words changed."""
    if not (isinstance(one, Question) and isinstance(other, Question)):
        return
    for point in sorted({*one.anchors, *other.anchors}):
        told = [in_language(q.anchors[point]) if point in q.anchors else "" for q in (one, other)]
        if one.anchors.get(point) != other.anchors.get(point):
            what = _("ankkuri %(n)s") % {"n": point}
            yield Changed(in_language(other.text), what, compared(*told))


def _said(at: _Place | None, change: Change) -> str:
    """What stands there, in words that can be compared, as far as ``change`` is about it."""
    match at, change:
        case None, _:
            return ""
        case _Place(number=number), Change.MOVED:
            return str(number)
        case _Place(what=Section() | Question() as what), Change.WEIGHT:
            return f"{what.weight} %"
        case _Place(what=Question() as what), Change.RULE:
            return ", ".join(_rule(what))
        case _:
            return in_language(_text(at.what))


def _rule(one: Question) -> Iterator[str]:
    yield _("kyllä tai ei") if one.scale is Scale.YES_NO else _("asteikko 1–5")
    if one.kind is not Kind.NORMAL:
        yield _("ehdoton") if one.kind is Kind.FATAL else _("kriittinen")
    if one.comment_under:
        yield _("perustelu, jos alle %(n)s") % {"n": one.comment_under}
    if not one.na:
        yield _("koskee aina")
    if one.asked_if is not None:
        yield _("kysytään ehdolla")

"""The editor of evaluation forms: sections, questions, weights, anchors and conditions, in three
languages; what is published is the form's next version.

The page is one form that works without script. Until it is published nothing is kept: adding a part
or mending a fault sends all of it back and forth. What is wrong is said at its place, and nothing
that is wrong can be published (``form.faults``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, takewhile

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from talteen.desk.evaluation.anchoring import EDITORS, whole
from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.page import failures
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict
from talteen.life.use.quality import published
from talteen.life.use.quality.form import (
    LANGUAGES,
    POINTS,
    Condition,
    Form,
    Kind,
    Question,
    Scale,
    Section,
    Text,
)
from talteen.life.use.quality.published import Faulty
from talteen.notice.purposes import Role

MOST_SECTIONS, MOST_QUESTIONS = 12, 30
ANCHORED = (1, 3, POINTS)
_EMPTY: Text = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One text field."""

    name: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """The words of one point."""

    point: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class QuestionEdited:
    """One question in the editor."""

    key: str
    """What the names of its fields begin with."""
    place: int
    question: Question
    title: str
    text: tuple[Field, ...]
    anchors: tuple[AnchorRow, ...]
    earlier: tuple[tuple[str, str], ...]
    """Questions that a condition may ask about: id and text."""
    answers: str
    """Of its condition, as they are typed."""
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionEdited:
    """One section in the editor."""

    key: str
    section: Section
    title: tuple[Field, ...]
    questions: tuple[QuestionEdited, ...]
    sum: int
    """Of its questions' weights."""
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditorShown:
    """The page."""

    form: Form
    name: str
    title: tuple[Field, ...]
    sections: tuple[SectionEdited, ...]
    sum: int
    """Of the sections' weights."""
    faults: tuple[str, ...]
    sum_faults: tuple[str, ...]
    kinds: tuple[Kind, ...] = tuple(Kind)
    wrong: int = 0
    told: str = ""


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest, form: str) -> HttpResponse:
    """Edit the newest version; publish what comes of it."""
    if Role(reader(request).role) not in EDITORS:
        return failures.forbidden(request)
    newest = published.current(form)
    if request.method != "POST":
        return _drawn(request, newest)
    made = _edited(newest, request.POST)
    do = request.POST.get("do", "")
    if do.startswith("add-"):
        return _drawn(request, _with_one_more(made, do, request.POST))
    named = request.POST.get("id", "").strip()
    if do == "publish-as-new" and named in published.names():
        return _drawn(request, made, told=_("Tunnus on jo käytössä."), status=422)
    made = replace(made, id=named) if do == "publish-as-new" else made
    try:
        new = published.publish(made, reader(request), request.visit.now)
    except Faulty as error:
        return _drawn(request, replace(made, id=form), faults=error.faults, status=422)
    except Conflict:
        told = _("Mikään ei muuttunut, tai lomakkeesta on jo uudempi versio.")
        return _drawn(request, made, told=told, status=409)
    if new.version == 1:
        return redirect("form", new.id)
    return redirect("form-diff", new.id, new.version - 1, new.version)


def _drawn(
    request: VisitRequest,
    made: Form,
    *,
    faults: list[str] | None = None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    said = _in_words(faults or [])
    shown = EditorShown(
        form=made,
        name=in_language(dict.fromkeys(LANGUAGES, "") | dict(made.title)),
        title=_fields("title", made.title),
        sections=tuple(_sections(made, said)),
        sum=sum(one.weight for one in made.sections),
        faults=said.get("form", ()),
        sum_faults=said.get("sum", ()),
        wrong=len(faults or []),
        told=told,
    )
    return render(request, "quality/form_edit.html", {"shown": shown}, status=status)


def _text(text: Text) -> str:
    return in_language({code: text.get(code, "") for code in LANGUAGES})


def _in_words(faults: list[str]) -> dict[str, tuple[str, ...]]:
    """What is wrong, by the place where it is."""
    says = {
        "weights": _("Painojen summa ei ole 100."),
        "text": _("Teksti puuttuu jollakin kielellä."),
        "twice": _("Kysymyksen tunnus on kahdesti."),
        "anchors": _("Pisteiden 1, 3 ja 5 ankkurit puuttuvat."),
        "asked_if": _("Ehto voi koskea vain aiempaa kysymystä."),
        "id": _("Tunnus on 2–31 pientä kirjainta, numeroa tai viivaa."),
    }
    found: dict[str, list[str]] = {}
    for one in faults:
        what, _colon, place = one.partition(":")
        place = "sum" if one == "weights:form" else place
        lines = found.setdefault(place, [])
        if says[what] not in lines:
            lines.append(says[what])
    return {place: tuple(lines) for place, lines in found.items()}


def _fields(name: str, text: Text) -> tuple[Field, ...]:
    return tuple(Field(f"{name}-{code}", code, text.get(code, "")) for code in LANGUAGES)


def _sections(made: Form, said: Mapping[str, tuple[str, ...]]) -> Iterator[SectionEdited]:
    names = tuple((one.id, _text(one.text) or one.id) for one in made.questions)
    for number, section in enumerate(made.sections):
        key = f"s{number}"
        yield SectionEdited(
            key=key,
            section=section,
            title=_fields(f"{key}-title", section.title),
            questions=tuple(
                _question(f"{key}q{at}", at, one, names, said.get(one.id, ()))
                for at, one in enumerate(section.questions)
            ),
            sum=sum(one.weight for one in section.questions),
            faults=said.get(section.id, ()),
        )


def _question(
    key: str,
    at: int,
    one: Question,
    names: tuple[tuple[str, str], ...],
    faults: tuple[str, ...],
) -> QuestionEdited:
    # A question that has just been given points shows its anchors once the page comes back.
    points = sorted({*ANCHORED, *one.anchors}) if one.scale is Scale.POINTS else []
    asked = one.asked_if
    return QuestionEdited(
        key=key,
        place=at + 1,
        question=one,
        title=_text(one.text) or _("Uusi kysymys"),
        text=_fields(f"{key}-text", one.text),
        anchors=tuple(
            AnchorRow(point, _fields(f"{key}-a{point}", one.anchors.get(point, _EMPTY)))
            for point in points
        ),
        earlier=_earlier(one, names),
        answers=", ".join(map(str, asked.answers)) if asked else "",
        faults=faults,
    )


def _earlier(one: Question, names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The questions before ``one``, and the one that its condition names even if it is no more."""
    before = names[: next(at for at, name in enumerate(names) if name[0] == one.id)]
    named = one.asked_if.question if one.asked_if else ""
    return before + tuple(name for name in names[len(before) :] if name[0] == named)


def _edited(newest: Form, sent: QueryDict) -> Form:
    """The form as the page sends it; nothing in it is trusted but its shape."""
    every = [f"s{number}" for number in range(MOST_SECTIONS)]
    within: dict[str, list[str]] = {key: [] for key in every}
    for key in every:
        for name in _names_sent(key, sent):
            to = sent.get(f"{name}-section", "")
            within[to if f"{to}-id" in sent and to in within else key].append(name)
    return Form(
        id=newest.id,
        version=whole(sent.get("version", "")),
        title=_text_sent("title", sent),
        sections=tuple(
            _section_sent(key, within[key], sent) for key in _in_their_places(every, sent)
        ),
    )


def _names_sent(key: str, sent: QueryDict) -> Iterator[str]:
    """Of the questions that stood in a section; they may go to another, also from one that goes."""
    return takewhile(lambda name: f"{name}-id" in sent, (f"{key}q{at}" for at in count()))


def _in_their_places(keys: Iterable[str], sent: QueryDict) -> list[str]:
    """Those of ``keys`` that were sent and stay, by the places that were typed; where two have the
    same, as they stood."""
    kept = [key for key in keys if f"{key}-id" in sent and not sent.get(f"{key}-gone")]
    return sorted(kept, key=lambda key: whole(sent.get(f"{key}-place", "")))


def _section_sent(key: str, names: Iterable[str], sent: QueryDict) -> Section:
    return Section(
        id=_slug(sent.get(f"{key}-id", "")),
        title=_text_sent(f"{key}-title", sent),
        weight=whole(sent.get(f"{key}-weight", "")),
        questions=tuple(_question_sent(name, sent) for name in _in_their_places(names, sent)),
    )


def _question_sent(name: str, sent: QueryDict) -> Question:
    scale = Scale.YES_NO if sent.get(f"{name}-scale") == Scale.YES_NO.value else Scale.POINTS
    kinds = {one.value: one for one in Kind}
    anchors = {
        point: words
        for point in range(1, POINTS + 1)
        if any((words := _text_sent(f"{name}-a{point}", sent)).values())
    }
    return Question(
        id=_slug(sent.get(f"{name}-id", "")),
        text=_text_sent(f"{name}-text", sent),
        weight=whole(sent.get(f"{name}-weight", "")),
        scale=scale,
        kind=kinds.get(sent.get(f"{name}-kind", ""), Kind.NORMAL),
        anchors=anchors if scale is Scale.POINTS else {},
        asked_if=_condition_sent(name, sent),
        comment_under=min(whole(sent.get(f"{name}-under", "")), POINTS),
        na=bool(sent.get(f"{name}-na")),
    )


def _condition_sent(name: str, sent: QueryDict) -> Condition | None:
    asked = sent.get(f"{name}-if", "")
    said = sent.get(f"{name}-answers", "").replace(",", " ").split()
    points = tuple(sorted({point for one in said if 1 <= (point := whole(one)) <= POINTS}))
    return Condition(_slug(asked), points) if asked else None


def _text_sent(name: str, sent: QueryDict) -> Text:
    return {code: " ".join(sent.get(f"{name}-{code}", "").split())[:500] for code in LANGUAGES}


def _slug(text: str) -> str:
    """An id as a file may hold it (``form_file``)."""
    return "".join(one for one in text if one.isalnum() or one == "-")[:40]


def _with_one_more(made: Form, do: str, sent: QueryDict) -> Form:
    """``do`` names the section as it stood on the page: it may have got another place since."""
    known = {one.id for one in made.questions} | {one.id for one in made.sections}
    fresh = next(f"k{n}" for n in range(1, 500) if f"k{n}" not in known)
    if do == "add-section":
        return replace(made, sections=(*made.sections, Section(fresh, _EMPTY, 0, ())))
    new = Question(fresh, _EMPTY, 0)
    to = _slug(sent.get(f"{do.removeprefix('add-')}-id", ""))
    sections = tuple(
        replace(section, questions=(*section.questions, new))
        if section.id == to and len(section.questions) < MOST_QUESTIONS
        else section
        for section in made.sections
    )
    return replace(made, sections=sections)

"""The evaluation form on the page of a call: questions, what was answered, what is missing.

It stands under a grant for service quality only. A second, blind evaluator gets the first one's
form and nothing else of theirs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk import words
from talteen.desk.quality_words import in_language
from talteen.desk.visit import VisitRequest, reader
from talteen.life.use.quality import evaluated, evaluating
from talteen.life.use.quality.evaluated import OnCall
from talteen.life.use.quality.evaluating import SHIPPED
from talteen.life.use.quality.form import (
    NO,
    POINTS,
    YES,
    Form,
    Kind,
    Lack,
    Question,
    Scale,
    Section,
    Special,
)
from talteen.notice.purposes import Purpose
from talteen.register.access import Grant

LACKS: Mapping[Lack, words.Text] = {
    Lack.UNANSWERED: gettext_lazy("Vastaa tähän."),
    Lack.NO_SUCH_ANSWER: gettext_lazy("Tähän ei voi vastata niin."),
    Lack.COMMENT: gettext_lazy("Perustele näin matala arvio."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be given."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was answered."""

    number: int
    id: str
    text: str
    anchors: tuple[str, ...]
    kind: Kind
    choices: tuple[Choice, ...]
    remark: str
    at_ms: int | None
    """Where in the sound the remark was begun."""
    lack: words.Text
    condition: str
    """The question that this one depends on; empty for most."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section."""

    title: str
    weight: int
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class FormShown:
    """The form beside the player, or what stands in its place."""

    on_call: OnCall
    parts: tuple[Part, ...] = ()
    title: str = ""
    form: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """Forms that may be chosen instead: id and title."""
    faults: int = 0


def shown(request: VisitRequest, grant: Grant, lacking: Mapping[str, Lack]) -> FormShown | None:
    """The form for the holder of ``grant``; None for another purpose than service quality."""
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        return None
    on_call = evaluated.on_call(reader(request), grant.recording)
    if on_call.taken:
        return FormShown(on_call)
    sent = request.POST if request.method == "POST" else request.GET
    used = on_call.form or evaluating.shipped(named(sent.get("form", "")))
    return FormShown(
        on_call=on_call,
        parts=tuple(_parts(used, sent, lacking)),
        title=in_language(used.title),
        form=used.id,
        others=() if on_call.form else tuple(_others(used.id)),
        faults=len(lacking),
    )


def named(form: str) -> str:
    """A shipped form of this name, or the first of them."""
    return form if form in SHIPPED else SHIPPED[0]


def _others(used: str) -> Iterator[tuple[str, str]]:
    for name in SHIPPED:
        if name != used:
            yield name, in_language(evaluating.shipped(name).title)


def _parts(used: Form, sent: QueryDict, lacking: Mapping[str, Lack]) -> Iterator[Part]:
    number = 0
    for section in used.sections:
        asked = []
        for one in section.questions:
            number += 1
            asked.append(_asked(number, one, sent, lacking.get(one.id)))
        yield _part(section, asked)


def _part(section: Section, asked: list[Asked]) -> Part:
    return Part(in_language(section.title), section.weight, tuple(asked))


def _asked(number: int, one: Question, sent: QueryDict, lack: Lack | None) -> Asked:
    chosen = sent.get(f"q-{one.id}", "")
    return Asked(
        number=number,
        id=one.id,
        text=in_language(one.text),
        anchors=tuple(f"{p}: {in_language(words)}" for p, words in sorted(one.anchors.items())),
        kind=one.kind,
        choices=tuple(Choice(value, name, value == chosen) for value, name in _choices(one)),
        remark=sent.get(f"r-{one.id}", ""),
        at_ms=place_of(sent, one.id),
        lack=LACKS[lack] if lack else "",
        condition=one.asked_if.question if one.asked_if else "",
    )


def place_of(sent: QueryDict, question: str) -> int | None:
    """The place in the sound, in milliseconds, that a form sends with the remark on a question."""
    at = sent.get(f"at-{question}", "")
    return int(at) if at.isascii() and at.isdigit() and len(at) < 10 else None


def _choices(one: Question) -> Iterator[tuple[str, str]]:
    if one.scale is Scale.YES_NO:
        yield from ((str(YES), _("Kyllä")), (str(NO), _("Ei")))
    else:
        yield from ((str(point), str(point)) for point in range(1, POINTS + 1))
    if one.na:
        yield Special.NA.value, _("Ei koske")

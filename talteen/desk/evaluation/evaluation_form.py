"""The evaluation form on the page of a call: questions, what was answered, what is missing.

It stands under a grant for service quality only. A second, blind evaluator gets the first one's
form and nothing else of theirs; who is asked in a calibration round gets the round's form. What was
begun and not handed in (``drafts``) is there again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from talteen.desk.evaluation import calibration_words
from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.page import words
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.quality import (
    answers,
    calibrating,
    drafts,
    evaluated,
    published,
    round_calls,
)
from talteen.life.use.quality.drafts import Kept
from talteen.life.use.quality.evaluated import OnCall
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
from talteen.life.use.rows import Row
from talteen.notice.purposes import Purpose, Role
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
class RoundOffer:
    """A calibration round that could be opened on this call."""

    people: tuple[tuple[UUID, str, Role], ...]
    forms: tuple[tuple[str, str], ...]
    others: tuple[Row, ...]
    """Calls of the sample that may stand in the same round."""
    most: int
    """So many of them."""
    chosen: Mapping[str, frozenset[str]]
    """What was chosen in a form that was sent back: ids by the field."""
    enough: bool
    """At least two people could answer."""
    said: str
    """What stood in the way of the last try."""


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
    saved_at: datetime | None = None
    """When a draft of it was saved last; None where there is none."""
    round: RoundOffer | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields: what was just sent, or else what a draft holds."""

    answers: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


def shown(request: VisitRequest, grant: Grant, lacking: Mapping[str, Lack]) -> FormShown | None:
    """The form for the holder of ``grant``; None for another purpose than service quality."""
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        return None
    on_call = evaluated.on_call(reader(request), grant.recording)
    if on_call.taken:
        return FormShown(on_call, round=_offer(request, grant))
    begun = drafts.of(request.visit.house.vault, grant, request.visit.now)
    used = on_call.form or published.current(named(_asked_for(request, begun)))
    filled = _sent(request, used) if request.method == "POST" else _begun(begun, used)
    return FormShown(
        on_call=on_call,
        parts=tuple(_parts(used, filled, lacking)),
        title=in_language(used.title),
        form=used.id,
        others=() if on_call.form else tuple(_others(used.id)),
        faults=len(lacking),
        saved_at=begun.at if begun and begun.form == used.id else None,
        round=_offer(request, grant),
    )


def _asked_for(request: VisitRequest, begun: Kept | None) -> str:
    """The form that the page asks for, or the one that was begun."""
    sent = request.POST if request.method == "POST" else request.GET
    return sent.get("form", "") or (begun.form if begun else "")


def named(form: str) -> str:
    """A form of this name, or the first that comes with Talteen."""
    known = published.names()
    return form if form in known else known[0]


def _others(used: str) -> Iterator[tuple[str, str]]:
    for one in published.in_use():
        if one.id != used:
            yield one.id, in_language(one.title)


def _offer(request: VisitRequest, grant: Grant) -> RoundOffer:
    people = tuple(
        (one.pk, one.name, Role(one.role)) for one in calibrating.eligible(grant.recording)
    )
    forms = tuple((one.id, in_language(one.title)) for one in published.in_use())
    return RoundOffer(
        people=people,
        forms=forms,
        others=tuple(round_calls.offered(reader(request), grant.recording, request.visit.now)),
        most=calibrating.MOST_CALLS - 1,
        chosen=calibration_words.last_chosen(request),
        enough=len(people) >= calibrating.LEAST,
        said=calibration_words.last_said(request),
    )


def _sent(request: VisitRequest, used: Form) -> Filled:
    sent, ids = request.POST, [one.id for one in used.questions]
    places = {one: at for one in ids if (at := place_of(sent, one)) is not None}
    return Filled(
        {one: sent.get(f"q-{one}", "") for one in ids},
        {one: sent.get(f"r-{one}", "") for one in ids},
        places,
    )


def _begun(begun: Kept | None, used: Form) -> Filled:
    if begun is None or begun.form != used.id:
        return Filled()
    said = begun.remarks
    return Filled(
        {key: str(value) for key, value in answers.kept(begun.answers).items()},
        {key: one.text for key, one in said.items()},
        {key: one.at_ms for key, one in said.items() if one.at_ms is not None},
    )


def _parts(used: Form, filled: Filled, lacking: Mapping[str, Lack]) -> Iterator[Part]:
    number = 0
    for section in used.sections:
        asked = []
        for one in section.questions:
            number += 1
            asked.append(_asked(number, one, filled, lacking.get(one.id)))
        yield _part(section, asked)


def _part(section: Section, asked: list[Asked]) -> Part:
    return Part(in_language(section.title), section.weight, tuple(asked))


def _asked(number: int, one: Question, filled: Filled, lack: Lack | None) -> Asked:
    chosen = filled.answers.get(one.id, "")
    return Asked(
        number=number,
        id=one.id,
        text=in_language(one.text),
        anchors=tuple(f"{p}: {in_language(words)}" for p, words in sorted(one.anchors.items())),
        kind=one.kind,
        choices=tuple(Choice(value, name, value == chosen) for value, name in _choices(one)),
        remark=filled.remarks.get(one.id, ""),
        at_ms=filled.places.get(one.id),
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

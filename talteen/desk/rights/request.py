"""One request: what is due when, what is missing, and the one next step (REGISTER C, 14).

The page shows the forms of the stage in which the request is and no others; whoever sends another
gets the answer of a machine that has no such edge. The letter is read here exactly as it leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.page import failures, opinion_words, said, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import (
    ending,
    identity_shown,
    packing,
    request_acts,
    request_astray,
    request_edges,
    request_mandate,
    request_words,
)
from talteen.desk.rights.ending import EndingShown
from talteen.desk.rights.identity_shown import IdentityShown
from talteen.desk.rights.request_acts import Shown
from talteen.desk.rights.request_astray import AstrayShown
from talteen.desk.rights.request_edges import EdgeShown
from talteen.desk.rights.request_mandate import MandateShown
from talteen.desk.rights.requests import ANSWERERS, LOOKERS, RowShown, row_of
from talteen.errors import InputError, TalteenError, Unavailable
from talteen.life.answer import (
    calls,
    lifting,
    own_calls,
    papers,
    sending,
    steps,
    undelivered,
    values,
    writing,
)
from talteen.life.answer.calls import Search
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.answer.undelivered import Undelivered
from talteen.life.seal.case_files import Texts
from talteen.life.use.listed import line_name
from talteen.life.use.rows import LineName
from talteen.notice import requests as law
from talteen.notice.letters import Written
from talteen.notice.purposes import Role
from talteen.notice.requests import Answer, Stage, Step
from talteen.notice.rights import Right
from talteen.notice.ways import Way
from talteen.register.models import Line, Staff

SAID = "request"
NOTHING = Shown()
ACTS = {**request_acts.ACTS, **request_astray.ACTS}
OF_TWO = frozenset({"decide", "package", "anew"})
"""What asks the person for a second factor first (REGISTER D)."""


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call of the request, by its number in it."""

    number: int
    recording: UUID
    started_at: datetime
    length_ms: int
    due_at: datetime
    line: LineName
    held: bool
    checked: bool
    """Two people have read its words, the second against the sound."""


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One place of a letter that a person fills."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class WaitingShown:
    """An answer that waits to be decided."""

    prepared_by: str
    way: words.Text
    """How it goes to the person, and to where."""
    to: str
    two: bool
    needs_opinion: bool
    opinion: str
    stand: str
    """For, against, or on conditions; empty of words alone."""


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter of the file."""

    id: UUID
    name: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page."""

    request: RowShown
    language: str
    via: str
    asked: Texts
    told_day: date | None
    calls: tuple[CallShown, ...]
    edges: tuple[EdgeShown, ...]
    letters: tuple[LetterShown, ...]
    right: Right | None
    """Which right is answered next."""
    choices: tuple[tuple[str, str], ...]
    """Answers that can be given now: key and title."""
    chosen: str
    places: tuple[PlaceShown, ...]
    """What the chosen letter asks."""
    ways: tuple[tuple[str, words.Text], ...]
    """How the answer can go, the first of them unless somebody chooses."""
    preview: Written | None
    waiting: WaitingShown | None
    lines: tuple[LineName, ...]
    agents: tuple[Staff, ...]
    """Whose own calls can be looked for."""
    search: Search | None
    clue: Mapping[str, str]
    decides: bool
    advises: bool
    extends: bool
    lifts: bool
    """Whether a restriction stands of which no end was told."""
    lifting: date | None
    """The day on which it ends, as the person was told."""
    ending: EndingShown
    """Whether a restricted call may end, as its person was asked."""
    package: packing.PackageShown | None
    identity: IdentityShown | None
    unread: bool
    """It is a letter, and nobody has said yet what it asks for."""
    code: str
    """Of a package that was made just now: shown once."""
    follow_code: str
    """The person's new code, where the old one came into other hands: shown once."""
    astray: AstrayShown | None
    """An answer that came to somebody else, while it is owed to its person."""
    may_be_astray: bool
    """An answer has left of which somebody may find out so."""
    packs: bool
    """A package can be made now."""
    undelivered: Undelivered | None
    """What did not arrive, while it was not said in another way."""
    told_how: str
    """What was typed of that way, where it could not be taken."""
    mandate: MandateShown
    """For whom else somebody asks, and what they showed of it."""
    typed: Mapping[str, str]
    """What was typed of an opinion or against it, where it could not be taken."""
    fault: str
    said: bool


@staff_only
@require_safe
def page(request: VisitRequest, case: UUID) -> HttpResponse:
    """The request as it stands."""
    return _drawn(request, case)


@sensitive_post_parameters()
@staff_only
@require_POST
def act(request: VisitRequest, case: UUID, what: str) -> HttpResponse:
    """One step. A failure draws the page again, with what was typed."""
    role = Role(reader(request).role)
    if role not in LOOKERS or (role not in ANSWERERS and what != "opinion"):
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    if what in OF_TWO and (
        first := entering.confirm_first(request, reverse("request", args=[case]))
    ):
        return first
    try:
        shown = ACTS[what](request, case)
    except Unavailable:
        raise
    except TalteenError as error:
        fault = str(request_words.FAULTS.get(error.slug, request_words.FAULTS["input"]))
        return _drawn(request, case, fault=fault, status=error.http_status)
    if shown is not None:
        return _drawn(request, case, made=shown)
    said.keep(request, SAID, what=what)
    return redirect("request", case)


# --- the page -------------------------------------------------------------------------------------


def _drawn(
    request: VisitRequest,
    case: UUID,
    *,
    made: Shown = NOTHING,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    row = request_acts.found(case)
    shown = _shown(request, row, made, fault)
    context = {"shown": shown, "stages": {one.name: one for one in Stage}}
    return render(request, "requests/page.html", context, status=status)


def _shown(request: VisitRequest, row: SubjectRequest, made: Shown, fault: str) -> PageShown:
    now = request.visit.now
    desk, role = request_acts.desk_of(request, row), Role(reader(request).role)
    right = law.next_right(steps.rights_of(row), steps.settled(row))
    stage, waiting = Stage(row.stage), _waiting(row)
    chosen, end = _chosen(request, right, stage), lifting.told(row)
    return PageShown(
        request=row_of(row, now),
        language=row.language,
        via=row.via,
        asked=desk.setting.asked,
        told_day=calls.told_day(desk.setting.asked),
        calls=tuple(_calls(row)),
        edges=tuple(request_edges.shown(request, row)),
        letters=tuple(letters_of(request, row)),
        right=right,
        choices=_choices(desk, right, stage, mandated=request_mandate.asked(row, desk)),
        chosen=chosen.key if chosen else "",
        places=_places(request, desk, chosen),
        ways=_ways(request, row) if chosen else (),
        preview=_preview(request, desk, waiting),
        waiting=_waiting_shown(request, desk, waiting),
        lines=tuple(line_name(one) for one in Line.objects.filter(recorded=True)),
        agents=tuple(own_calls.agents()) if stage is Stage.SCOPING else (),
        search=made.search,
        clue=_clue_shown(request, desk.setting.asked),
        decides=role in ANSWERERS,
        advises=role is Role.DPO,
        extends=not row.extended and (stage, Step.EXTENDED) in law.EDGES,
        lifts=end is None and lifting.standing(row),
        lifting=end.ends_on if end else None,
        ending=ending.shown(row, now),
        package=packing.shown(row, now),
        identity=identity_shown.shown(request, row),
        unread=not row.rights and stage is not Stage.CLOSED,
        code=made.code,
        follow_code=made.follow_code,
        astray=request_astray.shown(request, desk, row),
        may_be_astray=request_astray.possible(row),
        packs=request_astray.packs(row) or (right is Right.ACCESS and stage is Stage.PREPARING),
        undelivered=undelivered.standing([row.pk]).get(row.pk),
        told_how=request.POST.get("told-how", ""),
        mandate=request_mandate.shown(request, row, desk.setting.asked),
        typed=opinion_words.typed(request),
        fault=fault,
        said=not (fault or made != NOTHING) and said.last(request, SAID) is not None,
    )


def _waiting(row: SubjectRequest) -> RequestAnswer | None:
    if row.stage != Stage.SECOND_CHECK.value:
        return None
    return steps.waiting_answer(row)


def _waiting_shown(
    request: VisitRequest, desk: writing.Desk, waiting: RequestAnswer | None
) -> WaitingShown | None:
    if waiting is None:
        return None
    rules, opinion = desk.rules(waiting.letter), waiting.opinion
    said = papers.read(request.visit.house.vault, opinion)["text"] if opinion else ""
    way, asked = Way(waiting.way), desk.setting.asked
    to = asked.get("number" if way is Way.TEXT else "reach", "") if way is not Way.COLLECT else ""
    by = waiting.prepared_by.name
    stand = opinion.name if opinion else ""
    return WaitingShown(by, request_words.WAYS[way], to, rules.two, rules.dpo, said, stand)


def _chosen(request: VisitRequest, right: Right | None, stage: Stage) -> Answer | None:
    key = request.POST.get("answer", "") or request.GET.get("answer", "")
    if right is None:
        return None
    found = law.answers(right, stage)
    if len(found) == 1:
        return found[0]
    return next((one for one in found if one.key == key), None)


def _choices(
    desk: writing.Desk, right: Right | None, stage: Stage, *, mandated: bool
) -> tuple[tuple[str, str], ...]:
    """That a mandate does not carry it is an answer where somebody asks for another person."""
    found = law.answers(right, stage) if right else ()
    known = stage is Stage.PREPARING and not mandated
    found = tuple(one for one in found if not (known and one.letter == law.NO_MANDATE))
    return tuple(
        (one.key, request_words.answer(one, desk.text(one.letter).subject)) for one in found
    )


def _ways(request: VisitRequest, row: SubjectRequest) -> tuple[tuple[str, words.Text], ...]:
    found = sending.open_ways(request.visit.house, row)
    return tuple((way.value, request_words.WAYS[way]) for way in found)


def _places(
    request: VisitRequest, desk: writing.Desk, answer: Answer | None
) -> tuple[PlaceShown, ...]:
    if answer is None:
        return ()
    # Their own words are theirs: as they came, and what is no statement is struck out by hand.
    ready = {law.STATEMENT: desk.setting.asked.get("words", "")}
    return tuple(
        PlaceShown(
            place.replace(".", "-"),
            str(request_words.PLACES.get(place, place)),
            request.POST.get(place.replace(".", "-"), ready.get(place, "")),
        )
        for place in desk.asks(answer.letter)
    )


def _preview(
    request: VisitRequest, desk: writing.Desk, waiting: RequestAnswer | None
) -> Written | None:
    if waiting is None:
        return None
    typed = papers.read(request.visit.house.vault, waiting.draft)
    try:
        return desk.write(waiting.letter, typed)
    except InputError:  # what the house knew is gone, such as a call: it cannot be sent like that
        return None


def _calls(row: SubjectRequest) -> list[CallShown]:
    checked = packing.checked(row)
    return [
        CallShown(
            number,
            call.pk,
            call.started_at,
            call.length_ms,
            call.due_at,
            line_name(call.line),
            call.holds.filter(case=row.case, state="active").exists(),
            call.pk in checked,
        )
        for number, call in enumerate(values.calls_of(row), 1)
    ]


def letters_of(request: VisitRequest, row: SubjectRequest) -> list[LetterShown]:
    """The letters that have left, newest first."""
    vault = request.visit.house.vault
    found = row.papers.filter(kind="letter").order_by("-at")
    opened = ((paper, papers.read(vault, paper)) for paper in found)
    return [
        LetterShown(paper.pk, paper.name, told["subject"], told["text"], paper.at)
        for paper, told in opened
    ]


def _clue_shown(request: VisitRequest, asked: Texts) -> Mapping[str, str]:
    day = asked.get("day", "")
    told = {"number": asked.get("number", ""), "first": day, "last": day}
    told |= {"around": asked.get("around", ""), "agent": "", "line": ""}
    return {name: request.POST.get(name, value) for name, value in told.items()}

"""The calibration room: several people answer one form about the same calls, blind, and then look
together at where they differ (field notes C).

A round is opened from the page of an open call, with others of the sample beside it, so that nobody
opens one on a call that is not theirs to open. The figures stand for the form over all rounds; a
question below the bar counts in nobody's score until its anchors are rewritten, which is done here,
as a new version of the form.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.evaluation import anchoring, calibration_words, scores
from talteen.desk.evaluation.anchoring import EDITORS, AnchorShown
from talteen.desk.evaluation.calibration_words import SAID
from talteen.desk.evaluation.evaluation_form import named
from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.evaluation.scores import Dot, Tick, Votes
from talteen.desk.page import failures, purpose, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing
from talteen.life.use.quality import calibrated, calibrating, published, standing
from talteen.life.use.quality.agreement import RELY_FROM, TENTATIVE_FROM, Trust
from talteen.life.use.quality.calibrated import Asked, Given, Overturned, Room, Round, RoundCall
from talteen.life.use.quality.calibrating import NotForAll
from talteen.life.use.quality.form import Question, Scale
from talteen.life.use.quality.reliability import LEAST_CALLS, Standing
from talteen.life.use.quality.remarks import Remark
from talteen.life.use.quality.shown import EVALUATORS
from talteen.notice.purposes import Role
from talteen.register.access import Grant


@dataclass(frozen=True, slots=True)
class CallAnswers:
    """The blind answers about one call."""

    place: int
    dots: tuple[Dot, ...]
    votes: Votes
    spoken: str
    """In words."""


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question with its figures."""

    number: int
    id: str
    text: str
    yes_no: bool
    calls: tuple[CallAnswers, ...]
    here: str
    """Alpha over the calls of this round, with its interval; empty for one call."""
    alpha: str
    interval: str
    gwet: str
    gwet_name: str
    percent: str
    verdict: str
    kind: str
    low: int
    """Places of the whisker, 0 to 100."""
    high: int
    at: int
    drawn: bool
    weak: bool
    applies_weak: str
    """Alpha of whether it applies, where people disagree on that; empty elsewhere."""
    overturned: Overturned | None = None


@dataclass(frozen=True, slots=True)
class ListShown:
    """The page of all rounds, and the figures of one form."""

    rounds: tuple[Round, ...]
    form: str
    title: str
    version: int
    others: tuple[tuple[str, str], ...]
    questions: tuple[QuestionShown, ...]
    weak: int
    asks: int
    """Rounds that wait for the reader."""
    edits: bool
    least: int = LEAST_CALLS
    bars: tuple[float, float] = (TENTATIVE_FROM * 100, RELY_FROM * 100)


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """What somebody remarked; under a grant on the call only."""

    letter: str
    place: int
    """Of the call in the round."""
    question: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class RoomShown:
    """The page of one round."""

    round: Round
    heading: str
    questions: tuple[QuestionShown, ...]
    remarks: tuple[RemarkShown, ...]
    may_read: bool
    """Under a grant on one of its calls."""
    closed: tuple[RoundCall, ...]
    """Calls that the reader could open to read what was remarked."""
    anchor: AnchorShown | None
    edits: bool
    said: str
    least: int = LEAST_CALLS
    ticks: tuple[Tick, ...] = scores.TICKS
    bars: tuple[float, float] = (TENTATIVE_FROM * 100, RELY_FROM * 100)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The reader's rounds, and how far a form can be relied on."""
    who = reader(request)
    if Role(who.role) not in EVALUATORS:
        return failures.forbidden(request)
    used = published.current(named(request.GET.get("form", "")))
    known, changed = standing.of(used), calibrated.overturned(used)
    questions = tuple(
        replace(_question(number, one, (), known.get(one.id)), overturned=changed.get(one.id))
        for number, one in enumerate(used.questions, 1)
    )
    rounds = tuple(calibrated.rounds(who, request.visit.now))
    shown = ListShown(
        rounds=rounds,
        form=used.id,
        title=in_language(used.title),
        version=used.version,
        others=tuple(
            (one.id, in_language(one.title)) for one in published.in_use() if one.id != used.id
        ),
        questions=questions,
        weak=sum(one.weak for one in questions),
        asks=sum(one.asks_reader for one in rounds),
        edits=Role(who.role) in EDITORS,
    )
    return render(request, "quality/calibration.html", {"shown": shown})


@staff_only
@require_safe
def room(request: VisitRequest, number: int) -> HttpResponse:
    """One round: who is waited for, or what everybody answered."""
    return _drawn(request, _room(request, number))


def _room(request: VisitRequest, number: int) -> Room:
    if Role(reader(request).role) not in EVALUATORS:
        raise Http404("no such round for this reader")
    found = calibrated.room(reader(request), number, request.visit.now)
    if found is None:
        raise Http404("no such round for this reader")
    return found


def _drawn(request: VisitRequest, found: Room) -> HttpResponse:
    questions = tuple(
        _question(number, one.question, one.given, one.standing, one.here)
        for number, one in enumerate(found.questions, 1)
    )
    worst, held = _worst(questions, found.questions), _held(request, found.round)
    shown = RoomShown(
        round=found.round,
        heading=_heading(found, worst),
        questions=questions,
        remarks=tuple(
            one for call, grant in held.items() for one in _remarks(request, found, call, grant)
        ),
        may_read=bool(held),
        closed=tuple(one for one in found.round.calls if one.opens and one.place not in held),
        anchor=anchoring.shown(request, found, worst.id if worst else ""),
        edits=Role(reader(request).role) in EDITORS,
        said=calibration_words.last_said(request),
    )
    return render(request, "quality/room.html", {"shown": shown})


def _heading(found: Room, worst: QuestionShown | None) -> str:
    one = found.round
    if one.open:
        if one.several and one.own and not one.own.done:
            told = {"given": one.own.given, "of": one.own.of}
            return _("Olet vastannut %(given)s / %(of)s puheluun") % told
        return _("Vastannut %(given)s / %(asked)s") % {"given": one.given, "asked": one.asked}
    if worst is not None:
        return _("Alfa %(alpha)s: kysymys %(number)s horjuu") % {
            "alpha": worst.alpha,
            "number": worst.number,
        }
    calls = max((row.standing.calls for row in found.questions if row.standing), default=0)
    if calls < LEAST_CALLS:
        return _("Paljastettu. Tuomio vasta %(least)s puhelusta") % {"least": LEAST_CALLS}
    return _("Kaikki kysymykset kantavat")


def _worst(questions: tuple[QuestionShown, ...], asked: tuple[Asked, ...]) -> QuestionShown | None:
    weak = [
        (row.standing.answers.figures.alpha.value or 0.0, shown.number, shown)
        for shown, row in zip(questions, asked, strict=True)
        if shown.weak and row.standing
    ]
    return min(weak)[2] if weak else None


def _question(
    number: int,
    one: Question,
    given: tuple[tuple[Given, ...], ...],
    known: Standing | None,
    here: Standing | None = None,
) -> QuestionShown:
    alpha = known.answers.figures.alpha if known else None
    weak = known is not None and known.trust is Trust.REWRITE
    applies = known is not None and known.applies.trust is Trust.REWRITE
    return QuestionShown(
        number=number,
        id=one.id,
        text=in_language(one.text),
        yes_no=one.scale is Scale.YES_NO,
        calls=tuple(
            CallAnswers(
                place=place,
                dots=scores.dots(row),
                votes=scores.votes(row),
                spoken=", ".join(map(_spoken, row)),
            )
            for place, row in enumerate(given, 1)
            if row
        ),
        here=_here(here),
        alpha=calibration_words.decimal(alpha.value if alpha else None),
        interval=calibration_words.interval(alpha) if alpha else "–",
        gwet=calibration_words.decimal(known.answers.figures.gwet.value if known else None),
        gwet_name=calibration_words.gwet(known.answers.level) if known else "",
        percent=calibration_words.percent(known.answers.figures.percent if known else None),
        verdict=calibration_words.verdict(known),
        kind=calibration_words.kind(known),
        low=_place(alpha.low if alpha else None),
        high=_place(alpha.high if alpha else None),
        at=_place(alpha.value if alpha else None),
        drawn=alpha is not None and alpha.value is not None,
        weak=weak,
        applies_weak=calibration_words.decimal(known.applies.figures.alpha.value)
        if known and applies
        else "",
    )


def _here(found: Standing | None) -> str:
    """``0,52 (0,28–0,66)``; for a few calls the interval says how little is known."""
    if found is None:
        return ""
    alpha = found.answers.figures.alpha
    return f"{calibration_words.decimal(alpha.value)} ({calibration_words.interval(alpha)})"


def _spoken(given: Given) -> str:
    if given.answer is None:
        return "–"
    return str(given.answer) if isinstance(given.answer, int) else _("ei koske")


def _place(value: float | None) -> int:
    """On a scale from 0 to 1; what is below nothing stands at its end."""
    return round(min(max(value or 0.0, 0.0), 1.0) * 100)


def _held(request: VisitRequest, found: Round) -> dict[int, Grant]:
    """The grants that the reader holds on calls of a revealed round, by their places."""
    if found.open:
        return {}
    calls = [(one.place, one.recording) for one in found.calls if one.recording]
    held = ((place, purpose.held_grant(request, call)) for place, call in calls)
    return {place: grant for place, grant in held if grant}


def _remarks(request: VisitRequest, found: Room, place: int, grant: Grant) -> Iterator[RemarkShown]:
    vault, now = request.visit.house.vault, request.visit.now
    texts = {one.id: in_language(one.text) for one in found.form.questions}
    for letter, one in calibrated.said(vault, grant, found.round.number, now):
        yield RemarkShown(letter, place, texts.get(one.question, ""), one)


@staff_only
@require_POST
def start(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Open a round on the open call."""
    grant = purpose.needed_grant(request, recording)
    house, form = request.visit.house, request.POST
    try:
        people, others = ([UUID(one) for one in form.getlist(name)] for name in ("who", "also"))
    except ValueError:
        people, others = [], []
    try:
        number = calibrating.open_round(
            house.vault,
            grant,
            published.current(named(form.get("form", ""))),
            people,
            ends_after=house.register.retention.evaluation_months,
            now=request.visit.now,
            others=others,
        )
    except InputError as error:
        few = len(people) < calibrating.LEAST
        lacks = "team" if isinstance(error, NotForAll) else "few" if few else "calls"
        chosen = {name: " ".join(form.getlist(name)) for name in ("form", "who", "also")}
        said.keep(request, SAID, what=lacks, **chosen)
        return redirect("call", recording)
    except Conflict:
        said.keep(request, SAID, what="open")
        return redirect("calibration")
    return redirect("calibration-round", number)


@staff_only
@require_POST
def reveal(request: VisitRequest, number: int) -> HttpResponse:
    """Reveal a round before everybody has answered: by who opened it."""
    if Role(reader(request).role) not in EVALUATORS:
        return failures.forbidden(request)
    try:
        calibrating.reveal(number, reader(request))
    except Missing:
        raise Http404("no such round for this reader") from None
    except Conflict:
        pass  # somebody was faster; the page shows it
    return redirect("calibration-round", number)

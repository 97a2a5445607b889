"""The letters of a breach in its room: to whom they can go, what became of each, and one of them as
it goes into an envelope (34)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_words
from talteen.errors import KeyGone
from talteen.life.answer import calls, redelivery
from talteen.life.answer.models import SubjectRequest
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage
from talteen.notice.ways import Way
from talteen.oversight.breaches import acts, letters, papers
from talteen.oversight.breaches.letter_state import OWED, LetterState
from talteen.oversight.breaches.models import Breach, BreachLetter
from talteen.oversight.breaches.report import WORKERS
from talteen.oversight.breaches.scope import Scope


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter."""

    id: UUID
    to: str
    """Empty where it goes to the number of a call."""
    way: words.Text
    state: LetterState
    made_at: datetime
    printed: bool
    """It is on paper."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody whom a request names of whose calls the breach is."""

    reference: str
    name: str
    to: str
    language: str


@dataclass(frozen=True, slots=True)
class LettersShown:
    """The letters of a breach."""

    rows: tuple[LetterShown, ...]
    owed: int
    """Of which nobody can say yet that the person was told."""
    callers: int
    """Calls to whose numbers a text message can go that has not."""
    people: tuple[Suggested, ...]
    typed: Mapping[str, str]


def shown(
    request: VisitRequest,
    row: Breach,
    reached: Scope,
    states: Mapping[UUID, LetterState],
    *,
    kept: bool,
) -> LettersShown:
    """As the room shows them; without names once its file is closed (``kept``)."""
    written = list(row.letters.select_related("addressee").order_by("made_at", "pk"))
    house, decides = request.visit.house, Role(reader(request).role) in acts.DECIDERS
    carried = house.text_sender is not None
    rows = tuple(_row(request, one, states[one.pk], kept=kept) for one in written)
    known = {one.to for one in rows}
    left = set(reached.reachable) - {one.recording for one in written}
    return LettersShown(
        rows=rows,
        owed=sum(state in OWED for state in states.values()),
        callers=len(left) if carried else 0,
        people=_suggested(request, row, reached, known) if kept and decides else (),
        typed={name: request.POST.get(name, "") for name in ("name", "to", "how", "language")},
    )


def _row(
    request: VisitRequest, one: BreachLetter, state: LetterState, *, kept: bool
) -> LetterShown:
    told = letters.addressee_of(request.visit.house.vault, one) if kept else {}
    to = _named(told.get("name", ""), told.get("to", ""))
    way = Way(one.way)
    return LetterShown(one.pk, to, request_words.BY[way], state, one.made_at, way is Way.PRINT)


def _named(name: str, to: str) -> str:
    return ", ".join(filter(None, (name, to)))


def _suggested(
    request: VisitRequest, row: Breach, reached: Scope, written: Collection[str]
) -> tuple[Suggested, ...]:
    """Those who are not ``written`` to already."""
    ids = {one.recording for one in reached.calls} | set(
        row.calls.values_list("recording", flat=True)
    )
    about = {one.pk: one for one in _asked_about(ids)}
    people = (_person(request, one) for one in about.values())
    return tuple(
        one for one in people if one is not None and _named(one.name, one.to) not in written
    )


def _asked_about(recordings: Collection[UUID]) -> list[SubjectRequest]:
    """Requests about these calls, or with a package of one of them."""
    living = SubjectRequest.objects.filter(forgotten_at=None).select_related("case")
    named = sorted(str(one) for one in recordings)
    of_case = living.filter(case__recordings__in=list(recordings))
    packed = living.filter(packages__recordings__has_any_keys=named) if named else living.none()
    return [*of_case.distinct(), *packed.distinct()]


def _person(request: VisitRequest, row: SubjectRequest) -> Suggested | None:
    if row.stage == Stage.MISDELIVERED.value and redelivery.readdressed(row) is None:
        return None  # the address that is known is the very one that was wrong
    try:
        asked = calls.asked_of(request.visit.house.vault, row)
    except KeyGone:
        return None
    to = asked.get("reach", "") or asked.get("number", "")
    return Suggested(row.case.reference, asked.get("name", ""), to, row.language) if to else None


@never_cache
@staff_only
@require_safe
def page(request: VisitRequest, breach: UUID, letter: UUID) -> HttpResponse:
    """One letter as it goes into an envelope."""
    if Role(reader(request).role) not in WORKERS:
        return failures.forbidden(request)
    rows = BreachLetter.objects.select_related("breach", "text", "addressee")
    row = rows.filter(pk=letter, breach=breach, breach__forgotten_at=None).first()
    if row is None or row.way != Way.PRINT.value:
        raise Http404
    house = request.visit.house
    subject, _, text = papers.read(house.vault, row.text)["text"].partition("\n\n")
    context = {
        "breach": breach,
        "subject": subject,
        "text": text,
        "at": row.made_at,
        "language": row.text.name,
        "to": letters.addressee_of(house.vault, row),
        "controller": house.register.controller,
    }
    return render(request, "breaches/letter.html", context)

"""Before a call ends whose use a person restricted, they are asked once more (REGISTER 14.13).

A restriction under 18(1)(a) or (d) does not keep the call beyond its cutoff. Some days before, a
letter asks whether the person needs it for a claim, or wants it kept instead of erased (18(1)(b),
(c)). Who says so has asked in time: their request is taken up again with that one right, and its
calls are held meanwhile; two people decide. Silence lets the call die, as the notice promises.
Requests that are not closed are not asked: theirs are held.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict
from talteen.life.answer import lifting, papers, steps
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.restriction_models import RestrictionQuestion
from talteen.life.hold import keeping
from talteen.life.seal.vault import Vault
from talteen.notice.letters import Written
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.register.models import Recording, Staff

LETTER = "restriction_expiry_question"
ASK_BEFORE = timedelta(days=10)
"""So long before the cutoff: a letter goes and comes back by post."""
_A_DAY = timedelta(days=1)


class Wish(Enum):
    """What the person answered."""

    CLAIM = "claim"
    """They need the call for a claim (18(1)(b))."""
    KEPT = "kept"
    """They want it kept instead of erased (18(1)(c))."""
    ENDS = "ends"
    """It may end."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a question is about: these calls of the request end, the first after ``reply_by``."""

    request: SubjectRequest
    recordings: tuple[Recording, ...]
    reply_by: date


Writes = Callable[[Ending], Written]


def ask(vault: Vault, write: Writes, now: datetime, *, send: steps.Send) -> int:
    """Ask whoever is to be asked now; how many letters. May be called again at any time."""
    return sum(_ask(vault, one, write, now, send) for one in endings(now))


def endings(now: datetime) -> list[Ending]:
    """Restricted calls that end soon, by the request that restricted them, and were not asked
    about."""
    soon = Recording.objects.filter(
        restricted=True, cutoff_at__gt=now + _A_DAY, cutoff_at__lte=now + ASK_BEFORE
    )
    if not soon.exists():  # a sweep looks every few seconds
        return []
    rows = SubjectRequest.objects.filter(
        case__recordings__in=soon, stage=Stage.CLOSED.value, forgotten_at=None
    ).distinct()
    found = (_ending(row, soon.filter(cases=row.case_id)) for row in rows.select_related("case"))
    return [one for one in found if one.recordings]


def _ending(request: SubjectRequest, soon: Collection[Recording]) -> Ending:
    asked = {one for row in request.restriction_questions.all() for one in row.recordings}
    kept = set(
        request.case.holds.filter(ground=keeping.GROUND, state="active").values_list(
            "recording", flat=True
        )
    )
    left = [one for one in soon if str(one.pk) not in asked and one.pk not in kept]
    if not left or not lifting.standing(request):
        return Ending(request, (), date.max)
    left.sort(key=lambda one: (one.cutoff_at, one.pk))
    return Ending(request, tuple(left), helsinki_date(left[0].cutoff_at) - _A_DAY)


@transaction.atomic
def _ask(vault: Vault, ending: Ending, write: Writes, now: datetime, send: steps.Send) -> int:
    row = steps.locked(ending.request.pk, None)
    named = [str(one.pk) for one in ending.recordings]
    if row.restriction_questions.filter(recordings__contains=named).exists():
        return 0  # another sweep was first
    paper = papers.write_letter(vault, row, LETTER, write(ending), by=None, now=now)
    RestrictionQuestion.objects.create(
        request=row, letter=paper, asked_at=now, reply_by=ending.reply_by, recordings=named
    )
    send(paper)
    return 1


# --- what comes back ------------------------------------------------------------------------------


def waiting(request: SubjectRequest, now: datetime) -> RestrictionQuestion | None:
    """The question that the person can still answer; None where there is none."""
    open_ = request.restriction_questions.filter(answered_at=None)
    return open_.filter(reply_by__gte=helsinki_date(now)).order_by("reply_by").first()


def answered(request: SubjectRequest) -> RestrictionQuestion | None:
    """The last question that was answered."""
    return request.restriction_questions.exclude(answered_at=None).order_by("-answered_at").first()


def unanswered(now: datetime) -> list[RestrictionQuestion]:
    """What nobody has answered yet: somebody calls or writes before it is too late."""
    rows = RestrictionQuestion.objects.filter(
        answered_at=None, reply_by__gte=helsinki_date(now), request__forgotten_at=None
    )
    return list(rows.select_related("request__case", "request__owner").order_by("reply_by"))


def answer(request: UUID, wish: Wish, *, by: Staff | None, now: datetime) -> None:
    """The person answers, or says it to ``by``. To keep the call is a request again, which holds
    it: two people decide. Conflict where no question waits, or its day has passed."""
    with transaction.atomic():
        row = steps.locked(request, by)
        question = waiting(row, now)
        if question is None:
            raise Conflict("no question waits for an answer", remedy="read it again")
        asked = RestrictionQuestion.objects.filter(pk=question.pk)
        asked.update(answered_at=now, wish=wish.value, told=by)
        if wish is not Wish.ENDS and row.stage == Stage.CLOSED.value:
            steps.reopen(request, by=by, now=now, rights=(Right.RESTRICTION,))

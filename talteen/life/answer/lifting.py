"""Lifting a restriction: the person is told first, and may say no (GDPR 18(3), REGISTER 14.13).

The letter that tells it stands in the file at once; the restriction ends on its day, by the sweep,
at least a week later. Until then it can be called off. A call that another request restricts too
stays restricted. Where the call was kept beyond its cutoff, its release is proposed that day.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError
from talteen.life.answer import papers, steps
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.answer.restriction_models import RestrictionEnd
from talteen.life.hold import keeping
from talteen.life.seal.vault import Vault
from talteen.notice.letters import Written
from talteen.notice.requests import RESTRICTS
from talteen.register.models import Hold, Recording, Staff

LETTER = "restriction_lifting"
TO_REACT = timedelta(days=7)
"""The least between the letter and the end."""


def standing(request: SubjectRequest) -> bool:
    """Whether this request restricts a call now."""
    set_ = request.answers.filter(letter__in=RESTRICTS, decided_at__isnull=False)
    lifted = request.restriction_ends.filter(lifted_at__isnull=False)
    restricted = request.case.recordings.filter(restricted=True)
    return restricted.exists() and set_.count() > lifted.count()


def told(request: SubjectRequest) -> RestrictionEnd | None:
    """The end that was announced and has not come; None where there is none."""
    return request.restriction_ends.filter(lifted_at=None, called_off_at=None).first()


def tell(
    vault: Vault,
    request: UUID,
    letter: Written,
    ends_on: date,
    *,
    by: Staff,
    now: datetime,
    send: steps.Send = steps.nothing_leaves,
) -> RestrictionEnd:
    """Tell the person that the restriction ends on ``ends_on``. InputError for a day that leaves
    them no week, Conflict where nothing is restricted or an end was told already."""
    if ends_on < helsinki_date(now) + TO_REACT:
        raise InputError(
            "the person would have no week to react", remedy="choose a day a week from now or later"
        )
    with transaction.atomic():
        row = steps.locked(request, by)
        if not standing(row) or told(row) is not None:
            raise Conflict("no restriction can be lifted here now", remedy="read it again")
        paper = papers.write_letter(vault, row, LETTER, letter, by=by, now=now)
        send(paper)
        return RestrictionEnd.objects.create(
            request=row, letter=paper, by=by, told_at=now, ends_on=ends_on
        )


def call_off(request: UUID, *, by: Staff, now: datetime) -> None:
    """The person does not accept it: the restriction stands. Conflict where no end was told."""
    with transaction.atomic():
        row = steps.locked(request, by)
        end = told(row)
        if end is None:
            raise Conflict("no end was told", remedy="read it again")
        end.called_off_at = now
        end.save(update_fields=["called_off_at"])


def tend(now: datetime) -> int:
    """Lift the restrictions whose day has come; how many."""
    due = RestrictionEnd.objects.filter(
        lifted_at=None, called_off_at=None, ends_on__lte=helsinki_date(now)
    )
    ends = list(due.select_related("request", "request__case"))
    for end in ends:
        _lift(end, now)
    return len(ends)


@transaction.atomic
def _lift(end: RestrictionEnd, now: datetime) -> None:
    RestrictionEnd.objects.filter(pk=end.pk).update(lifted_at=now)
    kept = Hold.objects.filter(
        case=end.request.case, ground=keeping.GROUND, state="active", release_proposed_by=None
    )
    kept.update(release_proposed_by=end.by, release_proposed_at=now)  # a second person ends it
    for call in end.request.case.recordings.filter(restricted=True):
        if not _restricted_elsewhere(call, end.request):
            Recording.objects.filter(pk=call.pk).update(restricted=False)


def _restricted_elsewhere(call: Recording, request: SubjectRequest) -> bool:
    others = RequestAnswer.objects.filter(
        letter__in=RESTRICTS, decided_at__isnull=False, request__case__recordings=call
    ).exclude(request=request)
    return any(standing(one.request) for one in others.select_related("request", "request__case"))

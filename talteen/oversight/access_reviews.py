"""Each quarter somebody looks at who may open what, and keeps or withdraws it (REGISTER 17.2).

Whoever heads a team answers for its people, else whoever heads the unit (``register.heads``). Where
nobody was named, a team leader answers for the agents of the own team and the register's owner for
everybody else; the data protection officer for the owner, and nobody for themselves. A round begins
each quarter by itself, the first one a quarter after the house began; the owner may begin it
before. What nobody looked at within its days opens nothing, without any job: the policy asks the
dates. The one who answers for them can still say it late, until the next round; what was withdrawn,
or missed by then, two persons bring back by inviting the person again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Max

from talteen import ids
from talteen.clock import helsinki_date
from talteen.config import Born
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.notice import access_reviews as law
from talteen.notice import purposes
from talteen.notice.access_reviews import Kept
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Purpose, Role
from talteen.register.log import ledger
from talteen.register.log.ledger_reviews import AccessReviewBegun, AccessReviewClosed
from talteen.register.models import AccessEntry, House, Staff
from talteen.register.staff import delegations, heads, partners, reviews, two_persons
from talteen.register.staff.heads import Heads
from talteen.register.staff.partner_models import PartnerContract
from talteen.register.staff.review_models import AccessReview, RightReview

log = structlog.get_logger()
REVIEWERS = frozenset({Role.TEAM_LEADER, Role.OWNER, Role.DPO})


@dataclass(frozen=True, slots=True)
class Right:
    """One person in the newest round: what the role may ever open, and when they last did."""

    id: UUID
    person: Staff
    role: Role
    purposes: tuple[Purpose, ...]
    used: dict[Purpose, date]
    """The last opening for each purpose, as far back as the log goes."""
    verdict: Kept | None
    lapsed: bool
    partner: PartnerContract | None
    """By which contract somebody of a partner is here (17.1)."""


@dataclass(frozen=True, slots=True)
class Board:
    """The newest round as one reviewer sees it."""

    begun_on: date
    due_on: date
    rights: tuple[Right, ...]


def answers_for(reviewer: Staff, person: Staff, on: date, named: Heads | None = None) -> bool:
    """Whether ``reviewer`` is who looks at the rights of ``person`` on the Helsinki day ``on``, or
    stands in for who is. Nobody looks at their own, nor at those of whom they stand in for.
    ``named``: the heads of today, where they have been read already."""
    if reviewer.pk == person.pk or not reviewer.is_active:
        return False
    named = heads.now() if named is None else named
    if _answers_for(reviewer, person, named):
        return True
    return any(
        giver.pk != person.pk and _answers_for(giver, person, named)
        for giver in delegations.givers(reviewer, Duty.RIGHTS_REVIEW, on)
    )


def _answers_for(reviewer: Staff, person: Staff, named: Heads) -> bool:
    if reviewer.pk == person.pk or not reviewer.is_active:
        return False
    head = named.over(person)
    if head is not None:
        return head.pk == reviewer.pk
    role, of = Role(reviewer.role), Role(person.role)
    led = of is Role.AGENT and _has_leader(person)
    match role:
        case Role.TEAM_LEADER:
            return of is Role.AGENT and bool(person.team) and _same_team(reviewer, person)
        case Role.OWNER:
            return of is not Role.OWNER and not led
        case Role.DPO:
            return of is Role.OWNER
        case _:
            return False


@transaction.atomic
def begin(by: Staff, now: datetime) -> None:
    """The owner begins the first round before its day. NotAllowed for others, Conflict where there
    was one."""
    if Role(by.role) is not Role.OWNER:
        raise NotAllowed("this role begins no review", remedy="ask the register's owner")
    if AccessReview.objects.exists():
        raise Conflict("reviews go on by themselves", remedy="open the page again")
    _begin(helsinki_date(now), now)


@transaction.atomic
def tend(now: datetime) -> None:
    """Begin the round of a new quarter, and tell the ledger how one ended whose days are over.

    A round begins on the day of the sweep, not on the day that was its turn: after weeks without
    one, people would be shut out before anybody had asked.
    """
    today = helsinki_date(now)
    newest = AccessReview.objects.select_for_update().order_by("-begun_on").first()
    if newest is not None and newest.closed_at is None and today > newest.due_on:
        _close(newest, now)
    turn = law.next_on(newest.begun_on) if newest is not None else first_on()
    if turn is not None and today >= turn:
        _begin(today, now)


def first_on() -> date | None:
    """When the first round begins by itself: a quarter after the house began. None in a demo, where
    only its owner begins: whoever moves a clock by months would find all doors shut, and nobody
    there whom the house could have asked."""
    row = House.objects.filter(born_as=Born.LIVE.value).first()
    return law.next_on(helsinki_date(row.born_at)) if row is not None else None


@transaction.atomic
def decide(right: UUID, by: Staff, verdict: Kept, now: datetime) -> None:
    """Keep somebody's rights, or withdraw them, at once.

    NotAllowed for who does not answer for the person, Missing for another round, Conflict where it
    was withdrawn: two persons bring that back.
    """
    rows = RightReview.objects.select_for_update(of=("self",)).select_related("staff", "review")
    row = rows.filter(pk=right, review=_newest()).first()
    if row is None:
        raise Missing("this is of no running review", remedy="open the page again")
    two_persons.check(row.staff_id, by.pk)
    if not answers_for(by, row.staff, helsinki_date(now)):
        raise NotAllowed("you do not answer for this person", remedy="ask who does")
    if row.verdict == Kept.WITHDRAWN.value:
        raise Conflict("this was withdrawn", remedy="have two persons invite the person again")
    row.verdict, row.decided_by, row.decided_at = verdict.value, by, now
    row.save(update_fields=["verdict", "decided_by", "decided_at"])
    log.info("right.reviewed", staff=row.staff_id, kind=verdict.value)


def board(reviewer: Staff, now: datetime) -> Board | None:
    """The newest round, with the people whom ``reviewer`` answers for; None before the first."""
    review = AccessReview.objects.order_by("-begun_on").first()
    if review is None:
        return None
    rows = review.rights.select_related("staff").filter(staff__is_active=True)
    today, named = helsinki_date(now), heads.now()
    mine = [
        row
        for row in rows.order_by("staff__code")
        if answers_for(reviewer, row.staff, today, named)
    ]
    used = _last_uses(row.staff for row in mine)
    contracts = partners.of(row.staff_id for row in mine)
    late = today > review.due_on
    rights = tuple(_right(row, used, contracts.get(row.staff_id), late=late) for row in mine)
    return Board(review.begun_on, review.due_on, rights)


def waiting(reviewer: Staff, now: datetime) -> int:
    """How many people wait for ``reviewer``."""
    found = board(reviewer, now) if Role(reviewer.role) in REVIEWERS else None
    return sum(one.verdict is None for one in found.rights) if found else 0


def _begin(day: date, now: datetime) -> None:
    # A visiting inspector's rights end with the visit.
    people = list(Staff.objects.filter(is_active=True).exclude(role=Role.AUDITOR.value))
    review = AccessReview(begun_on=day, due_on=law.due_on(day))
    # What was shut stays shut: a new round gives nobody back what the one before had taken.
    shut = {person.pk for person in people if not reviews.stands(person, day)}
    review.save(force_insert=True)
    RightReview.objects.bulk_create(
        RightReview(
            id=ids.new(),
            review=review,
            staff=person,
            verdict=Kept.WITHDRAWN.value if person.pk in shut else "",
        )
        for person in people
    )
    entry = AccessReviewBegun(day=day, people=len(people), due=review.due_on)
    ledger.enter(entry, now)
    log.info("review.begun", count=len(people))


def _close(review: AccessReview, now: datetime) -> None:
    verdicts = list(review.rights.values_list("verdict", flat=True))
    entry = AccessReviewClosed(
        day=review.begun_on,
        kept=verdicts.count(Kept.KEPT.value),
        withdrawn=verdicts.count(Kept.WITHDRAWN.value),
        lapsed=verdicts.count(""),
    )
    ledger.enter(entry, now)
    review.closed_at = now
    review.save(update_fields=["closed_at"])


def _newest() -> AccessReview | None:
    return AccessReview.objects.order_by("-begun_on").first()


def _has_leader(person: Staff) -> bool:
    leaders = Staff.objects.filter(role=Role.TEAM_LEADER.value, is_active=True)
    return bool(person.team) and leaders.filter(team=person.team, unit=person.unit_id).exists()


def _same_team(one: Staff, other: Staff) -> bool:
    return (one.team, one.unit_id) == (other.team, other.unit_id)


def _last_uses(people: Iterable[Staff]) -> dict[UUID, dict[Purpose, date]]:
    rows = AccessEntry.objects.filter(action="grant", staff__in=[one.pk for one in people])
    told: dict[UUID, dict[Purpose, date]] = {}
    for staff, purpose, at in rows.values_list("staff", "purpose").annotate(last=Max("at")):
        told.setdefault(staff, {})[Purpose(purpose)] = helsinki_date(at)
    return told


def _right(
    row: RightReview,
    used: dict[UUID, dict[Purpose, date]],
    partner: PartnerContract | None,
    *,
    late: bool,
) -> Right:
    role = Role(row.staff.role)
    return Right(
        id=row.pk,
        person=row.staff,
        role=role,
        purposes=purposes.purposes_of(role),
        used=used.get(row.staff_id, {}),
        verdict=Kept(row.verdict) if row.verdict else None,
        lapsed=late and not row.verdict,
        partner=partner,
    )

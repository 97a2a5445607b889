"""Somebody is away and a colleague stands in, for one duty and some days (REGISTER D).

Asked where the duty is done, by the date: no job begins or ends it. The deputy acts in their own
name, with what they have signed and passed themselves, and never on their own matter: that is for
each duty to refuse. What was taken on is not handed on.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice import delegations as law
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import people
from talteen.register.staff.delegation_models import Delegation
from talteen.register.staff.people import SignIn

log = structlog.get_logger()


@transaction.atomic
def give(
    giver: Staff, taker: UUID, duty: Duty, begins: date, last: date, now: datetime
) -> Delegation:
    """Hand ``duty`` to ``taker`` from ``begins`` through ``last``.

    NotAllowed for a duty or a colleague that the law does not allow, or who may open no call today;
    InputError for days that are past, reversed or too many; Conflict where it is handed over.
    """
    today = helsinki_date(now)
    person = colleagues(giver, duty).filter(pk=taker).first()
    if person is None or not ready(person, today):
        raise NotAllowed(
            "this colleague cannot stand in for that", remedy="choose one of the same role and unit"
        )
    if begins < today or last < begins or law.lasts_too_long(begins, last):
        raise InputError(
            "these days are past, reversed or too many",
            remedy=f"choose at most {law.LONGEST.days} days from today on",
        )
    list(Staff.objects.select_for_update().filter(pk=giver.pk))  # one at a time
    if _unended(duty).filter(giver=giver, begins_on__lte=last, last_on__gte=begins).exists():
        raise Conflict("this duty is handed over on some of these days", remedy="end that first")
    row = Delegation.objects.create(
        duty=duty.value, giver=giver, taker=person, begins_on=begins, last_on=last, given_at=now
    )
    log.info("delegation.given", staff=giver.pk, reference=row.pk, kind=duty.value)
    return row


@transaction.atomic
def end(which: UUID, by: Staff, now: datetime) -> None:
    """Giver or taker ends it, at once. Missing for anybody else's, and for one that is over."""
    mine = Q(giver=by) | Q(taker=by)
    rows = Delegation.objects.select_for_update().filter(mine, pk=which, ended_at=None)
    row = rows.filter(last_on__gte=helsinki_date(now)).first()
    if row is None:
        raise Missing("this delegation is over, or not yours", remedy="open the page again")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    log.info("delegation.ended", staff=by.pk, reference=row.pk)


def givers(taker: Staff, duty: Duty, on: date) -> list[Staff]:
    """For whom ``taker`` stands in for ``duty`` on the Helsinki day ``on``: by roles as they are
    that day, and only while both work here."""
    rows = _unended(duty).filter(taker=taker, begins_on__lte=on, last_on__gte=on)
    found = [row.giver for row in rows.select_related("giver").order_by("given_at")]
    return [
        one
        for one in found
        if one.is_active
        and law.may_take(duty, Role(one.role), Role(taker.role))
        and taker.is_active
    ]


def acting(taker: Staff, duty: Duty, on: date) -> list[UUID]:
    """Whose matters are ``taker``'s on that day: their own, and of those they stand in for."""
    return [taker.pk, *(one.pk for one in givers(taker, duty, on))]


def of(person: Staff, now: datetime) -> Sequence[Delegation]:
    """What ``person`` has handed over or taken on, and what is not over; nearest first."""
    mine = Q(giver=person) | Q(taker=person)
    rows = Delegation.objects.filter(mine, ended_at=None, last_on__gte=helsinki_date(now))
    return list(rows.select_related("giver", "taker").order_by("begins_on", "given_at"))


def colleagues(giver: Staff, duty: Duty) -> QuerySet[Staff]:
    """Who could stand in by role and unit; whether they are ``ready`` is another question."""
    if duty not in law.duties_of(Role(giver.role)):
        return Staff.objects.none()
    same = Staff.objects.filter(is_active=True, role=giver.role).exclude(pk=giver.pk)
    if giver.unit_id is not None:
        same = same.filter(unit=giver.unit_id)
    return same.order_by("name", "code")


def ready(person: Staff, on: date) -> bool:
    """Whether they have signed and passed what every opening needs (17.1)."""
    found = people.standing(person, SignIn.TWO_FACTORS, on)
    return found.undertaking and found.training and found.reviewed and found.contract


def _unended(duty: Duty) -> QuerySet[Delegation]:
    return Delegation.objects.filter(duty=duty.value, ended_at=None)

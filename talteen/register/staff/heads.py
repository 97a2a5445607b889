"""Heads of units and teams: the "team's owner" of REGISTER 17.2, named by two others.

A head answers for the people of the unit or team. It opens no call: what a role may open is law,
and a head is a team leader like any other there. Whether somebody heads anything is asked by the
day: who has left, or has another role or unit, heads nothing, and no job has to end it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from talteen.errors import InputError, Missing, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import Staff, Unit
from talteen.register.staff import people, two_persons
from talteen.register.staff.head_models import UnitHead

log = structlog.get_logger()
ROLE = Role.TEAM_LEADER
"""Whoever leads people; the owner and the officer have matters of their own."""
UNDER = frozenset(
    {Role.AGENT, Role.TEAM_LEADER, Role.COMPLAINT_HANDLER, Role.QUALITY_ANALYST, Role.TRAINER}
)
"""Who works under a head. The other roles are the house's: contact, officer, owner, administrator,
people's office and a visiting auditor."""
Place = tuple[str, str]
"""A unit's slug, and a team of it or nothing."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Who heads what, as it stands."""

    by_place: Mapping[Place, Staff]

    def over(self, person: Staff) -> Staff | None:
        """Who answers for ``person``: the head of their team, else of their unit; None where that
        is nobody, or they themselves."""
        if Role(person.role) not in UNDER or person.unit_id is None:
            return None
        places = dict.fromkeys([(person.unit_id, person.team), (person.unit_id, "")])
        found = (self.by_place.get(one) for one in places)
        return next((one for one in found if one is not None and one.pk != person.pk), None)

    def of(self, person: Staff) -> tuple[Place, ...]:
        """What ``person`` heads."""
        return tuple(place for place, head in self.by_place.items() if head.pk == person.pk)


def now() -> Heads:
    """Everybody who heads something today."""
    rows = UnitHead.objects.filter(
        ended_at=None, staff__is_active=True, staff__role=ROLE.value
    ).select_related("staff")
    return Heads(
        {
            (row.unit_id, row.team): row.staff
            for row in rows.order_by("unit", "team")
            if row.staff.unit_id == row.unit_id
        }
    )


@transaction.atomic
def name(place: Place, code: str, by: tuple[str, str], at: datetime) -> UnitHead:
    """``code`` heads ``place`` from now on, and whoever did before does no more.

    InputError for a unit, a team or a code that is not here, NotAllowed for a role or unit that
    heads nothing here, SamePerson where one of the two who decide is the other, or the head.
    """
    one, other = people.two_of(*by)
    unit = _unit(place)
    head = Staff.objects.filter(code=code, is_active=True).first()
    if head is None:
        raise InputError(
            "a staff code is unknown here", remedy="write the code of an active person"
        )
    for each in (one, other):
        two_persons.check(each.pk, head.pk)
    if Role(head.role) is not ROLE or head.unit_id != unit.pk:
        raise NotAllowed("this person leads nobody there", remedy="name a team leader of the unit")
    _end(place, at)
    row = UnitHead.objects.create(
        unit=unit, team=place[1], staff=head, named_by=one, approved_by=other, since=at
    )
    log.info("head.named", staff=head.pk, reference=row.pk)
    return row


@transaction.atomic
def end(place: Place, by: tuple[str, str], at: datetime) -> None:
    """Nobody heads ``place`` from now on. InputError as above, Missing where nobody did."""
    people.two_of(*by)
    _unit(place)
    if not _end(place, at):
        raise Missing("nobody heads that", remedy="talteen staff heads shows who heads what")
    log.info("head.ended")


def _end(place: Place, at: datetime) -> int:
    return UnitHead.objects.filter(unit=place[0], team=place[1], ended_at=None).update(ended_at=at)


def _unit(place: Place) -> Unit:
    unit = Unit.objects.select_for_update().filter(pk=place[0]).first()  # one act at a time
    if unit is None:
        raise InputError("there is no such unit", remedy="take a slug of register.toml's units")
    if place[1] and not Staff.objects.filter(unit=unit, team=place[1], is_active=True).exists():
        raise InputError("nobody works in that team there", remedy="talteen staff place, first")
    return unit

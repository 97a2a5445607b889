"""In which unit and team somebody works: what their role may open of it follows (1.2, table D)."""

import structlog
from django.db import transaction

from talteen.errors import InputError
from talteen.register.models import Staff, Unit
from talteen.register.staff import people, two_persons

log = structlog.get_logger()
_LONGEST_TEAM = 64


@transaction.atomic
def place(code: str, unit: str, team: str, by: tuple[str, str]) -> Staff:
    """``code`` works in the unit with the slug ``unit`` from now on, and in its ``team``, if any.
    An empty unit is the whole house, which has no teams.

    InputError for what is not here, SamePerson where one of the two who decide is the other, or the
    one who is placed.
    """
    deciding = people.two_of(*by)
    person = Staff.objects.select_for_update().filter(code=code, is_active=True).first()
    if person is None:
        raise InputError(
            "a staff code is unknown here", remedy="write the code of an active person"
        )
    for one in deciding:
        two_persons.check(one.pk, person.pk)
    team = team.strip()
    if len(team) > _LONGEST_TEAM or (team and not unit):
        raise InputError("a team is of a unit", remedy="name the unit, and a team of 64 letters")
    if unit and not Unit.objects.filter(pk=unit).exists():
        slugs = ", ".join(Unit.objects.order_by("pk").values_list("pk", flat=True))
        raise InputError("there is no such unit", remedy=f"take one of {slugs}")
    person.unit_id, person.team = unit or None, team
    person.save(update_fields=["unit", "team"])
    log.info("person.placed", staff=person.pk)
    return person

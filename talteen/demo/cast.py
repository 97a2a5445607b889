"""The people of the demo house, with credentials that are real rows: undertakings and trainings."""

import tomllib
from datetime import date, timedelta

from django.db import transaction

from talteen.clock import start_of_day
from talteen.demo import material
from talteen.notice.acknowledgements import EmployeeWord
from talteen.notice.purposes import Role
from talteen.register.models import Staff, Training, Undertaking, Unit
from talteen.register.staff import acknowledgements

UNDERTAKING = "2026-1"


@transaction.atomic
def hire(on: date) -> None:
    """Everybody in ``demo/cast.toml``, in good standing from ``on`` for a year and a half."""
    told = tomllib.loads((material.root() / material.CAST).read_text())
    unit = Unit.objects.get(slug="myyntipalvelu")
    for person in told["staff"]:
        staff = Staff(
            code=person["code"],
            name=person["name"],
            role=Role(person["role"]).value,
            unit=unit,
            team=person.get("team", ""),
            language=person.get("language", "fi"),
        )
        staff.set_unusable_password()
        staff.save()
        Undertaking.objects.create(staff=staff, version=UNDERTAKING, signed_on=on)
        train(staff, on)
        acknowledge(staff, on)
        # The next course is passed before the first runs out: a demo clock moves months.
        train(staff, on + timedelta(days=300))


def train(staff: Staff, on: date) -> None:
    """Data protection training, valid for at most twelve months (17.1)."""
    Training.objects.create(staff=staff, passed_on=on, valid_until=on + timedelta(days=364))


def acknowledge(staff: Staff, on: date) -> None:
    """The employees' notice is read on the first day, and recording permitted (E.0)."""
    row = acknowledgements.newest()
    if row is None or staff.role != Role.AGENT.value:
        return
    words = (EmployeeWord.READ, EmployeeWord.PERMITTED)
    at, digest = start_of_day(on), bytes(row.sha256)
    acknowledgements.say(staff, words, digest, at, language=staff.language)


def person(code: str) -> Staff:
    """Somebody of the cast."""
    return Staff.objects.get(code=code)


def first_of(role: Role) -> Staff:
    """The first of the cast in this role."""
    return Staff.objects.filter(role=role.value).order_by("code")[0]

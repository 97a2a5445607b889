"""Staff and their standing: what must be true of a person, today, before any door opens
(REGISTER 17.1)."""

from datetime import date
from enum import Enum

from django.db.models import Q

from talteen.errors import InputError, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.policy import Person
from talteen.register.staff import partners, reviews


class SignIn(Enum):
    """How the person of this session proved who they are."""

    PASSWORD = "password"  # noqa: S105  (the name of a way to sign in)
    """One factor: lets in to the pages, opens no recording."""
    TWO_FACTORS = "two_factors"
    DEMO = "demo"
    """One click, in a house born as a demo, on loopback: stands in for password and second
    factor."""


def standing(staff: Staff, sign_in: SignIn, on: date) -> Person:
    """The person as the policy sees them on the Helsinki day ``on``."""
    return Person(
        role=Role(staff.role),
        active=staff.is_active,
        second_factor=sign_in in (SignIn.TWO_FACTORS, SignIn.DEMO),
        undertaking=has_undertaking(staff, on),
        training=has_training(staff, on),
        reviewed=reviews.stands(staff, on),
        contract=partners.stands(staff, on),
    )


def has_undertaking(staff: Staff, on: date) -> bool:
    """Whether a signed confidentiality undertaking is in force on ``on``."""
    in_force = Q(ended_on=None) | Q(ended_on__gt=on)
    return staff.undertakings.filter(in_force, signed_on__lte=on).exists()


def has_training(staff: Staff, on: date) -> bool:
    """Whether data protection training is valid on ``on``; its last day counts."""
    return staff.trainings.filter(passed_on__lte=on, valid_until__gte=on).exists()


def two_of(one: str, other: str) -> tuple[Staff, Staff]:
    """The two active people with these staff codes, for an act that takes two.

    InputError where a code is unknown, NotAllowed where both are the same person.
    """
    if one == other:
        raise NotAllowed("one person cannot be two", remedy="ask a colleague to approve it")
    found = {person.code: person for person in Staff.objects.filter(is_active=True)}
    for code in (one, other):
        if code not in found:
            raise InputError(
                "a staff code is unknown here", remedy="write the codes of two active people"
            )
    return found[one], found[other]

"""A person follows their link: a password of their own, a second factor, codes for paper; or the
controller's own sign-in service, to which they are bound here and nowhere else.

All of it or nothing, in one transaction: until the factor has shown that it works, the link stays
good and everything is as it was. What the person signed in with before ends with it.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from talteen.register.models import Staff
from talteen.register.staff import credentials, factors, identities, invitations
from talteen.register.staff.account_models import SecondFactor
from talteen.register.staff.identities import Known

Adding = Callable[[Staff], SecondFactor | None]
"""Adds the first factor; None where what was typed is no code of it."""


@transaction.atomic
def join(
    invitation: UUID, password: str, add: Adding, now: datetime, *, known: Known | None = None
) -> tuple[Staff, list[str]] | None:
    """Let the invited person in by the ``password`` hash, or as ``known`` by a sign-in service that
    asks for one factor, and by the factor that ``add`` adds.

    Gives the person and their codes for paper, to be shown once; None where the factor does not
    work yet. Missing where the link is used or over.
    """
    row = invitations.open_one(invitation, now)
    person = Staff.objects.select_for_update().get(pk=row.staff_id)
    added = add(person)
    if added is None:
        return None
    invitations.use_up(invitation, now)
    SecondFactor.objects.filter(staff=person).exclude(pk=added.pk).delete()
    _become(person, password, known, now)
    return person, factors.new_codes(person, now)


@transaction.atomic
def join_as(invitation: UUID, known: Known, now: datetime) -> Staff:
    """Let the invited person in as ``known``, by a sign-in service that asks for two factors.

    Missing where the link is used or over, Conflict where somebody else is ``known``.
    """
    row = invitations.open_one(invitation, now)
    person = Staff.objects.select_for_update().get(pk=row.staff_id)
    invitations.use_up(invitation, now)
    factors.forget(person)
    _become(person, make_password(None), known, now)
    return person


def _become(person: Staff, password: str, known: Known | None, now: datetime) -> None:
    identities.forget(person)
    if known is not None:
        identities.bind(person, known, now)
    person.password = password
    person.save(update_fields=["password"])
    credentials.end_sessions(person.pk, now)

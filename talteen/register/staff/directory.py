"""What a controller's directory says of people: who joined, and who has left (SCIM; REGISTER 17.1).

A joiner becomes staff who open nothing: an agent by role, without a way in, an undertaking or a
training. Two persons invite them, and say which role they have; no directory does. Whoever the
directory ends leaves by the same act as at the terminal, at once. Rows are kept of what the
directory needs to know its people again, and go when it lets go of them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, InputError, Missing
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import credentials, people, two_persons
from talteen.register.staff.account_models import DirectoryPerson

LANGUAGES = ("fi", "sv", "en")
_LETTERS = "bcdfghjkmnpqrstvwxz"
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Said:
    """What the directory says of one person."""

    user_name: str
    external_id: str
    """Empty where it gives none."""
    name: str
    language: str
    active: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One of the directory's people, as they stand here."""

    id: UUID
    said: Said
    role: Role
    made_at: datetime
    changed_at: datetime


class Taken(Conflict):
    """Another person of the directory has this user name or external id (RFC 7643 2.4)."""

    slug = "taken"

    def __init__(self) -> None:
        super().__init__("somebody has this name in the directory", remedy="look them up first")


def everybody() -> list[Person]:
    """All people of the directory, those who came first before others."""
    rows = DirectoryPerson.objects.select_related("staff").order_by("made_at", "pk")
    return [_person(row) for row in rows]


def one(person: UUID) -> Person:
    """One of them. Missing where the directory has nobody of this id."""
    return _person(_row(person))


@transaction.atomic
def join(said: Said, now: datetime) -> Person:
    """Enter a joiner. Taken where the directory has them already, InputError where a name is none.

    Who is not active yet is entered as somebody who is not here.
    """
    _check(said, None)
    staff = Staff(
        code=_new_code(),
        name=said.name or said.user_name,
        role=Role.AGENT.value,
        language=said.language,
        is_active=said.active,
    )
    staff.set_unusable_password()
    staff.save(force_insert=True)
    row = DirectoryPerson.objects.create(
        staff=staff,
        user_name=said.user_name,
        external_id=said.external_id,
        made_at=now,
        changed_at=now,
    )
    return _person(row)


@transaction.atomic
def change(person: UUID, said: Said, now: datetime) -> Person:
    """What is said of a person now. Somebody who is active no more leaves, at once; somebody who is
    again comes back without a way in, as a joiner."""
    row = _row(person, lock=True)
    _check(said, row.pk)
    before, staff = _person(row).said, row.staff
    if said == before:
        return _person(row)
    row.user_name, row.external_id, row.changed_at = said.user_name, said.external_id, now
    row.save(update_fields=["user_name", "external_id", "changed_at"])
    staff.name, staff.language = said.name or said.user_name, said.language
    staff.save(update_fields=["name", "language"])
    if before.active and not said.active:
        credentials.leave(staff.code, now)
    elif said.active and not before.active:
        Staff.objects.filter(pk=staff.pk).update(is_active=True)
    return one(person)


@transaction.atomic
def remove(person: UUID, now: datetime) -> None:
    """The directory lets go of a person, who leaves at once where they have not."""
    row = _row(person, lock=True)
    if row.staff.is_active:
        credentials.leave(row.staff.code, now)
    row.delete()


@transaction.atomic
def adopt(code: str, said: Said, *, by: tuple[str, str], now: datetime) -> None:
    """Somebody who was here before the directory is ``said`` by it from now on; two persons say so,
    neither of them the person. InputError for an unknown code, Taken as ``join``."""
    staff = Staff.objects.filter(code=code, is_active=True).first()
    if staff is None:
        raise InputError("a staff code is unknown here", remedy="see 'talteen staff list'")
    for second in people.two_of(*by):
        two_persons.check(staff.pk, second.pk)
    _check(said, None)
    if DirectoryPerson.objects.filter(staff=staff).exists():
        raise Conflict("the directory knows this person", remedy="see 'talteen staff list'")
    DirectoryPerson.objects.create(
        staff=staff,
        user_name=said.user_name,
        external_id=said.external_id,
        made_at=now,
        changed_at=now,
    )


def _check(said: Said, but: int | None) -> None:
    texts = (said.user_name, said.external_id, said.name)
    if not said.user_name.strip() or any(len(one) > _LONGEST for one in texts):
        raise InputError("a name is empty or too long", remedy="give 1 to 255 characters")
    if said.language not in LANGUAGES:
        raise InputError("the language is none of ours", remedy="give fi, sv or en")
    others = DirectoryPerson.objects.exclude(pk=but) if but else DirectoryPerson.objects.all()
    named = others.filter(user_name__iexact=said.user_name).exists()
    if named or (said.external_id and others.filter(external_id=said.external_id).exists()):
        raise Taken


def _row(person: UUID, *, lock: bool = False) -> DirectoryPerson:
    rows = DirectoryPerson.objects.select_related("staff")
    rows = rows.select_for_update() if lock else rows
    row = rows.filter(staff=person).first()
    if row is None:
        raise Missing("the directory has nobody of this id here", remedy="look them up by name")
    return row


def _person(row: DirectoryPerson) -> Person:
    staff = row.staff
    said = Said(row.user_name, row.external_id, staff.name, staff.language, staff.is_active)
    return Person(staff.pk, said, Role(staff.role), row.made_at, row.changed_at)


def _new_code() -> str:
    """Drawn, and no part of a name: a code stands in lists and on paper."""
    while True:
        code = "d-" + "".join(secrets.choice(_LETTERS) for _ in range(5))
        if not Staff.objects.filter(code=code).exists():
            return code

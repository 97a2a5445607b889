"""How a person gets a way in: one link, once, for a day (REGISTER 17.1; ASVS 6.4.1).

Nobody types a password for somebody else. Whoever holds the link becomes that person here, so two
persons decide that it is made, and it ends everything that the person signed in with before: who
lost their telephone and who was robbed of it are served by the same act.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from django.contrib.auth.hashers import is_password_usable
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import partners, people, reviews, two_persons
from talteen.register.staff.account_models import DirectoryPerson, Identity, Invitation
from talteen.register.staff.partner_models import PartnerContract

log = structlog.get_logger()
WISH_LIVES = timedelta(days=7)
LINK_LIVES = timedelta(hours=24)
_CODE_BYTES = 16
ASKERS = frozenset({Role.ADMIN})
"""Who may ask for a link, and sees it."""
APPROVERS = frozenset({Role.ADMIN, Role.DPO, Role.REGISTER_CONTACT})
"""Who may be the second person."""


@dataclass(frozen=True, slots=True)
class Door:
    """One person and their way in, as the page of people shows it."""

    id: UUID
    code: str
    name: str
    role: Role
    active: bool
    factors: int
    password: bool
    outside: bool
    """Signs in at the controller's own sign-in service."""
    invitation: UUID | None
    asked_by: UUID | None
    becomes: Role | None
    """Which role the person gets with the second yes; None where it stays."""
    joined: bool
    """The directory brought them, and nobody has invited them yet."""
    approved: bool
    shown: bool
    """The link was made and shown."""
    ends_at: datetime | None
    partner: PartnerContract | None
    """By which contract somebody of a partner is here; None for the house's own people."""

    @property
    def open(self) -> bool:
        """The person can sign in."""
        return self.active and (self.factors > 0 or self.outside)


@transaction.atomic
def ask(person: UUID, by: Staff, now: datetime, *, role: Role | None = None) -> Invitation:
    """``by`` wants a link for a person, who gets ``role`` with the second person's yes; a wish from
    before ends.

    NotAllowed for another role and for oneself, Missing for nobody who works here.
    """
    if Role(by.role) not in ASKERS:
        raise NotAllowed("this role invites nobody", remedy="ask an administrator")
    if person == by.pk:
        raise NotAllowed("nobody invites themselves", remedy="ask another administrator")
    row = Staff.objects.select_for_update().filter(pk=person, is_active=True).first()
    if row is None:
        raise Missing("nobody here is that person", remedy="look at the list again")
    wish = _wish(row, by, None, now)
    if role is not None and role.value != row.role:
        wish.role = role.value
        wish.save(update_fields=["role"])
    return wish


@transaction.atomic
def approve(invitation: UUID, by: Staff, now: datetime) -> None:
    """The second person's yes. SamePerson for who asked; the invited is no second person either."""
    if Role(by.role) not in APPROVERS:
        raise NotAllowed("this role approves no invitation", remedy="ask an administrator")
    row = _waiting(invitation, now)
    two_persons.check(row.asked_by_id, by.pk)
    two_persons.check(row.staff_id, by.pk)
    if row.approved_by_id is None:
        row.approved_by, row.approved_at = by, now
        row.save(update_fields=["approved_by", "approved_at"])
        reviews.restore(row.staff, by, now)
        if row.role:  # a role is granted by two (REGISTER D), and by no directory
            Staff.objects.filter(pk=row.staff_id).update(role=row.role)


@transaction.atomic
def show(invitation: UUID, by: Staff, now: datetime) -> str:
    """The code of the link, once, to who asked for it; from now on the link lives.

    NotAllowed for anybody else and before a second person said yes, Conflict where it was shown.
    """
    row = _waiting(invitation, now)
    if row.asked_by_id != by.pk or row.approved_by_id is None:
        raise NotAllowed("this link is not yours to see", remedy="ask for one of your own")
    if row.code_sha256 is not None:
        raise Conflict("this link was shown", remedy="ask for a new one")
    return _made(row, now)


@transaction.atomic
def at_terminal(code: str, by: tuple[str, str] | None, now: datetime) -> str:
    """The code of a link for ``code``, asked for at the house's terminal. ``by``: two people who
    decide it; nobody is needed before two can sign in.

    NotAllowed where two are needed, InputError for a code that nobody here has.
    """
    person = Staff.objects.select_for_update().filter(code=code, is_active=True).first()
    if person is None:
        raise InputError("a staff code is unknown here", remedy="see 'talteen staff list'")
    if by is None and _with_a_door() >= 2:
        raise NotAllowed(
            "this house has people who decide who gets in", remedy="name two of them: --by A B"
        )
    if by is None:
        log.warning("invitation.alone", staff=person.pk)
        return _made(_wish(person, None, None, now), now)
    first, second = people.two_of(*by)
    for one in (first, second):
        two_persons.check(person.pk, one.pk)
    return _made(_wish(person, first, second, now), now)


def of_code(code: str, now: datetime) -> Invitation:
    """The invitation whose link has ``code``. Missing for any other, used or over: one answer."""
    row = _alive(now).filter(code_sha256=_hash(code)).select_related("staff").first()
    if row is None:
        raise _unknown()
    return row


def open_one(invitation: UUID, now: datetime) -> Invitation:
    """The invitation that a person is following. Missing where it is used or over."""
    rows = _alive(now).exclude(code_sha256=None).select_related("staff")
    row = rows.filter(pk=invitation).first()
    if row is None:
        raise _unknown()
    return row


def use_up(invitation: UUID, now: datetime) -> None:
    """The person is in. Inside the caller's transaction; Missing where somebody was first."""
    if not _alive(now).filter(pk=invitation).update(used_at=now):
        raise _unknown()


def doors(now: datetime) -> list[Door]:
    """All people and their way in: those who work here first, by code."""
    waiting = {row.staff_id: row for row in _alive(now).order_by("asked_at")}
    outside = set(Identity.objects.values_list("staff", flat=True))
    invited = set(Invitation.objects.values_list("staff", flat=True))
    brought = set(DirectoryPerson.objects.values_list("staff", flat=True)) - invited - outside
    rows = Staff.objects.annotate(factors=Count("second_factors")).order_by("-is_active", "code")
    partner = partners.of(row.pk for row in rows)
    return [
        _door(
            row,
            row.factors,
            waiting.get(row.pk),
            outside=row.pk in outside,
            joined=not row.factors and row.pk in brought,
            partner=partner.get(row.pk),
        )
        for row in rows
    ]


def _door(
    row: Staff,
    factors: int,
    waiting: Invitation | None,
    *,
    outside: bool,
    joined: bool,
    partner: PartnerContract | None,
) -> Door:
    return Door(
        id=row.pk,
        code=row.code,
        name=row.name,
        role=Role(row.role),
        active=row.is_active,
        factors=factors,
        password=is_password_usable(row.password),
        outside=outside,
        invitation=waiting.pk if waiting else None,
        asked_by=waiting.asked_by_id if waiting else None,
        becomes=Role(waiting.role) if waiting and waiting.role else None,
        joined=joined,
        approved=waiting is not None and waiting.approved_by_id is not None,
        shown=waiting is not None and waiting.code_sha256 is not None,
        ends_at=waiting.ends_at if waiting else None,
        partner=partner,
    )


def _wish(person: Staff, by: Staff | None, second: Staff | None, now: datetime) -> Invitation:
    _alive(now).filter(staff=person).update(ends_at=now)
    return Invitation.objects.create(
        id=ids.new(),
        staff=person,
        asked_by=by,
        asked_at=now,
        approved_by=second,
        approved_at=now if second else None,
        ends_at=now + WISH_LIVES,
    )


def _made(row: Invitation, now: datetime) -> str:
    code = secrets.token_hex(_CODE_BYTES)
    row.code_sha256, row.ends_at = _hash(code), now + LINK_LIVES
    row.save(update_fields=["code_sha256", "ends_at"])
    return code


def _waiting(invitation: UUID, now: datetime) -> Invitation:
    row = _alive(now).select_for_update().filter(pk=invitation, staff__is_active=True).first()
    if row is None:
        raise Missing("this invitation waits no more", remedy="look at the list again")
    return row


def _alive(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(Q(ends_at__gt=now), used_at=None)


def _with_a_door() -> int:
    some_way = ~Q(second_factors=None) | ~Q(identity=None)
    return Staff.objects.filter(some_way, is_active=True).distinct().count()


def _hash(code: str) -> bytes:
    return sha256(code.strip().encode()).digest()


def _unknown() -> Missing:
    return Missing("this link is over, used or none", remedy="ask for a new one")

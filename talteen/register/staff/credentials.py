"""What a person must have before anything opens, and the hour in which it all ends (REGISTER 17.1).

An undertaking of confidentiality is signed in a version and stands; training is valid for twelve
months at most. Whoever leaves is no longer active from this transaction on: the policy is asked at
every page and every range of sound, so grants and open streams end with the next one (I16).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Q

from talteen.clock import start_of_day
from talteen.errors import Conflict, InputError
from talteen.notice import months
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, Staff, Undertaking
from talteen.register.staff import acknowledgements, factors, identities, preferences
from talteen.register.staff.partner_models import PartnerContract

TRAINED_MONTHS = 12  # 17.1


@dataclass(frozen=True, slots=True)
class Credentials:
    """One person and what they have on a day."""

    code: str
    role: str
    unit: str
    """Its slug; empty: the whole house."""
    team: str
    active: bool
    undertaking: str
    """The version of the newest undertaking in force; empty without one."""
    trained_until: date | None
    """The last day of the training that is valid the longest; None without any."""
    told: str
    """Of an agent: where they stand with the employees' notice (E.0); else empty."""
    contract: str = ""
    """Of partner staff: the contract's reference; else empty."""
    contract_until: date | None = None

    def complete(self, on: date) -> bool:
        """Whether nothing but a second factor and a purpose is missing on ``on``."""
        trained = self.trained_until is not None and self.trained_until >= on
        runs = self.contract_until is None or self.contract_until >= on
        return self.active and bool(self.undertaking) and trained and runs


@dataclass(frozen=True, slots=True)
class Left:
    """What ended with somebody who left, and what needs somebody else now."""

    sessions: int
    cases: tuple[str, ...]
    """Open cases that have nobody else who works here: their references."""
    holds: int
    """Holds in force that open for nobody else."""
    active: int
    """How many people are left."""


def undertake(code: str, version: str, on: date, *, today: date) -> None:
    """Enter that ``code`` signed ``version`` of the undertaking on the Helsinki day ``on``.

    InputError for an unknown code, an empty version or a day to come, Conflict where it stands.
    """
    person = _person(code)
    if not version.strip() or len(version) > 32 or on > today:
        raise InputError(
            "an undertaking has a version, and was signed today or before",
            remedy="write the version that stands on the paper, such as 2026-1",
        )
    if person.undertakings.filter(version=version, ended_on=None).exists():
        raise Conflict("this undertaking stands already", remedy="see 'talteen staff list'")
    Undertaking.objects.create(staff=person, version=version.strip(), signed_on=on)


def train(code: str, on: date, *, until: date | None = None, today: date) -> date:
    """Enter that ``code`` passed data protection training on ``on``; returns its last day.

    Twelve months at most, whatever a certificate says (17.1). InputError for an unknown code, a day
    to come, or an end that is too late or before its beginning.
    """
    person = _person(code)
    longest = months.later(min(on, today), TRAINED_MONTHS) - timedelta(days=1)
    last = until or longest
    if on > today or not on <= last <= longest:
        raise InputError(
            "training was passed today or before, and is valid for twelve months at most",
            remedy=f"leave --until away, or write a day up to {longest.isoformat()}",
        )
    person.trainings.create(passed_on=on, valid_until=last)
    return last


@transaction.atomic
def leave(code: str, now: datetime) -> Left:
    """End everything that ``code`` may do here, at once. One person may say so: it only closes.

    InputError for an unknown code, Conflict for somebody who has left. The undertaking stands: it
    binds beyond the work.
    """
    left, person = end(code, now), _person(code)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return left


@transaction.atomic
def end(code: str, now: datetime) -> Left:
    """As ``leave``, by a machine on the day that was said: its role may write no password, so that
    the old one stays, which opens nothing any more."""
    person = _person(code)
    if not person.is_active:
        raise Conflict("this person has left already", remedy="see 'talteen staff list'")
    person.is_active = False
    person.save(update_fields=["is_active"])
    factors.forget(person)
    identities.forget(person)
    preferences.forget(person)
    person.invitations.filter(used_at=None, ends_at__gt=now).update(ends_at=now)
    return Left(
        sessions=end_sessions(person.pk, now),
        cases=tuple(_cases_of_nobody(person)),
        holds=_holds_of_nobody(person),
        active=Staff.objects.filter(is_active=True).count(),
    )


def forget_sessions(machine_at: datetime) -> int:
    """Let go of sessions that are over by the machine's clock; how many. Strangers at the door have
    some too."""
    return Session.objects.filter(expire_date__lt=machine_at).delete()[0]


def everybody(on: date) -> list[Credentials]:
    """All people and what they have on the Helsinki day ``on``: those who work here first."""
    end = start_of_day(on + timedelta(days=1))
    rows = Staff.objects.annotate(
        trained=Max("trainings__valid_until", filter=Q(trainings__passed_on__lte=on))
    )
    signed, people = undertakings(on), list(rows.order_by("-is_active", "code"))
    contracts = PartnerContract.objects.order_by("entered_at", "pk")
    partner = {one.staff_id: one for one in contracts}
    agents = [row for row in people if row.role == Role.AGENT.value]
    told = acknowledgements.standings(agents, end - timedelta(microseconds=1))
    return [
        Credentials(
            code=row.code,
            role=row.role,
            unit=row.unit_id or "",
            team=row.team,
            active=row.is_active,
            undertaking=signed.get(row.pk, ""),
            trained_until=row.trained,
            told=told[row.pk].value if row.pk in told else "",
            contract=partner[row.pk].contract if row.pk in partner else "",
            contract_until=partner[row.pk].valid_until if row.pk in partner else None,
        )
        for row in people
    ]


def undertakings(on: date) -> dict[UUID, str]:
    """The version of the newest undertaking in force on ``on``, by person."""
    in_force = Undertaking.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on), signed_on__lte=on)
    return dict(in_force.order_by("signed_on", "pk").values_list("staff", "version"))


def _person(code: str) -> Staff:
    person = Staff.objects.filter(code=code).first()
    if person is None:
        raise InputError("a staff code is unknown here", remedy="see 'talteen staff list'")
    return person


def end_sessions(person: UUID, now: datetime, *, but: str | None = None) -> int:
    """End all sessions of a person, save the one in row ``but``; how many there were."""
    theirs = [
        row.pk
        for row in Session.objects.filter(expire_date__gt=now).iterator()
        if row.pk != but and row.get_decoded().get(SESSION_KEY) == str(person)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _cases_of_nobody(person: Staff) -> Iterator[str]:
    for case in Case.objects.filter(closed_at=None, people=person).order_by("reference"):
        if not case.people.filter(is_active=True).exists():
            yield case.reference


def _holds_of_nobody(person: Staff) -> int:
    theirs = Hold.objects.filter(state="active", people=person)
    return sum(not hold.people.filter(is_active=True).exists() for hold in theirs)

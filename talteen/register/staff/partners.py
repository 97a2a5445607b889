"""Partner staff: people of a processor who work in this house (REGISTER 17.1; GDPR 28, 29).

The same rules as for everybody, and a contract: the register must have a record of their company
that is in force. Their access ends with the contract, by its date and without a job; the job then
ends the rest, as for any leaver.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import coverage
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Processor
from talteen.register.models import Staff
from talteen.register.staff import credentials
from talteen.register.staff.partner_models import PartnerContract

log = structlog.get_logger()
WARNS = timedelta(days=30)
"""So long before its end people see that a contract ends (17.1)."""


def stands(staff: Staff, on: date) -> bool:
    """Whether ``staff`` is of the house itself, or of a partner whose contract runs on ``on``."""
    row = of([staff.pk]).get(staff.pk)
    return row is None or row.valid_until >= on


def of(people: Iterable[UUID]) -> Mapping[UUID, PartnerContract]:
    """The contract that counts, of those of ``people`` who are of a partner."""
    rows = PartnerContract.objects.filter(staff__in=list(people)).order_by("entered_at", "pk")
    return {row.staff_id: row for row in rows}


@transaction.atomic
def enter(
    file: RegisterFile, code: str, company: str, until: date, *, now: datetime
) -> PartnerContract:
    """Enter that ``code`` works here for ``company`` through the day ``until``.

    The reference is that of the register's record, and the contract counts no longer than the
    record does: it ends at its next review, and is entered anew after it. Somebody whose contract
    had ended is back as a joiner: two persons invite them.

    InputError for an unknown code or company and for a day that is past, NotAllowed where the
    record is not in force, Conflict for somebody who has left otherwise.
    """
    person = Staff.objects.select_for_update().filter(code=code).first()
    if person is None:
        raise InputError("a staff code is unknown here", remedy="see 'talteen staff list'")
    today = helsinki_date(now)
    record = _in_force(file, company, today)
    last = min(until, coverage.next_review(file, record) or until)
    if last < today:
        raise InputError("this contract is over", remedy="write a day that is to come")
    before = of([person.pk]).get(person.pk)
    if not person.is_active and (before is None or before.ended_at is None):
        raise Conflict("this person has left", remedy="enter them anew: 'talteen staff add'")
    if not person.is_active:
        person.is_active = True
        person.set_unusable_password()  # they join anew
        person.save(update_fields=["is_active", "password"])
    log.info("partner.entered", staff=person.pk)
    return PartnerContract.objects.create(
        staff=person,
        company=record.name,
        contract=record.contract,
        valid_until=last,
        entered_at=now,
    )


@transaction.atomic
def tend(now: datetime) -> int:
    """End what people have here whose contract is over; how many. Idempotent."""
    today, ended = helsinki_date(now), 0
    active = Staff.objects.filter(is_active=True).exclude(partner_contracts=None).distinct()
    for row in of(active.values_list("pk", flat=True)).values():
        if row.valid_until >= today:
            continue
        left = credentials.end(row.staff.code, now)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        log.warning("partner.ended", staff=row.staff_id, count=len(left.cases) + left.holds)
        ended += 1
    return ended


def ending(now: datetime) -> list[PartnerContract]:
    """Contracts of people who work here that end within a month, the nearest first."""
    active = Staff.objects.filter(is_active=True).exclude(partner_contracts=None).distinct()
    last = helsinki_date(now) + WARNS
    found = of(active.values_list("pk", flat=True)).values()
    return sorted(
        (row for row in found if row.valid_until <= last),
        key=lambda row: (row.valid_until, row.pk),
    )


def uncovered(file: RegisterFile, today: date) -> int:
    """People at work whose company has no record in force under the same contract any more."""
    active = Staff.objects.filter(is_active=True).exclude(partner_contracts=None).distinct()
    known = {one.name: one.contract for one in file.processors}
    return sum(
        known.get(row.company) != row.contract
        or coverage.lapse_of(file, row.company, today) is not None
        for row in of(active.values_list("pk", flat=True)).values()
    )


def _in_force(file: RegisterFile, company: str, today: date) -> Processor:
    record = next((one for one in file.processors if one.name == company), None)
    if record is None:
        raise InputError(
            "no processor of the register has this name",
            remedy="write the record first: [[processors]] in register.toml (GDPR 28(3))",
        )
    if record.contract_on > today or coverage.lapse_of(file, company, today) is not None:
        raise NotAllowed(
            "the register's record of this processor is not in force",
            remedy="see the page of processors, and review the record first",
        )
    return record

"""Break-glass: one person opens one call for an hour, because something is wrong now.

REGISTER 17.4. An administrator asks and says why, a second person says yes, the data protection
officer is told in that instant, and a third one looks at it afterwards. It opens for the
investigation of a breach and for nothing else, and opens nothing that is closed to everybody: what
is past its cutoff, held for another matter, restricted, or on health and belief stays shut, and
what is covered stays covered.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext, override

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import CaseId
from talteen.life.seal import personal
from talteen.life.seal.vault import Vault
from talteen.notice import emergencies as law
from talteen.notice.emergencies import Stage, Verdict
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.register.emergency_models import Emergency
from talteen.register.log import ledger
from talteen.register.log.ledger_emergencies import EmergencyBegun, EmergencyReviewed
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff import two_persons

log = structlog.get_logger()
ASKERS = frozenset({Role.ADMIN})
APPROVERS = frozenset({Role.ADMIN, Role.DPO, Role.REGISTER_CONTACT})
REVIEWERS = frozenset({Role.DPO, Role.OWNER})
LOOKERS = ASKERS | APPROVERS | REVIEWERS
LONGEST = 1000
_SHOWN = 100
"""So many of the newest stand on the page."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Told:
    """One of them, as pages show it."""

    row: Emergency
    stage: Stage
    openings: int


@transaction.atomic
def ask(vault: Vault, by: Staff, recording: UUID, why: str, now: datetime) -> Emergency:
    """``by`` wants to open a call, and says why.

    NotAllowed for another role, InputError without a reason, Missing for a call that is not here.
    """
    if Role(by.role) not in ASKERS:
        raise NotAllowed("this role breaks no glass", remedy="ask an administrator")
    text = why.strip()
    if not text or len(text) > LONGEST:
        raise InputError("a reason has 1 to 1,000 characters", remedy="say what is wrong")
    if not Recording.objects.filter(pk=recording).exists():
        raise Missing("there is no such call", remedy="take its whole id")
    row = Emergency(
        id=ids.new(),
        reference="HA-" + "".join(secrets.choice(_LETTERS) for _ in range(6)),
        asked_by=by,
        asked_at=now,
        recording=recording,
    )
    row.reason = personal.seal(vault, personal.Kind.REASON, row.pk, by.pk, text.encode())
    row.save(force_insert=True)
    return row


@transaction.atomic
def approve(file: RegisterFile, emergency: UUID, by: Staff, now: datetime) -> Emergency:
    """The second person's yes: the hour begins, the ledger says so, the officer is told.

    SamePerson for who asked, NotAllowed for another role, Conflict where it waits no more.
    """
    if Role(by.role) not in APPROVERS:
        raise NotAllowed("this role approves no emergency", remedy="ask an administrator")
    row = _locked(emergency)
    two_persons.check(row.asked_by_id, by.pk)
    if stage(row, now) is not Stage.ASKED:
        raise Conflict("this waits for nobody any more", remedy="open the page again")
    row.approved_by, row.approved_at, row.ends_at = by, now, now + law.LASTS
    row.review_by = law.review_by(helsinki_date(row.ends_at))
    row.save(update_fields=["approved_by", "approved_at", "ends_at", "review_by"])
    ledger.enter(
        EmergencyBegun(
            emergency=CaseId(row.pk),
            day=helsinki_date(now),
            minutes=int(law.LASTS.total_seconds() // 60),
        ),
        now,
    )
    messages.write(_of_beginning(row, file.dpo.email), now)
    log.error("emergency.begun", reference=row.pk)
    return row


@transaction.atomic
def end(emergency: UUID, by: Staff, now: datetime) -> None:
    """The person gives it back. Missing for somebody else's, Conflict where it does not run."""
    row = _locked(emergency)
    if row.asked_by_id != by.pk:
        raise Missing("this is not yours", remedy="open the page again")
    if stage(row, now) is not Stage.RUNS:
        raise Conflict("this does not run", remedy="open the page again")
    row.ends_at = now
    row.save(update_fields=["ends_at"])


@transaction.atomic
def review(emergency: UUID, by: Staff, verdict: Verdict, now: datetime) -> None:
    """A third person has looked at it.

    NotAllowed for another role, SamePerson for who asked or approved, Conflict while it runs and
    where somebody has.
    """
    if Role(by.role) not in REVIEWERS:
        raise NotAllowed("this role reviews none", remedy="ask the data protection officer")
    row = _locked(emergency)
    for one in (row.asked_by_id, row.approved_by_id):
        two_persons.check(one, by.pk)
    if stage(row, now) not in (Stage.TO_REVIEW, Stage.LATE):
        raise Conflict("there is nothing to review", remedy="open the page again")
    row.reviewed_by, row.reviewed_at, row.verdict = by, now, verdict.value
    row.save(update_fields=["reviewed_by", "reviewed_at", "verdict"])
    entry = EmergencyReviewed(emergency=CaseId(row.pk), openings=openings(row), outcome=verdict)
    ledger.enter(entry, now)


def stage(row: Emergency, now: datetime) -> Stage:
    """Where it stands; computed, so that no job ends it late."""
    if row.reviewed_at is not None:
        return Stage.REVIEWED
    if row.ends_at is None or row.review_by is None:
        return Stage.ASKED if now - row.asked_at < law.ASKED_FOR else Stage.LAPSED
    if now < row.ends_at:
        return Stage.RUNS
    return Stage.LATE if helsinki_date(now) > row.review_by else Stage.TO_REVIEW


def openings(row: Emergency) -> int:
    """How often the call was opened by it."""
    return _openings([row.reference]).get(row.reference, 0)


def _openings(references: Collection[str]) -> dict[str, int]:
    grants = AccessEntry.objects.filter(case__in=references, action="grant")
    return dict(grants.values_list("case").annotate(Count("pk")).order_by())


def standing(now: datetime) -> list[Told]:
    """Those that somebody has something to do with, and those of the year, newest first."""
    rows = Emergency.objects.select_related("asked_by", "approved_by", "reviewed_by")
    latest = rows.order_by("-asked_at")[:_SHOWN]
    opened = _openings([row.reference for row in latest])
    told = [Told(row, stage(row, now), opened.get(row.reference, 0)) for row in latest]
    return [one for one in told if one.stage is not Stage.LAPSED]


def reason(vault: Vault, row: Emergency) -> str:
    """Why, in the person's own words."""
    sealed = bytes(row.reason)
    return personal.unseal(vault, personal.Kind.REASON, row.pk, row.asked_by_id, sealed).decode()


@transaction.atomic
def remind(file: RegisterFile, now: datetime) -> int:
    """Tell each day of those that nobody looked at in time; returns how many there are."""
    today = helsinki_date(now)
    rows = Emergency.objects.filter(reviewed_at=None, review_by__lt=today, ends_at__lte=now)
    late = rows.count()
    if late:
        to = sorted({file.dpo.email, file.contact.email})
        written = [messages.write(_of_delay(today.isoformat(), one), now) for one in to]
        if any(written):
            log.error("emergency.unreviewed", count=late)
    return late


def _locked(emergency: UUID) -> Emergency:
    row = Emergency.objects.select_for_update().filter(pk=emergency).first()
    if row is None:
        raise Missing("there is no such emergency", remedy="open the page again")
    return row


def _of_beginning(row: Emergency, to: str) -> Message:
    with override("fi"):
        body = gettext("Hätäavaus on alkanut. Kuka, miksi ja mitä: sivu Hätäavaukset.")
        subject = gettext("Talteen: hätäavaus")
        return Message(f"emergency:{row.pk.hex}:{to}", to, subject, f"{body}\n")


def _of_delay(day: str, to: str) -> Message:
    with override("fi"):
        body = gettext("Hätäavaus odottaa katsojaa yli määräajan: sivu Hätäavaukset.")
        subject = gettext("Talteen: hätäavausta ei ole katsottu")
        return Message(f"emergency-late:{day}:{to}", to, subject, f"{body}\n")

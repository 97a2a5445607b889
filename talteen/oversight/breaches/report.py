"""A breach comes into the register: by anybody of the house in one press, or by an alarm.

Whoever reports decides nothing: kind, time and words may all be wrong or missing. What counts is
the time at which it was said (33(1); EDPB 9/2022, 31-34).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.clock import HELSINKI, helsinki_date
from talteen.errors import InputError, Unavailable
from talteen.ids import CaseId
from talteen.life.answer.intake import new_code
from talteen.life.seal.vault import Vault
from talteen.notice import breaches as law
from talteen.notice.breaches import BreachKind, BreachStage, BreachStep
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.oversight.breaches import papers
from talteen.oversight.breaches.models import Breach, BreachCall, BreachEdge
from talteen.register.log import ledger
from talteen.register.log.ledger_breaches import BreachOpened
from talteen.register.models import Case, Staff
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

WORKERS = frozenset({Role.DPO, Role.REGISTER_CONTACT, Role.OWNER})
"""Who works on a breach: all of them may read its file."""
_REFERENCE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw, or an alarm found."""

    kind: BreachKind
    at: datetime
    occurred_at: datetime | None = None
    calls: Collection[UUID] = ()
    words: str = field(default="", repr=False)
    suspect: UUID | None = None
    occasion: str | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report."""

    breach: Breach
    kept_words: bool
    """Whether the words could be sealed: not while the key holder is away."""


def report(vault: Vault, file: RegisterFile, seen: Seen, by: Staff) -> Reported:
    """A member of staff reports. InputError for a time that is still to come; never anything else
    while the database answers. Not inside a transaction."""
    if seen.occurred_at is not None and seen.occurred_at > seen.at:
        raise InputError("it happened in the future", remedy="write when it really happened")
    breach = draft(file, seen, by=by)
    kept = True
    if seen.words.strip():
        try:
            papers.open_file(vault, breach, seen.at)
            papers.write(vault, breach, "report", {"text": seen.words}, by=by, now=seen.at)
        except Unavailable:  # it may be the very thing that is reported
            kept = False
    return Reported(breach, kept)


@transaction.atomic
def draft(file: RegisterFile, seen: Seen, *, by: Staff | None = None) -> Breach:
    """The row, its case, its ledger entry, and a message to those who work on it."""
    people = Staff.objects.filter(role__in=[one.value for one in WORKERS], is_active=True)
    opener = by or people.order_by("code").first()
    if opener is None:
        raise Unavailable("nobody works on breaches here", remedy="appoint a register contact")
    case = Case.objects.create(
        reference=f"T-{helsinki_date(seen.at).year}-{new_code(_REFERENCE_LENGTH)}",
        kind="breach",
        opened_at=seen.at,
        opened_by=opener,
    )
    case.people.set(people)
    breach = Breach.objects.create(
        case=case,
        occasion=seen.occasion,
        kind=seen.kind.value,
        stage=BreachStage.REPORTED.value,
        reported_at=seen.at,
        reported_by=by,
        occurred_from=seen.occurred_at,
        suspect=Staff.objects.filter(pk=seen.suspect).first() if seen.suspect else None,
    )
    BreachCall.objects.bulk_create(
        BreachCall(breach=breach, recording=call) for call in sorted(set(seen.calls))
    )
    BreachEdge.objects.create(
        breach=breach,
        at=seen.at,
        by=by,
        step=BreachStep.REPORTED.value,
        stage=BreachStage.REPORTED.value,
    )
    day = helsinki_date(seen.at)
    ledger.enter(BreachOpened(breach=CaseId(case.pk), day=day, what=seen.kind), seen.at)
    log.error("breach.opened", kind=seen.kind.value, source="staff" if by else "house")
    for to in sorted({file.dpo.email, file.contact.email}):
        messages.write(_told(breach, to), seen.at)
    return breach


def new_occasions(occasions: Collection[str]) -> set[str]:
    """Those of ``occasions`` for which there is no draft yet."""
    known = Breach.objects.filter(occasion__in=occasions).values_list("occasion", flat=True)
    return set(occasions) - set(known)


def _told(breach: Breach, to: str) -> Message:
    limit = law.limit(breach.reported_at, breach.aware_at).astimezone(HELSINKI)
    with override("fi"):
        lines = [
            gettext("Loukkausilmoitus %(which)s odottaa ensimmäistä katsojaa.")
            % {"which": breach.case.reference},
            gettext("Jos se on loukkaus, valtuutetulle ilmoitetaan viimeistään %(when)s.")
            % {"when": f"{limit.day}.{limit.month}.{limit.year} klo {limit:%H.%M}"},
            "",
            gettext("Sanat ja tiedot ovat Talteenissa. Tässä viestissä niitä ei ole."),
        ]
        subject = gettext("Talteen: loukkaus kirjattiin")
    return Message(f"breach:{breach.pk}:{to}", to, subject, "\n".join(lines) + "\n")

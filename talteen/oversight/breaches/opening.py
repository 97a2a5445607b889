"""Opening a call for the investigation of a breach (REGISTER D; J1): not by default, but where the
log and the keys do not tell what was taken.

The data protection officer asks and says why, a second person who decides on breaches agrees, and
the officer may open that one call for 24 hours. What is covered stays covered, what is on health
and belief, past its cutoff, restricted or held for another matter stays shut. It ends by itself,
with the next range of an open stream too.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.errors import Conflict, Missing
from talteen.life.seal.vault import Vault
from talteen.notice import breaches as law
from talteen.notice import openings as running
from talteen.notice.breaches import BreachStep
from talteen.notice.openings import OpeningState
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.notice.requests import check_reasons
from talteen.oversight.breaches import acts, papers
from talteen.oversight.breaches.models import Breach
from talteen.register.investigation_models import BreachOpening
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff import two_persons

log = structlog.get_logger()
ASKERS = frozenset({Role.DPO})
APPROVERS = frozenset({Role.REGISTER_CONTACT, Role.OWNER})


def ask(
    vault: Vault,
    file: RegisterFile,
    breach: UUID,
    recording: UUID,
    why: str,
    *,
    by: Staff,
    now: datetime,
) -> BreachOpening:
    """Ask to open ``recording``, and say why; those who may agree are told. NotAllowed for another
    role, InputError without a reason, Missing for a call that is not here. Not inside a
    transaction."""
    why = check_reasons(why)
    acts.open_file(vault, breach, now)
    with transaction.atomic():
        row = acts.locked(breach, by, ASKERS)
        call = Recording.objects.filter(pk=recording).first()
        if call is None:
            raise Missing("there is no such call", remedy="take its whole id")
        paper = papers.write(vault, row, "opening", {"text": why}, by=by, now=now)
        acts.step(row, BreachStep.OPENING_ASKED, by=by, now=now, paper=paper)
        messages.write(_told(row, paper.pk, file.contact.email), now)
        return BreachOpening.objects.create(
            case=row.case,
            recording=call.pk,
            reason=paper.pk,
            asked_by=by,
            asked_at=now,
            of_suspect=row.suspect_id is not None and row.suspect_id == call.agent_id,
        )


def _told(row: Breach, paper: UUID, to: str) -> Message:
    with override("fi"):
        subject = gettext("Talteen: puhelun avaamista pyydetään")
        body = gettext("Loukkauksen %(which)s selvittäminen odottaa toista henkilöä vuorokauden.")
    told = {"which": row.case.reference}
    return Message(f"breach-opening:{paper}:{to}", to, subject, f"{body % told}\n")


@transaction.atomic
def approve(breach: UUID, opening: UUID, *, by: Staff, now: datetime) -> None:
    """The second person's yes: the 24 hours begin. NotAllowed for another role and for who asked,
    Conflict where it waits no more."""
    row, asked = _waiting(breach, opening, by, now)
    asked.approved_by, asked.approved_at = by, now
    asked.ends_at = now + law.OPENS_FOR
    asked.save(update_fields=["approved_by", "approved_at", "ends_at"])
    acts.step(row, BreachStep.OPENING_BEGUN, by=by, now=now)
    log.error("breach.opening_begun", breach=row.pk)


@transaction.atomic
def refuse(breach: UUID, opening: UUID, *, by: Staff, now: datetime) -> None:
    """The second person's no."""
    row, asked = _waiting(breach, opening, by, now)
    asked.refused_by, asked.refused_at = by, now
    asked.save(update_fields=["refused_by", "refused_at"])
    acts.step(row, BreachStep.OPENING_REFUSED, by=by, now=now)


def _waiting(breach: UUID, opening: UUID, by: Staff, now: datetime) -> tuple[Breach, BreachOpening]:
    row = acts.locked(breach, by, APPROVERS)
    asked = _locked(row, opening)
    two_persons.check(asked.asked_by_id, by.pk)
    if state(asked, now) is not OpeningState.ASKED:
        raise Conflict("this waits for nobody any more", remedy="open the page again")
    return row, asked


@transaction.atomic
def end(breach: UUID, opening: UUID, *, by: Staff, now: datetime) -> None:
    """The person gives it back. Missing for somebody else's, Conflict where it does not run."""
    row = acts.locked(breach, by, ASKERS)
    asked = _locked(row, opening)
    if asked.asked_by_id != by.pk:
        raise Missing("this is not yours", remedy="open the page again")
    if state(asked, now) is not OpeningState.RUNS:
        raise Conflict("this does not run", remedy="open the page again")
    asked.ends_at = now
    asked.save(update_fields=["ends_at"])


def _locked(row: Breach, opening: UUID) -> BreachOpening:
    found = BreachOpening.objects.select_for_update().filter(pk=opening, case=row.case).first()
    if found is None:
        raise Missing("this breach has no such opening", remedy="open the page again")
    return found


def state(row: BreachOpening, now: datetime) -> OpeningState:
    """Where it stands at ``now``."""
    return running.state(
        asked_at=row.asked_at,
        refused_at=row.refused_at,
        ends_at=row.ends_at,
        waits=law.OPENING_WAITS,
        now=now,
    )


def of(breach: Breach) -> list[BreachOpening]:
    """All of a breach, the newest first."""
    rows = BreachOpening.objects.filter(case=breach.case_id)
    return list(rows.select_related("asked_by", "approved_by").order_by("-asked_at"))


def openings(breach: Breach) -> Mapping[UUID, int]:
    """How often each call was opened for it."""
    entries = AccessEntry.objects.filter(
        case=breach.case.reference, action="grant", purpose=Purpose.BREACH_INVESTIGATION.value
    )
    counted: dict[UUID, int] = {}
    for call in entries.exclude(recording=None).values_list("recording", flat=True):
        if call is not None:
            counted[call] = counted.get(call, 0) + 1
    return counted

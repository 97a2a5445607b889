"""What the steps of a disclosure share: who may, one edge, its ledger entry."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, Missing, NotAllowed
from talteen.ids import CaseId
from talteen.life.answer.disclose.models import Disclosure, DisclosureEdge, DisclosurePaper
from talteen.notice import disclosures as law
from talteen.notice.disclosures import DisclosureStage, DisclosureStep
from talteen.notice.purposes import Role
from talteen.register.log import ledger
from talteen.register.log.ledger_disclosures import DisclosureStepped
from talteen.register.models import Staff

PREPARERS = frozenset({Role.REGISTER_CONTACT})
DECIDERS = frozenset({Role.REGISTER_CONTACT, Role.OWNER})
"""Who may be the second person. The officer gives opinions and decides nothing (38(6))."""
OFFICER = frozenset({Role.DPO})


def locked(disclosure: UUID, by: Staff | None, who: Collection[Role] = PREPARERS) -> Disclosure:
    """The disclosure, alone until the transaction ends. NotAllowed for another role than ``who``
    (None is the receiver or the house itself), Missing where there is none."""
    if by is not None and Role(by.role) not in who:
        raise NotAllowed(
            "this step belongs to another role",
            remedy="ask " + " or ".join(sorted(one.value for one in who)),
        )
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("case", "recipient")
    found = rows.filter(pk=disclosure, forgotten_at=None).first()
    if found is None:
        raise Missing("there is no such disclosure", remedy="look at the list again")
    return found


def step(
    row: Disclosure,
    taken: DisclosureStep,
    *,
    by: Staff | None,
    now: datetime,
    paper: DisclosurePaper | None = None,
) -> None:
    """One edge: the new stage, its row and its ledger entry. Conflict where there is none."""
    stage = law.after(DisclosureStage(row.stage), taken)
    row.stage = stage.value
    row.save(force_update=True)
    DisclosureEdge.objects.create(
        disclosure=row, at=now, by=by, step=taken.value, stage=stage.value, paper=paper
    )
    ledger.enter(DisclosureStepped(disclosure=CaseId(row.pk), step=taken, stage=stage), now)


def must_go_on(row: Disclosure) -> None:
    """Conflict while the data protection officer has stopped it (REGISTER D)."""
    if row.stopped_by_id is not None:
        raise Conflict(
            "the data protection officer has stopped this", remedy="settle it with them first"
        )


@transaction.atomic
def stop(disclosure: UUID, *, by: Staff) -> Disclosure:
    """The officer stops it where it stands: nothing is approved, sealed or opened meanwhile."""
    row = locked(disclosure, by, OFFICER)
    if DisclosureStage(row.stage) in law.ENDED:
        raise Conflict("it has ended", remedy="read it again")
    row.stopped_by = by
    row.save(update_fields=["stopped_by"])
    return row


@transaction.atomic
def resume(disclosure: UUID, *, by: Staff) -> Disclosure:
    """The officer lets it go on."""
    row = locked(disclosure, by, OFFICER)
    row.stopped_by = None
    row.save(update_fields=["stopped_by"])
    return row

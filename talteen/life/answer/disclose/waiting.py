"""Which disclosures stand, and for which the data protection officer's word is waited (2.2)."""

from talteen.life.answer.disclose.models import Disclosure
from talteen.notice import disclosures as law
from talteen.notice.disclosures import ENDED, DisclosureStage, Door


def standing() -> list[Disclosure]:
    """The disclosures that have not ended, the oldest first."""
    rows = Disclosure.objects.select_related("case", "recipient").filter(forgotten_at=None)
    living = rows.exclude(stage__in=[one.value for one in ENDED])
    return list(living.order_by("received_at", "pk"))


def for_opinion(row: Disclosure) -> bool:
    """Whether it goes no further before the officer has said what they think."""
    stage = DisclosureStage(row.stage)
    refusing = stage is DisclosureStage.REFUSAL
    asks = stage in (DisclosureStage.SCOPED, DisclosureStage.PROPOSED) or refusing
    return asks and not row.opinion and law.needs_opinion(Door(row.door), refusing=refusing)

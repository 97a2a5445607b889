"""What the data protection officer advised on a breach, and why it was decided otherwise (38(6),
2.2)."""

from datetime import datetime

from talteen.life.seal.vault import Vault
from talteen.notice.breaches import Risk
from talteen.notice.opinions import Opinion
from talteen.oversight.breaches import papers
from talteen.oversight.breaches.models import Breach
from talteen.register.models import Staff


def risk_seen(row: Breach) -> Risk | None:
    """The risk that the officer saw last; None where they named none."""
    kinds = [one.value for one in Risk]
    paper = row.papers.filter(kind="opinion", name__in=kinds).order_by("-at", "-pk").first()
    return Risk(paper.name) if paper else None


def stand_on_end(row: Breach) -> Opinion | None:
    """The officer's word on how it is proposed to end; None where they have said none since."""
    proposal = row.edges.filter(step=row.proposed).order_by("-at", "-pk").first()
    if not row.proposed or proposal is None:
        return None
    kinds = [one.value for one in Opinion]
    papers_ = row.papers.filter(kind="opinion", name__in=kinds, at__gte=proposal.at)
    paper = papers_.order_by("-at", "-pk").first()
    return Opinion(paper.name) if paper else None


def write_against(vault: Vault, row: Breach, why: str, by: Staff, now: datetime) -> None:
    """Why somebody decided otherwise than the officer advised, beside the opinion (2.2)."""
    if why:
        papers.write(vault, row, "against", {"text": why}, by=by, now=now)

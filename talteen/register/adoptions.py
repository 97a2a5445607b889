"""Which words of each balancing test and of the impact assessment two persons have adopted: the
rows behind ``notice.adoption``. Who may say what is decided in ``oversight.adopting``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby

from django.db import transaction

from talteen.notice import adoption
from talteen.notice.adoption import Adopted, Paper
from talteen.notice.register_folder import RegisterFolder
from talteen.register.assessment_models import AssessmentStep
from talteen.register.log import ledger
from talteen.register.log.ledger_assessments import AssessmentsAdopted
from talteen.register.log.ledger_types import Sha256


class Step(Enum):
    """What one person says of a paper."""

    PROPOSED = "proposed"
    OPINION = "opinion"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that nobody has adopted or withdrawn."""

    row: AssessmentStep
    opinion: AssessmentStep | None
    """The officer's newest word on it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one paper stands."""

    adopted: Adopted | None = None
    first: str = ""
    """The staff code of who proposed what is adopted."""
    second: str = ""
    opinion: AssessmentStep | None = None
    """The officer's, on what is adopted."""
    against: str = ""
    """Why it was adopted otherwise than they advised."""
    version: int = 0
    """How many different words two persons have adopted under this id so far."""
    waiting: Waiting | None = None


NOWHERE = Standing()
"""Of a paper that nobody has proposed."""


def standings() -> Mapping[str, Standing]:
    """Where each paper stands, by its id; ``NOWHERE`` is not told."""
    rows = AssessmentStep.objects.select_related("proposal").order_by("paper", "at", "pk")
    return {paper: _standing(steps) for paper, steps in groupby(rows, key=lambda row: row.paper)}


def adopted() -> Mapping[str, Adopted]:
    """What is adopted, by the paper's id."""
    found = standings()
    return {paper: one.adopted for paper, one in found.items() if one.adopted is not None}


def propose(paper: Paper, by_code: str, now: datetime) -> AssessmentStep:
    """Enter that ``paper`` is proposed."""
    return AssessmentStep.objects.create(
        paper=paper.id,
        step=Step.PROPOSED.value,
        sha256=paper.sha256,
        words=paper.words,
        by_code=by_code,
        at=now,
    )


def follow(row: AssessmentStep, step: Step, by_code: str, now: datetime, **told: object) -> None:
    """Enter what comes after the proposal ``row``. IntegrityError where it has ended."""
    AssessmentStep.objects.create(
        paper=row.paper,
        step=step.value,
        proposal=row,
        sha256=row.sha256,
        by_code=by_code,
        at=now,
        **told,
    )


@transaction.atomic
def found(register: RegisterFolder, first: str, second: str, at: datetime) -> None:
    """Enter that the two who approve the first notice of a house adopt all papers it stands on:
    those of the folder, reviewed on the days that they bear themselves."""
    papers = adoption.papers(register)
    for paper in papers:
        row = propose(paper, first, at)
        follow(row, Step.ADOPTED, second, at, reviewed_on=paper.reviewed_on)
    oldest = min(paper.reviewed_on for paper in papers)
    digests = tuple(Sha256(paper.sha256) for paper in papers)
    ledger.enter(AssessmentsAdopted(papers=digests, reviewed_on=oldest), at)


def _standing(steps: Iterable[AssessmentStep]) -> Standing:
    opinions: dict[int, AssessmentStep] = {}
    proposed: dict[int, AssessmentStep] = {}
    last: AssessmentStep | None = None
    versions: dict[bytes, int] = {}
    for row in steps:
        match Step(row.step):
            case Step.PROPOSED:
                proposed[row.pk] = row
            case Step.OPINION:
                opinions[row.proposal_id or 0] = row
            case Step.ADOPTED:
                last = row
                versions.setdefault(bytes(row.sha256), len(versions) + 1)
                proposed.pop(row.proposal_id or 0, None)
            case Step.WITHDRAWN:
                proposed.pop(row.proposal_id or 0, None)
    newest = next(reversed(proposed.values()), None)
    waiting = Waiting(newest, opinions.get(newest.pk)) if newest else None
    if last is None or last.proposal is None or last.reviewed_on is None:
        return Standing(waiting=waiting)
    return Standing(
        adopted=Adopted(bytes(last.sha256), last.proposal.words, last.reviewed_on),
        first=last.proposal.by_code,
        second=last.by_code,
        opinion=opinions.get(last.proposal.pk),
        against=last.words,
        version=versions[bytes(last.sha256)],
        waiting=waiting,
    )

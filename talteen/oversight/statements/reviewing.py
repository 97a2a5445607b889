"""What was reviewed and what was adopted in a span of days: the acts behind accountability
(GDPR 5(2), 24(1); REGISTER 6.1, 13.10, 17.2). Only reads."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from django.db.models import QuerySet

from talteen.clock import helsinki_date
from talteen.notice import adoption
from talteen.notice.access_reviews import Kept
from talteen.oversight.proposal_models import NoticeProposal
from talteen.oversight.statements.spans import Span
from talteen.oversight.statements.values import Act, ActKind, Section
from talteen.register.adoptions import Step
from talteen.register.assessment_models import AssessmentStep
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_assessments import AssessmentsAdopted
from talteen.register.log.ledger_holds import HoldReviewed
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.log.ledger_reviews import AccessReviewBegun, AccessReviewClosed
from talteen.register.staff.review_models import RightReview


def sections(span: Span) -> tuple[Section, Section]:
    """Papers that two persons adopted, with the sum that the ledger makes; and what was looked at
    again."""
    adopted = Section("adopted", _adopted(span), _papers_of_the_ledger(span))
    return adopted, Section("reviewed", _reviewed(span))


def acts(span: Span) -> tuple[Act, ...]:
    """Each act by name: who proposed and who adopted, by staff code; the oldest first."""
    found = chain(_adoptions(span), _notices(span), _rounds(span))
    return tuple(sorted(found, key=lambda one: (one.day, one.kind.value, one.subject)))


def _steps(span: Span) -> Iterator[tuple[AssessmentStep, bool]]:
    """Adoptions in the span, and whether each renewed the same words."""
    last: dict[str, bytes] = {}
    rows = AssessmentStep.objects.filter(step=Step.ADOPTED.value, at__lt=span.ends)
    for row in rows.select_related("proposal").order_by("at", "pk"):
        again = last.get(row.paper) == bytes(row.sha256)
        last[row.paper] = bytes(row.sha256)
        if row.at >= span.begins:
            yield row, again


def _adopted(span: Span) -> Mapping[str, int]:
    counts = Counter(dict.fromkeys(("tests_new", "tests_again", "impact_new", "impact_again"), 0))
    for row, again in _steps(span):
        impact = row.proposal and adoption.kind_of(row.proposal.words) is adoption.Kind.IMPACT
        what = "impact" if impact else "tests"
        counts[f"{what}_{'again' if again else 'new'}"] += 1
    return counts


def _papers_of_the_ledger(span: Span) -> int:
    read = (ledger_bytes.read(raw).entry for raw in _raw(span, AssessmentsAdopted.tag))
    return sum(len(one.papers) for one in read if isinstance(one, AssessmentsAdopted))


def _reviewed(span: Span) -> Mapping[str, int]:
    decided = RightReview.objects.filter(decided_at__gte=span.begins, decided_at__lt=span.ends)
    closed = (ledger_bytes.read(raw).entry for raw in _raw(span, AccessReviewClosed.tag))
    said = AssessmentStep.objects.filter(
        step=Step.OPINION.value, at__gte=span.begins, at__lt=span.ends
    )
    return {
        "rounds_begun": _of(span, AccessReviewBegun.tag).count(),
        "rights_kept": decided.filter(verdict=Kept.KEPT.value).count(),
        "rights_withdrawn": decided.filter(verdict=Kept.WITHDRAWN.value).count(),
        "rights_lapsed": sum(one.lapsed for one in closed if isinstance(one, AccessReviewClosed)),
        "holds_kept": _of(span, HoldReviewed.tag).count(),
        "opinions": said.count(),
    }


def _adoptions(span: Span) -> Iterator[Act]:
    for row, again in _steps(span):
        first = row.proposal.by_code if row.proposal else ""
        kind = ActKind.ADOPTED_AGAIN if again else ActKind.ADOPTED
        yield Act(helsinki_date(row.at), kind, row.paper, (first, row.by_code))


def _notices(span: Span) -> Iterator[Act]:
    made = NoticeProposal.objects.filter(published_at__gte=span.begins, published_at__lt=span.ends)
    for row in made.select_related("proposed_by", "decided_by"):
        assert row.published_at is not None
        by = (row.proposed_by.code, row.decided_by.code if row.decided_by else "")
        yield Act(helsinki_date(row.published_at), ActKind.NOTICE, row.number, by)


def _rounds(span: Span) -> Iterator[Act]:
    """Rounds of the review of rights whose days ended, with everybody who looked at somebody."""
    for raw in _raw(span, AccessReviewClosed.tag):
        read = ledger_bytes.read(raw)
        if isinstance(read.entry, AccessReviewClosed):
            begun = read.entry.day
            looked = RightReview.objects.filter(review=begun, decided_by__isnull=False)
            codes = looked.values_list("decided_by__code", flat=True).distinct()
            by = tuple(sorted(codes.order_by("decided_by__code")))
            yield Act(helsinki_date(read.at), ActKind.ROUND, begun.isoformat(), by)


def _of(span: Span, kind: str) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(kind=kind, at__gte=span.begins, at__lt=span.ends)


def _raw(span: Span, kind: str) -> list[bytes]:
    return [bytes(raw) for raw in _of(span, kind).values_list("raw", flat=True)]

"""The access log of the last month, as counts: what was opened, for what, by whom, and when not."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count as Counted
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.answer.models import RequestAnswer
from talteen.life.destroy.models import Destruction
from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Role
from talteen.notice.requests import RESTRICTS
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import WINDOW, Openings
from talteen.register.log.ledger_kinds import HoldPlaced
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import AccessEntry, Hold, Recording, Training, Undertaking
from talteen.register.states import Lot

OWN_WORK = (Purpose.TRAINING, Purpose.SERVICE_QUALITY, Purpose.GUIDANCE)
_SEEN = ("recording", "purpose", "at")
_NOT_OPENED = ("denied", "do_not_record", "facts")
"""A denial opens nothing, asking the do-not-record list is about no recording, and facts that a
program read are neither sound nor words."""


def openings(now: datetime) -> Openings:
    """The lines of the last ``WINDOW``."""
    since = now - WINDOW
    lines = AccessEntry.objects.filter(at__gt=since).exclude(action__in=_NOT_OPENED)
    cases = lines.filter(purpose__in=[one.value for one in Purpose if purposes.needs_case(one)])
    checks = lines.filter(purpose=Purpose.CORRECTNESS.value, role=Role.AGENT.value)
    grants = lines.filter(action="grant")
    return Openings(
        since=helsinki_date(since),
        all=lines.count(),
        unlisted=_unlisted(lines),
        without_case=cases.filter(case="").count(),
        with_case=cases.exclude(case="").count(),
        not_own=_not_own(checks),
        checks=checks.count(),
        undrawn={one.value: _undrawn(lines, one) for one in OWN_WORK},
        after_cutoff=_after_cutoff(lines),
        held_elsewhere=_held_elsewhere(lines),
        restricted=_restricted(lines),
        without_standing=_without_standing(grants),
        grants=grants.count(),
    )


def _unlisted(lines: QuerySet[AccessEntry]) -> int:
    groups = lines.values_list("role", "purpose").order_by().annotate(Counted("pk"))
    return sum(n for role, purpose, n in groups if not _may(role, purpose))


def _may(role: str, purpose: str) -> bool:
    try:
        return purposes.may(Role(role), Purpose(purpose))
    except ValueError:
        return False


def _not_own(checks: QuerySet[AccessEntry]) -> int:
    on = TruncDate("at", tzinfo=HELSINKI)
    other = Recording.objects.filter(pk=OuterRef("recording")).exclude(
        agent=OuterRef("staff"), day=OuterRef("on")
    )
    return checks.annotate(on=on).filter(Exists(other)).count()


def _undrawn(lines: QuerySet[AccessEntry], purpose: Purpose) -> Count:
    """Of calls that live: what the lot made of a dead one died with it."""
    living = Recording.objects.filter(pk=OuterRef("recording"))
    opened = lines.filter(Exists(living), purpose=purpose.value)
    return Count(opened.count(), opened.filter(Exists(living.exclude(lot=Lot.DRAWN.value))).count())


def _after_cutoff(lines: QuerySet[AccessEntry]) -> int:
    """Openings of calls past their cutoff that no hold had kept."""
    past = {"pk": OuterRef("recording"), "cutoff_at__lte": OuterRef("at")}
    living = Recording.objects.filter(**past, holds=None)
    gone = Destruction.objects.filter(**past, held=0)
    return lines.filter(Exists(living) | Exists(gone)).count()


def _held_elsewhere(lines: QuerySet[AccessEntry]) -> Count:
    """Openings of held calls from the entry of their first hold on (J11)."""
    allowed: dict[UUID, set[str]] = defaultdict(set)
    for hold in Hold.objects.filter(state="active").only("recording", "purposes"):
        allowed[hold.recording_id].update(hold.purposes)
    placed = LedgerEntry.objects.filter(kind=HoldPlaced.tag, recording__in=list(allowed))
    since = dict(placed.values_list("recording").annotate(Min("at")))
    # A search that met it showed no more than that it did; what it may show is the index's affair.
    opened = _of(lines.exclude(action="search"), allowed.keys())
    after = [
        (recording, purpose)
        for recording, purpose, at in opened
        if recording in since and at > since[recording]
    ]
    return Count(len(after), sum(purpose not in allowed[recording] for recording, purpose in after))


def _restricted(lines: QuerySet[AccessEntry]) -> Count:
    """Openings of restricted calls from the decision on (18(2))."""
    decided = RequestAnswer.objects.filter(letter__in=RESTRICTS, decided_at__isnull=False)
    pairs = decided.filter(request__case__recordings__restricted=True)
    since = dict(
        pairs.values_list("request__case__recordings").annotate(Min("decided_at")).order_by()
    )
    after = [purpose for one, purpose, at in _of(lines, since.keys()) if at > since[one]]
    other = sum(purpose != Purpose.RIGHTS_OF_PARTIES.value for purpose in after)
    return Count(len(after), other)


def _of(
    lines: QuerySet[AccessEntry], recordings: Collection[UUID]
) -> list[tuple[UUID, str, datetime]]:
    found = lines.filter(recording__in=list(recordings), recording__isnull=False)
    return [(one, purpose, at) for one, purpose, at in found.values_list(*_SEEN) if one]


def _without_standing(grants: QuerySet[AccessEntry]) -> int:
    """Permissions on a day for which no undertaking or no training is on file."""
    on = OuterRef("on")
    undertaken = Undertaking.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on), staff=OuterRef("staff"), signed_on__lte=on
    )
    trained = Training.objects.filter(
        staff=OuterRef("staff"), passed_on__lte=on, valid_until__gte=on
    )
    dated = grants.annotate(on=TruncDate(F("at"), tzinfo=HELSINKI))
    return dated.exclude(Exists(undertaken) & Exists(trained)).count()

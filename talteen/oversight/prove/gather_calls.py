"""The living recordings, and what is left of calls that were refused."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Max, Min, Q, Sum

from talteen.clock import helsinki_date, start_of_day
from talteen.life.seal.models import Blob
from talteen.notice import versions as law
from talteen.notice.particulars import RegisterFile
from talteen.notice.versions import History, Version
from talteen.oversight.prove import gather_people
from talteen.oversight.prove.facts import WINDOW, CallFacts
from talteen.register import versions
from talteen.register.log.ledger_kinds import Refused
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Recording, Tally
from talteen.register.states import LIVING, Progress

COLUMNS = frozenset(
    "id progress started_at day cutoff_at due_at zone_rules arrived_at length_ms direction source "
    "language line_id agent_id notice_id announcement_id announced_until marks incomplete "
    "special_category reviewed third_parties restricted origin lot destroy_reason".split()
)
"""All that the table of recordings may know of a call: times, places, codes, no caller (8.4)."""
LIVES = sorted(progress.value for progress in LIVING)
HELD = Q(holds__state__in=("placing", "active"))


def calls(file: RegisterFile, now: datetime) -> CallFacts:
    """The living recordings as they are ``now``."""
    living = Recording.objects.filter(progress__in=LIVES)
    late = Q(announced_until__lt=F("started_at")) | Q(announcement__valid_from__gt=F("day"))
    unbound = Q(notice__valid_from__gt=F("day")) | Q(notice__valid_to__lte=F("day"))
    parked = living.filter(progress=Progress.PARKED.value)
    refused = LedgerEntry.objects.filter(kind=Refused.tag)
    since = helsinki_date(now - WINDOW)
    untold = Tally.objects.filter(kind="not_announced", day__gte=since)
    return CallFacts(
        all=living.count(),
        announced_late=living.filter(late).count(),
        unbound=living.filter(unbound).count(),
        too_long=_too_long(now),
        sources=Counter(living.values_list("source", flat=True)),
        parked_over=parked.filter(
            arrived_at__lt=now - timedelta(hours=file.capture.threat_hours + 1)
        ).count(),
        parked=parked.count(),
        oldest=living.exclude(HELD).aggregate(day=Min("day"))["day"],
        not_announced=untold.aggregate(n=Sum("count"))["n"] or 0,
        agents_untold=gather_people.untold(living),
        refused=refused.count(),
        refused_left=_left(),
        columns=tuple(sorted(columns() - COLUMNS)),
    )


def _too_long(now: datetime) -> int:
    """Recordings whose due is later than their own version allows, or a shorter one since."""
    known = versions.history()
    by_number = {version.number: version for version in known}
    groups = Recording.objects.filter(progress__in=LIVES).values("day", "notice").order_by()
    return sum(
        Recording.objects.filter(day=one["day"], notice=one["notice"], due_at__gt=ends).count()
        for one in groups.annotate(last=Max("due_at"))
        for ends in [_end(known, by_number[one["notice"]], one["day"], now)]
        if one["last"] > ends
    )


def _end(known: History, bound: Version, day: date, now: datetime) -> datetime:
    return law.lifetime(known, bound, started_at=start_of_day(day), now=now).due_at


def _left() -> int:
    named = LedgerEntry.objects.filter(kind=Refused.tag, recording__isnull=False)
    gone = named.values("recording")
    alive = [one for one in LIVES if one != Progress.PARKED.value]
    rows = set(
        Recording.objects.filter(pk__in=gone, progress__in=alive).values_list("pk", flat=True)
    )
    return len(
        rows | set(Blob.objects.filter(recording__in=gone).values_list("recording", flat=True))
    )


def columns() -> set[str]:
    """The columns that the table of recordings has in the database."""
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, Recording._meta.db_table)
    return {one.name for one in table}

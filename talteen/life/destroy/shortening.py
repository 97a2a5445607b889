"""A version of the notice that keeps shorter ends earlier calls by it, from its first day on (4.4,
13.14). The doors ask the law itself (``register.access``); here the rows learn their new days, by
which the sweep destroys, people read and holds are judged."""

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Least

from talteen.clock import helsinki_date, start_of_day
from talteen.notice import versions as law
from talteen.notice.retention import Lifetime
from talteen.notice.versions import History
from talteen.register import versions
from talteen.register.models import Recording

log = structlog.get_logger()


@dataclass(slots=True)
class Shortening:
    """Remembers the day on which this process looked: versions begin with a day."""

    looked_on: date | None = None

    def tend(self, now: datetime) -> int:
        """Shorten once a day; how many calls end earlier than they did."""
        if self.looked_on == (today := helsinki_date(now)):
            return 0
        done = shorten(now)
        self.looked_on = today
        return done


def shorten(now: datetime) -> int:
    """Give every call that ends later than a version in force allows the days of that version; how
    many. May be called again at any time."""
    known = versions.history()
    if len({version.policy for version in known}) < 2:
        return 0
    groups = Recording.objects.order_by().values_list("day", "notice")
    ends = groups.annotate(cutoff=Max("cutoff_at"), due=Max("due_at"))
    done = 0
    for day, notice, cutoff, due in ends:
        dates = _dates(known, notice, day, now)
        if cutoff > dates.cutoff_at or due > dates.due_at:
            done += _bound(Recording.objects.filter(day=day, notice=notice), dates)
    if done:
        log.info("notice.shortened", count=done)
    return done


def _dates(known: History, notice: str, day: date, now: datetime) -> Lifetime:
    (bound,) = (version for version in known if version.number == notice)
    return law.lifetime(known, bound, started_at=start_of_day(day), now=now)


def _bound(rows: QuerySet[Recording], to: Lifetime) -> int:
    late = rows.filter(Q(cutoff_at__gt=to.cutoff_at) | Q(due_at__gt=to.due_at))
    return late.update(
        cutoff_at=Least("cutoff_at", to.cutoff_at), due_at=Least("due_at", to.due_at)
    )

"""How many calls were listened to for guidance, and of which weeks: what an article may say.

The access log knows it: who opened which drawn call for ``guidance``. Of that only a count and two
weeks go into an article, and nothing below ten calls (field notes C, 5.6).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from talteen.life.use.guide.models import ArticleVersion
from talteen.life.use.quality import lot
from talteen.life.use.reach import Reader
from talteen.life.use.study.report import SHOWN_CALLS
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import AccessEntry, Recording, Staff

LOOKS_BACK = timedelta(days=92)
"""No call lives longer: what was listened to before says nothing of the work of today."""


@dataclass(frozen=True, slots=True)
class Listened:
    """The calls that an article can rest on."""

    calls: int
    first_week: str
    last_week: str

    @property
    def enough(self) -> bool:
        """Whether they are so many that they may be named."""
        return self.calls >= SHOWN_CALLS


def of(reader: Reader, now: datetime, *, article: UUID | None = None) -> Listened:
    """What analysts of the reader's unit have listened to since the newest version of ``article``,
    three months back at most. A call that is gone by now counts no more."""
    since = max(_published(article) or now - LOOKS_BACK, now - LOOKS_BACK)
    analysts = Staff.objects.filter(unit=reader.unit, role=Role.QUALITY_ANALYST.value)
    plays = AccessEntry.objects.filter(
        staff__in=list(analysts.values_list("pk", flat=True)),
        purpose=Purpose.GUIDANCE.value,
        action="play",
        at__gt=since,
    )
    heard = Recording.objects.filter(pk__in=plays.values("recording"), line__unit=reader.unit)
    days = sorted(heard.values_list("day", flat=True))
    if not days:
        return Listened(0, "", "")
    return Listened(len(days), lot.week_of(days[0]), lot.week_of(days[-1]))


def _published(article: UUID | None) -> datetime | None:
    newest = ArticleVersion.objects.filter(article=article).order_by("-number").first()
    return newest.published_at if newest else None

"""Training records: who may open calls until when, and who has read the guidance in force (17.1).

The record of data protection training is the one that ``register.policy`` asks at every opening:
what is entered here opens and closes doors the same day. Nobody enters their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import NotAllowed
from talteen.life.use.coach import playlists
from talteen.life.use.guide.models import ArticleRead, ArticleVersion
from talteen.life.use.reach import Reader
from talteen.notice.acknowledgements import Standing
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import acknowledgements, credentials

KEEPERS = frozenset({Role.TRAINER, Role.TEAM_LEADER, Role.HR})
"""Who enters the training of others."""
WARNS_DAYS = 30
"""So long before its end people see that it ends (17.1)."""


@dataclass(frozen=True, slots=True)
class Trained:
    """One person's record."""

    code: str
    name: str
    role: Role
    until: date | None
    """The last day of the training that is valid the longest; None without any."""
    read: int
    """Of the unit's guidance in force, the articles that they have acknowledged."""
    of: int
    own: bool
    opens: bool
    """Whether their training lets them open calls today."""
    undertaking: str
    """The version of the undertaking of confidentiality that they signed; empty without one."""
    soon: bool
    """Whether it ends within the time that is warned of."""
    took_part: date | None
    """The last day on which they took part in training by passages; of no call."""
    told: Standing
    """Where they stand with the employees' notice (E.0)."""


def of(reader: Reader, now: datetime) -> Sequence[Trained]:
    """The records that the reader may see: the own one, those of the team led, of the unit, or
    of the house."""
    today = helsinki_date(now)
    in_force = _in_force(reader)
    rows = list(_people(reader).annotate(trained=Max("trainings__valid_until")))
    told, signed = acknowledgements.standings(rows, now), credentials.undertakings(today)
    took = playlists.took_part([row.pk for row in rows])
    reads: dict[object, int] = {}
    for staff in ArticleRead.objects.filter(version__in=in_force).values_list("staff", flat=True):
        reads[staff] = reads.get(staff, 0) + 1
    found = [
        Trained(
            code=row.code,
            name=row.name,
            role=Role(row.role),
            until=vars(row)["trained"],
            read=reads.get(row.pk, 0),
            of=len(in_force),
            own=row.pk == reader.pk,
            undertaking=signed.get(row.pk, ""),
            opens=(left := _left(vars(row)["trained"], today)) >= 0,
            soon=0 <= left <= WARNS_DAYS,
            took_part=took.get(row.pk),
            told=told[row.pk] if row.role == Role.AGENT.value else Standing.NOT_ASKED,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.until or date.min, one.name))


def enter(keeper: Reader, code: str, on: date, today: date) -> date:
    """Enter that ``code`` passed data protection training on ``on``; gives its last day.

    NotAllowed for one's own and for people beyond one's reach; raises as ``credentials.train``.
    """
    reach = _people(keeper).exclude(pk=keeper.pk)
    if Role(keeper.role) not in KEEPERS or not reach.filter(code=code).exists():
        raise NotAllowed("this is not yours to enter", remedy="ask their team leader or a trainer")
    return credentials.train(code, on, today=today)


def _left(until: date | None, today: date) -> int:
    """Days of training that are left; negative without any."""
    return (until - today).days if until else -1


def _people(reader: Reader) -> QuerySet[Staff]:
    rows = Staff.objects.filter(is_active=True)
    match Role(reader.role):
        case Role.HR if reader.unit is None:
            return rows
        case Role.TRAINER | Role.HR:
            return rows.filter(unit=reader.unit)
        case Role.TEAM_LEADER:
            return rows.filter(unit=reader.unit, team=reader.team)
        case _:
            return rows.filter(pk=reader.pk)


def _in_force(reader: Reader) -> list[int]:
    """The newest version of each article of the unit."""
    rows = ArticleVersion.objects.filter(article__unit=reader.unit, article__retired_at=None)
    newest = rows.values("article").annotate(newest=Max("pk"))
    return [row["newest"] for row in newest]

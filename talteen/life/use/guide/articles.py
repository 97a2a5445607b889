"""Guidance: published in versions that never change, owned, looked at again, acknowledged (17.10).

An article rests on drawn calls that analysts listened to for ``guidance``, or on the frozen report
of a study; either way it names how many calls and which weeks, and nothing else of them stays. Each
version passes the gate when it is saved.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing
from talteen.life.use.gate import passing
from talteen.life.use.guide import listened
from talteen.life.use.guide.models import Article, ArticleRead, ArticleVersion
from talteen.life.use.listen import Keeps
from talteen.life.use.quality import lot
from talteen.life.use.reach import Reader
from talteen.life.use.study import frozen
from talteen.life.use.study.frozen import Frozen
from talteen.life.use.study.models import Study
from talteen.notice.purposes import Role
from talteen.register.models import Staff

WRITERS = frozenset({Role.QUALITY_ANALYST, Role.TRAINER, Role.TEAM_LEADER})
READERS = frozenset({Role.AGENT, *WRITERS})
"""Whose work it guides."""
LONGEST_TITLE, LONGEST = 120, 8_000
LISTENED = "listened"
"""In the place of a study: the calls that were listened to for guidance."""
REVIEW_WITHIN = timedelta(days=366)
"""A review is a year ahead at most: guidance that nobody looks at is wrong some day."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer hands in."""

    title: str
    text: str
    language: str
    review_on: date
    study: str = ""
    """The number of the study whose findings it rests on, or ``LISTENED``; empty where none."""


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version."""

    number: int
    language: str
    title: str
    text: str
    by: str
    published_at: datetime
    review_on: date
    based_on: str
    calls: int | None
    first_week: str
    last_week: str
    sha256: str
    readers: int
    """How many have acknowledged it."""


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """One article with its versions, the newest first."""

    id: UUID
    owner: str
    own: bool
    retired_at: datetime | None
    versions: Sequence[VersionShown]
    read: bool
    """Whether the reader has acknowledged the newest version."""
    agents: int
    """Who ought to: the unit's agents."""
    overdue: bool
    """Whether its review day has passed."""

    @property
    def newest(self) -> VersionShown:
        """The version in force."""
        return self.versions[0]


def of(reader: Reader, today: date) -> list[ArticleShown]:
    """The guidance of the reader's unit: unread first, then the newest."""
    if Role(reader.role) not in READERS:
        return []
    read = _read(reader)
    found = [_shown(row, reader, today, read) for row in _rows(reader) if row.versions.all()]
    found.sort(key=lambda one: one.newest.published_at, reverse=True)
    return sorted(found, key=lambda one: (one.retired_at is not None, one.read))


def one(reader: Reader, which: UUID, today: date) -> ArticleShown:
    """One article of the reader's unit; Missing for any other."""
    row = _rows(reader).filter(pk=which).first() if Role(reader.role) in READERS else None
    if row is None:
        raise Missing("there is no such guidance", remedy="look at the list of your unit")
    return _shown(row, reader, today, _read(reader))


def studies(reader: Reader) -> list[str]:
    """Frozen studies of the unit that an article can rest on: their numbers, the newest first."""
    rows = Study.objects.filter(unit=reader.unit).exclude(frozen_at=None).order_by("-frozen_at")
    return [row.number for row in rows if _found(row)]


def _found(row: Study | None) -> Frozen | None:
    """What a study told; None where it told nothing."""
    told = frozen.of_json(row.report) if row and row.report else None
    return told if told and told.report.tells else None


def publish(
    house: Keeps, who: Reader, draft: Draft, now: datetime, *, article: UUID | None = None
) -> UUID:
    """Publish a version of ``article``, or the first of a new one. Only its owner writes the next.

    Raises passing.Refused, InputError for a title, a review day or a basis that cannot be, Conflict
    for an article of another or one that is in force no more.
    """
    today = helsinki_date(now)
    if not 0 < len(draft.title.strip()) <= LONGEST_TITLE or Role(who.role) not in WRITERS:
        raise InputError("guidance has a title", remedy="write a short one")
    if not today < draft.review_on <= today + REVIEW_WITHIN:
        raise InputError("a review is within a year", remedy="choose a day within a year")
    rests_on = _basis(who, draft.study, article, now) if draft.study else None
    whole = f"{draft.title.strip()}\n\n{draft.text.strip()}"
    passing.check(
        house,
        whole,
        language=draft.language,
        longest=LONGEST,
        now=now,
        passed=[f"{one.title}\n\n{one.text}" for one in _versions(who, article)],
    )
    with transaction.atomic():
        row = _own(who, article)
        before = row.versions.count()
        ArticleVersion.objects.create(
            article=row,
            number=before + 1,
            language=draft.language,
            title=draft.title.strip(),
            text=draft.text.strip(),
            by=who,
            published_at=now,
            review_on=draft.review_on,
            based_on=rests_on.number if rests_on else "",
            calls=rests_on.calls if rests_on else None,
            first_week=rests_on.first_week if rests_on else "",
            last_week=rests_on.last_week if rests_on else "",
            sha256=hashlib.sha256(whole.encode()).digest(),
        )
    return row.pk


def _versions(who: Reader, article: UUID | None) -> QuerySet[ArticleVersion]:
    """What was published of the article, all of which has passed."""
    return ArticleVersion.objects.filter(article=article, article__unit=who.unit)


def acknowledge(reader: Reader, which: UUID, number: int, now: datetime) -> None:
    """The reader has read that version. Conflict where there is a newer one by now."""
    shown = one(reader, which, helsinki_date(now))
    if shown.newest.number != number or shown.retired_at is not None:
        raise Conflict("there is a newer version", remedy="read that one")
    version = ArticleVersion.objects.get(article=which, number=number)
    ArticleRead.objects.get_or_create(version=version, staff=reader, defaults={"at": now})


def retire(who: Reader, which: UUID, now: datetime) -> None:
    """Take an article out of force; its versions stay."""
    with transaction.atomic():
        row = _own(who, which)
        row.retired_at = now
        row.save(update_fields=["retired_at"])


def hand_over(who: Reader, which: UUID, to: str) -> None:
    """Give an article to another writer of the unit, by their staff code."""
    with transaction.atomic():
        row = _own(who, which)
        heirs = Staff.objects.filter(code=to, unit=row.unit_id, is_active=True)
        heir = heirs.filter(role__in=[role.value for role in WRITERS]).first()
        if heir is None:
            raise InputError("no writer of the unit has this code", remedy="see who writes")
        row.owner = heir
        row.save(update_fields=["owner"])


def _own(who: Reader, which: UUID | None) -> Article:
    if which is None:
        if who.unit is None:
            raise Conflict("guidance belongs to a unit", remedy="ask the admin for a unit")
        return Article.objects.create(unit=who.unit, owner=who)
    row = Article.objects.select_for_update().filter(pk=which, owner=who).first()
    if row is None or row.retired_at is not None:
        raise Conflict("this is not yours to change", remedy="ask its owner")
    return row


@dataclass(frozen=True, slots=True)
class _Basis:
    """What an article says of the calls that it rests on."""

    number: str
    calls: int | None
    first_week: str
    last_week: str


def _basis(who: Reader, chosen: str, article: UUID | None, now: datetime) -> _Basis:
    if chosen != LISTENED:
        return _study(who, chosen)
    heard = listened.of(who, now, article=article)
    if not heard.enough:
        raise InputError("too few calls were listened to", remedy="name no calls, or listen on")
    return _Basis("", heard.calls, heard.first_week, heard.last_week)


def _study(who: Reader, number: str) -> _Basis:
    row = Study.objects.filter(number=number, unit=who.unit).exclude(frozen_at=None).first()
    found = _found(row)
    if row is None or found is None:
        raise InputError("there is no such study with findings", remedy="choose one of the list")
    return _Basis(row.number, found.answered, lot.week_of(row.first), lot.week_of(row.last))


def _rows(reader: Reader) -> QuerySet[Article]:
    versions = ArticleVersion.objects.select_related("by").annotate(readers=Count("reads"))
    agent = Q(unit__staff__role=Role.AGENT.value, unit__staff__is_active=True)
    agents = Count("unit__staff", filter=agent, distinct=True)
    rows = Article.objects.filter(unit=reader.unit).select_related("owner")
    newest_first = Prefetch("versions", versions.order_by("-number"))
    return rows.annotate(agents=agents).prefetch_related(newest_first)


def _read(reader: Reader) -> frozenset[int]:
    """The versions that the reader has acknowledged."""
    return frozenset(ArticleRead.objects.filter(staff=reader).values_list("version", flat=True))


def _shown(row: Article, reader: Reader, today: date, read: Collection[int]) -> ArticleShown:
    versions = list(row.versions.all())
    in_force = row.retired_at is None
    return ArticleShown(
        id=row.pk,
        owner=row.owner.name,
        own=row.owner_id == reader.pk,
        retired_at=row.retired_at,
        versions=tuple(_version(one) for one in versions),
        read=versions[0].pk in read,
        agents=int(vars(row)["agents"]),
        overdue=in_force and today > versions[0].review_on,
    )


def _version(row: ArticleVersion) -> VersionShown:
    return VersionShown(
        number=row.number,
        language=row.language,
        title=row.title,
        text=row.text,
        by=row.by.name,
        published_at=row.published_at,
        review_on=row.review_on,
        based_on=row.based_on,
        calls=row.calls,
        first_week=row.first_week,
        last_week=row.last_week,
        sha256=bytes(row.sha256).hex(),
        readers=int(vars(row)["readers"]),
    )

"""Playlists: approved passages in an order, by a trainer, for agents of the unit.

A list opens nothing. A trainer hears what is approved; an agent hears, of a list, the passages of
their own calls (D), and goes through the others with the trainer, who may enter that they took
part. A list gets shorter as its calls die, and goes with the last of them; what stays is that
somebody took part in training on a day, of no list and of no call.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Prefetch, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.use.coach import ending, shown
from talteen.life.use.coach.models import (
    PassageDone,
    Playlist,
    PlaylistEntry,
    PlaylistReader,
    TookPart,
)
from talteen.life.use.coach.shown import PassageShown
from talteen.life.use.gate import passing
from talteen.life.use.listen import Keeps
from talteen.life.use.reach import Reader
from talteen.notice import months
from talteen.notice.purposes import Role
from talteen.register.approved import State
from talteen.register.models import Staff
from talteen.register.passage_models import Passage

MAKERS, READERS = frozenset({Role.TRAINER}), frozenset({Role.TRAINER, Role.AGENT})
MOST = 12
"""Passages of a list: somebody goes through them in one sitting."""
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage of a list, as the reader may know of it."""

    passage: PassageShown
    plays: bool
    """Whether it opens to the reader by themselves."""
    done: bool
    """Whether the reader has gone through it."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody whom a list is for."""

    code: str
    name: str
    done: int
    of: int
    """Passages that open to them by themselves."""
    took_part: date | None
    """The last day on which they took part in any training."""


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list."""

    id: UUID
    title: str
    by: str
    entries: Sequence[Entry]
    died: int
    """How many of its passages are gone for good."""
    hidden: int
    """How many nobody hears for now: held, restricted, objected to, taken back."""
    dies_at: datetime | None
    """When the first of them dies; None where none can be heard now."""
    soon: bool
    learners: Sequence[Learner]
    """For its trainer; empty for an agent."""

    @property
    def length_ms(self) -> int:
        """How long all of it is."""
        return sum(one.passage.length_ms for one in self.entries)

    @property
    def plays(self) -> int:
        """Passages that open to the reader by themselves."""
        return sum(one.plays for one in self.entries)

    @property
    def done(self) -> int:
        """Of them, those that the reader has gone through."""
        return sum(one.done for one in self.entries if one.plays)


def of(reader: Reader, now: datetime) -> Sequence[ListShown]:
    """A trainer's unit's lists, or those for an agent; what dies first, first."""
    found = _shown(_reached(reader), reader, now)
    return sorted(found, key=lambda one: (one.dies_at is None, one.dies_at or now, one.title))


def one(reader: Reader, which: UUID, now: datetime) -> ListShown:
    """One of them; Missing for any other, and for one that has ended."""
    for found in _shown(_reached(reader).filter(pk=which), reader, now):
        return found
    raise Missing("this list has ended, or is not for you", remedy="look at your lists")


def make(
    house: Keeps,
    trainer: Reader,
    title: str,
    some: Collection[UUID],
    *,
    language: str,
    now: datetime,
) -> UUID:
    """Make a list of approved passages. Raises InputError, passing.Refused for its title."""
    if Role(trainer.role) not in MAKERS or trainer.unit is None:
        raise NotAllowed("a trainer makes lists", remedy="ask a trainer")
    known = [one for one in shown.of(trainer, now) if one.id in set(some)]
    if not 0 < len(title.strip()) <= LONGEST_TITLE or not 0 < len(known) <= MOST:
        raise InputError("a list has a title and passages", remedy="write one, choose some")
    passing.check(house, title, language=language, longest=LONGEST_TITLE, now=now)
    with transaction.atomic():
        row = Playlist.objects.create(
            unit=trainer.unit, title=title.strip(), by=trainer, made_at=now
        )
        PlaylistEntry.objects.bulk_create(
            PlaylistEntry(playlist=row, passage_id=one.id, place=place)
            for place, one in enumerate(known)
        )
    return row.pk


def add(trainer: Reader, which: UUID, passage: UUID, now: datetime) -> None:
    """Put one more approved passage behind the others. Conflict where the list is full."""
    with transaction.atomic():
        row, found = _locked(trainer, which), shown.one(trainer, passage, now)
        if row.entries.count() >= MOST or row.entries.filter(passage=found.id).exists():
            raise Conflict("the list is full, or has it", remedy="make another list")
        last = row.entries.aggregate(last=Max("place"))["last"]
        row.entries.create(passage_id=found.id, place=0 if last is None else last + 1)


def move(trainer: Reader, which: UUID, passage: UUID, by: int) -> None:
    """Move a passage up (-1) or down (1) in its list; nothing at either end."""
    with transaction.atomic():
        entries = list(_locked(trainer, which).entries.order_by("place", "pk"))
        at = next((n for n, one in enumerate(entries) if one.passage_id == passage), None)
        if at is None:
            raise Missing("this list has no such passage", remedy="look at the list again")
        to = min(max(at + by, 0), len(entries) - 1)
        entries.insert(to, entries.pop(at))
        for place, one in enumerate(entries):
            one.place = place
        PlaylistEntry.objects.bulk_update(entries, ["place"])


def remove(trainer: Reader, which: UUID, passage: UUID) -> None:
    """Take a passage out of a list; the list ends with its last one."""
    with transaction.atomic():
        row = _locked(trainer, which)
        PassageDone.objects.filter(entry__playlist=row, entry__passage=passage).delete()
        row.entries.filter(passage=passage).delete()
        if not row.entries.exists():
            ending.let_go(row)


def end(trainer: Reader, which: UUID) -> None:
    """A list is of no more use."""
    with transaction.atomic():
        ending.let_go(_locked(trainer, which))


def assign(trainer: Reader, which: UUID, codes: Collection[str]) -> None:
    """Say whom a list is for: these agents of the unit and nobody else. Who is taken off loses
    their progress."""
    with transaction.atomic():
        row = _locked(trainer, which)
        people = list(agents(trainer).filter(code__in=set(codes)))
        PassageDone.objects.filter(entry__playlist=row).exclude(staff__in=people).delete()
        row.readers.exclude(staff__in=people).delete()
        for person in people:
            row.readers.get_or_create(staff=person)


def agents(trainer: Reader) -> QuerySet[Staff]:
    """Whom lists can be for."""
    found = Staff.objects.filter(role=Role.AGENT.value, is_active=True, unit=trainer.unit)
    return found.order_by("name")


def gone_through(
    agent: Reader, which: UUID, passage: UUID, *, ends_after: int, now: datetime
) -> None:
    """An agent has gone through a passage that opens to them; with the last of a list they have
    taken part. ``ends_after``: months that this is kept."""
    entry = PlaylistEntry.objects.filter(playlist=which, passage=passage).first()
    whole = one(agent, which, now)
    mine = [each for each in whole.entries if each.plays]
    if entry is None or passage not in {each.passage.id for each in mine}:
        raise Missing("this passage is not yours to hear", remedy="look at your lists")
    with transaction.atomic():
        PassageDone.objects.get_or_create(entry=entry, staff=agent)
        if all(each.done or each.passage.id == passage for each in mine):
            _took_part([agent], ends_after, helsinki_date(now))


def together(
    trainer: Reader, which: UUID, codes: Collection[str], *, ends_after: int, now: datetime
) -> None:
    """Those of the list's agents went through it with the trainer today."""
    row = _reached(trainer).filter(pk=which, by=trainer).first()
    people = [one.staff for one in row.readers.select_related("staff")] if row else []
    present = [one for one in people if one.code in set(codes)]
    if not present:
        raise InputError("nobody was chosen", remedy="choose who took part")
    _took_part(present, ends_after, helsinki_date(now))


def took_part(people: Collection[UUID]) -> dict[UUID, date]:
    """The last day on which each of them took part in training."""
    rows = TookPart.objects.filter(staff__in=people).values_list("staff").annotate(Max("on"))
    return dict(rows.order_by())


def _took_part(people: Collection[Staff], ends_after: int, today: date) -> None:
    for person in people:
        ends_on = months.later(today, ends_after)
        TookPart.objects.get_or_create(staff=person, on=today, defaults={"ends_on": ends_on})


def _reached(reader: Reader) -> QuerySet[Playlist]:
    rows = Playlist.objects.select_related("by")
    match Role(reader.role):
        case Role.TRAINER:
            return rows.filter(unit=reader.unit)
        case Role.AGENT:
            return rows.filter(readers__staff=reader)
        case _:
            return rows.none()


def _locked(trainer: Reader, which: UUID) -> Playlist:
    row = Playlist.objects.select_for_update().filter(pk=which, unit=trainer.unit).first()
    if row is None or Role(trainer.role) not in MAKERS:
        raise Missing("this list has ended, or is not yours", remedy="look at your lists")
    return row


@dataclass(frozen=True, slots=True)
class _Around:
    """What lists are shown with, asked for once for all of them."""

    living: Mapping[UUID, PassageShown]
    """Passages that can be heard now."""
    whose: Mapping[UUID, UUID]
    """The agent of each of them."""
    took_part: Mapping[UUID, date]


def _shown(rows: QuerySet[Playlist], reader: Reader, now: datetime) -> list[ListShown]:
    entries = PlaylistEntry.objects.order_by("place", "pk").prefetch_related("done")
    readers = PlaylistReader.objects.select_related("staff").order_by("staff__name")
    found = list(rows.prefetch_related(Prefetch("entries", entries), Prefetch("readers", readers)))
    inside = [one.passage_id for row in found for one in row.entries.all()]
    living = shown.living().filter(pk__in=inside, state=State.APPROVED.value)
    known = {one.id: one for one in shown.shown(living, reader, now)}
    around = _Around(
        living=known,
        whose=dict(Passage.objects.filter(pk__in=known).values_list("pk", "recording__agent")),
        took_part=took_part({one.staff_id for row in found for one in row.readers.all()}),
    )
    return [_one_shown(row, reader, around, now) for row in found]


def _one_shown(row: Playlist, reader: Reader, around: _Around, now: datetime) -> ListShown:
    agent = Role(reader.role) is Role.AGENT
    order = [one.passage_id for one in row.entries.all()]
    done = {(each.staff_id, one.passage_id) for one in row.entries.all() for each in one.done.all()}
    entries = [
        Entry(one, plays=one.own or not agent, done=(reader.pk, one.id) in done)
        for one in (around.living.get(which) for which in order)
        if one is not None
    ]
    dies_at = shown.earliest(one.passage for one in entries)
    return ListShown(
        id=row.pk,
        title=row.title,
        by=row.by.name,
        entries=entries,
        died=row.died,
        hidden=len(order) - len(entries),
        dies_at=dies_at,
        soon=dies_at is not None and dies_at - now <= shown.WARNS,
        learners=() if agent else _learners(row, [one.passage.id for one in entries], around, done),
    )


def _learners(
    row: Playlist, living: Sequence[UUID], around: _Around, done: set[tuple[UUID, UUID]]
) -> Sequence[Learner]:
    people = [one.staff for one in row.readers.all()]
    own = {
        one.pk: [(one.pk, which) for which in living if around.whose[which] == one.pk]
        for one in people
    }
    return [
        Learner(
            code=one.code,
            name=one.name,
            done=len(done.intersection(own[one.pk])),
            of=len(own[one.pk]),
            took_part=around.took_part.get(one.pk),
        )
        for one in people
    ]

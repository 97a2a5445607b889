"""Passages as people may know of them: whose, in what state, until when. Nothing is opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from talteen.errors import Missing
from talteen.ids import RecordingId
from talteen.life.capture.rules import Span
from talteen.life.use.coach import passages
from talteen.life.use.coach.objections import SETTLES_WITHIN
from talteen.life.use.coach.passages import JUDGES
from talteen.life.use.reach import IN_FORCE, Reader
from talteen.notice.purposes import Purpose, Role
from talteen.notice.versions import History
from talteen.register import versions
from talteen.register.approved import State
from talteen.register.models import Hold
from talteen.register.passage_models import Passage
from talteen.register.states import OPENABLE, Lot

READERS = frozenset({Role.AGENT, Role.TRAINER, *JUDGES})
WARNS = timedelta(days=14)
"""So long before the end of a call its passages say that it comes near."""


@dataclass(frozen=True, slots=True)
class PassageShown:
    """One passage."""

    id: UUID
    recording: RecordingId
    part: Span
    started_at: datetime
    """Of its call."""
    teaches: str
    state: State
    marked_by: str
    marked_at: datetime
    decided_by: str
    dies_at: datetime
    """When its call closes, and the passage with it."""
    soon: bool
    settled_by: datetime | None
    """Until when a third person decides on the objection; None where none waits."""
    upheld: bool
    """The objection was upheld because none did."""
    own: bool
    """The reader was the agent in the call."""
    may_decide: bool
    may_settle: bool
    may_object: bool
    may_withdraw: bool

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.part.end_ms - self.part.start_ms

    @property
    def asks(self) -> bool:
        """Whether it waits for the reader."""
        return self.may_decide or self.may_settle


def of(reader: Reader, now: datetime) -> Sequence[PassageShown]:
    """The passages that the reader may know of: what waits for them first, then what dies first."""
    found = shown(_reached(reader), reader, now)
    return sorted(found, key=lambda one: (not one.asks, one.dies_at))


def one(reader: Reader, which: UUID, now: datetime) -> PassageShown:
    """One of them; Missing for any other, and for one whose call nobody may hear now."""
    found = next(iter(shown(_reached(reader).filter(pk=which), reader, now)), None)
    if found is None:
        raise Missing("there is no such passage", remedy="look at the list again")
    return found


def of_call(reader: Reader, recording: RecordingId, now: datetime) -> Sequence[PassageShown]:
    """Those of one call, by where they begin."""
    found = shown(_reached(reader).filter(recording=recording), reader, now)
    return sorted(found, key=lambda one: one.part.start_ms)


def living() -> QuerySet[Passage]:
    """Passages of calls that training may use at all (J11, J14, 18(2), I17). A call that is held,
    restricted or marked since takes its passages with it, for as long as it is so."""
    held = Exists(Hold.objects.filter(recording=OuterRef("recording"), state=IN_FORCE))
    return Passage.objects.filter(
        ~held,
        recording__progress__in=[one.value for one in OPENABLE],
        recording__lot=Lot.DRAWN.value,
        recording__restricted=False,
        recording__special_category=False,
    )


def shown(rows: QuerySet[Passage], reader: Reader, now: datetime) -> list[PassageShown]:
    """``rows`` without those whose call is over, or told nobody of training (4.4)."""
    named = rows.select_related("recording", "marked_by", "decided_by")
    known = versions.history()
    return [one for row in named if (one := _shown(row, reader, known, now))]


def _reached(reader: Reader) -> QuerySet[Passage]:
    rows = living()
    match Role(reader.role):
        case Role.AGENT:
            return rows.filter(recording__agent=reader).exclude(state=State.DECLINED.value)
        case Role.TRAINER:
            return rows.filter(recording__line__unit=reader.unit, state=State.APPROVED.value)
        case Role.QUALITY_ANALYST:
            return rows.filter(recording__line__unit=reader.unit)
        case Role.TEAM_LEADER:
            ours = rows.filter(recording__line__unit=reader.unit)
            return ours.filter(recording__agent__team=reader.team)
        case _:
            return rows.none()


def _shown(row: Passage, reader: Reader, known: History, now: datetime) -> PassageShown | None:
    call = row.recording
    terms = versions.terms(call.notice_id, call.started_at, now, known=known)
    dies_at = min(call.cutoff_at, terms.cutoff_at)
    if now >= dies_at or Purpose.TRAINING not in terms.purposes:
        return None
    judges, state = Role(reader.role) in JUDGES, State(row.state)
    had_part = {row.marked_by_id, row.decided_by_id}
    own = call.agent_id == reader.pk
    return PassageShown(
        id=row.pk,
        recording=RecordingId(call.pk),
        part=passages.part_of(row),
        started_at=call.started_at,
        teaches=row.teaches,
        state=state,
        marked_by=row.marked_by.name,
        marked_at=row.marked_at,
        decided_by=row.decided_by.name if row.decided_by else "",
        dies_at=dies_at,
        soon=dies_at - now <= WARNS,
        settled_by=_settled_by(row),
        upheld=row.upheld_at is not None,
        own=own,
        may_decide=judges and state is State.PROPOSED and row.marked_by_id != reader.pk,
        may_settle=judges and state is State.OBJECTED and reader.pk not in had_part,
        may_object=own and not row.objected_at and state in (State.PROPOSED, State.APPROVED),
        may_withdraw=row.marked_by_id == reader.pk and state not in (State.DECLINED, State.OUT),
    )


def _settled_by(row: Passage) -> datetime | None:
    if State(row.state) is not State.OBJECTED or row.objected_at is None:
        return None
    return row.objected_at + SETTLES_WITHIN


def earliest(some: Iterable[PassageShown]) -> datetime | None:
    """When the first of them dies; None of none."""
    return min((one.dies_at for one in some), default=None)

"""A recording between the beginning of its capture and its sealing (REGISTER C, J10).

The row is born when a node says that it keeps the call, with its versions and its due, and has no
sound: that lies sealed on the node. It ends in one of three ways. The call is taken in, and the row
becomes a recording with keys. Or nothing is kept of it, be it that the caller refused, the law
forbids it or its sound is lost: then it is ``refused`` (REGISTER C knows no other end before
sealing), and a refused call leaves a count and no row (15.1, 15.3). Or another node's call of the
same session is its recording (decision 093).

The house may have been away meanwhile, and a node may say everything twice: what stands in the end
depends on what was said, and neither on its order nor on how often.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.life.capture import acts, unsealed
from talteen.life.capture.facts import Direction
from talteen.life.capture.models import Promise
from talteen.life.capture.note import Note
from talteen.life.capture.rules import Reason
from talteen.life.capture.sidecar import SourceKind
from talteen.register import versions
from talteen.register.log.ledger_kinds import Origin
from talteen.register.models import AnnouncementVersion, Line, Recording, Staff
from talteen.register.states import UNSEALED_VALUES, Event, Progress, after

LOST = "lost"
"""The outcome of a call whose sound nobody can open any more."""
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register must have for a row: a node may name what was taken out of it since."""

    started_at: datetime
    kept_from: datetime
    line: Line
    agent: Staff
    announcement: AnnouncementVersion
    binding: versions.Binding


def begin(note: Note, promise: Promise, others: Iterable[Promise]) -> None:
    """Bear the recording of a call that is kept from now on, where there is none yet.

    None is born of a call that has come to its end otherwise, nor beside that of another node
    (``others`` are the promises of its session). Nor where the register does not know its line, its
    agent or its versions: then it is born when the call is taken in.
    """
    if note.call is None or promise.outcome not in acts.OPEN:
        return
    calls = [note.call, *(one.recording for one in others if one.recording)]
    if Recording.objects.filter(pk__in=calls).exists() or (known := _known(note)) is None:
        return
    _bear(note, note.call, known)
    if promise.ended_at is not None and promise.outcome == acts.CAPTURED:
        end(note.call, promise.ended_at)


def _known(note: Note) -> _Known | None:
    if note.started_at is None or note.kept_from is None:
        return None
    line = Line.objects.filter(slug=note.line).first()
    agent = Staff.objects.filter(code=note.agent).first()
    announcement = AnnouncementVersion.objects.filter(key=note.announcement).first()
    binding = versions.for_import(note.started_at, note.at)
    if line is None or agent is None or announcement is None or binding is None:
        return None
    return _Known(note.started_at, note.kept_from, line, agent, announcement, binding)


def _bear(note: Note, call: UUID, known: _Known) -> None:
    lifetime = known.binding.lifetime
    inbound = note.direction == Direction.INBOUND.value
    Recording.objects.create(
        id=call,
        progress=Progress.CAPTURING.value,
        started_at=known.started_at,
        day=helsinki_date(known.started_at),
        cutoff_at=lifetime.cutoff_at,
        due_at=lifetime.due_at,
        zone_rules=lifetime.zone_rules,
        arrived_at=note.at,
        direction=note.direction,
        source=(SourceKind.DIRECT if inbound else SourceKind.BUSINESS_REGISTER).value,
        language=note.language,
        line=known.line,
        agent=known.agent,
        notice_id=known.binding.notice,
        announcement=known.announcement,
        announced_until=known.kept_from,
        origin=Origin.SIPREC.value,
    )


def end(call: UUID, at: datetime) -> None:
    """The call is over: its sound waits to be taken in."""
    row = unsealed.row_of(call)
    if row is None or row.progress != Progress.CAPTURING.value:
        return
    row.progress = after(Progress(row.progress), Event.ENDED).value
    row.length_ms = max((at - row.announced_until) // _MS, 0)
    row.save(update_fields=["progress", "length_ms"])


@transaction.atomic
def lose(mac: bytes, *, destroyed: bool = False) -> bool:
    """The sound of a call that ended is nowhere, or nobody can open it; gives whether that is new.

    ``destroyed``: it has been a recording, and was destroyed; a restored dump has forgotten that.
    """
    promise = Promise.objects.select_for_update().filter(mac=mac, outcome__in=acts.OPEN).first()
    if promise is None:
        return False
    unsealed.refuse(promise.recording)
    promise.outcome = "recorded" if destroyed else LOST
    promise.recording = promise.recording if destroyed else None
    promise.save(update_fields=["outcome", "recording"])
    if not destroyed:
        acts.count(promise.day, promise.line, LOST)
    return True


@transaction.atomic
def expire(now: datetime) -> int:
    """End what has never come: past its cutoff a call may not be sealed any more. How many."""
    over = Recording.objects.select_for_update().filter(
        progress__in=UNSEALED_VALUES, cutoff_at__lte=now
    )
    for row in over:
        late = Promise.objects.filter(recording=row.pk, outcome__in=acts.OPEN)
        late.update(outcome=Reason.LATE.value, recording=None)
        acts.count(row.day, row.line, Reason.LATE.value)
        unsealed.refuse(row.pk)
    return len(over)

"""The writers of capture: a call is judged, promised, counted, or born as a recording.

Every call that reaches the house leaves exactly one promise row, whatever becomes of it, so that
the sum of outcomes can be held against the exchange's own records (DESIGN 1.5). Nothing here
touches sound.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.capture import rules, unsealed
from talteen.life.capture.facts import Direction, Doubt, KnownAnnouncement, Standing
from talteen.life.capture.models import Promise, Source
from talteen.life.capture.rules import (
    Capture,
    Nothing,
    Parked,
    Quarantine,
    Reason,
    Refused,
    SoFar,
    Verdict,
)
from talteen.life.capture.sidecar import HouseKnows, Sidecar
from talteen.register import versions
from talteen.register.log import ledger, ledger_kinds
from talteen.register.log.ledger_kinds import Origin
from talteen.register.models import Line, Recording, Staff, Tally
from talteen.register.staff import acknowledgements
from talteen.register.states import Event, Progress, after
from talteen.register.versions import Binding

REMEMBERED = timedelta(days=122)
"""How long after its due a handed-in call is recognised, so that it cannot come back: the four
months for which roll files are kept."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A call, the people and the line that it names, and what may become of it."""

    sidecar: Sidecar
    line: Line
    agent: Staff
    verdict: Verdict
    binding: Binding | None
    arrived_at: datetime
    drop: UUID | None = None
    """The watched folder out of which the house is to delete the call's files."""

    @property
    def capture(self) -> Capture | None:
        """The part that may be kept, where any may be."""
        match self.verdict:
            case Capture():
                return self.verdict
            case Parked(capture) | Quarantine(capture):
                return capture
            case Nothing() | Refused():
                return None
            case _:
                assert_never(self.verdict)

    def having(self, capture: Capture) -> "Judged":
        """The same verdict on ``capture``."""
        match self.verdict:
            case Parked() | Quarantine():
                return replace(self, verdict=replace(self.verdict, capture=capture))
            case _:
                return replace(self, verdict=capture)


def judge(
    sidecar: Sidecar,
    *,
    name: str,
    agent_ms: int,
    caller_ms: int,
    now: datetime,
    earliest_at: datetime | None = None,
    drop: UUID | None = None,
    do_not_record: Callable[[str], bool],
) -> Judged:
    """What may become of the call that ``sidecar`` tells of. Reads the register, writes nothing.

    ``name`` is the file's, for the message; ``do_not_record`` says whether a number stands in the
    list of those who objected (6.9). InputError where the line or an agent is unknown.
    """
    line = _line(sidecar, name)
    agents = [_agent(code, name) for code in sidecar.agents]
    began_at = min(sidecar.started_at or now, now)
    binding = versions.for_import(began_at, now)
    knows = replace(
        _knows(sidecar, line, now, do_not_record),
        earliest_at=earliest_at,
        agent_untold=not acknowledgements.recorded(agents, began_at),
    )
    facts = sidecar.facts(knows, agent_ms=agent_ms, caller_ms=caller_ms)
    verdict = rules.wanted(facts, now, cutoff_of=lambda start: _cutoff(start, now))
    return Judged(sidecar, line, agents[0], verdict, binding, now, drop)


def so_far(
    sidecar: Sidecar, now: datetime, *, name: str, do_not_record: Callable[[str], bool]
) -> SoFar | Reason | None:
    """What the law says of the account ``sidecar`` alone, whatever sound there is of it."""
    knows = _knows(sidecar, _line(sidecar, name), now, do_not_record)
    return rules.so_far(sidecar.facts(knows, agent_ms=0, caller_ms=0))


def _knows(
    sidecar: Sidecar, line: Line, now: datetime, do_not_record: Callable[[str], bool]
) -> HouseKnows:
    started_at = min(sidecar.started_at or now, now)
    number = sidecar.numbers.caller
    return HouseKnows(
        line=Standing.RECORDED if line.recorded else Standing.EXCLUDED,
        known=_known(started_at) if versions.for_import(started_at, now) else {},
        do_not_record=number is not None and do_not_record(number),
    )


RUNNING, CAPTURING, CAPTURED = "running", "capturing", "captured"
TWIN = "twin"
"""The outcome of a promise whose session another promise tells of."""
SYNTHETIC = "synthetic"
"""The outcome of a call that the house placed to itself: the exchange never had it."""
OPEN = frozenset({RUNNING, CAPTURING, CAPTURED})
"""Outcomes of a call of a node that has not been taken in yet."""


def seen(mac: bytes) -> Promise | None:
    """What became of the same call when it was handed in before."""
    return Promise.objects.filter(mac=mac).exclude(outcome__in=OPEN).first()


@transaction.atomic
def leave(judged: Judged, mac: bytes, *, origin: Origin = Origin.IMPORT) -> str:
    """Keep nothing of the call but its promise and a count; returns the kind that was counted
    (15.1)."""
    match judged.verdict:
        case Nothing(kind):
            outcome = kind.value
        case Refused():
            outcome = "refused"
        case _:
            raise Conflict("this call is to be kept", remedy="seal it")
    day = helsinki_date(_start(judged))
    keep_until = judged.arrived_at + 2 * REMEMBERED
    begun = _let_go(mac)
    _promise(judged, mac, outcome, None, keep_until=keep_until, origin=origin)
    _count(judged, outcome)
    if outcome == "refused":
        ledger.enter(ledger_kinds.Refused(recording=begun, day=day), judged.arrived_at)
    elif outcome == rules.Reason.NOT_ANNOUNCED.value:
        ledger.enter(ledger_kinds.NotAnnounced(day=day, count=1), judged.arrived_at)
    return outcome


def synthetic(recording: UUID) -> None:
    """The call of ``recording`` was placed by the house: nobody holds it against the exchange's
    records, and no copy of it lies anywhere."""
    Promise.objects.filter(recording=recording).update(
        outcome=SYNTHETIC, source=Source.NONE.value, drop=None
    )


def bear(judged: Judged, mac: bytes, recording: RecordingId, *, origin: Origin) -> Recording:
    """Write the recording that ``judged`` allows, and its promise, inside the caller's transaction.

    It leaves in state ``captured``: bound to its versions, its due set, nothing of it sealed yet.
    Of one that a node's note has borne (J10) the end never moves later (I3).
    """
    capture = judged.capture
    if capture is None or judged.binding is None:
        raise Conflict("nothing of this call may be kept", remedy="leave it")
    lifetime = versions.for_import(capture.started_at, judged.arrived_at)
    if lifetime is None:
        raise Conflict("no notice was in force when it began", remedy="leave it")
    row = _row(recording)
    told = _told(judged, capture, lifetime) | {"origin": origin.value}
    for ends in ("cutoff_at", "due_at"):
        told[ends] = min(told[ends], getattr(row, ends) or told[ends])
    for name, value in told.items():
        setattr(row, name, value)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=[*told, "progress"])
    _promise(
        judged,
        mac,
        _kept_as(judged.verdict),
        recording,
        keep_until=row.due_at + REMEMBERED,
        origin=origin,
    )
    _enter_captured(row, judged, origin)
    return row


def _row(recording: RecordingId) -> Recording:
    """The row of a call that has ended: a node's note has borne it (J10), or it is born now."""
    born = Recording.objects.select_for_update().filter(pk=recording).first()
    row = born or Recording(id=recording, progress=Progress.CAPTURING.value)
    if row.progress != Progress.CAPTURED.value:
        row.progress = after(Progress(row.progress), Event.ENDED).value
    return row


def _told(judged: Judged, capture: Capture, binding: Binding) -> dict[str, Any]:
    """What the call's own account says for its row."""
    return {
        "started_at": capture.started_at,
        "day": helsinki_date(capture.started_at),
        "cutoff_at": binding.lifetime.cutoff_at,
        "due_at": binding.lifetime.due_at,
        "zone_rules": binding.lifetime.zone_rules,
        "arrived_at": judged.arrived_at,
        "length_ms": capture.length_ms,
        "direction": judged.sidecar.direction.value,
        "source": judged.sidecar.source.kind.value,
        "language": judged.sidecar.language,
        "line": judged.line,
        "agent": judged.agent,
        "notice_id": binding.notice,
        "announcement_id": capture.announcement,
        "announced_until": capture.announced_until,
        "marks": marks(capture),
        "incomplete": capture.incomplete,
        "special_category": judged.sidecar.special_category,
        "third_parties": judged.sidecar.third_parties,
    }


def _let_go(mac: bytes) -> RecordingId | None:
    """The row that was borne of a call of which nothing is kept goes; its id, if there was one."""
    call = Promise.objects.filter(mac=mac).values_list("recording", flat=True).first()
    return RecordingId(call) if call is not None and unsealed.refuse(call) else None


def remember(row: Recording, mac: bytes) -> None:
    """Know the call of ``row`` again when it is handed in once more: its promise was lost, or an
    older dump says that it has not come to its end."""
    kept = {"outcome": "recorded", "recording": row.pk, "keep_until": row.due_at + REMEMBERED}
    if Promise.objects.filter(mac=mac, outcome__in=OPEN).update(**kept):
        return
    Promise.objects.get_or_create(
        mac=mac,
        defaults={"arrived_at": row.arrived_at, "day": row.day, "line": row.line, **kept},
    )


def _enter_captured(row: Recording, judged: Judged, origin: Origin) -> None:
    recording = RecordingId(row.pk)
    ledger.enter(
        ledger_kinds.Captured(
            recording=recording,
            day=row.day,
            cutoff=row.cutoff_at,
            due=row.due_at,
            notice=ledger_kinds.Version(row.notice_id),
            announcement=ledger_kinds.Version(row.announcement_id),
            origin=origin,
        ),
        judged.arrived_at,
    )
    match judged.verdict:
        case Parked(_, until):
            entry = ledger_kinds.Parked(recording=recording, day=row.day, until=until)
            ledger.enter(entry, judged.arrived_at)
        case Quarantine(_, doubt):
            ledger.enter(
                ledger_kinds.Quarantined(
                    recording=recording, day=row.day, doubt=_DOUBTS[doubt], due=row.due_at
                ),
                judged.arrived_at,
            )


_DOUBTS = {
    Doubt.TIME: ledger_kinds.Doubt.UNKNOWN_START,
    Doubt.IDENTITY: ledger_kinds.Doubt.IDENTITY,
}


def _kept_as(verdict: Verdict) -> str:
    match verdict:
        case Parked():
            return "parked"
        case Quarantine():
            return "quarantined"
        case _:
            return "recorded"


def _promise(
    judged: Judged,
    mac: bytes,
    outcome: str,
    recording: RecordingId | None,
    *,
    keep_until: datetime,
    origin: Origin,
) -> None:
    told = {
        "day": helsinki_date(_start(judged)),
        "line": judged.line,
        "outcome": outcome,
        "recording": recording,
        "keep_until": keep_until,
        "source": _source(judged, origin).value,
        "drop": judged.drop,
    }
    if Promise.objects.filter(mac=mac, outcome__in=OPEN).update(**told):
        return  # a node promised it when it began, and that is when it arrived
    try:
        with transaction.atomic():
            Promise.objects.create(mac=mac, arrived_at=judged.arrived_at, **told)
    except IntegrityError:
        raise Conflict(
            "this call was handed in before", remedy="nothing needs to be done"
        ) from None


def _source(judged: Judged, origin: Origin) -> Source:
    if origin is not Origin.IMPORT:
        return Source.NONE
    return Source.OWNER_DELETES if judged.drop is None else Source.TO_DELETE


def _count(judged: Judged, kind: str) -> None:
    count(helsinki_date(_start(judged)), judged.line, kind)


def count(day: date, line: Line | None, kind: str) -> None:
    """One more call of a day and line that leaves nothing but this."""
    Tally.objects.get_or_create(day=day, line=line, kind=kind)
    Tally.objects.filter(day=day, line=line, kind=kind).update(count=F("count") + 1)


def _start(judged: Judged) -> datetime:
    return min(judged.sidecar.started_at or judged.arrived_at, judged.arrived_at)


def marks(capture: Capture) -> list[dict[str, object]]:
    """Gaps and marks as the row writes them."""
    both = sorted((*capture.gaps, *capture.marks), key=lambda mark: (mark.start_ms, mark.end_ms))
    return [
        {"kind": mark.kind.value, "start_ms": mark.start_ms, "end_ms": mark.end_ms} for mark in both
    ]


def _cutoff(start: datetime, now: datetime) -> datetime:
    binding = versions.for_import(start, now)
    return binding.lifetime.cutoff_at if binding else start


def _known(started_at: datetime) -> dict[str, KnownAnnouncement]:
    return {
        row.key: KnownAnnouncement(
            language=row.language,
            directions=frozenset({Direction(row.direction)}),
            length_ms=row.length_ms,
        )
        for row in versions.announcements(helsinki_date(started_at))
    }


def _line(sidecar: Sidecar, name: str) -> Line:
    row = Line.objects.filter(slug=sidecar.line).first()
    if row is None:
        raise InputError(
            f"{name}: its line is not in the register",
            remedy="add it to register.toml, or correct it",
        )
    return row


def _agent(code: str, name: str) -> Staff:
    # No more of the row: whoever takes calls in from a folder may not read names (rights.COLUMNS).
    row = Staff.objects.filter(code=code).only("code", "role", "is_active").first()
    if row is None:
        raise InputError(
            f"{name}: one of its agents is not on the staff", remedy="add them, or correct the code"
        )
    return row

"""Promises of one session that several nodes made: one tells what became of it (J23, 15.1).

Found by keyed hashes (``naming``), so that neither a row nor a note says which session it was. What
one node was told not to keep is kept by none: a refusal that reached one node alone takes the
recording of the other with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from talteen.ids import RecordingId
from talteen.life.capture import acts, unsealed
from talteen.life.capture.acts import TWIN
from talteen.life.capture.merging import NEAR_MS
from talteen.life.capture.models import Promise
from talteen.life.capture.naming import REACH
from talteen.life.capture.rules import MarkKind, Reason
from talteen.register.models import Recording
from talteen.register.states import Event, Progress, after

log = structlog.get_logger()

REFUSALS = frozenset({"refused", Reason.REFUSED_AT_PROMPT.value})
FORBIDDEN = {
    **dict.fromkeys(REFUSALS, "refusal"),
    Reason.DO_NOT_RECORD.value: "objection",
    Reason.AGENT_UNTOLD.value: "illegal",
    Reason.PRIVATE.value: "illegal",
    Reason.EXCLUDED_LINE.value: "illegal",
    Reason.VOICEMAIL.value: "illegal",
}
"""Outcomes that forbid the session to every node, and as what its recording is destroyed."""
_KEPT = ("recorded", "quarantined", "parked")


def others(names: Sequence[bytes], mac: bytes, at: datetime) -> list[Promise]:
    """The promises of the same session beside ``mac``, which began at ``at``; oldest first."""
    rows = _same(names, at).order_by("arrived_at", "mac")
    return [one for one in rows if bytes(one.mac) != mac] if names else []


def _same(names: Sequence[bytes], at: datetime) -> QuerySet[Promise]:
    return Promise.objects.filter(
        arrived_at__gte=at - REACH, arrived_at__lte=at + REACH, names__overlap=list(names)
    )


def forbidding(promises: Iterable[Promise]) -> Promise | None:
    """The one whose node was told that nothing of the session may be kept."""
    return next((one for one in promises if one.outcome in FORBIDDEN), None)


def first(promises: Iterable[Promise]) -> Promise | None:
    """The one whose recording stands, or stood until it was destroyed."""
    return next((one for one in promises if one.outcome in _KEPT and one.recording), None)


def captured(promises: Iterable[Promise]) -> list[Promise]:
    """Those whose call waits to be taken in."""
    return [one for one in promises if one.outcome == acts.CAPTURED and one.recording]


def awaited(promises: Iterable[Promise]) -> bool:
    """Whether another node has the session and has not handed it over yet."""
    return any(one.outcome in (acts.RUNNING, acts.CAPTURING) for one in promises)


def name(mac: bytes, names: Iterable[bytes]) -> None:
    """Know the promise ``mac`` by these names too."""
    row = Promise.objects.filter(mac=mac).first()
    if row is None:
        return
    known = {bytes(one) for one in row.names}
    if not known >= set(names):
        Promise.objects.filter(mac=mac).update(names=sorted(known | set(names)))


def follow(mac: bytes, of: Promise | None, now: datetime, recording: object = None) -> None:
    """The promise ``mac`` ends as the twin of another; nothing more is counted of it."""
    own = Promise.objects.filter(mac=mac).values_list("recording", flat=True).first()
    if own is not None and own != (recording or (of.recording if of else None)):
        unsealed.withdraw(own)
    told = {"outcome": TWIN, "recording": recording or (of.recording if of else None)}
    if Promise.objects.filter(mac=mac).update(**told) or of is None:
        return
    kept = {
        "arrived_at": now,
        "day": of.day,
        "line": of.line,
        "keep_until": of.keep_until,
        "source": of.source,
        "names": of.names,
    }
    Promise.objects.create(mac=mac, **told, **kept)


def end(mac: bytes, kind: str, names: Sequence[bytes], at: datetime) -> bool:
    """The call of ``mac`` leaves nothing on its node; gives whether that is to be counted.

    Of one session one outcome counts: that of the node that kept it, or else the first that was
    told; but what forbids it counts before what merely did not happen.
    """
    twins = [one for one in _locked(names, mac, at) if one.outcome != TWIN]
    if kind in FORBIDDEN and forbidding(twins) is None:
        for one in twins:
            _forbid(one, kind, at)
        return True
    if twins:
        follow(mac, twins[0], at)
        return False
    return True


def _locked(names: Sequence[bytes], mac: bytes, at: datetime) -> Iterable[Promise]:
    rows = _same(names, at).select_for_update().order_by("mac")
    return [one for one in rows if bytes(one.mac) != mac] if names else []


def _forbid(one: Promise, kind: str, at: datetime) -> None:
    """The recording that another node made of it dies in the next roll (15.3); one in which a
    threat was marked before the refusal is shut for its day (15.6)."""
    if one.outcome not in _KEPT or one.recording is None:
        return  # it is judged when it is taken in
    recording = RecordingId(one.recording)
    if kind in REFUSALS and _threatened(recording, at):
        park(recording)
    elif doom(recording, FORBIDDEN[kind]):
        Promise.objects.filter(mac=one.mac).update(outcome=TWIN)


def _threatened(recording: RecordingId, refused_at: datetime) -> bool:
    """Whether an agent marked a threat before the refusal. Two nodes' clocks differ a little."""
    row = Recording.objects.filter(pk=recording).first()
    if row is None:
        return False
    refused_ms = (refused_at - row.announced_until) // timedelta(milliseconds=1)
    return any(
        one["kind"] == MarkKind.THREAT.value and one["start_ms"] <= refused_ms + NEAR_MS
        for one in row.marks
    )


def refused_at(recording: RecordingId) -> datetime | None:
    """When another node was told of the refusal of a session that ``recording`` is of."""
    own = Promise.objects.filter(recording=recording, outcome="parked").first()
    if own is None:
        return None
    twins = others([bytes(one) for one in own.names], bytes(own.mac), own.arrived_at)
    told = (one.ended_at for one in twins if one.outcome in REFUSALS)
    return min((at for at in told if at), default=None)


def park(recording: RecordingId) -> bool:
    """Shut a sealed recording for the day that 15.6 gives a marked threat; gives whether it is
    shut. A held one is for people to decide."""
    with transaction.atomic():
        row = _free(recording)
        if row is None:
            return False
        row.progress = after(Progress(row.progress), Event.PARKED).value
        row.save(update_fields=["progress"])
        kept = Promise.objects.filter(recording=recording, outcome__in=_KEPT)
        kept.update(outcome="parked")
    log.warning("session.parked", recording=recording)
    return True


def doom(recording: RecordingId, reason: str) -> bool:
    """Let a recording that another node forbids die in the next roll; gives whether it will. A held
    one is for people to decide."""
    with transaction.atomic():
        row = _free(recording, Progress.PARKED)
        if row is None:
            return False
        row.progress = after(Progress(row.progress), Event.DESTRUCTION_BEGAN).value
        row.destroy_reason = reason
        row.save(update_fields=["progress", "destroy_reason"])
    log.warning("session.refused_elsewhere", recording=recording)
    return True


def _free(recording: RecordingId, *also: Progress) -> Recording | None:
    """The row, locked, if it is sealed (or ``also``) and no hold keeps it."""
    row = Recording.objects.select_for_update().filter(pk=recording).first()
    if row is None or Progress(row.progress) not in {Progress.SEALED, Progress.QUARANTINED, *also}:
        return None
    if row.holds.filter(state__in=("placing", "active")).exists():
        log.error("session.refused_while_held", recording=row.pk)
        return None
    return row


@contextmanager
def alone(names: Iterable[bytes]) -> Iterator[None]:
    """One writer at a time for a session, over all processes on this database."""
    locks = sorted({int.from_bytes(one[:8], signed=True) for one in names})
    with connection.cursor() as cursor:
        for lock in locks:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        try:
            yield
        finally:
            for lock in locks:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])

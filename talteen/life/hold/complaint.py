"""*Reklamaatio* in a call, soon after it or weeks later: a case about its recording, and a hold
that waits for a second person (13.6, 14.1).

While a call runs there is no key that a hold could keep, so the agent's word stands beside it. When
the call is sealed, a case is opened that names it, for the people who handle complaints, and the
recording is held from the agent's word on for the days that the register states. Then the hold ends
by itself, unless the register contact has confirmed it (``provisional``). A caller who refuses
after all leaves nothing, and no case. What two persons say of one call are two cases, each with its
hold (13.8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Missing
from talteen.ids import RecordingId
from talteen.life.capture.acts import OPEN
from talteen.life.capture.models import ComplaintMark, Promise
from talteen.life.hold import provisional, rules
from talteen.life.hold.rules import Ground
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Role
from talteen.register.models import Case, CaseRecording, Hold, Recording, Staff
from talteen.register.states import OPENABLE, Progress

HANDLERS = (Role.COMPLAINT_HANDLER.value, Role.REGISTER_CONTACT.value)
"""Who works on the case."""
FORGOTTEN_AFTER = timedelta(days=7)
"""A call that the register has not heard of by then was never one."""
LATELY = timedelta(hours=1)
"""For how long after its end a call stands on the agent's page."""
_IN_FORCE = ("placing", "active")
_SHOWN = ("captured", "sealed", "quarantined")


def mark(call: RecordingId, by: Staff, now: datetime) -> None:
    """``by`` says that ``call``, which runs or has just ended, is a complaint. Said twice, it is
    one."""
    ComplaintMark.objects.get_or_create(call=call, defaults={"by": by, "at": now})


def mark_ended(call: RecordingId, by: Staff, now: datetime) -> None:
    """The same of a call of today that has ended. Missing where it is not ``by``'s own: nobody
    learns from the answer what there is."""
    row = Recording.objects.filter(pk=call, agent=by, day=helsinki_date(now)).first()
    if row is None or row.progress not in _SHOWN:
        raise Missing("this is not your call", remedy="look at the calls that you have now")
    if own_hold(call, by) is None:
        mark(call, by, now)


def mark_later(row: Recording, by: Staff, now: datetime) -> None:
    """The same of a call that ``by`` may know of, however long ago it ended: people complain when
    the bill comes. NoLongerOpens from its cutoff on, Conflict for a role that holds nothing alone.
    """
    rules.check_proposing(Role(by.role), row.cutoff_at, now=now)
    if Progress(row.progress) not in OPENABLE:
        raise rules.too_late()
    if own_hold(RecordingId(row.pk), by) is None:
        mark(RecordingId(row.pk), by, now)


def own_hold(call: RecordingId, by: Staff) -> Hold | None:
    """The hold by which ``by``'s complaint about ``call`` keeps it, while its case is open."""
    held = Hold.objects.filter(recording=call, opened_by=by, ground=Ground.COMPLAINT.value)
    return held.filter(state__in=_IN_FORCE, case__closed_at=None).first()


def marked(call: RecordingId) -> bool:
    """Whether somebody has said so."""
    return ComplaintMark.objects.filter(pk=call).exists()


@dataclass(frozen=True, slots=True)
class Ended:
    """An own call that ended lately."""

    call: RecordingId
    started: datetime
    ended: datetime
    line: str
    """Slug."""
    sealed: bool
    complaint: bool
    """Called a complaint: its hold comes into force within seconds."""
    held: bool
    """That hold is in force."""
    held_until: datetime | None
    """Until when it keeps the call alone; None where a second person has confirmed it."""


def ended(by: Staff, now: datetime) -> list[Ended]:
    """The calls of ``by`` that ended within ``LATELY``, the latest first."""
    rows = Recording.objects.filter(
        agent=by, day=helsinki_date(now), progress__in=_SHOWN, started_at__lte=now
    )
    latest = rows.order_by("-started_at")[:20]
    return [_ended(row, by) for row in latest if now - row.ended_at <= LATELY]


def _ended(row: Recording, by: Staff) -> Ended:
    call = RecordingId(row.pk)
    own = own_hold(call, by)
    return Ended(
        call=call,
        started=row.started_at,
        ended=row.ended_at,
        line=row.line_id,
        sealed=row.progress == Progress.SEALED.value,
        complaint=marked(call),
        held=own is not None,
        held_until=own.provisional_until if own else None,
    )


def settle(vault: Vault, now: datetime, *, held_for: timedelta) -> list[str]:
    """Open a case for every marked call that is a recording by now, and hold it for ``held_for``
    from the agent's word on; gives the references.

    A call of which nothing is kept loses its mark: there is nothing to hold. May be killed anywhere
    and called again.
    """
    opened = []
    for waiting in ComplaintMark.objects.order_by("at"):
        promise = Promise.objects.filter(mac=vault.origin_mac(waiting.call.bytes)).first()
        if _runs(promise, waiting, now):
            continue
        # Of a session that two nodes had, the recording is the other call's (decision 093).
        recording = promise.recording if promise else waiting.call
        reference = _settled(RecordingId(waiting.call), recording, now, held_for)
        opened += [reference] if reference else []
    provisional.place_waiting(vault, now)
    return opened


def _runs(promise: Promise | None, waiting: ComplaintMark, now: datetime) -> bool:
    """Whether it has not come to its end in the register: its note may not have been read yet."""
    if promise is None:
        known = Recording.objects.filter(pk=waiting.call).exists()
        return not known and now - waiting.at < FORGOTTEN_AFTER
    return promise.outcome in OPEN


@transaction.atomic
def _settled(call: RecordingId, recording: UUID | None, now: datetime, held_for: timedelta) -> str:
    # The locks make two sweeps at once open one case, and decide between a hold and the end.
    waiting = ComplaintMark.objects.select_for_update().filter(pk=call).first()
    ComplaintMark.objects.filter(pk=call).delete()
    if waiting is None or recording is None:
        return ""
    row = Recording.objects.select_for_update().filter(pk=recording).first()
    if row is None or own_hold(RecordingId(recording), waiting.by):
        return ""  # nothing is left of it, or it was said before
    people = list(Staff.objects.filter(role__in=HANDLERS, is_active=True))
    case = _opened(row, waiting.by, people, now)
    until = waiting.at + held_for
    if Progress(row.progress) in OPENABLE and now < min(until, row.cutoff_at):
        provisional.propose(row, case, by=waiting.by, people=people, at=waiting.at, until=until)
    return case.reference


def _opened(row: Recording, by: Staff, people: Sequence[Staff], now: datetime) -> Case:
    case = Case.objects.create(
        reference=_reference(row, now), kind="complaint", opened_at=now, opened_by=by
    )
    case.people.set(people)
    CaseRecording.objects.create(case=case, recording=row)
    return case


def _reference(row: Recording, now: datetime) -> str:
    """Numbers are drawn by people; this one says where it came from and cannot meet theirs. Of a
    second complaint about the call it ends with a figure. The recording is locked."""
    first = f"R-{now.year}-P{row.pk.hex[-8:]}"
    known = Case.objects.filter(reference__startswith=first).count()
    return f"{first}-{known + 1}" if known else first

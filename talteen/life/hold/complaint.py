"""*Reklamaatio* during a call: a case about its recording, opened as soon as there is one (13.6,
14.1).

While a call runs it has no recording (J10), so the agent's word is kept beside it. When the call is
sealed, a case is opened that names it, for the people who handle complaints. A hold is a decision
of two persons and stays theirs: the recording has its whole ordinary life to wait for it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.ids import RecordingId
from talteen.life.capture.acts import OPEN
from talteen.life.capture.models import ComplaintMark, Promise
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Role
from talteen.register.models import Case, CaseRecording, Recording, Staff

HANDLERS = (Role.COMPLAINT_HANDLER.value, Role.REGISTER_CONTACT.value)
"""Who works on the case."""
FORGOTTEN_AFTER = timedelta(days=7)
"""A call that the register has not heard of by then was never one."""


def mark(call: RecordingId, by: Staff, now: datetime) -> None:
    """``by`` says that the running ``call`` is a complaint. Said twice, it is one."""
    ComplaintMark.objects.get_or_create(call=call, defaults={"by": by, "at": now})


def marked(call: RecordingId) -> bool:
    """Whether somebody has said so."""
    return ComplaintMark.objects.filter(pk=call).exists()


def settle(vault: Vault, now: datetime) -> list[str]:
    """Open a case for every marked call that is a recording by now; gives their references.

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
        reference = _settled(RecordingId(waiting.call), recording, now)
        opened += [reference] if reference else []
    return opened


def _runs(promise: Promise | None, waiting: ComplaintMark, now: datetime) -> bool:
    """Whether it has not come to its end in the register: its note may not have been read yet."""
    if promise is None:
        return now - waiting.at < FORGOTTEN_AFTER
    return promise.outcome in OPEN


@transaction.atomic
def _settled(call: RecordingId, recording: UUID | None, now: datetime) -> str:
    # The lock makes two sweeps at once open one case.
    waiting = ComplaintMark.objects.select_for_update().filter(pk=call).first()
    row = Recording.objects.filter(pk=recording).first() if recording else None
    reference = ""
    if waiting is not None and row is not None:
        reference = _opened(row, waiting.by, now).reference
    ComplaintMark.objects.filter(pk=call).delete()
    return reference


def _opened(row: Recording, by: Staff, now: datetime) -> Case:
    case = Case.objects.create(
        reference=_reference(row.pk.hex, now), kind="complaint", opened_at=now, opened_by=by
    )
    case.people.set(Staff.objects.filter(role__in=HANDLERS, is_active=True))
    CaseRecording.objects.create(case=case, recording=row)
    return case


def _reference(call: str, now: datetime) -> str:
    """Numbers are drawn by people; this one says where it came from and cannot meet theirs."""
    return f"R-{now.year}-P{call[-8:]}"

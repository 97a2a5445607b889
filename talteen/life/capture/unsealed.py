"""The row of a recording that is not sealed yet, and how it goes: nothing of its sound is here
(REGISTER C, J10)."""

from uuid import UUID

from talteen.register.models import Recording
from talteen.register.states import UNSEALED_VALUES, Event, Progress, after


def row_of(call: UUID | None) -> Recording | None:
    """It, locked until the caller commits; None where there is none."""
    if call is None:
        return None
    rows = Recording.objects.select_for_update().filter(pk=call, progress__in=UNSEALED_VALUES)
    return rows.first()


def refuse(call: UUID | None) -> bool:
    """Nothing of the call is kept: its row goes; gives whether there was one."""
    row = row_of(call)
    if row is None:
        return False
    after(Progress(row.progress), Event.REFUSED)
    row.delete()
    return True


def withdraw(call: UUID | None) -> None:
    """The row of a call whose session has its recording from another node's call."""
    if call is not None:
        Recording.objects.filter(pk=call, progress__in=UNSEALED_VALUES).delete()

"""The end of a call that the house placed to itself: at once, and by nobody's decision.

``talteen doctor`` proves the whole path with such a call. It needs no two persons because nobody
spoke in it; that it is no real one is not taken on trust: the ledger named it before it was
captured, and what it named later is refused (decision 197).
"""

from datetime import datetime, timedelta

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.destroy import applied, doom
from talteen.life.destroy.rules import Reason
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.log import ledger, ledger_kinds
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.log.ledger_synthetic import SyntheticCall
from talteen.register.models import Recording
from talteen.register.states import Progress

FORGOTTEN_AFTER = timedelta(minutes=15)
"""A check of the whole path is over by then."""


@transaction.atomic
def announce(recording: RecordingId, now: datetime) -> None:
    """Enter into the ledger that ``recording`` will be a call of the house to itself.

    Conflict where there is such a recording already.
    """
    if Recording.objects.filter(pk=recording).exists() or _entered(recording):
        raise Conflict("this call has begun already", remedy="take a new id")
    ledger.enter(SyntheticCall(recording=recording, day=helsinki_date(now)), now)


def is_synthetic(recording: RecordingId) -> bool:
    """Whether the ledger named it as the house's own before anything of it was captured."""
    return _entered(recording)[:1] == [SyntheticCall.tag]


def end(vault: Vault, recording: RecordingId, now: datetime) -> None:
    """Destroy the house's own call now. Conflict where it is not one that the ledger announced."""
    if not is_synthetic(recording):
        raise Conflict(
            "this is no call of the house to itself",
            remedy="a real call ends by its date, or by two persons",
        )
    rolling.make_room(vault)
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording)
        doom.one(row, Reason.SYNTHETIC)
        capture.synthetic(recording)
    changes = Changes(
        drop={recording: Reason.SYNTHETIC.value}, leaves=lambda draft: applied.leaves(draft, now)
    )
    rolling.roll(vault, changes, now)


def end_forgotten(vault: Vault, now: datetime) -> int:
    """End the house's own calls that whoever placed them has left behind: killed, or broken off.
    How many."""
    own = LedgerEntry.objects.filter(kind=SyntheticCall.tag).values("recording")
    living = Recording.objects.filter(pk__in=own, progress=Progress.SEALED.value)
    forgotten = living.filter(arrived_at__lt=now - FORGOTTEN_AFTER).values_list("pk", flat=True)
    over = [one for one in map(RecordingId, forgotten) if is_synthetic(one)]
    for recording in over:
        end(vault, recording, now)
    return len(over)


def _entered(recording: RecordingId) -> list[str]:
    """What the ledger says of it, oldest first: of announcing and of capturing."""
    kinds = (SyntheticCall.tag, ledger_kinds.Captured.tag)
    rows = LedgerEntry.objects.filter(recording=recording, kind__in=kinds)
    return list(rows.order_by("id").values_list("kind", flat=True))

"""The versions of a note on a transcript: the newest is in force, the older are its history."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from talteen.engine.vault.entries import Kind
from talteen.life.seal import notes
from talteen.life.seal.door import Opened
from talteen.life.transcribe import drafting
from talteen.life.transcribe.models import SealedNote


def newest(opened: Opened, kind: Kind) -> bytes | None:
    """The text in force of the open recording; None where nobody has written one."""
    found = SealedNote.objects.filter(recording=opened.recording, kind=kind.value)
    row = found.order_by("-version").first()
    return notes.unseal(opened, kind, bytes(row.sealed)) if row is not None else None


def change(opened: Opened, kind: Kind, by: Callable[[bytes | None], bytes], now: datetime) -> None:
    """Write the next version: what ``by`` makes of the newest. One change of a recording at a time.

    Raises NoLongerOpens for a recording that is let go meanwhile.
    """
    with transaction.atomic():
        drafting.lock_sealed(opened.recording)
        known = SealedNote.objects.filter(recording=opened.recording, kind=kind.value)
        SealedNote.objects.create(
            recording_id=opened.recording,
            kind=kind.value,
            version=known.count() + 1,
            sealed=notes.seal(opened, kind, by(newest(opened, kind))),
            at=now,
        )

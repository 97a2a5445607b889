"""The versions of a note on a transcript: the newest is in force, the older are its history.

Where another node's packets have replaced the sound, the newest versions were carried over as blobs
under the new key (``surviving``): they are in force until the next version is written.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from talteen.engine.vault.entries import Kind
from talteen.errors import NoLongerOpens, Tampered, Unavailable
from talteen.life.seal import notes
from talteen.life.seal.door import Opened
from talteen.life.seal.models import Replaced
from talteen.life.transcribe import drafting
from talteen.life.transcribe.models import SealedNote


def newest(opened: Opened, kind: Kind) -> bytes | None:
    """The text in force of the open recording; None where nobody has written one."""
    found = SealedNote.objects.filter(recording=opened.recording, kind=kind.value)
    with opened.rows():
        row = found.order_by("-version").first()
    if row is not None:
        try:
            return notes.unseal(opened, kind, bytes(row.sealed))
        except Tampered:
            # Between the roll and its tidying the rows are still those of the former key.
            if not _is_replaced(opened):
                raise
    return opened.whole(kind) if opened.has(kind) else None


def versions(opened: Opened, kind: Kind) -> list[bytes]:
    """All that stands of the open recording, oldest first. Of what was written before its sound was
    replaced only the newest does: the others died with the former key."""
    found = SealedNote.objects.filter(recording=opened.recording, kind=kind.value)
    carried = [opened.whole(kind)] if opened.has(kind) else []
    with opened.rows():
        rows = [bytes(row.sealed) for row in found.order_by("version")]
    try:
        return carried + [notes.unseal(opened, kind, sealed) for sealed in rows]
    except Tampered:
        if not _is_replaced(opened):
            raise
        return carried


def change(opened: Opened, kind: Kind, by: Callable[[bytes | None], bytes], now: datetime) -> None:
    """Write the next version: what ``by`` makes of the newest. One change of a recording at a time.

    Raises NoLongerOpens for a recording that is let go meanwhile, Unavailable for one whose sound
    is being replaced: a version under the former key would be lost.
    """
    with transaction.atomic(), opened.rows():
        drafting.lock_sealed(opened.recording)
        _still_of_this_sound(opened)
        known = SealedNote.objects.filter(recording=opened.recording, kind=kind.value)
        SealedNote.objects.create(
            recording_id=opened.recording,
            kind=kind.value,
            version=known.count() + 1,
            sealed=notes.seal(opened, kind, by(newest(opened, kind))),
            at=now,
        )


def _still_of_this_sound(opened: Opened) -> None:
    """Hold rolls off until the caller commits; the key must be the one that was opened."""
    entry = opened.entry
    try:
        opened.vault.attach(opened.recording, (), start=entry.start, dek=entry.dek)
    except NoLongerOpens:
        # ``lock_sealed`` has just seen that it lives: only its key is another.
        raise _renewed() from None
    if _is_replaced(opened):
        raise _renewed()


def _is_replaced(opened: Opened) -> bool:
    return Replaced.objects.filter(recording=opened.recording).exists()


def _renewed() -> Unavailable:
    return Unavailable(
        "the sound of this call has just been completed", remedy="open the call again in a minute"
    )

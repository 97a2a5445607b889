"""Words that leave from the page of a call: the copy of the person who was recorded, written down
with its hashes before a byte of it goes (REGISTER 11.2). What leaves for anybody else is a
disclosure (``life.answer.disclose``).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.engine.tlog.note import Signer
from talteen.errors import Conflict, NotAllowed
from talteen.ids import RecordingId
from talteen.life.use import manifest
from talteen.life.use.manifest import Manifest, Receiver
from talteen.life.use.models import Export
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.database.among import among
from talteen.register.models import Recording


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that somebody wants to give out."""

    form: str
    layer: str
    receiver: Receiver


def must_have_door(grant: Grant, receiver: Receiver | None = None) -> None:
    """Raise NotAllowed where nothing leaves the house for the purpose of ``grant``, or not to
    ``receiver``."""
    doors = manifest.DOORS.get(grant.purpose, ())
    if not doors or (receiver is not None and receiver not in doors):
        raise NotAllowed(
            "no door of this purpose leads to that receiver",
            remedy="open the call for the purpose under which it may leave",
        )


def ask(grant: Grant, wanted: Wanted, *, by: str, now: datetime) -> Export:
    """The row of a document that is about to leave. Raises NotAllowed for a receiver to whom no
    door of this purpose leads, Denied for a purpose that gives nothing out."""
    _log(grant, "prepare", f"asked {wanted.form} {wanted.layer}", now)
    must_have_door(grant, wanted.receiver)
    return Export.objects.create(
        recording_id=grant.recording,
        form=wanted.form,
        layer=wanted.layer,
        receiver=wanted.receiver.value,
        purpose=grant.purpose.value,
        case=grant.case or "",
        asked_by=by,
        asked_at=now,
    )


def given(recording: RecordingId) -> list[Export]:
    """What has left of this recording, oldest first: its recipients."""
    return list(Export.objects.filter(recording=recording).exclude(left_at=None))


def give(
    grant: Grant,
    export: Export,
    document: bytes,
    *,
    file: str,
    state: str,
    signer: Signer,
    now: datetime,
) -> bytes:
    """Write down that ``document`` leaves; gives its signed manifest.

    Raises Conflict where it left already, and whatever the grant no longer allows.
    """
    _log(grant, "export", f"{export.form} {export.layer}", now)
    made = Manifest(
        export=export.pk,
        recording=grant.recording,
        start_ms=0,
        end_ms=_length(grant),
        form=export.form,
        layer=export.layer,
        state=state,
        purpose=Purpose(export.purpose),
        case=export.case,
        receiver=Receiver(export.receiver),
        asked_by=export.asked_by,
        approved_by=export.approved_by,
        left_at=now,
        file=file,
        document=hashlib.sha256(document).digest(),
        size_bytes=len(document),
    )
    raw = manifest.signed(made, signer)
    with transaction.atomic():
        changed = Export.objects.filter(pk=export.pk, left_at=None).update(
            left_at=now,
            document_sha256=made.document,
            manifest_sha256=hashlib.sha256(raw).digest(),
        )
    if not changed:
        raise Conflict("this document has left already", remedy="ask for it anew")
    return raw


def forget(recordings: Collection[UUID]) -> None:
    """Let go of all rows about these recordings."""
    Export.objects.filter(recording__in=among(recordings)).delete()


def _log(grant: Grant, action: str, what: str, now: datetime) -> None:
    access.log_unmasked(grant, action, start_ms=0, end_ms=_length(grant), at=now, what=what)


def _length(grant: Grant) -> int:
    return Recording.objects.only("length_ms").get(pk=grant.recording).length_ms

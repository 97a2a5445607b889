"""Words that leave the house: asked for, approved by a second person where that is needed, and
written down with their hashes before a byte of them goes (REGISTER 11.2).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.engine.tlog.note import Signer
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.use import manifest
from talteen.life.use.manifest import Manifest, Receiver
from talteen.life.use.models import Export
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import Recording

APPROVED_FOR = timedelta(days=1)
"""How long a second person's word lasts for a document that has not left yet."""


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
    """The row of a document that may leave now, or of one that waits for a second person.

    One that ``by`` asked for before is taken up again. Raises NotAllowed for a receiver to whom no
    door of this purpose leads, Denied for a purpose that gives nothing out.
    """
    _log(grant, "prepare", f"asked {wanted.form} {wanted.layer}", now)
    must_have_door(grant, wanted.receiver)
    terms = {
        "recording_id": grant.recording,
        "form": wanted.form,
        "layer": wanted.layer,
        "receiver": wanted.receiver.value,
        "purpose": grant.purpose.value,
        "case": grant.case or "",
        "asked_by": by,
        "left_at": None,
    }
    known = Export.objects.filter(**terms, asked_at__gt=now - APPROVED_FOR).last()
    return known or Export.objects.create(**terms, asked_at=now)


def may_leave(export: Export, now: datetime) -> bool:
    """Whether all who must have said yes have done so, and lately."""
    if not manifest.needs_second(Receiver(export.receiver)):
        return True
    return export.approved_at is not None and now - export.approved_at <= APPROVED_FOR


def approve(grant: Grant, export: UUID, *, by: str, now: datetime) -> None:
    """The second person's yes, under a grant of their own for the same case.

    Raises Conflict for whoever asked, Missing for one that does not wait here.
    """
    row = waiting(grant, now).get(export)
    if row is None:
        raise Missing("nothing of this kind waits for approval here", remedy="open the call again")
    if row.asked_by == by:
        raise Conflict(
            "the one who approves is another person than the one who asked",
            remedy="ask a colleague who works on this case",
        )
    _log(grant, "prepare", f"approved {row.form} {row.layer}", now)
    Export.objects.filter(pk=export, approved_at=None).update(approved_by=by, approved_at=now)


def waiting(grant: Grant, now: datetime) -> dict[UUID, Export]:
    """What waits for a second person under the case of ``grant``."""
    rows = Export.objects.filter(
        recording=grant.recording,
        case=grant.case or "",
        left_at=None,
        approved_at=None,
        asked_at__gt=now - APPROVED_FOR,
    )
    return {row.pk: row for row in rows if manifest.needs_second(Receiver(row.receiver))}


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

    Raises NotAllowed where a second person has not approved it, Conflict where it left already, and
    whatever the grant no longer allows.
    """
    if not may_leave(export, now):
        raise NotAllowed(
            "a second person has not approved this yet", remedy="ask a colleague of this case"
        )
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
    Export.objects.filter(recording__in=recordings).delete()


def _log(grant: Grant, action: str, what: str, now: datetime) -> None:
    access.log_unmasked(grant, action, start_ms=0, end_ms=_length(grant), at=now, what=what)


def _length(grant: Grant) -> int:
    return Recording.objects.only("length_ms").get(pk=grant.recording).length_ms

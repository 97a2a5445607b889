"""The writers of sealing: a call that came as files is cut, encoded, encrypted and registered.

Sound is sealed while it streams; one transaction then makes the recording (decision 003). Whatever
goes wrong before it leaves nothing but ciphertext under a key that stood nowhere else.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.engine.vault.entries import BlobRef, Kind
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture import sidecar
from talteen.life.capture.acts import Judged
from talteen.life.capture.facts import Direction
from talteen.life.capture.rules import Capture, MarkKind, Parked, Quarantine
from talteen.life.capture.sidecar import Sidecar
from talteen.life.capture.sources import Found
from talteen.life.seal import audio, relist
from talteen.life.seal.audio import Block, Samples, Source
from talteen.life.seal.models import Blob, Envelope
from talteen.life.seal.vault import Vault
from talteen.life.seal.waveform import Peaks
from talteen.register.database.among import among
from talteen.register.log import ledger, ledger_kinds
from talteen.register.log.ledger_kinds import Origin, Sha256
from talteen.register.models import Recording
from talteen.register.spared import do_not_record, sales_calls
from talteen.register.states import Event, Progress, after

Then = Callable[[RecordingId], None]
Progressed = Callable[[str], None]


class What(Enum):
    """What became of a call that was handed in."""

    RECORDED = "recorded"
    PARKED = "parked"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    TWIN = "twin"
    """Another node's account of a session that has its recording."""
    HEALED = "healed"
    """The same, and it filled gaps: the recording has new sound."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call. ``kind`` names the count it entered, or what it was before."""

    what: What
    kind: str
    recording: RecordingId | None = None
    unheard: tuple[str, ...] = ()
    """What came and cannot be heard: names of codecs, ``unknown``, ``not authentic``."""


def nobody(_: RecordingId) -> None:
    """Nothing follows."""


def silent(_: str) -> None:
    """Nobody listens."""


def take_in(
    vault: Vault,
    found: Found,
    now: datetime,
    *,
    recording: RecordingId | None = None,
    then: Then = nobody,
    progress: Progressed = silent,
) -> Outcome:
    """Take in one call from files. ``then`` runs inside the transaction that makes the recording,
    under the id ``recording``, or a new one.

    Raises InputError, naming the file and the remedy, where sound or sidecar cannot be used;
    DiskFull at the reserve. Either way nothing of the call is left behind.
    """
    told, name = told_of(found)
    source = audio.measure(found.sound, channels=told.channels)
    mac = vault.origin_mac(_identity(found, told))
    before = capture.seen(mac)
    if before is not None:
        same = RecordingId(before.recording) if before.recording else None
        return Outcome(What.DUPLICATE, before.outcome, same)
    judged = capture.judge(
        told,
        name=name,
        agent_ms=source.agent_ms,
        caller_ms=source.caller_ms,
        now=now,
        earliest_at=found.modified_at,
        drop=found.drop,
        do_not_record=do_not_record.listed(vault.do_not_record_key()),
    )
    if judged.capture is None:
        return Outcome(What.NOTHING, leave(vault, judged, mac))
    return keep(
        vault,
        judged,
        source,
        mac,
        recording=recording or RecordingId(ids.new()),
        origin=Origin.IMPORT,
        then=then,
        progress=progress,
    )


def leave(vault: Vault, judged: Judged, mac: bytes, *, origin: Origin = Origin.IMPORT) -> str:
    """Keep nothing of the call (``capture.leave``); that it went out to a number that is not called
    to sell is noticed all the same (6.9)."""
    with transaction.atomic():
        _notice_sale(vault, judged)
        return capture.leave(judged, mac, origin=origin)


def keep(
    vault: Vault,
    judged: Judged,
    source: Source,
    mac: bytes,
    *,
    recording: RecordingId,
    origin: Origin,
    then: Then,
    progress: Progressed,
    within: Then = nobody,
) -> Outcome:
    """Seal what ``judged`` allows of ``source`` and make the recording, in one transaction.

    ``within`` runs inside it whatever the recording becomes, ``then`` only where it can be used.
    Conflict where nothing of the call may be kept.
    """
    kept, dek = judged.capture, vault.new_dek()
    if kept is None:
        raise Conflict("nothing of this call may be kept", remedy="leave it")
    blobs = seal_sound(vault, recording, kept, source, dek)
    progress("sound sealed")
    with transaction.atomic():
        row = capture.bear(judged, mac, recording, origin=origin)
        _notice_sale(vault, judged)
        _become(row, judged)
        blobs.append(_seal_facts(vault, row, dek))
        vault.deposit(
            recording,
            start=row.started_at,
            due=row.due_at,
            dek=dek,
            mac=mac,
            number=judged.sidecar.numbers.caller or "",
            blobs=blobs,
        )
        _enter_sealed(row, blobs, judged.arrived_at)
        within(recording)
        if row.progress == Progress.SEALED.value:
            then(recording)
        progress("before commit")
    progress("committed")
    what, kind = _named(judged)
    return Outcome(what, kind, recording)


def _notice_sale(vault: Vault, judged: Judged) -> None:
    if judged.sidecar.direction is Direction.OUTBOUND:
        sales_calls.notice(
            vault.sales_key(),
            judged.sidecar.numbers.caller,
            line=judged.line,
            agent=judged.agent,
            began_at=min(judged.sidecar.started_at or judged.arrived_at, judged.arrived_at),
            now=judged.arrived_at,
        )


def seal_sound(
    vault: Vault, recording: RecordingId, kept: Capture, source: Source, dek: bytes
) -> list[BlobRef]:
    """Each side as one Opus blob, and the waveform. The sound is streamed once a side."""
    peaks = Peaks(source.rate)
    # A loss is silent of itself, where both sides lost: what the other side said there stays.
    gaps = [one for one in kept.gaps if one.kind is not MarkKind.LOST]

    def blocks() -> Iterator[Block]:
        return audio.cut(source.blocks(), source.rate, kept=kept.kept, gaps=gaps)

    def agents() -> Iterator[Samples]:
        for block in blocks():
            peaks.add(block)
            yield block[0]

    lanes = (
        (Kind.AGENT_SOUND, audio.encode(agents(), source.rate)),
        (Kind.CALLER_SOUND, audio.encode((block[1] for block in blocks()), source.rate)),
    )
    sound = [
        vault.write_blob(recording, kind, encoded, dek=dek, start=kept.started_at)
        for kind, encoded in lanes
    ]
    drawn = [peaks.waveform().to_bytes()]
    picture = vault.write_blob(recording, Kind.WAVEFORM, drawn, dek=dek, start=kept.started_at)
    return [*sound, picture]


def _seal_facts(vault: Vault, row: Recording, dek: bytes) -> BlobRef:
    told = [relist.facts(row)]
    return vault.write_blob(RecordingId(row.pk), Kind.FACTS, told, dek=dek, start=row.started_at)


def _become(row: Recording, judged: Judged) -> None:
    match judged.verdict:
        case Parked():
            event = Event.PARKED
        case Quarantine():
            event = Event.DOUBTED
        case _:
            event = Event.SEALED
    row.progress = after(Progress(row.progress), event).value
    row.save(update_fields=["progress"])


def _named(judged: Judged) -> tuple[What, str]:
    match judged.verdict:
        case Parked():
            return What.PARKED, "threat"
        case Quarantine(_, doubt):
            return What.QUARANTINED, doubt.value
        case _:
            return What.RECORDED, "sealed"


def _enter_sealed(row: Recording, blobs: Collection[BlobRef], at: datetime) -> None:
    ledger.enter(
        ledger_kinds.Sealed(
            recording=RecordingId(row.pk),
            day=row.day,
            ciphertext=tuple(Sha256(blob.sha256) for blob in blobs),
        ),
        at,
    )


def told_of(found: Found) -> tuple[Sidecar, str]:
    """What is told of a call, and the name by which messages call it. Raises InputError."""
    match found.sidecar:
        case Sidecar() as told:
            return told, found.name
        case file:
            return sidecar.read(file.read_bytes(), name=file.name), file.name


def mac_of(vault: Vault, found: Found) -> bytes:
    """The keyed hash by which ``found`` is known once it was taken in. Raises InputError."""
    return vault.origin_mac(_identity(found, told_of(found)[0]))


def _identity(found: Found, told: Sidecar) -> bytes:
    """What makes a call the same call. Streamed, in RAM.

    Its sound, its start and its line; without a sidecar, its sound and the exchange's own id: an
    operator who corrects the table of lines has not made a new call.
    """
    seen = hashlib.sha256()
    for path in found.sounds:
        with path.open("rb") as file:
            seen.update(hashlib.file_digest(file, "sha256").digest())
    if isinstance(found.sidecar, Sidecar) and told.call is not None:
        seen.update(told.call.encode())
        return seen.digest()
    seen.update(told.started_at.isoformat().encode() if told.started_at else b"")
    seen.update(told.line.encode())
    return seen.digest()


def forget(recordings: Collection[UUID]) -> None:
    """Let go of the rows that say where sealed bytes and waiting keys lie.

    The bytes themselves go after the roll: their names stand in ``Destruction`` until then.
    """
    Envelope.objects.filter(recording__in=among(recordings)).delete()
    Blob.objects.filter(recording__in=among(recordings)).delete()

"""The writers of transcripts: words are heard once, sealed beside the sound, and indexed by day.

Every derived write locks the recording's row and asks whether it lives: a job that finishes after
an erasure leaves nothing (keys-review rule 6). The index is derived and per node; it can always be
rebuilt from sealed transcripts, and after an erasure it is: into a new file under a new key
(rule 8).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from talteen.engine.vault.entries import Kind
from talteen.errors import KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal import audio, door
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import index, masks, sides, words
from talteen.life.transcribe.index import Passage, Shard, ShardUnreadable
from talteen.life.transcribe.models import SealedNote, Transcription
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.words import Transcript
from talteen.register.models import Recording
from talteen.register.states import Progress

HEARD_HZ = 8_000
"""The telephone band: what voice activity and the recordings themselves have."""


def transcribe(
    vault: Vault, engine: Transcriber, shards: Path, recording: RecordingId, now: datetime
) -> None:
    """Write the machine's draft of ``recording`` and index it. Nothing happens if it has one.

    A recording that is no longer sealed (parked, dying, gone) is left alone: NoLongerOpens.
    """
    row = Recording.objects.filter(pk=recording, progress=Progress.SEALED.value).first()
    if row is None:
        raise NoLongerOpens("this recording no longer opens", remedy="leave it")
    if not Transcription.objects.filter(recording=row).exists():
        transcript = _hear(vault, engine, row, now)
        _keep(vault, row, transcript, now)
    if not Transcription.objects.filter(recording=row, indexed_at__isnull=False).exists():
        index_one(vault, shards, recording, now)


def _hear(vault: Vault, engine: Transcriber, row: Recording, now: datetime) -> Transcript:
    opened = door.open_for_step(vault, RecordingId(row.pk), Step.TRANSCRIBE, now)
    return sides.transcribe_call(
        audio.decode(opened.file(Kind.AGENT_SOUND), HEARD_HZ),
        audio.decode(opened.file(Kind.CALLER_SOUND), HEARD_HZ),
        HEARD_HZ,
        marks=row.marks,
        language=row.language,
        engine=engine,
    )


def _keep(vault: Vault, row: Recording, transcript: Transcript, now: datetime) -> None:
    recording = RecordingId(row.pk)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, now)
    sealed = vault.write_blob(
        recording,
        Kind.TRANSCRIPT,
        [transcript.to_bytes()],
        dek=opened.entry.dek,
        start=opened.entry.start,
    )
    with transaction.atomic():
        # attach locks the row and refuses a recording that is being let go.
        vault.attach(recording, [sealed], start=opened.entry.start, dek=opened.entry.dek)
        Transcription.objects.create(
            recording=row,
            state="machine_draft",
            language=row.language,
            engine=transcript.engine,
            made_at=now,
        )
        masks.propose(opened, transcript, now)


def index_one(vault: Vault, shards: Path, recording: RecordingId, now: datetime) -> None:
    """Put the words of one recording into the shard of its day; rebuild the shard if it is
    unreadable."""
    row = Recording.objects.only("day").get(pk=recording)
    with _alone(row.day):
        key = vault.shard_key(row.day)
        path = shard_path(shards, row.day)
        try:
            with _shard(path, key) as shard:
                if recording not in shard.recordings():
                    shard.add(recording, list(_passages(vault, recording, now)))
        except ShardUnreadable:
            _rebuild(vault, path, key, row.day, now)
    Transcription.objects.filter(recording=recording).update(indexed_at=now)


def _shard(path: Path, key: bytes) -> Shard:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Shard.open_to_add(path, key) if path.exists() else Shard.create(path, key)


def rebuild_day(vault: Vault, shards: Path, day: date, now: datetime) -> None:
    """Bring the shard of ``day`` to what still lives: a new file under the day's key, or none at
    all."""
    path = shard_path(shards, day)
    if not path.exists():
        return  # nothing of this day was ever indexed on this node
    with _alone(day):
        try:
            _rebuild(vault, path, vault.shard_key(day), day, now)
        except KeyGone:
            index.remove(path)


def _rebuild(vault: Vault, path: Path, key: bytes, day: date, now: datetime) -> None:
    living = Recording.objects.filter(
        day=day, progress=Progress.SEALED.value, transcription__isnull=False
    ).values_list("pk", flat=True)
    index.rebuild(path, key, _all_passages(vault, [RecordingId(pk) for pk in living], now))


def _all_passages(
    vault: Vault, recordings: Iterable[RecordingId], now: datetime
) -> Iterator[tuple[UUID, list[Passage]]]:
    for recording in recordings:
        try:
            yield recording, list(_passages(vault, recording, now))
        except NoLongerOpens:
            continue  # it began to die while the others were read


def _passages(vault: Vault, recording: RecordingId, now: datetime) -> Iterator[Passage]:
    opened = door.open_for_step(vault, recording, Step.INDEX, now)
    transcript = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    for segment in transcript.segments:
        yield Passage(
            recording=recording,
            side=segment.side.value,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            language=segment.language,
        )


def shard_path(shards: Path, day: date) -> Path:
    """Where the shard of ``day`` lies on this node. A day is no personal data."""
    return shards / f"{day.isoformat()}.shard"


def forget(recordings: Collection[UUID]) -> None:
    """Let go of the rows that say that these recordings have words, and of what was decided on
    them."""
    SealedNote.objects.filter(recording__in=recordings).delete()
    Transcription.objects.filter(recording__in=recordings).delete()


@contextmanager
def _alone(day: date) -> Iterator[None]:
    """One writer at a time for the shard of a day, over all processes on this database."""
    lock = (0x7368, day.toordinal())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)

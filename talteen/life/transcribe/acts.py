"""The writers of transcripts: words are heard once, sealed beside the sound, and indexed by day.

Every derived write locks the recording's row and asks whether it lives: a job that finishes after
an erasure leaves nothing (keys-review rule 6).
"""

import contextlib
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from talteen.engine.vault.entries import Kind
from talteen.errors import Conflict, KeyGone, NoLongerOpens, TalteenError, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import audio, door
from talteen.life.seal.door import Opened, Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import (
    drafting,
    indexing,
    masks,
    notes,
    revision,
    sides,
    surviving,
    words,
)
from talteen.life.transcribe.drafting import Kept, ModelAway
from talteen.life.transcribe.models import Drafting, DraftPart, SealedNote, Transcription
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.words import Transcript
from talteen.register.database.among import among
from talteen.register.models import Recording
from talteen.register.states import Progress

MACHINE_DRAFT = "machine_draft"
"""``Transcription.state`` of words that no person has checked."""
HEARD_HZ = 8_000
"""The telephone band: what voice activity and the recordings themselves have."""


class DatabaseAway(Unavailable):
    """The database went away while words were written. What was heard of them stays."""

    slug = "database-away"

    def __init__(self) -> None:
        super().__init__("the database does not answer", remedy="the job goes on when it does")


Rewrite = Callable[[Transcriber, RecordingId, str], None]
"""Writes the words of a recording anew in a language (``again.rewrite``)."""


def attempt(
    vault: Vault,
    speech: Callable[[], Transcriber],
    shards: Path,
    recording: RecordingId,
    now: datetime,
    *,
    rewrite: Rewrite,
) -> None:
    """One try at the words of ``recording``, by a job: whatever it fails of stands in its Drafting
    row, with the time of the next try, and no worker waits for it.

    Raises NoLongerOpens as ``transcribe`` does; Stopping, and Unavailable where keys or database
    are away: the queue comes back to those, and they count as no try.
    """
    if not _wanted(recording):
        return
    row = drafting.begin(recording, now)
    if row is None:
        return
    try:
        if row.language:
            rewrite(_loaded(speech), recording, row.language)
        else:
            transcribe(vault, _loaded(speech), shards, recording, now)
    except ModelAway as error:
        drafting.failed(row, error, now)
    except (OperationalError, InterfaceError) as error:
        with contextlib.suppress(OperationalError, InterfaceError):
            drafting.stopped(row)
        raise DatabaseAway from error
    except indexing.NoKeyYet:
        drafting.ended(recording)  # the words stand; the queue comes back until they are indexed
        raise
    except (Unavailable, KeyGone, NoLongerOpens):
        drafting.stopped(row)
        raise
    except Conflict:
        drafting.ended(recording)  # a person has checked the words meanwhile: theirs stand
    except Exception as error:  # noqa: BLE001  (an engine may fail of anything; no worker stops)
        drafting.failed(row, error, now)


def _wanted(recording: RecordingId) -> bool:
    """Whether words are missing, or asked for anew, or not yet in the index."""
    asked = Drafting.objects.filter(recording=recording).exclude(language="").exists()
    stands = Transcription.objects.filter(recording=recording, indexed_at__isnull=False).exists()
    return asked or not stands


def _loaded(speech: Callable[[], Transcriber]) -> Transcriber:
    try:
        return speech()
    except (TalteenError, OSError) as error:
        raise ModelAway from error


def transcribe(
    vault: Vault, engine: Transcriber, shards: Path, recording: RecordingId, now: datetime
) -> None:
    """Write the machine's draft of ``recording`` and index it. Nothing happens if it has one.

    A recording that is no longer sealed (parked, dying, gone) is left alone: NoLongerOpens.
    """
    row = Recording.objects.filter(pk=recording, progress=Progress.SEALED.value).first()
    if row is None:
        raise NoLongerOpens("this recording no longer opens", remedy="leave it")
    written = Transcription.objects.filter(recording=row).exists()
    if not (written or _taken_up(vault, row, now)):
        transcript = hear(vault, engine, row, now, language=row.language)
        _keep(vault, row, transcript, now)
    if not Transcription.objects.filter(recording=row, indexed_at__isnull=False).exists():
        indexing.index_one(vault, shards, recording, now)
    drafting.ended(recording)


def hear(
    vault: Vault, engine: Transcriber, row: Recording, now: datetime, *, language: str
) -> Transcript:
    """The words of a recording in ``language``, going on from what was heard of it before."""
    recording = RecordingId(row.pk)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, now)
    pad = Kept.of(
        recording,
        opened.entry,
        engine=engine.engine,
        settings=sides.settings_of(engine),
        language=language,
    )
    return sides.transcribe_call(
        audio.decode(opened.file(Kind.AGENT_SOUND), HEARD_HZ),
        audio.decode(opened.file(Kind.CALLER_SOUND), HEARD_HZ),
        HEARD_HZ,
        marks=row.marks,
        language=language,
        engine=engine,
        pad=pad,
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
        drafting.lock_sealed(recording)
        if Transcription.objects.filter(recording=row).exists():
            return  # by a worker that was thought dead, and only had no database for a while
        # attach locks the row and refuses a recording that is being let go.
        vault.attach(recording, [sealed], start=opened.entry.start, dek=opened.entry.dek)
        _write_down(opened, row, transcript, now)


def _taken_up(vault: Vault, row: Recording, now: datetime) -> bool:
    """Words that are sealed beside the sound already, and have no row: a cut (``cutting``) carried
    them over, or a restore brought them back. They are not heard a second time."""
    opened = door.open_for_step(vault, RecordingId(row.pk), Step.TRANSCRIBE, now)
    if not opened.has(Kind.TRANSCRIPT):
        return False
    transcript = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    with transaction.atomic():
        drafting.lock_sealed(opened.recording)
        if not Transcription.objects.filter(recording=row).exists():
            _write_down(opened, row, transcript, now)
    return True


def _write_down(opened: Opened, row: Recording, transcript: Transcript, now: datetime) -> None:
    """That there are words, in the caller's transaction; and what the machine would cover."""
    shown, state = _with_corrections(opened, transcript, now)
    Transcription.objects.create(
        recording=row,
        state=state.value,
        language=transcript.language,
        engine=transcript.engine,
        made_at=now,
    )
    masks.propose(opened, shown, now)
    drafting.ended(opened.recording)


def _with_corrections(
    opened: Opened, transcript: Transcript, now: datetime
) -> tuple[Transcript, revision.State]:
    """``transcript``, or what people had made of the words before another node's packets filled the
    sound: theirs stand, with what is new in it."""
    known = notes.newest(opened, Kind.CORRECTION)
    if known is None:
        return transcript, revision.State.MACHINE
    made = surviving.joined(revision.from_bytes(known), transcript)
    notes.change(opened, Kind.CORRECTION, lambda _: made.to_bytes(), now)
    return made.transcript, made.state


def forget(recordings: Collection[UUID]) -> None:
    """Let go of all rows about the words of these recordings: unfinished ones, and what people
    decided on them.
    """
    for table in (SealedNote, Transcription, Drafting, DraftPart):
        table.objects.filter(recording__in=among(recordings)).delete()

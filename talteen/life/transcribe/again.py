"""Words written anew, in another language, because a person asked: the old ones go.

It is asked for under a grant and written down before anything is done (REGISTER 5.1). The new words
take the place of the old ones in one roll: from then on no page names the old blob, its bytes are
deleted, and the day's index is built anew under a new key. The recording's own key stays, for the
same speech was sealed under it twice: this is a better hearing, not a redaction (decision 125).
Words that a person has checked are not the machine's to replace.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from talteen.engine.vault.changes import Changes, Draft, Resealed
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.rollfile import Leaf
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.seal import door, replacing, rolling, stored
from talteen.life.seal import models as rows
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import acts, drafting, indexing, masks
from talteen.life.transcribe import language as languages
from talteen.life.transcribe.models import Drafting, Transcription
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.troubles import State
from talteen.life.transcribe.words import Transcript
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import Recording

Leaves = Callable[[Draft], list[Leaf]]
"""What the ledger is told of the roll."""


class Checked(Conflict):
    """A person has checked these words."""

    slug = "words-checked"

    def __init__(self) -> None:
        super().__init__(
            "a person has checked these words", remedy="correct them by hand where they are wrong"
        )


def ask(grant: Grant, language: str, now: datetime, *, then: Callable[[RecordingId], None]) -> None:
    """Have the words of a call written in ``language``: by whoever may read all of it, for the
    purpose of their grant, and in the access log before it is done. ``then`` enqueues the work.

    Raises InputError for a language that is none of ours, Checked, and whatever ``log_range`` does.
    """
    if language not in languages.ALLOWED:
        raise InputError(
            "this is no language of the house", remedy="choose Finnish, Swedish or English"
        )
    length_ms = Recording.objects.values_list("length_ms", flat=True).get(pk=grant.recording)
    access.log_range(grant, "rewrite", start_ms=0, end_ms=length_ms, at=now)
    with transaction.atomic():
        drafting.lock_sealed(grant.recording)
        _only_a_draft(grant.recording)
        Drafting.objects.update_or_create(
            recording_id=grant.recording,
            defaults={
                "state": State.WAITING.value,
                "trouble": "",
                "language": language,
                "tries": 0,
                "at": now,
                "again_at": None,
            },
        )
        then(grant.recording)


def rewrite(
    vault: Vault,
    engine: Transcriber,
    shards: Path,
    recording: RecordingId,
    language: str,
    now: datetime,
    *,
    leaves: Leaves,
) -> None:
    """Hear ``recording`` in ``language`` and put those words in the place of any others.

    Killed anywhere, it is called again: what was heard is kept until the new words stand. Not
    inside a transaction.
    """
    row = Recording.objects.get(pk=recording)
    _only_a_draft(recording)
    transcript = acts.hear(vault, engine, row, now, language=language)
    _replace(vault, row, transcript, now, leaves)
    _tidy(vault, recording, now)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, now)
    with transaction.atomic():
        drafting.lock_sealed(recording)
        _only_a_draft(recording)
        # What was covered stays so, by its time; what the new words tell is covered besides.
        masks.propose(opened, transcript, now)
        told = {
            "state": acts.MACHINE_DRAFT,
            "language": transcript.language,
            "engine": transcript.engine,
            "made_at": now,
            "indexed_at": None,
        }
        Transcription.objects.update_or_create(recording_id=recording, defaults=told)
        drafting.ended(recording)
    indexing.index_one(vault, shards, recording, now)


def _only_a_draft(recording: RecordingId) -> None:
    checked = Transcription.objects.filter(recording=recording).exclude(state=acts.MACHINE_DRAFT)
    if checked.exists():
        raise Checked


def _replace(
    vault: Vault, row: Recording, transcript: Transcript, now: datetime, leaves: Leaves
) -> None:
    recording = RecordingId(row.pk)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, now)
    entry = opened.entry
    text = [transcript.to_bytes()]
    new = vault.write_blob(recording, Kind.TRANSCRIPT, text, dek=entry.dek, start=entry.start)
    kept = [ref for ref in opened.refs if ref.kind is not Kind.TRANSCRIPT]
    with transaction.atomic():
        drafting.lock_sealed(recording)
        _only_a_draft(recording)  # hearing took minutes: somebody may have read the words meanwhile
        stored.blob_row(new, recording, row.day, attached_n=replacing.READY).save(force_insert=True)
    changes = Changes(reseal={recording: Resealed(entry.dek, (*kept, new))}, leaves=leaves)
    rolling.roll(vault, changes, now)


def _tidy(vault: Vault, recording: RecordingId, now: datetime) -> None:
    """Delete every writing of the words that no page names any more: bytes first, then rows."""
    entry = door.open_for_step(vault, recording, Step.TRANSCRIBE, now).entry
    named = [blob.id for blob in entry.blobs]
    ours = rows.Blob.objects.filter(recording=recording, kind=Kind.TRANSCRIPT.value)
    old = ours.exclude(attached_n=None).exclude(pk__in=named)
    vault.blobs.delete(stored.blob_key(blob.day, blob.pk) for blob in old)
    old.delete()
    ours.filter(pk__in=named, attached_n=replacing.READY).update(attached_n=vault.row().n)

"""The work on one recording's words while it goes on: its row, and what was heard of it so far.

Every window that was heard is kept, sealed, before the next one is begun: a worker that is stopped
or killed loses one window's work. The parts of a draft are never shown and never indexed; they
become a transcript when all of them are there, and are deleted in that transaction (REGISTER 13.3
names what else lets go of them).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import av
import structlog
from django.db import transaction

from talteen import ids
from talteen.engine.vault.entries import Entry, Kind
from talteen.errors import (
    ConfigError,
    InputError,
    NoLongerOpens,
    NotAllowed,
    Tampered,
    Unavailable,
)
from talteen.ids import BlobId, RecordingId
from talteen.life.seal import slips
from talteen.life.transcribe import memory, words
from talteen.life.transcribe.models import Drafting, DraftPart
from talteen.life.transcribe.troubles import State, Trouble, next_try
from talteen.life.transcribe.words import Segment, Side
from talteen.register.database import jobs
from talteen.register.models import Recording
from talteen.register.states import Progress

log = structlog.get_logger()


class ModelAway(Unavailable):
    """There is no speech model to hear with."""

    slug = "no-speech-model"

    def __init__(self) -> None:
        super().__init__(
            "the speech model cannot be loaded", remedy="run 'talteen doctor', then see its folder"
        )


def begin(recording: RecordingId, now: datetime) -> Drafting | None:
    """Note that a try begins, before anything that could kill the worker; None where too many have.

    Raises NoLongerOpens for a recording that is not sealed (any more).
    """
    with transaction.atomic():
        lock_sealed(recording)
        row, fresh = Drafting.objects.get_or_create(
            recording_id=recording, defaults={"state": State.WRITING.value, "at": now}
        )
        # It says "writing" already: whoever wrote that never came to write anything else.
        lost = not fresh and row.state == State.WRITING.value and row.tries > 0
        if lost and next_try(Trouble.WORKER, row.tries) is None:
            _write_trouble(row, Trouble.WORKER, now)
            return None
        row.state, row.at, row.again_at = State.WRITING.value, now, None
        row.tries += 1
        row.save(update_fields=["state", "at", "again_at", "tries"])
    return row


def stopped(row: Drafting) -> None:
    """The worker was asked to stop: that is no failure, and counts as no try."""
    Drafting.objects.filter(pk=row.pk, state=State.WRITING.value).update(tries=row.tries - 1)


def failed(row: Drafting, error: BaseException, now: datetime) -> None:
    """Note what a try failed of, and when it is made again."""
    # Its kind, not its text: that could name a file or a word.
    log.warning("words.failed", kind=type(error).__name__.lower())
    _write_trouble(row, trouble_of(error), now)


def ended(recording: RecordingId) -> None:
    """The words stand: nothing is left of the work. In the caller's transaction."""
    DraftPart.objects.filter(recording=recording).delete()
    Drafting.objects.filter(recording=recording).delete()


def due(now: datetime) -> list[RecordingId]:
    """What is to be tried again by now; each is given once."""
    with transaction.atomic():
        waiting = Drafting.objects.select_for_update(skip_locked=True).filter(again_at__lte=now)
        found = [RecordingId(pk) for pk in waiting.values_list("pk", flat=True)]
        Drafting.objects.filter(pk__in=found).update(again_at=None)
    return found


def trouble_of(error: BaseException) -> Trouble:
    """What kind of trouble ``error`` is. Its text is nobody's to keep: it could name a file."""
    match error:
        case _ if memory.is_short(error):
            return Trouble.MEMORY
        case ModelAway() | ConfigError() | NotAllowed():
            return Trouble.MODEL
        case InputError():
            return Trouble.LANGUAGE
        case Tampered() | av.FFmpegError():
            return Trouble.SOUND
        case _:
            return Trouble.ENGINE


def _write_trouble(row: Drafting, trouble: Trouble, now: datetime) -> None:
    wait: timedelta | None = next_try(trouble, row.tries)
    row.state = (State.GIVEN_UP if wait is None else State.WAITING).value
    row.trouble, row.at = trouble.value, now
    row.again_at = None if wait is None else now + wait
    row.save(update_fields=["state", "trouble", "at", "again_at"])
    log.warning("words.not_written", reason=trouble.value, state=row.state)


def lock_sealed(recording: RecordingId) -> None:
    """Keep the recording's state as it is until the caller commits; it must be sealed."""
    found = Recording.objects.select_for_update(of=("self",), no_key=True).filter(pk=recording)
    row = found.only("progress").first()
    if row is None or row.progress != Progress.SEALED.value:
        raise NoLongerOpens("this recording no longer opens", remedy="leave it")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was heard of one recording so far, as ``sides.Pad`` wants it."""

    recording: RecordingId
    entry: Entry
    made_by: bytes

    @classmethod
    def of(
        cls, recording: RecordingId, entry: Entry, *, engine: str, settings: str, language: str
    ) -> "Kept":
        """What this engine, with these settings, has heard; parts of any other making are let
        go."""
        made_by = hashlib.sha256("\0".join((engine, settings, language)).encode()).digest()
        DraftPart.objects.filter(recording=recording).exclude(made_by=made_by).delete()
        return cls(recording, entry, made_by)

    def kept(self, side: Side, number: int) -> tuple[Segment, ...] | None:
        """What was heard in window ``number`` of ``side``; None where that is not known."""
        row = DraftPart.objects.filter(
            recording=self.recording, side=side.value, number=number
        ).first()
        if row is None:
            return None
        slip = BlobId(row.pk)
        try:
            plain = slips.unseal(
                self.recording, Kind.UNFINISHED_WORDS, slip, bytes(row.sealed), self.entry
            )
        except Tampered:
            row.delete()  # sealed under a key that a roll has replaced: heard again
            return None
        return words.segments_from_bytes(plain)

    def keep(self, side: Side, number: int, segments: Sequence[Segment]) -> None:
        """Keep a window. Raises NoLongerOpens if the recording dies, Stopping if the worker is to
        stop: what was kept is there next time."""
        slip = BlobId(ids.new())
        plain = words.segments_to_bytes(segments)
        sealed = slips.seal(self.recording, Kind.UNFINISHED_WORDS, slip, plain, self.entry)
        with transaction.atomic():
            lock_sealed(self.recording)
            DraftPart.objects.update_or_create(
                recording_id=self.recording,
                side=side.value,
                number=number,
                defaults={"made_by": self.made_by, "sealed": sealed},
                create_defaults={"pk": slip, "made_by": self.made_by, "sealed": sealed},
            )
        jobs.check_stop()

"""The writers of corrections: each a new sealed version, the machine's draft beside it for ever."""

from collections.abc import Mapping
from datetime import datetime

from talteen.engine.vault.entries import Kind
from talteen.errors import Conflict, InputError
from talteen.life.seal.door import Opened
from talteen.life.transcribe import history, masks, notes, revision, words
from talteen.life.transcribe.history import Version
from talteen.life.transcribe.models import Transcription
from talteen.life.transcribe.revision import MOST_LETTERS, Revision
from talteen.life.transcribe.words import Transcript


def newest(opened: Opened) -> Revision | None:
    """The words as people left them; None while only the machine has written."""
    note = notes.newest(opened, Kind.CORRECTION)
    return revision.from_bytes(note) if note is not None else None


def in_force(opened: Opened) -> Transcript:
    """The words as people left them, or as the machine wrote them: what is shown, found and given
    out. NotThereYet where there are none."""
    return transcript_of(opened, newest(opened))


def transcript_of(opened: Opened, known: Revision | None) -> Transcript:
    """The words in force: those of the ``newest`` revision, or the machine's. NotThereYet where
    there are none."""
    return known.transcript if known else words.from_bytes(opened.whole(Kind.TRANSCRIPT))


def writings(opened: Opened) -> list[Transcript]:
    """What the machine wrote, and behind it the words as people left them, where they did; the
    last is in force. NotThereYet where there are none."""
    known = newest(opened)
    machines = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    return [machines, known.transcript] if known else [machines]


def versions(opened: Opened) -> list[Version]:
    """Every version by people, oldest first, with what it changed. NotThereYet without words."""
    machines = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    written = map(revision.from_bytes, notes.versions(opened, Kind.CORRECTION))
    return history.versions(machines, list(written))


def revise(opened: Opened, texts: Mapping[int, str], *, by: str, now: datetime) -> None:
    """Keep what ``by`` corrected, and seek anew what to cover: a name may have become readable.

    Reading without a change is a correction too: it says that one person has read it.
    """
    if any(len(text) > MOST_LETTERS for text in texts.values()):
        raise InputError("a passage is too long", remedy="write only what is said there")
    made = revision.corrected(transcript_of(opened, newest(opened)), texts)
    notes.change(opened, Kind.CORRECTION, lambda _: Revision(made, by, now).to_bytes(), now)
    masks.propose(opened, made, now)
    # Another writing of the words: every index of the day is built anew without the former one.
    _mark(opened, revision.State.CORRECTED, made_at=now)


def check(opened: Opened, *, by: str, now: datetime) -> None:
    """Keep that ``by`` has read the newest version against the sound. Conflict for its writer."""

    def checked(old: bytes | None) -> bytes:
        if old is None:
            raise Conflict("nobody has read this yet", remedy="read and correct it first")
        return revision.from_bytes(old).checked(by, now).to_bytes()

    notes.change(opened, Kind.CORRECTION, checked, now)
    _mark(opened, revision.State.CHECKED)


def _mark(opened: Opened, state: revision.State, **written: datetime | None) -> None:
    found = Transcription.objects.filter(recording=opened.recording)
    found.update(state=state.value, **written)

"""What a node does first: end the calls that ran when it was stopped, or its machine lost its
power.

A signaller that is killed alone finds its dialogs in memory (decision 080). Where the whole node
went, they are gone, and with them whoever would have ended the calls: their sealed sound would lie
here, and the register would wait for it until their cutoff. So whatever was promised and never
ended is ended now: handed over as far as it is sealed, which says itself that its end is torn; or
told as lost, where nothing had been sealed yet (decision 208).
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from talteen.engine.vault.journals import Journals
from talteen.ids import RecordingId
from talteen.life.capture import node_log as log
from talteen.life.capture import notes
from talteen.life.capture.node_files import Folder
from talteen.life.capture.note import About, Fate, Note
from talteen.life.capture.notes import Notes

LOST = "lost"
"""As the register calls it (``begun.LOST``, which a node without a database does not load)."""
_LOOKED_THROUGH_BYTES = 64 << 20
"""Of the notes, the last so many: a hundred thousand calls, and seconds at a start. What began
before them has ended."""


def end(folder: Folder, now: datetime) -> int:
    """End every call that an earlier start of this node left running; gives how many.

    Nothing else of the node may run yet. Killed anywhere and called again, it goes on.
    """
    journals = Journals(folder.journals)
    refused = set(journals.finish_burns())
    running = _running(folder)
    if not running:
        return 0
    sealed = journals.recordings()
    with closing(Notes(folder.notes)) as file:
        file.append(*(_ended(note, call, refused, sealed, now) for call, note in running.items()))
    log.warning("calls.broken_off", count=len(running))
    return len(running)


def _running(folder: Folder) -> dict[RecordingId, Note]:
    """The calls that were promised and have not ended, each with its newest note."""
    start = max(0, notes.end(folder.notes) - _LOOKED_THROUGH_BYTES)
    found: dict[RecordingId, Note] = {}
    for note in _whole(folder, start):
        if note.call is None:
            continue
        if note.about is About.ENDED:
            found.pop(note.call, None)
        elif note.about in (About.PROMISED, About.KEPT):
            before = found.get(note.call)
            # A line and names that were told once are not told again with each note.
            found[note.call] = replace(
                note,
                line=note.line or (before.line if before else ""),
                names=note.names or (before.names if before else ()),
            )
    return found


def _whole(folder: Folder, start: int) -> Iterable[Note]:
    return (
        note for _, note in notes.read(folder.notes, notes.begin_of_a_note(folder.notes, start))
    )


def _ended(
    note: Note,
    call: RecordingId,
    refused: set[RecordingId],
    sealed: set[RecordingId],
    now: datetime,
) -> Note:
    """The last note of ``call``: whether somebody had refused it, whether any of it was sealed."""
    told = Note(About.ENDED, now, call, note.line, names=note.names)
    if call in refused:
        return replace(told, fate=Fate.REFUSED.value)
    if call in sealed:
        return replace(told, fate=Fate.ENDED.value)
    return replace(told, fate=Fate.OTHER.value, reason=LOST)

"""What a node notes for the register is written once, whoever was killed over it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from talteen.ids import RecordingId
from talteen.life.capture import notes
from talteen.life.capture.effects import About, Note
from talteen.life.capture.notes import Notes

CLOCK = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def id_of(number: int) -> RecordingId:
    return RecordingId(UUID(int=number))


@pytest.mark.parametrize("written", [0, 1, 2, 3])
def test_a_note_that_is_owed_is_written_once(tmp_path: Path, written: int) -> None:
    owed = [Note(About.PROMISED, CLOCK, id_of(n)) for n in range(3)]
    before = Note(About.KEPT, CLOCK, id_of(9))
    Notes(tmp_path / "notes").append(before, *owed[:written])

    Notes(tmp_path / "notes").append_owed(*owed)

    assert [note for _, note in notes.read(tmp_path / "notes")] == [before, *owed]

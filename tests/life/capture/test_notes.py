"""What a node notes for the register is written once, whoever was killed over it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from talteen.errors import DiskFull
from talteen.ids import RecordingId
from talteen.life.capture import notes
from talteen.life.capture.note import About, Note
from talteen.life.capture.notes import Notes
from tests.kit import disks

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


def noted(path: Path) -> list[tuple[int, Note]]:
    return list(notes.read(path))


def test_what_the_register_has_long_known_is_gone_from_the_nodes_disk(tmp_path: Path) -> None:
    path, line = tmp_path / "notes", "a-line-that-only-old-notes-name"
    old = [Note(About.PROMISED, CLOCK, id_of(n), line) for n in range(1_500)]
    young = [Note(About.PROMISED, CLOCK + timedelta(days=40), id_of(n)) for n in range(3)]
    writer = Notes(path)
    writer.append(*old, *young)
    before, taken_in = noted(path), path.stat().st_blocks

    assert notes.let_go(path, CLOCK + timedelta(days=1), notes.end(path)) == len(old)

    assert line.encode() not in path.read_bytes()
    assert taken_in - path.stat().st_blocks > 0.9 * path.stat().st_size / 512
    assert noted(path) == before[-3:], "places stay, also for whoever reads from the beginning"
    assert notes.let_go(path, CLOCK + timedelta(days=1), notes.end(path)) == 0
    later = Note(About.KEPT, CLOCK, id_of(9))
    writer.append(later)
    Notes(path).append_owed(later)
    assert [note for _, note in notes.read(path, before[-1][0])] == [later]


def test_what_the_register_does_not_know_yet_is_never_let_go(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    Notes(path).append(*(Note(About.PROMISED, CLOCK, id_of(n)) for n in range(3)))
    first, second, _ = noted(path)

    assert notes.let_go(path, CLOCK + timedelta(days=1), until=second[0]) == 2

    assert [note.call for _, note in noted(path)] == [id_of(2)]
    assert notes.let_go(path, CLOCK + timedelta(days=1), until=first[0]) == 0


def test_a_note_that_a_crash_cut_short_is_cut_off_behind_what_was_let_go(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    Notes(path).append(Note(About.PROMISED, CLOCK, id_of(1)))
    notes.let_go(path, CLOCK + timedelta(days=1), notes.end(path))
    whole = notes.end(path)
    with path.open("ab") as file:
        file.write(b'{"about":"prom')

    Notes(path)

    assert notes.end(path) == whole, "the register reads on from there"
    assert noted(path) == []


def test_calls_that_run_are_told_of_on_a_disk_that_others_have_filled(tmp_path: Path) -> None:
    ended = [Note(About.ENDED, CLOCK, id_of(n), "rooms", fate="ended") for n in range(2_000)]
    with disks.small(tmp_path / "disk", 8) as disk:
        writer = Notes(disk / "notes")
        disks.fill(disk)

        for note in ended:
            writer.append(note)

        assert [note for _, note in noted(disk / "notes")] == ended


def test_a_note_that_found_no_room_leaves_nothing_that_later_ones_are_mixed_with(
    tmp_path: Path,
) -> None:
    many = [Note(About.PROMISED, CLOCK, id_of(n), "rooms") for n in range(50)]
    with disks.small(tmp_path / "disk", 1) as disk:
        writer = Notes(disk / "notes")
        writer.append(many[0])
        full = disks.fill(disk)
        with pytest.raises(DiskFull):
            writer.append(*many[1:])
        full.unlink()
        writer.append(*many[1:3])

        assert [note for _, note in noted(disk / "notes")] == many[:3]

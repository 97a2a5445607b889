"""A node whose machine lost its power ends at its next start what ran then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen import ids
from talteen.engine.vault import intake
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.ids import HouseId, IntakeKeyId, RecordingId
from talteen.life.capture import begun, broken_off, notes
from talteen.life.capture.node_files import Folder
from talteen.life.capture.note import About, Fate, Note
from talteen.life.capture.notes import Notes

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
NAMES = ("ab" * 32,)


def call() -> RecordingId:
    return RecordingId(ids.new())


def promised(of: RecordingId) -> Note:
    return Note(About.PROMISED, NOW - timedelta(minutes=2), of, "rooms", names=NAMES)


def sealed(folder: Folder, of: RecordingId) -> None:
    """Some of the call lies in a journal, its key in an envelope."""
    journals = Journals(folder.journals)
    segment = journals.new_segment()
    key = JournalKey(b"K" * 32, segment.id, 1)
    address = Address(HouseId(ids.new()), IntakeKeyId(ids.new()), "north", of, 0, NOW)
    to = intake.public_bytes(b"S" * intake.SEED_BYTES)
    signer = Ed25519PrivateKey.generate()
    envelope = intake.seal_journal_key(key, address, to=to, signer=signer)
    journals.keep(Enclosed(envelope, segment.id, 1))
    segment.close()


def last_note(folder: Folder, of: RecordingId) -> Note:
    return [note for _, note in notes.read(folder.notes) if note.call == of][-1]


def test_a_call_that_was_sealed_in_part_is_handed_over_at_the_next_start(tmp_path: Path) -> None:
    folder, ran = Folder(tmp_path), call()
    Notes(folder.notes).append(promised(ran), Note(About.KEPT, NOW, ran, "rooms"))
    sealed(folder, ran)

    assert broken_off.end(folder, NOW) == 1

    ended = last_note(folder, ran)
    assert (ended.about, ended.fate, ended.names) == (About.ENDED, Fate.ENDED.value, NAMES)


def test_a_call_of_which_nothing_was_sealed_is_told_as_lost(tmp_path: Path) -> None:
    folder, ran = Folder(tmp_path), call()
    Notes(folder.notes).append(promised(ran))

    broken_off.end(folder, NOW)

    ended = last_note(folder, ran)
    assert (ended.about, ended.reason, ended.line) == (About.ENDED, begun.LOST, "rooms")


def test_a_refusal_that_the_power_cut_off_is_finished_and_stays_a_refusal(tmp_path: Path) -> None:
    folder, ran = Folder(tmp_path), call()
    Notes(folder.notes).append(promised(ran))
    sealed(folder, ran)
    (folder.journals / f"{ran}.burn").write_bytes(b"")

    broken_off.end(folder, NOW)

    assert last_note(folder, ran).fate == Fate.REFUSED.value
    assert ran not in Journals(folder.journals).recordings()


def test_what_has_ended_is_not_ended_again(tmp_path: Path) -> None:
    folder, over = Folder(tmp_path), call()
    Notes(folder.notes).append(
        promised(over), Note(About.ENDED, NOW, over, "rooms", fate=Fate.ENDED.value)
    )

    assert broken_off.end(folder, NOW) == 0
    assert broken_off.end(Folder(tmp_path / "new"), NOW) == 0


def test_a_start_that_is_killed_and_made_again_tells_each_call_once(tmp_path: Path) -> None:
    folder, ran = Folder(tmp_path), call()
    Notes(folder.notes).append(promised(ran))

    assert [broken_off.end(folder, NOW), broken_off.end(folder, NOW)] == [1, 0]

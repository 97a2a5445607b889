"""What a node has noted comes into the register exactly once, and its calls into the house."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.vault.journals import Journals
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import carrying, node_files, notes
from talteen.life.capture.acts import CAPTURED, RUNNING
from talteen.life.capture.models import Promise
from talteen.life.capture.node_files import Folder
from talteen.life.capture.note import About, Note
from talteen.life.capture.notes import Notes
from talteen.life.seal import handover, uplink
from talteen.life.seal import models as rows
from talteen.life.seal.acts import What
from talteen.register.models import Recording, Tally
from tests.kit import houses, nodes, reception, sipp
from tests.kit.folders import readings_of
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_sipp_to_a_recording_and_nothing_is_left_on_the_node(
    built: Built, tmp_path: Path
) -> None:
    vault = built.house.vault
    packets = caller_says(4.0)
    prompts = reception.of_the_house()
    with reception.reception(vault, tmp_path / "node", prompts=prompts) as at:
        done = sipp.calls(
            at.port, tmp_path, packets, version="1", told_ms=prompts[0].length_ms or 0
        )
        assert done.returncode == 0, done.stdout[-2000:]
        at.ended()

        (recording,) = reception.carried(built, at)
        assert reception.carried(built, at) == []  # every note once
        assert Promise.objects.get().outcome == CAPTURED
        born = Recording.objects.get()  # before anything of it is taken in (J10)
        assert (born.pk, born.progress) == (recording, "captured")

        outcome = handover.take_in(
            vault, handover.key_of(reception.NAME, recording), built.clock.at
        )
        assert (outcome.what, outcome.recording) == (What.RECORDED, recording)
        promise, promised = Promise.objects.get(), at.notes()[0]
        assert promise.outcome == "recorded"
        assert promise.arrived_at == promised.at  # when it began, not when it was handed over
        reception.carried(built, at)
        assert Journals(at.folder.journals).recordings() == {recording}  # no roll file holds it

        course.roll(built.house, built.clock.at)
        reception.carried(built, at)
        assert Journals(at.folder.journals).recordings() == set()
        assert handover.let_go(vault) == 1
        assert rows.Node.objects.get().needs == []
    # The roll gave its node another intake key: its ear has left the old segment by now, or not.
    assert Journals(at.folder.journals).sweep() in {1, 2}, "its ear wrote until now"
    assert list(at.folder.journals.glob("*.journal")) == []

    row = Recording.objects.get()
    assert (row.pk, row.origin, row.progress) == (recording, "siprec", "sealed")
    assert (row.started_at, row.due_at) == (born.started_at, born.due_at)


def test_the_folder_of_a_node_is_read_no_oftener_for_many_calls_than_for_one(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path / "node")
    node, noted = nodes.enrolled(built.house.vault, folder.journals), Notes(folder.notes)
    told = nodes.told_of(houses.spoken("001", built.clock.at, whole=True))
    read = readings_of(folder.journals, monkeypatch)

    def handed_over(count: int) -> int:
        calls = [node.seal(told, {}) for _ in range(count)]
        noted.append(*(note(About.ENDED, call, fate="ended") for call in calls))
        read.clear()
        waiting: list[RecordingId] = []
        uplink.carry(built.house.vault, nodes.NAME, folder, built.clock.at, captured=waiting.append)
        assert waiting == calls
        return len(read)

    assert handed_over(1) == handed_over(7)


def test_a_note_that_comes_while_notes_are_taken_is_for_the_next_turn(tmp_path: Path) -> None:
    """The journals' folder has been read then: a call that ends later may have more in it."""
    noted, path = Notes(tmp_path / "notes"), tmp_path / "notes"
    noted.append(note(About.ENDED, a_call()), note(About.ENDED, a_call()))
    until = notes.end(path)

    turn = notes.read(path, 0, until)
    first = [next(turn)]
    noted.append(note(About.ENDED, a_call()))

    assert len([*first, *turn]) == 2
    assert len(list(notes.read(path, until, notes.end(path)))) == 1
    assert list(notes.read(path, until, until + 5)) == []


def note(about: About, call: RecordingId | None, **more: str) -> Note:
    return Note(about, datetime(2026, 11, 24, 12, tzinfo=UTC), call, line="rooms", **more)


def taken(*notes: Note) -> list[RecordingId]:
    """Take in notes as if they stood in a file, a hundred bytes each."""
    carrying.read_to("north")
    told: list[RecordingId] = []
    carrying.take(
        "north",
        [(100 * (at + 1), one) for at, one in enumerate(notes)],
        mac_of=lambda call: call.bytes,
        captured=told.append,
    )
    return told


def a_call() -> RecordingId:
    from talteen import ids

    return RecordingId(ids.new())


def test_a_promise_stands_before_anything_is_kept(built: Built) -> None:
    taken(note(About.PROMISED, a_call()))

    promise = Promise.objects.get()
    assert (promise.outcome, promise.line_id) == (RUNNING, "rooms")
    assert not Recording.objects.exists()


def test_notes_that_are_carried_twice_change_nothing(built: Built) -> None:
    call = a_call()
    notes = (note(About.PROMISED, call), note(About.ENDED, call, fate="refused", reason="refused"))
    taken(*notes)
    taken(*notes)

    assert [(one.kind, one.count) for one in Tally.objects.all()] == [("refused", 1)]
    assert Promise.objects.get().recording is None


def test_a_call_refused_at_the_door_and_one_before_it_began_are_counted(built: Built) -> None:
    taken(
        note(About.REFUSED_CALL, None, reason="503"),
        note(About.ENDED, None, fate="refused"),
    )

    assert {(one.kind, one.count) for one in Tally.objects.all()} == {
        ("not_taken", 1),
        ("refused", 1),
    }


def test_a_crash_between_a_note_and_its_place_leaves_neither(built: Built) -> None:
    call = a_call()

    def dies(_: RecordingId) -> None:
        raise KeyboardInterrupt

    carrying.read_to("north")
    with pytest.raises(KeyboardInterrupt):
        carrying.take(
            "north",
            [
                (100, note(About.PROMISED, call)),
                (200, note(About.ENDED, call, fate="ended")),
            ],
            mac_of=lambda call: call.bytes,
            captured=dies,
        )

    assert carrying.read_to("north") == 100
    assert Promise.objects.get().outcome == RUNNING


def test_a_key_lives_until_every_ear_seals_to_a_newer_one(built: Built, tmp_path: Path) -> None:
    """The house must not let a key die to which an ear may be sealing at this moment."""
    vault = built.house.vault
    with reception.reception(vault, tmp_path / "node", prompts=(reception.prompt(),)) as at:
        reception.carried(built, at)
        (first,) = keys_of_node()
        until(lambda: node_files.read_known(at.folder) == first, within_s=90)
        reception.carried(built, at)

        course.roll(built.house, built.clock.at + timedelta(hours=1))
        second = next(key for key in keys_of_node() if key != first)
        course.roll(built.house, built.clock.at + timedelta(hours=1, minutes=1))
        assert first in keys_of_node()  # the node has not heard of the second

        reception.carried(built, at)
        until(lambda: node_files.read_known(at.folder) == second, within_s=90)
        reception.carried(built, at)
        course.roll(built.house, built.clock.at + timedelta(hours=1, minutes=2))

    assert keys_of_node() == {second}


def keys_of_node() -> set[IntakeKeyId]:
    rows_of = rows.IntakeKey.objects.filter(node=reception.NAME, closed_n=None)
    return {IntakeKeyId(pk) for pk in rows_of.values_list("pk", flat=True)}

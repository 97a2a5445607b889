"""Who objected is not recorded by the node either, and its files tell nobody who that is (6.9)."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine import hunt
from talteen.life.capture import unrecorded
from talteen.life.capture.models import Promise
from talteen.life.capture.note import About
from talteen.life.capture.unrecorded import Unrecorded
from talteen.register.models import Recording, Tally
from talteen.register.spared import do_not_record
from talteen.register.spared.do_not_record_hashes import for_node, hash_of
from tests.kit import reception, sipp
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until

KEY, NODE, NUMBER = b"k" * 32, "north", "+358505550153"
CALLER = "+358505550147"
"""Who calls in ``peers/siprec.xml``."""


def listed(*numbers: str) -> frozenset[bytes]:
    return frozenset(hash_of(KEY, number) for number in numbers)


def node_list(path: Path, key: bytes = KEY, node: str = NODE) -> Unrecorded:
    return Unrecorded(path / "do-not-record", node, key)


@pytest.mark.parametrize(
    "written", ["050 555 0153", "00358505550153", "358505550153", "+358-50-555-0153", NUMBER]
)
def test_a_number_is_found_however_the_exchange_writes_it(tmp_path: Path, written: str) -> None:
    unrecorded.write(tmp_path / "do-not-record", KEY, NODE, listed(NUMBER))

    at = node_list(tmp_path)

    assert at.there
    assert at.stands(written)
    assert not any(at.stands(other) for other in ("+358505550154", "", "anonymous", "7103"))


def test_the_list_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    at = node_list(tmp_path)
    assert not at.there
    assert not at.stands(NUMBER)

    unrecorded.write(tmp_path / "do-not-record", KEY, NODE, listed(NUMBER))
    assert at.look()
    assert at.stands(NUMBER)
    assert not at.look()

    unrecorded.write(tmp_path / "do-not-record", KEY, NODE, listed())
    assert at.look()
    assert at.there
    assert not at.stands(NUMBER)


@pytest.mark.parametrize(("key", "node"), [(b"o" * 32, NODE), (KEY, "south"), (b"", NODE)])
def test_without_its_key_a_list_answers_nothing(tmp_path: Path, key: bytes, node: str) -> None:
    unrecorded.write(tmp_path / "do-not-record", KEY, NODE, listed(NUMBER))

    at = node_list(tmp_path, key, node)

    assert not at.there
    assert not at.stands(NUMBER)


def test_neither_two_nodes_nor_a_node_and_the_house_can_be_held_against_each_other(
    tmp_path: Path,
) -> None:
    house = listed(NUMBER)
    north, south = (for_node(KEY, name, house) for name in ("north", "south"))

    assert not north & south
    assert not (north | south) & house


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_none(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("list") / "do-not-record"
    path.write_bytes(unrecorded.FORMAT + data)

    assert unrecorded.read(path, KEY, NODE) is None


def test_the_file_is_for_this_user_alone_and_holds_no_number(tmp_path: Path) -> None:
    unrecorded.write(tmp_path / "do-not-record", KEY, NODE, listed(NUMBER))

    assert (tmp_path / "do-not-record").stat().st_mode & 0o077 == 0
    assert hunt.hunt(tmp_path, {"number": b"505550153", "key": KEY}) == []


# --- with a whole node ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_listed_caller_leaves_a_count_and_nothing_else(built: Built, tmp_path: Path) -> None:
    vault, said = built.house.vault, caller_says(2.0)
    key, prompts = vault.do_not_record_key(), (reception.prompt(),)
    do_not_record.add(key, "050 555 0147", date(2026, 11, 24))
    snapshot = do_not_record.snapshot()
    unrecorded.write(tmp_path / "node" / "do-not-record", key, reception.NAME, snapshot)
    with reception.reception(vault, tmp_path / "node", prompts=prompts) as at:
        done = sipp.calls(at.port, tmp_path, said)
        assert done.returncode == 0, done.stdout[-2000:]
        (ended,) = at.ended()
        assert (ended.fate, ended.reason) == ("nothing", "do_not_record")
        assert About.KEPT not in {note.about for note in at.notes()}
        assert reception.carried(built, at) == []

    markers = {"number": b"505550147", "sound": said[3][12:], "later": said[-1][12:]}
    assert hunt.hunt(at.folder.path, markers) == []
    assert [(one.kind, one.count) for one in Tally.objects.all()] == [("do_not_record", 1)]
    assert not Recording.objects.exists()
    assert Promise.objects.get().recording is None


@pytest.mark.django_db(transaction=True)
def test_who_objects_while_the_node_runs_is_not_recorded_the_next_time(
    built: Built, tmp_path: Path
) -> None:
    vault, prompts = built.house.vault, (reception.prompt(),)
    with reception.reception(vault, tmp_path / "node", prompts=prompts) as at:
        reception.carried(built, at)
        assert sipp.calls(at.port, tmp_path, caller_says(2.0)).returncode == 0
        at.ended()
        do_not_record.add(vault.do_not_record_key(), CALLER, date(2026, 11, 24))
        reception.carried(built, at)
        before = len(at.notes())
        # The signaller looks twice a second: until then the old list is the list.
        until(lambda: sipp.calls(at.port, tmp_path, caller_says(2.0)).returncode == 0
              and at.notes()[-1].reason == "do_not_record", within_s=60)  # fmt: skip
        assert len(at.notes()) > before

    assert {note.fate for note in at.notes() if note.about is About.ENDED} == {"ended", "nothing"}

"""Places save the search for a call's records, and are not believed."""

from array import array
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import journal, listing
from talteen.engine.vault.places import Index
from tests.engine.vault.node import two_calls
from tests.kit.flipped import flipped


def test_places_save_the_search_and_are_not_believed(tmp_path: Path) -> None:
    here, one, other = two_calls(tmp_path)
    expected = here.records(one.enclosed)

    here.place(one.recording, 0, array("Q", [r.at for r in here.records(other.enclosed)]))

    assert here.records(one.enclosed) == expected
    assert len(expected) == 20


def test_the_first_reader_of_a_segment_whose_ear_died_notes_where_all_of_it_lies(
    tmp_path: Path,
) -> None:
    here, one, other = two_calls(tmp_path)
    expected = here.records(one.enclosed)
    assert not list(tmp_path.glob("*.index"))  # its ear is at work

    one.segment.close()

    assert here.records(one.enclosed) == expected
    (index,) = tmp_path.glob("*.index")
    assert set(Index.read(index.read_bytes()).places) == {1, 2}
    assert [r.call for r in here.records(other.enclosed)] == [2] * 20


def test_an_index_that_was_made_too_early_hides_nothing(tmp_path: Path) -> None:
    here, one, _ = two_calls(tmp_path)
    early = Index.of(one.segment.path.read_bytes(), one.segment.id)
    one.speak(b"written by the ear that came next", at=9000)
    one.segment.close()
    index = listing.index(tmp_path, one.segment.id)
    index.write_bytes(early.written())

    assert len(here.records(one.enclosed)) == 21
    assert here.burn(one.recording) == 21
    assert index.read_bytes() == early.written()


def test_what_an_index_cannot_be_sure_of_is_searched(tmp_path: Path) -> None:
    here, one, other = two_calls(tmp_path)
    third = here.records(one.enclosed)[3]
    # Its length reaches over the record of the other that follows it.
    with one.segment.path.open("r+b") as file:
        file.seek(third.at + 4)
        file.write((third.size_bytes + 50).to_bytes(4))
    one.segment.close()
    expected = list(journal.records(one.segment.path.read_bytes(), one.segment.id))

    assert here.records(one.enclosed) == [r for r in expected if r.call == 1]
    assert here.records(other.enclosed) == [r for r in expected if r.call == 2]
    index = listing.index(tmp_path, one.segment.id)
    assert Index.read(index.read_bytes()).doubtful == {1}


def test_an_index_goes_with_its_segment(tmp_path: Path) -> None:
    here, one, other = two_calls(tmp_path)
    one.segment.close()
    here.records(one.enclosed)
    here.forget(one.recording, other.recording)

    assert here.sweep() == 1

    assert not list(tmp_path.iterdir())


@given(
    st.dictionaries(st.integers(1, 2**32 - 1), st.lists(st.integers(0, 2**40)), max_size=5),
    st.frozensets(st.integers(1, 2**32 - 1)),
    st.integers(0, 2**40),
)
def test_an_index_comes_back_as_it_was_written_or_not_at_all(
    places: dict[int, list[int]], doubtful: frozenset[int], reaches: int
) -> None:
    index = Index(reaches, {call: array("Q", at) for call, at in places.items()}, doubtful)
    data = index.written()

    assert Index.read(data) == index
    for broken in (b"", data[:-1], data[8:], flipped(data, 0)):
        assert Index.read(broken) is None

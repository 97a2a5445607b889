"""What comes by network can be read as often as one likes, and stands nowhere in the open."""

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.capture.sources.upload import Upload


def test_it_is_read_as_it_was_written_and_sealed_on_the_disk(tmp_path: Path) -> None:
    upload = Upload("agent", tmp_path)
    whole = os.urandom(300_001)
    for at in range(0, len(whole), 65_537):
        upload.add(whole[at : at + 65_537])

    assert upload.read_bytes() == whole
    assert upload.size == len(whole)
    assert list(tmp_path.iterdir()) == []  # it has no name
    sealed = os.pread(upload._file.fileno(), len(whole), 0)
    assert len(sealed) == len(whole)
    assert all(whole[at : at + 16] not in sealed for at in range(0, len(whole) - 16, 4_096))
    upload.close()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), max_size=12), st.data())
def test_any_place_of_it_can_be_read(reads: list[tuple[int, int]], data: st.DataObject) -> None:
    whole = data.draw(st.binary(min_size=1, max_size=600))
    upload = Upload("agent", Path("/tmp"))
    cut = data.draw(st.integers(0, len(whole)))
    upload.add(whole[:cut])
    upload.add(whole[cut:])
    with upload.open("rb") as one, upload.open("rb") as other:
        for place, length in reads:
            one.seek(place)
            assert one.read(length) == whole[place : place + length]
        assert other.read() == whole
        assert other.seek(0, os.SEEK_END) == len(whole)
    upload.close()

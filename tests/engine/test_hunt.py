"""The hunt itself must be able to find: a planted fault for each spelling."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine import hunt as hunts
from talteen.engine.hunt import Hunted, hunt
from talteen.engine.hunt.net import Net

SECRET = b"varausnumero K4711"
KEY = bytes(range(200, 232))


@pytest.mark.parametrize(
    "hidden",
    [
        SECRET,
        SECRET.hex().encode(),
        SECRET.hex().upper().encode(),
        base64.b64encode(SECRET),
        base64.b64encode(b"x" + SECRET + b"yy"),
        base64.b64encode(b"xy" + SECRET),
        SECRET.decode().encode("utf-16-le"),
        SECRET.decode().encode("utf-16-be"),
        KEY,
        KEY.hex().encode(),
        base64.b64encode(b"xy" + KEY + b"z"),
        base64.urlsafe_b64encode(KEY + b"z"),
    ],
)
def test_a_planted_marker_is_found_in_every_spelling(tmp_path: Path, hidden: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page").write_bytes(bytes(4096) + hidden + bytes(100))

    found = hunt(tmp_path, {"booking": SECRET, "key": KEY})

    assert len({sighting.marker for sighting in found}) == 1
    assert found[0].place == str(tmp_path / "deep" / "page")


def test_a_marker_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"q-{SECRET.decode()}.wav").touch()

    assert [s.spelling for s in hunt(tmp_path, {"booking": SECRET})] == [
        "as it is, in a file's name"
    ]


def test_where_nothing_was_planted_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "empty").touch()

    assert hunt(tmp_path, {"booking": SECRET}) == []


def test_a_marker_of_a_few_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="by chance"):
        hunts.spelled({"short": b"abc"})


@given(before=st.integers(0, 5000), size=st.integers(1, 900))
def test_a_marker_is_found_wherever_blocks_are_cut(before: int, size: int) -> None:
    content = os.urandom(before) + SECRET + b"\0" * 64
    blocks = (content[at : at + size] for at in range(0, len(content), size))
    hunted = Hunted()

    hunts.in_blocks("an object", blocks, hunts.net_of({"booking": SECRET}), hunted)

    assert [(s.marker, s.spelling) for s in hunted.sightings] == [("booking", "as it is")]
    assert hunted.size_bytes == len(content)


@given(
    content=st.binary(max_size=400),
    sought=st.lists(st.binary(min_size=4, max_size=12), min_size=1, max_size=8, unique=True),
    data=st.data(),
)
def test_a_net_meets_what_finding_each_by_itself_finds(
    content: bytes, sought: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(content)))
    content = content[:at] + data.draw(st.sampled_from(sought)) + content[at:]
    net = Net({str(number): {"as it is": one} for number, one in enumerate(sought)})

    met = {int(marker) for marker, _ in net.met(content)}

    assert met == {number for number, one in enumerate(sought) if one in content}

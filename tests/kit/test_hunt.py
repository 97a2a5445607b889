"""The hunt itself must be able to find: a planted fault for each spelling."""

import base64
from pathlib import Path

import pytest

from tests.kit.hunt import hunt

SECRET = b"varausnumero K4711"


@pytest.mark.parametrize(
    "hidden",
    [
        SECRET,
        SECRET.hex().encode(),
        base64.b64encode(SECRET),
        base64.b64encode(b"x" + SECRET + b"yy"),
        base64.b64encode(b"xy" + SECRET),
        SECRET.decode().encode("utf-16-le"),
    ],
)
def test_a_planted_marker_is_found_in_every_spelling(tmp_path: Path, hidden: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page").write_bytes(bytes(4096) + hidden + bytes(100))

    found = hunt(tmp_path, {"booking": SECRET})

    assert [sighting.marker for sighting in found][:1] == ["booking"]


def test_a_marker_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"q-{SECRET.decode()}.wav").touch()

    assert [s.spelling for s in hunt(tmp_path, {"booking": SECRET})] == ["in a file's name"]


def test_where_nothing_was_planted_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "empty").touch()

    assert hunt(tmp_path, {"booking": SECRET}) == []

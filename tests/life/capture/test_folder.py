"""Everything that is given to an import is either a call or named with what to do."""

import os
from pathlib import Path

import pytest

from talteen.life.capture.sources import Found, Sides, Stereo, Unmatched
from talteen.life.capture.sources.folder import find


def laid(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def test_a_call_is_a_sidecar_and_one_file_a_side_or_one_for_both(tmp_path: Path) -> None:
    laid(tmp_path, "b.json", "b.WAV", "a.json", "a.caller.opus", "a.agent.flac")

    first, second = find([tmp_path])

    assert isinstance(first, Found)
    assert first.name == "a"
    assert first.sound == Sides(tmp_path / "a.agent.flac", tmp_path / "a.caller.opus")
    assert first.sidecar == tmp_path / "a.json"
    assert isinstance(second, Found)
    assert second.sound == Stereo(tmp_path / "b.WAV")


def test_a_single_file_stands_for_its_whole_call(tmp_path: Path) -> None:
    laid(tmp_path, "a.json", "a.agent.wav", "a.caller.wav", "b.json", "b.wav")

    (found,) = find([tmp_path / "a.caller.wav"])

    assert isinstance(found, Found)
    assert found.name == "a"


def test_a_call_that_is_given_twice_is_found_once(tmp_path: Path) -> None:
    laid(tmp_path, "a.json", "a.wav")

    assert len(list(find([tmp_path / "a.json", tmp_path, tmp_path / "a.wav"]))) == 1


def test_the_order_is_that_of_the_arguments_and_then_of_the_names(tmp_path: Path) -> None:
    laid(tmp_path, "z/2.json", "z/2.wav", "z/1/9.json", "z/1/9.wav", "a/3.json", "a/3.wav")

    names = [found.name for found in find([tmp_path / "z", tmp_path / "a"])]

    assert names == ["2", "1/9", "3"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (["a.wav"], "a has no sidecar; put a.json beside it"),
        (["a.json"], "a has no sound; put a.agent.* and a.caller.* beside it"),
        (["a.json", "a.agent.wav"], "a has no sound of the caller; put a.caller.* beside it"),
        (["a.json", "a.wav", "a.agent.wav", "a.caller.wav"], "a has more than one sound"),
        (["a.json", "a.wav", "a.mp3"], "a has more than one sound"),
        (["a.json", "a.agent.wav", "a.agent.mp3", "a.caller.wav"], "a has more than one sound"),
        (["a.json", "a.JSON", "a.wav"], "a has two sidecars"),
    ],
)
def test_what_is_no_whole_call_is_named_with_what_to_do(
    tmp_path: Path, files: list[str], says: str
) -> None:
    laid(tmp_path, *files)

    (unmatched,) = find([tmp_path])

    assert isinstance(unmatched, Unmatched)
    assert str(unmatched.why).startswith(says)


def test_one_bad_call_does_not_hide_the_others(tmp_path: Path) -> None:
    laid(tmp_path, "a.wav", "b.json", "b.wav")

    bad, good = find([tmp_path, tmp_path])

    assert isinstance(bad, Unmatched)
    assert isinstance(good, Found)


def test_a_path_that_is_not_there_or_no_sound_is_named(tmp_path: Path) -> None:
    laid(tmp_path, "notes.txt")

    missing, no_sound = find([tmp_path / "gone.wav", tmp_path / "notes.txt"])

    assert isinstance(missing, Unmatched)
    assert "gone.wav is not there" in str(missing.why)
    assert isinstance(no_sound, Unmatched)
    assert "notes.txt is no sound and no sidecar" in str(no_sound.why)


def test_other_files_and_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    laid(tmp_path, "README.md", ".hidden.wav", ".trash/a.wav", "a.json", "a.wav")

    assert [found.name for found in find([tmp_path])] == ["a"]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    laid(tmp_path, "calls/a.json", "calls/a.wav")
    (tmp_path / "calls" / "again").symlink_to(tmp_path / "calls")

    assert len(list(find([tmp_path]))) == 1


def test_the_oldest_file_tells_when_a_call_had_begun_at_the_latest(tmp_path: Path) -> None:
    laid(tmp_path, "a.json", "a.wav")
    os.utime(tmp_path / "a.wav", (1_000_000_000, 1_000_000_000))

    (found,) = find([tmp_path])

    assert isinstance(found, Found)
    assert found.modified_at.timestamp() == 1_000_000_000

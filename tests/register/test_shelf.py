"""A register folder is taken from the disk whole, or its fault is named without a path."""

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from talteen.errors import ConfigError
from talteen.notice.language import Language
from talteen.register import shelf as shelves

MARA = Path(__file__).parents[2] / "registers" / "mara"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MARA, tmp_path / "mara"))


def test_the_register_of_the_notice_is_read_with_its_sounds_and_its_past() -> None:
    shelf = shelves.read(MARA)

    assert shelf.register.file.key == "mara"
    assert [notice.number for notice in shelf.legacy] == ["2022-01-21"]
    assert {name: sound.length_ms for name, sound in shelf.sounds.items()} == {
        "announce.en.wav": 13729,
        "announce.fi.wav": 15658,
        "announce.sv.wav": 15517,
    }
    fi = shelf.sounds[shelf.register.inbound(Language.FI).sound or ""]
    assert fi.sha256 == hashlib.sha256(fi.path.read_bytes()).digest()


def test_facts_of_a_check_carry_the_measured_lengths() -> None:
    facts = shelves.read(MARA).facts(date(2026, 11, 24), {})

    assert facts.today == date(2026, 11, 24)
    assert facts.sound_ms["announce.fi.wav"] == 15658


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("register.toml", "register.toml: is not in the register folder"),
        ("texts/sv/notice.toml", "texts/sv/notice.toml: is not in the register folder"),
        ("sounds/announce.en.wav", "sounds/announce.en.wav: is not in the register folder"),
    ],
)
def test_a_missing_file_is_named_by_its_place(folder: Path, missing: str, message: str) -> None:
    (folder / missing).unlink()

    with pytest.raises(ConfigError) as error:
        shelves.read(folder)

    assert str(error.value).startswith(message)
    assert str(folder) not in str(error.value)


def test_what_is_no_sound_and_no_text_is_refused(folder: Path) -> None:
    (folder / "sounds" / "announce.fi.wav").write_bytes(b"RIFF")
    with pytest.raises(ConfigError, match="is not a WAV sound"):
        shelves.read(folder)

    (folder / "texts" / "fi" / "notice.toml").write_bytes("ä".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not text in UTF-8"):
        shelves.read(folder)


def test_a_house_whose_keys_live_longer_needs_a_longer_margin() -> None:
    with pytest.raises(ConfigError, match=r"retention\.margin_days: 7 is less than 8"):
        shelves.read(MARA, least_margin_days=8)

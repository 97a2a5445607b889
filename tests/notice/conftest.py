"""The register of the notice, read once, and what is made of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.notice import register_file, register_folder, text
from talteen.notice.check import Facts
from talteen.notice.findings import LegacyNotice
from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition, Notice
from talteen.notice.versions import Version
from talteen.register import shelf as shelves
from talteen.register.shelf import Shelf
from tests.desk.conftest import desk

__all__ = ["desk"]

ROOT = Path(__file__).parents[2]
MARA = ROOT / "registers" / "mara"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def mara() -> Path:
    return MARA


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return shelves.read(MARA)


@pytest.fixture(scope="session")
def register(shelf: Shelf) -> RegisterFolder:
    return shelf.register


@pytest.fixture(scope="session")
def legacy(shelf: Shelf) -> LegacyNotice:
    (notice,) = shelf.legacy
    return notice


@pytest.fixture(scope="session")
def version(register: RegisterFolder, legacy: LegacyNotice) -> Version:
    return register_file.drafted(
        register.file, "2", valid_from=date(2026, 11, 25), supersedes=legacy.number
    )


@pytest.fixture(scope="session")
def edition(register: RegisterFolder, version: Version) -> Edition:
    return text.edition(register, version)


@pytest.fixture(scope="session")
def finnish(edition: Edition) -> Notice:
    return edition.notices[Language.FI]


@pytest.fixture(scope="session")
def facts(shelf: Shelf) -> Facts:
    return Facts(TODAY, shelf.facts(TODAY, {}).sound_ms)


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], list[list[str]]]:
    def read(name: str) -> list[list[str]]:
        rows: list[list[str]] = json.loads((ROOT / "tests" / "vectors" / name).read_text())["rows"]
        return rows

    return read


@pytest.fixture(scope="session")
def folder_texts() -> dict[str, str]:
    """The texts of the register folder, for tests that plant a fault in one of them."""
    return {path: (MARA / path).read_text() for path in register_folder.paths()}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tests asks faster than a person."""
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))

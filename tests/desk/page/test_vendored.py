"""What is copied into the tree is what its list says."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = dict(ROW.findall((ROOT / "docs" / "dependencies-vendored.md").read_text()))
FOLDERS = ("talteen/desk/static/vendor", "talteen/desk/static/fonts", "tests/kit/vendor")


@pytest.mark.parametrize("path", LISTED)
def test_a_vendored_file_is_the_one_that_was_taken(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LISTED[path]


def test_nothing_is_vendored_without_standing_in_the_list() -> None:
    there = {
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).iterdir()
        if path.is_file() and path.suffix not in (".LICENSE", ".py")
    }

    assert there == set(LISTED)

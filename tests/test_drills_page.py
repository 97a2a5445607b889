"""The page of drills tells of tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "operators" / "drills.md"


def test_every_drill_on_the_page_is_the_name_of_a_test() -> None:
    named = set(re.findall(r"`([a-z0-9_]{12,})`", PAGE.read_text()))
    there = {
        name
        for file in TESTS.rglob("*.py")
        for name in re.findall(r"def test_([a-z0-9_]+)\(", file.read_text())
    }

    assert len(named) > 60
    assert named <= there, named - there

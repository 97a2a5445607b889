"""The table of OWASP ASVS 5.0.0 is whole, and each test that it names is there."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "docs" / "security"
DEEPER = ("11.", "14.", "16.")
"""Chapters that are held to level 3: cryptography, data protection, logging."""


def requirements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((SECURITY / "asvs.toml").read_text())["requirement"]
    return found


def released() -> dict[str, int]:
    lines = (SECURITY / "asvs-5.0.0-ids.txt").read_text().splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {name: int(level) for name, level in pairs}


def wanted() -> dict[str, int]:
    return {
        name: level for name, level in released().items() if level <= 2 or name.startswith(DEEPER)
    }


def missing(tests: list[str]) -> list[str]:
    found = []
    for one in tests:
        file, _, name = one.partition("::")
        path = ROOT / "tests" / file
        if not path.is_file() or f"def test_{name}(" not in path.read_text(encoding="utf-8"):
            found.append(one)
    return found


def test_every_requirement_of_the_release_has_its_one_row() -> None:
    rows = requirements()

    assert {one["id"]: one["level"] for one in rows} == wanted()
    assert len(rows) == len(wanted())
    assert len(released()) == 345


def test_a_row_is_tested_or_says_why_not() -> None:
    for one in requirements():
        assert one["verdict"] in ("tested", "built", "not-here", "open"), one["id"]
        assert bool(one.get("tests")) is (one["verdict"] == "tested"), one["id"]
        assert len(one["about"]) > 5, one["id"]


def test_every_test_that_a_row_names_is_there() -> None:
    assert missing([test for one in requirements() for test in one.get("tests", ())]) == []
    assert missing(["security/test_asvs.py::nothing_at_all", "no/where.py::nothing"]) != []


def test_the_page_says_what_the_table_counts() -> None:
    page = (SECURITY / "README.md").read_text(encoding="utf-8")
    counted = Counter(one["verdict"] for one in requirements())

    told = dict(re.findall(r"^\| (tested|built|not-here|open) \| (\d+) \|", page, re.MULTILINE))
    assert told == {verdict: str(number) for verdict, number in counted.items()}
    for one in requirements():
        if one["verdict"] == "open":
            assert f"| {one['id']} |" in page, one["id"]


def test_every_wall_of_the_threat_model_is_held_by_a_test_that_is_there() -> None:
    page = (SECURITY / "threat-model.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    assert len(rows) >= 40
    for line in rows:
        threat, wall, held = [cell.strip() for cell in line.strip("|").split("|")][1:4]
        assert threat, line
        assert wall, line
        named = re.findall(r"`([\w/]+\.py::\w+)`", held)
        assert named or held.startswith("not tested:"), line
        assert missing(named) == []
    assert {line[2] for line in rows} == set("STRIDE")

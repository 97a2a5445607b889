"""Each numbered behaviour has a row with a test and a place where a person sees it."""

import re

from talteen.notice import clauses
from tests.notice.test_promises import MAP, ROOT, names

TABLE = ROOT / "docs" / "dpo" / "behaviours.md"
ROW = re.compile(
    r"\| (?P<number>\d+\.\d+|E\.\d) \| (?P<what>[^|]+) \| `(?P<test>\w+)` \((?P<file>[\w/.]+)\) "
    r"\| (?P<seen>[^|]+) \|(?P<lacks>[^|]*)\|"
)


def rows() -> list[dict[str, str]]:
    lines = [
        line
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| number", "| ---"))
    ]
    found = [ROW.fullmatch(line) for line in lines]
    assert None not in found, [line for line, row in zip(lines, found, strict=True) if not row]
    return [row.groupdict() for row in found if row]


def test_every_behaviour_that_a_sentence_names_has_its_row() -> None:
    promises = clauses.read(MAP.read_text(encoding="utf-8"))
    named = {number for one in promises.values() for number in one.requirements}
    told = [row["number"] for row in rows()]

    assert {one for one in named if not one.startswith("H.")} - set(told) == set()
    assert len(told) == len(set(told))


def test_every_test_of_a_behaviour_is_there() -> None:
    assert [
        (row["number"], row["test"]) for row in rows() if row["test"] not in names(row["file"])
    ] == []

"""J15: each sentence of the notice that software can keep has a test that fails when it is broken,
or stands here as one that has none yet.

The first file of a test is below ``tests/``. The table for people is ``docs/dpo/promises.md``.
"""

import ast
from functools import cache
from pathlib import Path

from talteen.notice import clauses
from talteen.oversight.prove.tested import KEPT, NOT_YET

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
TABLE = ROOT / "docs" / "dpo" / "promises.md"
MAP = ROOT / "registers" / "mara" / "texts" / "notice-map.toml"


@cache
def names(file: str) -> frozenset[str]:
    """The tests in a file, without ``test_``."""
    tree = ast.parse((TESTS / file).read_text())
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name.removeprefix("test_") for name in found if name.startswith("test_"))


def test_every_sentence_that_software_keeps_is_in_the_table() -> None:
    promises = clauses.read(MAP.read_text(encoding="utf-8"))
    kept = {one.id for one in promises.values() if one.kind is clauses.Kind.SOFTWARE}

    assert not KEPT.keys() & NOT_YET.keys()
    assert sorted(kept - KEPT.keys() - NOT_YET.keys()) == []
    assert sorted((KEPT.keys() | NOT_YET.keys()) - kept) == []


def test_every_test_that_is_named_is_there() -> None:
    missing = {
        sentence: told
        for sentence, told in KEPT.items()
        for file, name in [told.split(" ")]
        if not any(found.startswith(name) for found in names(file))
    }
    assert missing == {}


def test_the_table_for_people_says_the_same() -> None:
    assert TABLE.read_text(encoding="utf-8").splitlines()[-len(KEPT) - len(NOT_YET) :] == rows()


def rows() -> list[str]:
    """The table, a line a sentence, in the order of the notice."""
    told = {sentence: "`{1}` ({0})".format(*test.split(" ")) for sentence, test in KEPT.items()}
    told |= {sentence: f"**none yet**: {why}" for sentence, why in NOT_YET.items()}
    order = list(clauses.read(MAP.read_text(encoding="utf-8")))
    return [f"| {sentence} | {told[sentence]} |" for sentence in order if sentence in told]

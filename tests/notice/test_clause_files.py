"""Every ``test_clause_*`` file opens with its clause in Finnish, as the notice prints it today."""

import ast
import re
from pathlib import Path

import pytest

from talteen.notice.text import Notice

FILES = sorted(Path(__file__).parent.glob("test_clause_*.py"))
PROOFS = [path for path in FILES if path.name != "test_clause_files.py"]


def clause_of(path: Path) -> str:
    word = path.stem.removeprefix("test_clause_").split("_")[0]
    return str(int(word)) if word.isdigit() else word


def test_the_clauses_that_this_room_proves_have_their_files() -> None:
    proved = {clause_of(path) for path in PROOFS}

    assert {str(number) for number in range(1, 18)} <= proved
    assert {"objection", "complaint"} <= proved


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_a_clause_file_opens_with_its_clause(path: Path, finnish: Notice) -> None:
    opening = re.sub(r"\s+", " ", ast.get_docstring(ast.parse(path.read_text())) or "")

    clause = finnish.clause(clause_of(path))

    assert clause is not None
    assert [s.id for s in clause.sentences if f"{s.id}: {s.text}" not in opening] == []

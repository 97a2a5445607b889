"""The promise is pure: no file, no clock, no chance, no framework (ARCHITECTURE, contracts)."""

import ast
from pathlib import Path

import pytest

FORBIDDEN = {
    "asyncio", "django", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "subprocess", "tempfile", "threading", "time",
}  # fmt: skip
READS_THE_WORLD = {"open", "now", "today", "utcnow", "read_text", "read_bytes", "getenv", "print"}
MODULES = sorted((Path(__file__).parents[2] / "talteen" / "notice").glob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def called(tree: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    return names | {call.attr for call in calls if isinstance(call, ast.Attribute)}


def test_there_are_modules_to_look_at() -> None:
    assert {"retention.py", "register_file.py", "text.py"} <= {path.name for path in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_of_the_promise_imports_no_world(module: Path) -> None:
    tree = ast.parse(module.read_text())

    assert imported(tree) & FORBIDDEN == set()
    assert called(tree) & READS_THE_WORLD == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_of_the_promise_knows_no_later_room(module: Path) -> None:
    tree = ast.parse(module.read_text())
    ours = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("talteen")
    }

    allowed = ("talteen.notice", "talteen.clock", "talteen.errors", "talteen.ids")

    assert {name for name in ours if not str(name).startswith(allowed)} == set()

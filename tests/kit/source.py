"""The source of the product as trees, and what a name in it stands for. Nothing is run."""

import ast
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).parents[2]
PURE = ("engine", "notice")
"""Stages that know no table (``lint-imports``). What they call back they call by name: each name
after a dot in them counts as called."""


class Module:
    """One file: what its names mean."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path
        self.tree = ast.parse(path.read_text())
        self.imports: dict[str, str] = {}  # name here -> "module" or "module:name"
        self.tops: dict[str, ast.stmt] = {}
        for one in _imports(self.tree):
            if isinstance(one, ast.ImportFrom) and one.module and not one.level:
                for alias in one.names:
                    deeper = f"{one.module}.{alias.name}"
                    here = deeper if is_module(deeper) else f"{one.module}:{alias.name}"
                    self.imports[alias.asname or alias.name] = here
            elif isinstance(one, ast.Import):
                for alias in one.names:
                    self.imports[alias.asname or alias.name.partition(".")[0]] = alias.name
        for stmt in self.tree.body:
            for name_ in _assigned(stmt):
                self.tops[name_] = stmt

    @cached_property
    def keys(self) -> set[str]:
        """Every key that is written out in this file."""
        found: set[str] = set()
        for one in ast.walk(self.tree):
            match one:
                case ast.Dict(keys=several):
                    found |= {each.value for each in several if isinstance(each, ast.Constant)}
                case ast.Subscript(slice=ast.Constant(value=str() as key)):
                    found.add(key)
        return found


def _imports(node: ast.AST) -> Iterator[ast.ImportFrom | ast.Import]:
    """Those of a file and of its functions; no expression holds one."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.ImportFrom | ast.Import):
            yield one
        elif isinstance(one, ast.stmt):
            yield from _imports(one)


def _assigned(stmt: ast.stmt) -> Iterator[str]:
    match stmt:
        case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            yield stmt.name
        case ast.Assign():
            for target in stmt.targets:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name):
                        yield one.id
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.If() | ast.Try() | ast.With():
            for inner in stmt.body:
                yield from _assigned(inner)


@cache
def is_module(name: str) -> bool:
    at = ROOT.joinpath(*name.split("."))
    return at.with_suffix(".py").exists() or at.joinpath("__init__.py").exists()


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted((ROOT / "talteen").rglob("*.py")):
        where = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" in where or where[1] in PURE:
            continue
        name = ".".join(where[:-1] if where[-1] == "__init__" else where)
        found[name] = Module(name, path)
    return found


@cache
def models() -> dict[str, type[Model]]:
    """By "module:Class"."""
    return {
        f"{one.__module__}:{one.__name__}": one
        for one in apps.get_models(include_auto_created=True)
    }


@cache
def definition(key: str) -> tuple[str, ast.stmt] | None:
    """Where "module:name" is really defined, following what a module has imported."""
    module, _, name = key.partition(":")
    for _ in range(8):
        file = modules().get(module)
        if file is None or not name:
            return None
        if name in file.tops:
            return f"{module}:{name}", file.tops[name]
        if name not in file.imports:
            return None
        module, _, name = file.imports[name].partition(":")
    return None

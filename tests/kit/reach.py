"""Who comes to which statement: all of the product's code, and what is reached from where.

A function reaches what it mentions; a method of an object that nobody can tell, every method of
that name. So more is reached here than is called, never less.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from tests.kit.source import PURE, ROOT, Module, modules
from tests.kit.writes import Code, Reader


@cache
def code() -> dict[str, Code]:
    """By "module:function", "module:Class.method", "module:NAME"."""
    read: dict[str, Code] = defaultdict(Code)
    for file in modules().values():
        for name, stmt in file.tops.items():
            key = f"{file.name}:{name}"
            if isinstance(stmt, ast.ClassDef):
                _read_class(file, stmt, key, read)
            else:
                Reader(file, stmt, read[key])
    return dict(read)


def _read_class(file: Module, stmt: ast.ClassDef, key: str, read: dict[str, Code]) -> None:
    for one in stmt.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            Reader(file, one, read[f"{key}.{one.name}"], key)
            if one.name.startswith("__"):
                read[key].names.add(f"{key}.{one.name}")
        else:
            Reader(file, one, read[key], key)
    for base in [*stmt.bases, *stmt.decorator_list]:
        Reader(file, base, read[key], key)


@cache
def called_back() -> frozenset[str]:
    """The names after a dot in the pure stages."""
    return frozenset(
        name
        for stage in PURE
        for path in (ROOT / "talteen" / stage).rglob("*.py")
        for name in re.findall(r"\.[a-z_]\w*(?=\()", path.read_text())
    )


def reached(begin: Iterable[str]) -> set[str]:
    """Whatever those may come to call."""
    everything = code()
    by_name: dict[str, set[str]] = defaultdict(set)
    for key in everything:
        _, dot, method = key.partition(":")[2].rpartition(".")
        if dot:
            by_name[f".{method}"].add(key)
    todo, seen = [*begin, *called_back()], set()
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        if key in everything:
            todo += everything[key].names
        elif key.startswith("."):
            todo += by_name.get(key, ())
        elif "." in key.partition(":")[2]:  # of a base, or of whatever keeps the protocol
            todo.append("." + key.rpartition(".")[2])
    return seen & set(everything)

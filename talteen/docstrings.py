"""What stands below the keys of a class of values: read from its source when somebody asks.

Pydantic reads it at every start (``use_attribute_docstrings``): a fifth of what settings cost, and
a fifth of a second of a core for the values of the API (decision 340).
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import cleandoc
from itertools import pairwise


def below(kind: type, key: str) -> str:
    """The docstring below ``key`` in ``kind``, or in what it is a kind of; empty where there is
    none. Its lines are as they are written, without their indent."""
    every = (_classes(one.__module__).get(one.__qualname__, {}).get(key) for one in kind.__mro__)
    return next(filter(None, every), "")


@cache
def _classes(module: str) -> Mapping[str, Mapping[str, str]]:
    """By class, as it is called within the module, and by key. None of what has no source."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError):
        return {}
    return {name: dict(_keys(made)) for name, made in _made(ast.parse(source), "")}


def _made(within: ast.Module | ast.ClassDef, place: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for one in within.body:
        if isinstance(one, ast.ClassDef):
            yield f"{place}{one.name}", one
            yield from _made(one, f"{place}{one.name}.")


def _keys(made: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for key, said in pairwise(made.body):
        if (
            isinstance(key, ast.AnnAssign)
            and isinstance(key.target, ast.Name)
            and isinstance(said, ast.Expr)
            and isinstance(said.value, ast.Constant)
            and isinstance(said.value.value, str)
        ):
            yield key.target.id, cleandoc(said.value.value)

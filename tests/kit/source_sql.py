"""What a constant of SQL writes, and to which of our tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.kit.source import models


@dataclass(frozen=True, slots=True)
class Write:
    """One statement: ``a`` adds, ``w`` changes these columns (none: a lock), ``d`` takes away."""

    table: str
    verb: str
    columns: tuple[str, ...] = ()


@cache
def tables() -> frozenset[str]:
    return frozenset(one._meta.db_table for one in models().values())


_STATEMENT = re.compile(r"\b(?:INSERT|UPDATE|DELETE|SHARE)\b", re.IGNORECASE)
_INSERT = re.compile(r"\bINSERT INTO\s+\"?(\w+)", re.IGNORECASE)
_UPDATE = re.compile(
    r"\bUPDATE\s+\"?(\w+)\"?\s+(?:AS\s+)?(?:\w+\s+)?SET\s+(.*?)(?:\bFROM\b|\bWHERE\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_PUT = re.compile(
    r"\bINSERT INTO\s+\"?(\w+)[^;]*ON CONFLICT[^;]*DO UPDATE\s+SET\s+(.*?)(?:\bWHERE\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_DELETE = re.compile(r"\bDELETE FROM\s+\"?(\w+)", re.IGNORECASE)
_LOCK = re.compile(r"\bFROM\s+\"?(\w+)[^;]*\bFOR (?:NO KEY )?(?:UPDATE|SHARE)", re.IGNORECASE)


def in_sql(text: str) -> Iterator[Write]:
    if not _STATEMENT.search(text):
        return
    ours = tables()
    for found in _INSERT.finditer(text):
        if found[1] in ours:
            yield Write(found[1], "a")
    for found in _PUT.finditer(text):
        if found[1] in ours:
            yield Write(found[1], "w", tuple(sorted(re.findall(r"(\w+)\s*=", found[2]))))
    for found in _UPDATE.finditer(text):
        if found[1] in ours:
            columns = re.findall(r"(\w+)\s*=", found[2])
            yield Write(found[1], "w", tuple(sorted(columns)))
    for found in _DELETE.finditer(text):
        if found[1] in ours:
            yield Write(found[1], "d")
    for found in _LOCK.finditer(text):
        if found[1] in ours:
            yield Write(found[1], "w")

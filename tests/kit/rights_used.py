"""Which rights of the roles of the database a run of tests has used, and which none has.

    RIGHTS_USED=/tmp/used .venv/bin/pytest -p tests.kit.rights_used ...
    .venv/bin/python -m tests.kit.rights_used /tmp/used

Requests and jobs act in their roles (decisions 203, 260), so a whole run says what the code needs.
What it does not name is not proof that nothing needs it: what a process of its own does is not seen
here, nor what no test does. Read the code before a right is taken away.
"""

import contextlib
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from talteen.register.database.rights import BY_ROLE

_VERBS = (
    (r"\bINSERT INTO\s+\"?(\w+)", "a"),
    (r"\bUPDATE\s+(?:ONLY\s+)?\"?(\w+)\"?\s+(?:AS\s+\w+\s+)?(?:\w+\s+)?SET\b", "w"),
    (r"\bDELETE FROM\s+\"?(\w+)", "d"),
    (r"\bCOPY\s+\"?(\w+)\"?[^;]*\bFROM\b", "a"),
    (r"\b(?:FROM|JOIN|USING)\s+\"?(\w+)", "r"),
)
_READ = re.compile(r"\b(?:FROM|JOIN)\s+\"?(\w+)", re.IGNORECASE)
_LOCK = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE|KEY SHARE)(?: OF ([^;)]*))?", re.IGNORECASE)
_ROLE = re.compile(r"\s*SET ROLE (\w+)", re.IGNORECASE)
Undo = Callable[[], None]
_used: dict[str, set[tuple[str, str]]] = defaultdict(set)


def verbs_in(statement: str) -> Iterator[tuple[str, str]]:
    """Tables, and what the statement does with them."""
    for pattern, verb in _VERBS:
        for found in re.finditer(pattern, statement, re.IGNORECASE):
            yield found[1].lower(), verb
            if verb in "wd":
                yield found[1].lower(), "r"
    for found in re.finditer(
        r"INSERT INTO\s+\"?(\w+)[^;]*ON CONFLICT[^;]*DO UPDATE", statement, re.IGNORECASE
    ):
        yield found[1].lower(), "w"
    for lock in _LOCK.finditer(statement):
        named = set(re.findall(r"\w+", lock[1] or "")) - {"NOWAIT", "SKIP", "LOCKED"}
        for table in _READ.findall(statement):
            if not named or table in named:
                yield table.lower(), "w"


def _note(connection: psycopg.Connection[Any], query: Any) -> None:
    text = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else ""
    if not text and hasattr(query, "as_string"):
        text = query.as_string(connection)
    changed = _ROLE.match(text)
    if changed is not None:
        connection._role_of_tests = changed[1]  # type: ignore[attr-defined]
        return
    role = getattr(connection, "_role_of_tests", "none")
    role = connection.info.user if role.lower() == "none" else role
    if role in BY_ROLE:
        _used[role].update(verbs_in(text))


def _watch(kind: type[psycopg.Cursor[Any] | psycopg.ServerCursor[Any]], name: str) -> Undo:
    own: Callable[..., Any] = getattr(kind, name)

    def watched(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        _note(self.connection, query)
        return own(self, query, *args, **kwargs)

    setattr(kind, name, watched)
    return lambda: setattr(kind, name, own)


def _begin() -> list[Undo]:
    """Cursors of the server read what is long in pieces, and know no copy."""
    ways = [(psycopg.Cursor, one) for one in ("execute", "executemany", "copy")]
    return [_watch(kind, one) for kind, one in (*ways, (psycopg.ServerCursor, "execute"))]


@contextlib.contextmanager
def recording(role: str) -> Iterator[set[tuple[str, str]]]:
    """Tables and letters that ``role`` uses within the block."""
    undone, before = _begin(), _used.pop(role, set())
    try:
        yield _used[role]
    finally:
        _used[role] |= before
        for undo in undone:
            undo()


def pytest_configure() -> None:
    _begin()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    folder = Path(os.environ["RIGHTS_USED"])
    folder.mkdir(parents=True, exist_ok=True)
    told = {role: sorted(map(list, used)) for role, used in _used.items()}
    (folder / f"{os.getpid()}.json").write_text(json.dumps(told))


def unused(folder: Path) -> dict[str, list[str]]:
    """By the role: table and letters that are given and were not used."""
    used: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for file in folder.glob("*.json"):
        for role, pairs in json.loads(file.read_text()).items():
            used[role].update((table, verb) for table, verb in pairs)
    return {
        role: [
            f"{table} {''.join(left)}"
            for table, letters in sorted(given.items())
            if (left := [one for one in letters if (table, one) not in used[role]])
        ]
        for role, given in BY_ROLE.items()
    }


if __name__ == "__main__":
    for role, tables in unused(Path(sys.argv[1])).items():
        sys.stdout.write(f"{role}\n" + "".join(f"  {one}\n" for one in tables))

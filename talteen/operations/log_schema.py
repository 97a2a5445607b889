"""The page that tells what a log line can be: docs/operators/log-schema.md, made from the code.

    python -m talteen.operations.log_schema      writes it anew; a test compares

The keys are those that ``talteen.log`` lets in, the events those that the source names. Nothing
else can come out of a process of the house.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import talteen
from talteen.harmless import WITHHELD
from talteen.log import KEYS

PAGE = "docs/operators/log-schema.md"
_LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
SAYS: Mapping[str, str] = {
    "action": "what was done to something",
    "attempt": "which try this was",
    "attempts": "how many tries there were",
    "blob": "id of sealed bytes",
    "bytes": "a number of bytes",
    "case": "id of a case",
    "code": "the name of an error: ours by its slug, others by their class",
    "count": "how many",
    "day": "a Helsinki date",
    "entry": "a kind of entry of the ledger",
    "event": "what happened: one of the events below, or `library`",
    "exit_status": "of a process that ended",
    "failed": "how many failed",
    "file": "a file of the house, by a name that we chose",
    "found": "how many were found",
    "generation": "number of a generation of keys",
    "hold": "id of a hold",
    "house": "id of the house",
    "http_status": "of an answer",
    "intake_key": "id of an intake key",
    "job": "name of a job",
    "jobs": "how many jobs",
    "kind": "which kind of thing, by a word that we chose",
    "left": "how many are left",
    "level": "`info`, `warning` or `error`",
    "line": "slug of a service line",
    "lines": "how many lines",
    "logger": "which library or module speaks",
    "method": "of a request",
    "ms": "milliseconds",
    "n": "a number of something",
    "name": "a name that we chose: of a process, a check, a witness",
    "page": "id of a page of keys",
    "part": "which part of something",
    "pid": "process id",
    "port": "a port of this machine",
    "process": "name of a process",
    "purpose": "a purpose of the register",
    "queue": "name of a queue",
    "reason": "why, by a word that we chose",
    "recording": "id of a recording: a random number that says nothing of anybody",
    "reference": "eight letters that a person can read out; the page shows the same",
    "restarts": "how often it was started again",
    "role": "a role of the house",
    "route": "name of a page, never its address",
    "rows": "how many rows",
    "rule": "a rule that decided",
    "seconds": "seconds",
    "size_bytes": "size of a file",
    "staff": "id of a member of staff",
    "state": "where something stands",
    "step": "a step of an act",
    "steps": "how many steps",
    "timestamp": "when, UTC (RFC 3339)",
    "version": "a version of something published",
    "wait_s": "how long it waits, in seconds",
    "where": "file and line of the code, or a place that we chose",
    "worker": "number of a worker",
}
"""What each key means. A test holds it against the keys that are let in."""


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One call of a logger in the source."""

    name: str
    level: str
    keys: tuple[str, ...]


def events(root: Path) -> list[Event]:
    """Every event that the source below ``root`` names, by name."""
    found = {
        event for path in sorted(root.rglob("*.py")) for event in _in(ast.parse(path.read_text()))
    }
    return sorted(found)


def _in(tree: ast.AST) -> Iterator[Event]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("log"), attr=level),
                args=[ast.Constant(str(name)), *_],
                keywords=keywords,
            ) if level in _LEVELS and "." in name:
                keys = tuple(sorted(one.arg for one in keywords if one.arg in KEYS))
                yield Event(name, "error" if level == "exception" else level, keys)


def page(root: Path) -> str:
    """The whole page."""
    told = [
        "# What a log line can be",
        "",
        "Made from the code (`python -m talteen.operations.log_schema`). Every process writes JSON"
        " lines to standard error. A line has keys of the first table and no other; a value that is"
        f" not an id, a number, a time or a short word that we chose is written as `{WITHHELD}`."
        " Texts of errors, addresses, names and numbers of callers are never written"
        " ([decision 013](../decisions/013-logs-let-in-what-is-harmless.md)).",
        "",
        "## Keys",
        "",
        "| key | what it is |",
        "| --- | --- |",
        *(f"| `{key}` | {says} |" for key, says in sorted(SAYS.items())),
        "",
        "## Events",
        "",
        "What libraries say is `library` with `logger` and `where`, from warnings on.",
        "",
        "| event | level | keys beside `event`, `level`, `timestamp` |",
        "| --- | --- | --- |",
        *(
            f"| `{one.name}` | {one.level} | {', '.join(f'`{key}`' for key in one.keys)} |"
            for one in events(root)
        ),
        "",
    ]
    return "\n".join(told)


if __name__ == "__main__":
    source = Path(talteen.__file__).parent
    sys.stdout.write(f"{(source.parent / PAGE).write_text(page(source))} characters\n")

"""The book of scans, ``docs/security/scans.json``: who was scanned, how much was reached, how many
requests each kind of attack made, in how many seconds, and when.

A scan of ``./run scan`` that came to its end and found nothing writes its own row, and nobody else
does: one that found something fails instead. The table of ``docs/security/README.md`` is made of
it.

    python -m tests.security.scan_book     writes the table into the page
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

SECURITY = Path(__file__).parents[2] / "docs" / "security"
BOOK, PAGE = SECURITY / "scans.json", SECURITY / "README.md"
REACHED = ("addresses", "pages", "forms", "kinds of faults", "operations", "files", "rules")
HEAD = ("scan", "reached", "requests", "seconds", "findings", "on")


def rows() -> dict[str, dict[str, Any]]:
    """By the name of the scan."""
    found: dict[str, dict[str, Any]] = json.loads(BOOK.read_text()) if BOOK.exists() else {}
    return found


def enter(name: str, row: Mapping[str, object]) -> None:
    """Write down that ``name`` came to its end and found nothing; outside of ``./run scan`` not."""
    if not os.environ.get("SCANS"):
        return
    with BOOK.open("a") as file:
        flock(file, LOCK_EX)  # several scans end beside each other
        told = {**row, "findings": 0, "on": f"{datetime.now(UTC):%Y-%m-%d}"}
        book = json.loads(BOOK.read_text() or "{}") | {name: told}
        BOOK.write_text(json.dumps(dict(sorted(book.items())), indent=1) + "\n")


def table() -> str:
    """The book as a table."""
    lines = [HEAD, ("---",) * len(HEAD), *(_cells(name, row) for name, row in rows().items())]
    return "".join(f"| {' | '.join(map(str, cells))} |\n" for cells in lines)


def _cells(name: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    reached = ", ".join(f"{row[one]} {one}" for one in REACHED if one in row)
    asked = row.get("requests", {})
    requests = sum(asked.values()) if isinstance(asked, dict) else asked
    return (name, reached, requests or "", row["seconds"], row["findings"], row["on"])


def page(text: str) -> str:
    """``text`` with the table of now in its place."""
    head = re.escape("| " + " | ".join(HEAD) + " |\n")
    return re.sub(rf"{head}(?:\|.*\n)*", lambda _: table(), text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))

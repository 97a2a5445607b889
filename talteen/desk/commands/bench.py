"""``talteen bench``: what is promised as a number, measured here, as a table or as JSON."""

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from talteen.errors import InputError

if TYPE_CHECKING:
    from benchmarks import Row


def bench(
    group: str = "",
    /,
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
    model: str = "",
) -> int:
    """Measure one GROUP and print its rows. Exit status 1 if a bar is missed.

    Parameters
    ----------
    group
        start, jobs, ...; left out: their names are listed.
    json
        Print {"rows": [...]} instead of a table.
    model
        words: the folder of a speech model to measure instead of the one that comes along.
    """
    if model:
        os.environ["TALTEEN_BENCH_MODEL"] = model
    package = _benchmarks()
    names = _groups(package)
    if not group:
        print("\n".join(names))
        return 0
    if group not in names:
        raise InputError(f"no group '{group}'", remedy=f"name one of: {', '.join(names)}")
    measured = list(_told(importlib.import_module(f"benchmarks.{group}"), group))
    _print_json(measured) if json else _print_table(measured)
    return 0 if package.all_met(measured) else 1


def _benchmarks() -> ModuleType:
    try:
        return importlib.import_module("benchmarks")
    except ModuleNotFoundError:
        raise InputError(
            "the benchmarks do not come with the installed package",
            remedy="run ./run bench in a checkout of the source",
        ) from None


def _groups(package: ModuleType) -> list[str]:
    """The modules that are groups; those beside them have no rows."""
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in found if name not in package.NO_GROUPS)


def _told(module: ModuleType, group: str) -> "Iterator[Row]":
    """The rows as they are measured, each told to the waiting person."""
    for row in module.rows():
        print(f"{group}: {row.measure}", file=sys.stderr)
        yield row


def _print_json(rows: "list[Row]") -> None:
    print(json.dumps({"rows": [row.as_json() for row in rows]}, indent=1))


def _print_table(rows: "list[Row]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "ours", "peer", "ratio", "bar", "")
    for row in rows:
        numbers = (_short(number) for number in (row.ours, row.peer, row.ratio))
        verdict = {True: "met", False: "MISSED", None: ""}[row.passed]
        bar = f"{row.judged.value} {row.bar}" if row.bar else ""
        table.add_row(row.measure, *numbers, bar, verdict)
    Console().print(table)


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.4g}"

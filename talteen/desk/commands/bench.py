"""``talteen bench``: what is promised as a number, measured here, as a table or as JSON."""

import importlib
import json
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from talteen.errors import InputError

if TYPE_CHECKING:
    from benchmarks.book import Figure


def bench(
    *groups: str,
    json: Annotated[bool, Parameter(negative="")] = False,
    keep: Annotated[bool, Parameter(negative="")] = False,
    anew: Annotated[bool, Parameter(negative="")] = False,
    page: Annotated[bool, Parameter(negative="")] = False,
    model: str = "",
    some: int = 1,
) -> int:
    """Measure GROUPS and print their rows. Exit status 1 if a bar is missed.

    Parameters
    ----------
    groups
        capture, vault, ..., or a module of one: capture_sip. Left out: all of them, kept in
        docs/benchmarks.json and shown in docs/benchmarks.md. A run that was cut goes on with the
        modules that it had not done.
    json
        Print {"rows": [...]} instead of a table.
    keep
        Keep the rows of the named GROUPS in the documentation, too.
    anew
        Begin a new run instead of going on with one.
    page
        Measure nothing: make page and pictures of what is kept.
    model
        words: the folder of a speech model to measure instead of the one that comes along.
    some
        words: only one in so many calls, hours and hearings, for a first look; never kept.
    """
    if some < 1 or (some > 1 and (keep or not groups)):
        raise InputError(
            "a part of the measurements is not kept", remedy="name a group, and leave --keep out"
        )
    if some > 1:
        os.environ["TALTEEN_BENCH_SOME"] = str(some)
    if model:
        os.environ["TALTEEN_BENCH_MODEL"] = model
    story = _benchmarks("story")
    _known(groups)
    if page:
        story.write(_benchmarks("book").load(story.DOCS / "benchmarks.json"), story.DOCS)
        return 0
    whole = not groups or keep
    if whole:
        figures = story.begin(_say, anew=anew).tell(groups, again=bool(groups))
    else:
        figures = story.passing(_say, groups)
    _print_json(figures) if json else _print_table(figures)
    return 1 if any(one.verdict.value in {"missed", "failed"} for one in figures) else 0


def _benchmarks(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError:
        raise InputError(
            "the benchmarks do not come with the installed package",
            remedy="run ./run bench in a checkout of the source",
        ) from None


def _known(names: tuple[str, ...]) -> None:
    known = _benchmarks("groups")
    try:
        known.modules(names)
    except KeyError as wrong:
        told = "; ".join(f"{group}: {', '.join(each)}" for group, each in known.GROUPS.items())
        raise InputError(f"no group '{wrong.args[0]}'", remedy=f"name one of: {told}") from None


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _print_json(figures: "list[Figure]") -> None:
    print(json.dumps({"rows": [one.as_json() for one in figures]}, indent=1))


def _print_table(figures: "list[Figure]") -> None:
    from rich.console import Console
    from rich.table import Table

    from benchmarks.page import bar_of, short

    table = Table("measure", "ours", "peer", "ratio", "bar", "", "machine")
    for one in figures:
        row = one.row
        numbers = (short(number) for number in (row.ours, row.peer, row.ratio))
        told = one.verdict.value + (f": {why}" if (why := one.failed or row.lacks) else "")
        told = told.upper() if one.verdict.value in {"missed", "failed"} else told
        mood = "" if row.ours is None else "quiet" if one.quiet else f"loaded {one.others:.1f}"
        table.add_row(row.measure, *numbers, bar_of(row), told, mood)
    Console().print(table)

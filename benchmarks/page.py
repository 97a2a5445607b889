"""The page of the documentation on what was measured, made of the book. Values in, text out."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import Judged, Row, Verdict
from benchmarks.book import Book, Figure
from benchmarks.groups import GROUPS, TITLES
from benchmarks.machine import QUIET_CORES
from benchmarks.pictures import Curve, Lane, against_bars, growth

PAGE, BOOK, PICTURES = "benchmarks.md", "benchmarks.json", "pictures"
GROWTH = f"{PICTURES}/bench-growth.svg"
_SIZED = re.compile(r"(?P<name>.+), (?P<size>[\d,]+) calls \(ms\)")
_HEAD = (
    "# Benchmarks\n\n"
    "Made by `./run bench` from [benchmarks.json](benchmarks.json); not written by hand. Each "
    "promise as a number, beside the same work done the bare way or by somebody else, in one run "
    "on one machine. Ratios are what to trust: absolute numbers are for a machine like the one "
    "named below. How to measure, and how long that takes: "
    "[sizing](operators/sizing.md#measure-yours).\n\n"
    f"**Quiet** is a machine on which others had at most {QUIET_CORES} of a core meanwhile. "
    "Numbers from a loaded one are marked, hatched in the pictures, and decide nothing. A number "
    "with fewer rows or seconds than the promise says so in its name.\n"
)


def files(book: Book) -> Mapping[Path, str]:
    """Page and pictures, by their place under ``docs/``."""
    made = {Path(PAGE): _page(book)}
    for group in GROUPS:
        if drawn := _lanes(book.of(group)):
            made[_picture(group)] = against_bars(TITLES[group], drawn)
    if curves := _curves(book.of("scale")):
        drawn_growth = growth("Growth with the register", curves, sizes="calls", numbers="ms")
        made[Path(GROWTH)] = drawn_growth
    return made


def _curves(figures: list[Figure]) -> list[Curve]:
    """The measures of one operation at several sizes: ``NAME, 10,000 calls (ms)``."""
    points: dict[str, list[tuple[float, float]]] = {}
    for one in figures:
        sized = _SIZED.fullmatch(one.row.measure)
        if sized and one.row.ours:
            size = float(sized["size"].replace(",", ""))
            points.setdefault(sized["name"], []).append((size, one.row.ours))
    return [Curve(name, sorted(some)) for name, some in points.items() if len(some) > 1]


def _picture(group: str) -> Path:
    return Path(PICTURES) / f"bench-{group}.svg"


def _page(book: Book) -> str:
    return "\n".join([_HEAD, *_runs(book), *_summary(book), *_groups(book)])


def _runs(book: Book) -> Iterator[str]:
    yield "| run | began (UTC) | machine | code of commit |\n| --- | --- | --- | --- |"
    for number, run in enumerate(book.runs, 1):
        yield f"| {number} | {_minute(run.began)} | {run.machine} | `{run.commit}` |"
    yield ""


def _summary(book: Book) -> Iterator[str]:
    named = ("met", "missed", "no bar", "skipped", "not built", "failed")
    yield f"| group | {' | '.join(named)} | not quiet |\n|{' --- |' * (len(named) + 2)}"
    for group in GROUPS:
        figures = book.of(group)
        if not figures:
            yield f"| {TITLES[group]} |{' |' * len(named)} not measured yet |"
            continue
        count = Counter(one.verdict.value for one in figures)
        loud = sum(not one.quiet for one in figures if one.row.ours is not None)
        yield f"| {TITLES[group]} | {' | '.join(str(count[n]) for n in named)} | {loud} |"
    yield ""


def _groups(book: Book) -> Iterator[str]:
    number_of = {run.began: number for number, run in enumerate(book.runs, 1)}
    for group in GROUPS:
        yield f"## {TITLES[group]}\n"
        if not (figures := book.of(group)):
            yield f"Not measured yet: `./run bench {group}`.\n"
            continue
        if _lanes(figures):
            yield f"![{TITLES[group]}: the table below as a picture]({_picture(group)})\n"
        if group == "scale" and _curves(figures):
            yield f"![Growth: milliseconds by calls in the register]({GROWTH})\n"
        yield "| measure | ours | peer | ratio | bar | verdict | run | when (UTC), machine |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
        yield from (_line(one, number_of[one.run]) for one in figures)
        yield ""


def _line(one: Figure, run: int) -> str:
    row = one.row
    numbers = (short(number) for number in (row.ours, row.peer, row.ratio))
    word = one.verdict.value
    told = f"**{word}**" if one.verdict in {Verdict.MISSED, Verdict.FAILED} else word
    if why := one.failed or (row.lacks if one.verdict is Verdict.SKIPPED else ""):
        told += f": {why}"
    mood = "quiet" if one.quiet else f"loaded: {one.others:.1f} cores"
    cells = (row.measure, *numbers, bar_of(row), told, run, f"{_minute(one.at)}, {mood}")
    return f"| {' | '.join(map(str, cells))} |"


def _lanes(figures: list[Figure]) -> list[Lane]:
    return [
        Lane(
            one.row.measure,
            f"{short(one.row.number)}, bar {bar_of(one.row)}",
            one.row.number,
            one.row.bar,
            one.verdict,
            one.quiet,
        )
        for one in figures
        if one.row.bar and one.row.number is not None
    ]


def bar_of(row: Row) -> str:
    """A row's bar as people read it: ``≤ 1.35 ×``."""
    if row.bar is None:
        return ""
    sign = {"<=": "≤", ">=": "≥"}[row.bar[:2]]
    return f"{sign} {row.bar[2:]}" + (" ×" if row.judged is Judged.RATIO else "")


def short(number: float | None) -> str:
    """A number in at most four digits that say something."""
    if number is None:
        return ""
    if number and abs(number) < 1e-3:
        return f"{number:.1e}"
    return f"{number:,.0f}" if abs(number) >= 1e3 else f"{number:.4g}"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")

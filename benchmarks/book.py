"""The book of what was measured: each figure with its run, kept as it comes.

A run that is cut leaves what it had; the next one goes on with the modules that were not done. A
module that is measured again replaces its figures when it is done, so that a page never loses a
number to a run that was cut.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks import Judged, Row, Verdict
from benchmarks.groups import GROUPS
from benchmarks.machine import QUIET_CORES


@dataclass(frozen=True, slots=True)
class Run:
    """One session of measuring."""

    began: str
    """UTC, to the second: its name, too."""
    machine: str
    commit: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One row, and how it came to be."""

    row: Row
    module: str
    run: str
    at: str
    others: float
    """Cores that others had meanwhile, on the mean."""
    failed: str = ""

    @property
    def quiet(self) -> bool:
        return self.others <= QUIET_CORES

    @property
    def verdict(self) -> Verdict:
        return Verdict.FAILED if self.failed else self.row.verdict

    def as_json(self) -> dict[str, Any]:
        told = self.row.as_json() | {"judged": self.row.judged.value}
        told |= {"verdict": self.verdict.value, "module": self.module, "run": self.run}
        told |= {"at": self.at, "others_cores": self.others, "quiet": self.quiet}
        return told | ({"failed": self.failed} if self.failed else {})


@dataclass(frozen=True, slots=True)
class Done:
    """A module that came to its end."""

    module: str
    run: str
    took_s: float


@dataclass(slots=True)
class Book:
    """All figures, the runs they are of, and what each run has done."""

    runs: list[Run] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def going_on(self, now: Run) -> Run:
        """The newest run if it was of this commit and machine and is not done; else ``now``, which
        becomes the newest.
        """
        if self.runs:
            last = self.runs[-1]
            every = {module for each in GROUPS.values() for module in each}
            same = (last.machine, last.commit) == (now.machine, now.commit)
            if same and every - self.done_in(last):
                return last
        self.runs.append(now)
        return now

    def done_in(self, run: Run) -> set[str]:
        """The modules that came to their end in it."""
        return {done.module for done in self.done if done.run == run.began}

    def took_s(self, module: str) -> float | None:
        """How long the module took the last time."""
        return next((done.took_s for done in reversed(self.done) if done.module == module), None)

    def put(self, figure: Figure) -> None:
        """One more figure; the one of the same measure goes."""
        same = (figure.module, figure.row.measure)
        self.figures = [one for one in self.figures if (one.module, one.row.measure) != same] + [
            figure
        ]

    def end(self, done: Done) -> None:
        """A module is done: what other runs had measured in it goes."""
        self.done = [one for one in self.done if one.module != done.module] + [done]
        self.figures = [
            one for one in self.figures if one.module != done.module or one.run == done.run
        ]
        named = {one.run for one in self.figures} | {one.run for one in self.done}
        self.runs = [run for run in self.runs if run.began in named]

    def of(self, group: str) -> list[Figure]:
        """The figures of a group, module by module, each in the order in which it measures."""
        return [one for module in GROUPS[group] for one in self.figures if one.module == module]


def load(path: Path) -> Book:
    """The book in the file; an empty one where there is none yet."""
    if not path.exists():
        return Book()
    told = json.loads(path.read_text())
    return Book(
        [Run(**run) for run in told["runs"]],
        [Done(**done) for done in told["done"]],
        [_figure(one) for one in told["rows"]],
    )


def save(book: Book, path: Path) -> None:
    """Write it whole; a reader finds the old one or the new one."""
    told = {
        "runs": [asdict(run) for run in book.runs],
        "done": [asdict(done) for done in book.done],
        "rows": [one.as_json() for one in ordered(book.figures)],
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    os.replace(new, path)


def ordered(figures: Iterable[Figure]) -> Sequence[Figure]:
    """By the order of the modules; within one as they came."""
    place = {module: at for at, module in enumerate(m for each in GROUPS.values() for m in each)}
    return sorted(figures, key=lambda one: place.get(one.module, len(place)))


def of_row(row: Row, *, run: Run, module: str, at: str, others: float) -> Figure:
    """A figure of what was measured now, with no more digits than the book keeps: what is told of
    it at once and later is the same. Six are more than any of them is true to."""
    ours, peer = (None if n is None else float(f"{n:.6g}") for n in (row.ours, row.peer))
    return Figure(replace(row, ours=ours, peer=peer), module, run.began, at, round(others, 2))


def _figure(told: dict[str, Any]) -> Figure:
    row = Row(
        told["group"],
        told["measure"],
        told["ours"],
        told["peer"],
        told["bar"],
        Judged(told["judged"]),
        told.get("lacks", ""),
    )
    return Figure(
        row, told["module"], told["run"], told["at"], told["others_cores"], told.get("failed", "")
    )


def failed(figure: Figure, why: str) -> Figure:
    """The figure of a module that ended with an error."""
    return replace(figure, failed=why)

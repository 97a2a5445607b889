"""All groups, one after the other, each module alone, each row kept as it comes."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import Row, alone, book, machine, page
from benchmarks.book import Book, Done, Figure, Run
from benchmarks.groups import modules
from benchmarks.house import ROOT
from benchmarks.machine import Others

DOCS = ROOT / "docs"
LOOK_S = 3.0
"""How long the machine is looked at before a module begins."""
Say = Callable[[str], None]


@dataclass(slots=True)
class Story:
    """A book and where it lies."""

    docs: Path
    book: Book
    run: Run
    say: Say

    def tell(self, names: tuple[str, ...], *, again: bool = False) -> list[Figure]:
        """Measure what is named; what this run has done already is not measured ``again``."""
        wanted = modules(names)
        skip = set() if again else self.book.done_in(self.run)
        for group, module in wanted:
            if module in skip:
                self.say(f"{module}: done in this run")
                continue
            self._measure(group, module)
        return [
            one for group, module in wanted for one in self.book.of(group) if one.module == module
        ]

    def write(self) -> None:
        """The book, the page and its pictures."""
        write(self.book, self.docs)

    def _measure(self, group: str, module: str) -> None:
        took = self.book.took_s(module)
        self.say(f"{module}: begins" + (f"; it took {took / 60:.0f} min last time" if took else ""))
        before = Others.begin()
        time.sleep(LOOK_S)
        idle = before.cores()
        meanwhile, began = Others.begin(), time.monotonic()

        def others() -> float:
            """The mean since this module began; what went before it where it has just begun."""
            return max(idle, meanwhile.cores()) if time.monotonic() - began > LOOK_S else idle

        try:
            for row in alone.rows(module):
                self._keep(row, module, others())
        except alone.Ended as why:
            failed = Row(group, f"{module} ended before its end", None)
            kept = book.of_row(failed, run=self.run, module=module, at=_now(), others=others())
            self.book.put(book.failed(kept, str(why)))
            self.say(f"{module}: {why}")
        else:
            self.book.end(Done(module, self.run.began, round(time.monotonic() - began, 1)))
        self.write()

    def _keep(self, row: Row, module: str, others: float) -> None:
        figure = book.of_row(row, run=self.run, module=module, at=_now(), others=others)
        self.book.put(figure)
        book.save(self.book, self.docs / page.BOOK)
        number = page.short(row.ours if row.number is None else row.number)
        self.say(f"{module}: {row.measure}: {number or row.lacks} {figure.verdict.value}")


def begin(say: Say, *, docs: Path = DOCS, anew: bool = False) -> Story:
    """Go on with the run that was cut; begin one where none was, or ``anew``."""
    machine.adopt()
    kept = book.load(docs / page.BOOK)
    now = Run(_now(), machine.described(), machine.commit())
    if anew:
        kept.runs.append(now)
    return Story(docs, kept, now if anew else kept.going_on(now), say)


def passing(say: Say, names: tuple[str, ...]) -> list[Figure]:
    """Measure what is named, and keep nothing of it."""
    with tempfile.TemporaryDirectory() as folder:
        return begin(say, docs=Path(folder)).tell(names, again=True)


def write(kept: Book, docs: Path) -> None:
    """The book and all that is made of it; what is made no more goes."""
    book.save(kept, docs / page.BOOK)
    made = page.files(kept)
    (docs / page.PICTURES).mkdir(exist_ok=True)
    for path, text in made.items():
        (docs / path).write_text(text)
    for path in (docs / page.PICTURES).glob("bench-*.svg"):
        if path.relative_to(docs) not in made:
            path.unlink()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

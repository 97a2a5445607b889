"""A frozen report as people read it: to each question a chart with its table, a CSV file, a PDF.

All of them say the same groups and no others. The chart is a drawing for eyes; every figure of it
stands in the table.
"""

import csv
import io
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from talteen.desk.evaluation import study_words
from talteen.desk.page import documents
from talteen.life.use.study.plan import SCALE, Asked
from talteen.life.use.study.report import Cell, Table
from talteen.life.use.study.shown import Names, Whole
from talteen.life.use.study.stratifying import Part

LEFT, RIGHT, STEP, TOP = 250, 640, 40, 30
LETTERS = 34
"""Of a name, on a line of the chart."""


def _x(share: float) -> int:
    return round(LEFT + share * (RIGHT - LEFT))


AXIS = tuple((f"{percent} %", _x(percent / 100)) for percent in range(0, 101, 20))
SCALE_AXIS = tuple((str(step + 1), _x(step / (SCALE - 1))) for step in range(SCALE))
"""What stands below a chart, and its place."""


@dataclass(frozen=True, slots=True)
class RowShown:
    """One group, as a row of the table and a line of the chart."""

    name: str
    lines: tuple[str, ...]
    """The name as the chart has room for it: one line or two."""
    parts: tuple[str, ...]
    """The strata that it is told together of; empty for one."""
    calls: int
    share: int
    """Percent (of a scale: of its way), as the two that follow."""
    low: int
    high: int
    said: str
    """The same in words: a share, or a mean on the scale."""
    between: str
    """And the interval."""
    y: int
    at: int
    start: int
    end: int
    whole: bool

    @property
    def key(self) -> str:
        """Its class in the page's one style block."""
        return f"v{self.low}-{self.share}-{self.high}"


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a scale, and the share of calls of which it was said; percent."""

    number: int
    anchor: str
    share: int
    low: int
    high: int

    @property
    def key(self) -> str:
        """Its class in the page's one style block."""
        return f"v{self.low}-{self.share}-{self.high}"


@dataclass(frozen=True, slots=True)
class TableShown:
    """The answer to one question, as the page draws it; no row where it cannot be told."""

    number: int
    ask: Asked
    rows: tuple[RowShown, ...]
    tenths: int | None
    """Of the calls, to how many it applied; None where that is not told, or to all."""
    height: int
    goal_at: int | None
    steps: tuple[StepShown, ...]
    """Of a scale: how many said each step, of all calls."""

    @property
    def axis(self) -> tuple[tuple[str, int], ...]:
        """What stands below the chart."""
        return SCALE_AXIS if self.ask.steps else AXIS

    @property
    def value_name(self) -> str:
        """The heading of the column."""
        return _("Keskiarvo") if self.ask.steps else _("Kyllä")

    @property
    def goal(self) -> str:
        """The goal as it is read; empty without one."""
        return study_words.goal(self.ask)

    @property
    def headline(self) -> str:
        """What all calls together came to."""
        whole = self.rows[0]
        if self.ask.steps:
            told = {"mean": whole.said, "between": whole.between}
            return _("Keskiarvo %(mean)s asteikolla 1–5, väli %(between)s") % told
        told = {"share": str(whole.share), "low": str(whole.low), "high": str(whole.high)}
        return _("Kyllä %(share)s puhelussa sadasta, väli %(low)s–%(high)s") % told

    @property
    def reached(self) -> bool | None:
        """Whether the goal lies below the whole interval, or above it; None between, or none."""
        if self.ask.goal is None or not self.rows:
            return None
        whole = self.rows[0]
        if whole.low <= self.ask.goal <= whole.high:
            return None
        return whole.low > self.ask.goal


@dataclass(frozen=True, slots=True)
class ReportShown:
    """The report as the page draws it."""

    tables: tuple[TableShown, ...]

    @property
    def headline(self) -> str:
        """What the first question that can be told came to."""
        return next(one.headline for one in self.tables if one.rows)

    @property
    def keys(self) -> Mapping[str, RowShown | StepShown]:
        """The places of all whiskers, once each."""
        rows: list[RowShown | StepShown] = [row for one in self.tables for row in one.rows]
        steps = (step for one in self.tables for step in one.steps)
        return {row.key: row for row in (*rows, *steps)}

    @property
    def told(self) -> int:
        """How many questions have an answer."""
        return sum(bool(one.rows) for one in self.tables)


@dataclass(frozen=True, slots=True)
class PartShown:
    """What a plan would meet in one stratum."""

    name: str
    part: Part
    percent: int
    """Half of the width of its interval, in percentage points."""


def part(one: Part, names: Names) -> PartShown:
    """A stratum of a plan by its name."""
    return PartShown(study_words.stratum(one.stratum, names), one, round(one.reach * 100))


def shown(whole: Whole) -> ReportShown | None:
    """The report of a frozen study; None before, and where nothing can be told."""
    frozen = whole.summary.report
    if frozen is None or not frozen.report.tells:
        return None
    asks = whole.summary.plan.asks
    return ReportShown(
        tuple(
            _table(number, ask, table, whole.names)
            for number, (ask, table) in enumerate(
                zip(asks, frozen.report.tables, strict=True), start=1
            )
        )
    )


def _table(number: int, ask: Asked, table: Table | None, names: Names) -> TableShown:
    rows = tuple(_rows(ask, table, names)) if table else ()
    return TableShown(
        number=number,
        ask=ask,
        rows=rows,
        tenths=table.tenths if table and table.tenths != 10 else None,
        height=TOP + STEP * len(rows) + 20,
        goal_at=None if ask.goal is None else _x(ask.goal / 100),
        steps=tuple(_steps(ask, table)) if table else (),
    )


def _steps(ask: Asked, table: Table) -> Iterator[StepShown]:
    for number, (anchor, found) in enumerate(zip(ask.steps, table.steps, strict=True), start=1):
        share, low, high = (round(one * 100) for one in (found.share, found.low, found.high))
        yield StepShown(number, anchor, share, low, high)


def _rows(ask: Asked, table: Table, names: Names) -> Iterator[RowShown]:
    for place, cell in enumerate([table.whole, *table.cells]):
        name = study_words.name_of(cell, names) if place else _("Kaikki puhelut")
        parts = cell.strata if len(cell.strata) > 1 and place else ()
        strata = tuple(study_words.stratum(one, names) for one in parts)
        yield _row(ask, cell, name, strata, place)


def _row(ask: Asked, cell: Cell, name: str, parts: tuple[str, ...], place: int) -> RowShown:
    found = cell.found
    low = study_words.value(ask, found.low).removesuffix(" %")
    return RowShown(
        name=name,
        lines=tuple(textwrap.wrap(name, LETTERS, max_lines=2, placeholder=" …")),
        parts=parts,
        calls=cell.calls,
        share=round(found.share * 100),
        low=round(found.low * 100),
        high=round(found.high * 100),
        said=study_words.value(ask, found.share),
        between=f"{low}–{study_words.value(ask, found.high)}",
        y=TOP + STEP * place,
        at=_x(found.share),
        start=_x(found.low),
        end=_x(found.high),
        whole=place == 0,
    )


def as_csv(report: ReportShown) -> str:
    """The tables as a file; no row is a call. Percent is ``of`` those who said yes or a step, or of
    the way from the first step of the scale to its last."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["question", "group", "calls", "percent", "low", "high", "of"])
    for table in report.tables:
        question, of = table.ask.question, "scale" if table.ask.steps else "yes"
        for one in table.rows:
            rows.writerow([question, one.name, one.calls, one.share, one.low, one.high, of])
        for step in table.steps:
            told = (step.share, step.low, step.high, f"step {step.number}")
            rows.writerow([question, table.rows[0].name, table.rows[0].calls, *told])
    return written.getvalue()


def as_pdf(whole: Whole, report: ReportShown | None, *, issuer: str, language: str) -> bytes:
    """The report as a tagged PDF. Unavailable where the extra ``pdf`` is not installed."""
    context = {"whole": whole, "report": report, "issuer": issuer, "language": language}
    return documents.drawn(render_to_string("study/document.html", context).encode())

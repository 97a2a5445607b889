"""A frozen report as people read it: a chart with its table, a CSV file, a PDF.

All of them say the same groups and no others. The chart is a drawing for eyes; every figure of it
stands in the table.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from talteen.desk import documents, study_words
from talteen.life.use.rows import LineName
from talteen.life.use.study.report import Cell, Report
from talteen.life.use.study.shown import Whole

LEFT, RIGHT, STEP, TOP = 250, 640, 34, 30


@dataclass(frozen=True, slots=True)
class RowShown:
    """One group, as a row of the table and a line of the chart."""

    name: str
    parts: tuple[str, ...]
    """The strata that it is told together of; empty for one."""
    calls: int
    share: int
    """Percent, as the two that follow."""
    low: int
    high: int
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
class ReportShown:
    """The report as the page draws it."""

    rows: tuple[RowShown, ...]
    height: int
    goal: int | None
    goal_at: int | None
    axis: tuple[tuple[int, int], ...]
    """Percent and its place."""


def shown(whole: Whole) -> ReportShown | None:
    """The report of a frozen study; None before, and where nothing can be told."""
    frozen = whole.summary.report
    if frozen is None or frozen.report.whole is None:
        return None
    rows = tuple(_rows(frozen.report, whole.lines))
    goal = whole.summary.plan.goal
    return ReportShown(
        rows=rows,
        height=TOP + STEP * len(rows) + 20,
        goal=goal,
        goal_at=None if goal is None else _x(goal / 100),
        axis=tuple((percent, _x(percent / 100)) for percent in range(0, 101, 20)),
    )


def _rows(report: Report, lines: Mapping[str, LineName]) -> Iterator[RowShown]:
    groups = [report.whole, *report.cells, report.together]
    for place, cell in enumerate(one for one in groups if one is not None):
        is_whole = cell is report.whole
        name = _("Kaikki puhelut") if is_whole else study_words.name_of(cell, lines)
        parts = cell.strata if len(cell.strata) > 1 and not is_whole else ()
        yield _row(cell, name, tuple(study_words.stratum(one, lines) for one in parts), place)


def _row(cell: Cell, name: str, parts: tuple[str, ...], place: int) -> RowShown:
    found = cell.found
    return RowShown(
        name=name,
        parts=parts,
        calls=cell.calls,
        share=round(found.share * 100),
        low=round(found.low * 100),
        high=round(found.high * 100),
        y=TOP + STEP * place,
        at=_x(found.share),
        start=_x(found.low),
        end=_x(found.high),
        whole=place == 0,
    )


def _x(share: float) -> int:
    return round(LEFT + share * (RIGHT - LEFT))


def as_csv(report: ReportShown) -> str:
    """The table as a file; no row is a call."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["group", "calls", "percent", "low", "high"])
    rows.writerows((one.name, one.calls, one.share, one.low, one.high) for one in report.rows)
    return written.getvalue()


def as_pdf(whole: Whole, report: ReportShown | None, *, issuer: str, language: str) -> bytes:
    """The report as a tagged PDF. Unavailable where the extra ``pdf`` is not installed."""
    context = {"whole": whole, "report": report, "issuer": issuer, "language": language}
    return documents.drawn(render_to_string("study/document.html", context).encode())

"""A frozen report: made of the answers once, kept as JSON, read back as values.

It holds no call, no agent, no evaluator and no date of a call: counts of what was drawn and
answered, and the report's groups. A count below ten is not written, only that it is below.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from talteen.life.use.study import answering, report
from talteen.life.use.study.answering import Said
from talteen.life.use.study.models import Study, StudyCall
from talteen.life.use.study.planning import Strata, stratum
from talteen.life.use.study.report import SHOWN_CALLS, Answer, Cell, Report, Stratum
from talteen.life.use.study.sizing import Interval


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that is left of a study's calls. A count is None where it is below ten."""

    calls: int | None
    """Of the unit and its weeks, that the lot could draw."""
    drawn: int | None
    answered: int | None
    not_applying: int | None
    skipped: int | None
    """That nobody could answer about: said by whoever listened."""
    evaluators: int
    report: Report


def made(study: Study, rows: Sequence[StudyCall]) -> Frozen:
    """What ``rows`` come to."""
    strata = Strata(study.strata)
    populations = {(line, language): calls for line, language, calls, *_ in study.frame}
    told = [Said(row.answer) for row in rows if row.answer]
    counted = [_answer(row, strata) for row in rows if row.answer in answering.COUNTED]
    return Frozen(
        calls=_large(sum(populations.values())),
        drawn=_large(len(rows)),
        answered=_large(len(counted)),
        not_applying=_large(told.count(Said.NA)),
        skipped=_large(len(told) - len(counted)),
        evaluators=len({row.evaluator_id for row in rows if row.evaluator_id}),
        report=report.made(populations, counted),
    )


def _answer(row: StudyCall, strata: Strata) -> Answer:
    said = Said(row.answer)
    return Answer(
        stratum=stratum(strata, row.line_id, row.language),
        weight=row.among / row.quota,
        yes=None if said is Said.NA else said is Said.YES,
        agent=row.agent_id,
    )


def _large(count: int) -> int | None:
    return count if count >= SHOWN_CALLS else None


def to_json(frozen: Frozen) -> dict[str, Any]:
    """As the column holds it."""
    told = frozen.report
    return {
        "calls": frozen.calls,
        "drawn": frozen.drawn,
        "answered": frozen.answered,
        "not_applying": frozen.not_applying,
        "skipped": frozen.skipped,
        "evaluators": frozen.evaluators,
        "whole": _cell(told.whole) if told.whole else None,
        "cells": [_cell(one) for one in told.cells],
        "together": _cell(told.together) if told.together else None,
    }


def of_json(kept: Mapping[str, Any]) -> Frozen:
    """As ``to_json`` wrote it."""
    return Frozen(
        calls=kept["calls"],
        drawn=kept["drawn"],
        answered=kept["answered"],
        not_applying=kept["not_applying"],
        skipped=kept["skipped"],
        evaluators=kept["evaluators"],
        report=Report(
            whole=_read(kept["whole"]) if kept["whole"] else None,
            cells=tuple(_read(one) for one in kept["cells"]),
            together=_read(kept["together"]) if kept["together"] else None,
        ),
    )


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON, hexadecimal: whether two reports are the same."""
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _cell(cell: Cell) -> dict[str, Any]:
    shares = (cell.found.share, cell.found.low, cell.found.high)
    return {
        "strata": [list(one) for one in cell.strata],
        "calls": cell.calls,
        # In tenths of a percent: more would say how many of few, and nobody needs it.
        "permille": [round(1000 * share) for share in shares],
    }


def _read(kept: Mapping[str, Any]) -> Cell:
    share, low, high = (value / 1000 for value in kept["permille"])
    strata: tuple[Stratum, ...] = tuple((line, language) for line, language in kept["strata"])
    return Cell(strata, kept["calls"], Interval(share, low, high))

"""A frozen report: made of the answers once, kept as JSON, read back as values.

It holds no call, no agent, no evaluator and no date of a call: counts of what was drawn and
answered, and the report's groups. A count below ten is not written, only that it is below; nor is
one from which it could be subtracted.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from talteen.life.use.quality.weighing import Interval
from talteen.life.use.study import answering, planning, report, traits
from talteen.life.use.study.answering import Said
from talteen.life.use.study.models import Study, StudyCall
from talteen.life.use.study.plan import SCALE, Plan
from talteen.life.use.study.report import SHOWN_CALLS, Answer, Cell, Report, Stratum, Table
from talteen.life.use.study.traits import Trait


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that is left of a study's calls. A count is None where it is below ten, or where it
    would tell one that is."""

    calls: int | None
    """Of the unit and its weeks, that the lot could draw."""
    drawn: int | None
    answered: int | None
    skipped: int | None
    """That nobody could answer about: said by whoever listened."""
    evaluators: int
    report: Report


def made(study: Study, rows: Sequence[StudyCall]) -> Frozen:
    """What ``rows`` come to."""
    plan, sizes = planning.plan_of(study), populations(study)
    counted = [_answer(plan, row, said) for row in rows if (said := answering.given(row))]
    skipped = sum(bool(row.answer) for row in rows) - len(counted)
    return Frozen(
        calls=_large(sum(sizes.values())),
        drawn=whole_of(len(counted), skipped, len(rows) - len(counted) - skipped),
        answered=_large(len(counted)),
        skipped=_large(skipped),
        evaluators=len({row.evaluator_id for row in rows if row.evaluator_id}),
        report=report.made(
            sizes,
            counted,
            len(plan.asks),
            scales={place: SCALE for place, one in enumerate(plan.asks) if one.steps},
        ),
    )


def populations(study: Study) -> Mapping[Stratum, int]:
    """How many calls each stratum had when the study was drawn."""
    return {_padded(row[:-3]): row[-3] for row in study.frame}


def whole_of(*parts: int) -> int | None:
    """The sum of ``parts``, of which those below ten are not told: None where it would tell what
    the hidden ones come to, and that is below ten as well (complementary suppression)."""
    hidden = sum(part for part in parts if part < SHOWN_CALLS)
    return None if 0 < hidden < SHOWN_CALLS else _large(sum(parts))


def _padded(told: Sequence[Any]) -> Stratum:
    """A stratum as a frame holds it; before there were other traits, as line and language."""
    values = told[0] if len(told) == 1 else told
    return (*values, *traits.stratum({})[len(values) :])


def _answer(plan: Plan, row: StudyCall, said: Sequence[Said]) -> Answer:
    known = {Trait.LINE: row.line_id, Trait.LANGUAGE: row.language}
    of_before = traits.stratum({one: known[one] for one in plan.traits if one in known})
    return Answer(
        stratum=tuple(row.stratum) or of_before,
        chance=row.quota / row.among,
        said=tuple(map(_measured, said)),
        agent=row.agent_id,
    )


def _measured(said: Said) -> float | None:
    """0 to 1; None where the question does not apply."""
    if said is Said.NA:
        return None
    return float(said is Said.YES) if said.step is None else (said.step - 1) / (SCALE - 1)


def _large(count: int) -> int | None:
    return count if count >= SHOWN_CALLS else None


def to_json(frozen: Frozen) -> dict[str, Any]:
    """As the column holds it."""
    return {
        "calls": frozen.calls,
        "drawn": frozen.drawn,
        "answered": frozen.answered,
        "skipped": frozen.skipped,
        "evaluators": frozen.evaluators,
        "tables": [_table(one) if one else None for one in frozen.report.tables],
    }


def of_json(kept: Mapping[str, Any]) -> Frozen:
    """As ``to_json`` wrote it, or the release before there were several questions."""
    return Frozen(
        calls=kept["calls"],
        drawn=kept["drawn"],
        answered=kept["answered"],
        skipped=kept["skipped"],
        evaluators=kept["evaluators"],
        report=Report(tuple(_read(one) for one in kept.get("tables", [kept]))),
    )


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON, hexadecimal: whether two reports are the same."""
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _table(table: Table) -> dict[str, Any]:
    kept = {
        "tenths": table.tenths,
        "whole": _cell(table.whole),
        "cells": [_cell(one) for one in table.cells],
    }
    return {**kept, "steps": [_permille(one) for one in table.steps]} if table.steps else kept


def _read(kept: Mapping[str, Any] | None) -> Table | None:
    if kept is None or kept["whole"] is None:
        return None
    cells = [*kept["cells"], *([kept["together"]] if kept.get("together") else [])]
    return Table(
        tenths=kept.get("tenths"),
        whole=_read_cell(kept["whole"]),
        cells=tuple(_read_cell(one) for one in cells),
        steps=tuple(_interval(one) for one in kept.get("steps", ())),
    )


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "strata": [list(one) for one in cell.strata],
        "calls": cell.calls,
        "permille": _permille(cell.found),
    }


def _permille(found: Interval) -> list[int]:
    # In tenths of a percent: more would say how many of few, and nobody needs it.
    return [round(1000 * share) for share in (found.share, found.low, found.high)]


def _read_cell(kept: Mapping[str, Any]) -> Cell:
    strata = tuple(tuple(one) for one in kept["strata"])
    return Cell(strata, kept["calls"], _interval(kept["permille"]))


def _interval(permille: Sequence[int]) -> Interval:
    share, low, high = (value / 1000 for value in permille)
    return Interval(share, low, high)

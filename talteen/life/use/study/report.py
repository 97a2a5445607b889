"""What a study found, as the only thing that is kept of it: shares of groups that are large enough.

A stratum is told apart where at least SHOWN_CALLS calls (REGISTER 5.6) of SHOWN_AGENTS agents were
answered about (TYL 3 §: no finding is about a person). The others are told together; where only one
would be hidden, or the hidden ones together are still too small, the smallest that could be told
joins them: otherwise whoever subtracts the rest from the whole would read it (complementary
suppression). What cannot be told that way is not told at all.

All questions of a study are told of the same groups, or of unions of them where a question applies
to too few calls of one. So the difference of any two groups of any two tables is made of groups
that are large themselves, and no table gives away what another hides. A cell says how many calls
were answered about, the same in every table; to how many of them a question applied is told in
tenths, because the rest would be a small group of its own.

The sample has two steps: the week's lot gives each call a chance, the study draws of those. So
calls are weighed by one over their chance (``quality.weighing``), a stratum's size is Kish's, and
strata are added by how many calls the question applies to. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from talteen.life.use.quality import weighing
from talteen.life.use.quality.weighing import Interval, Seen
from talteen.life.use.study import sizing
from talteen.notice.employees import LEAST_GROUP

SHOWN_CALLS = 10
SHOWN_AGENTS = LEAST_GROUP
"""As the notice for employees says of every average (REGISTER 16.3)."""

Stratum = tuple[str, ...]
"""What a stratum's calls have in common, in the order of ``traits.Trait``; empty where the study
does not tell them apart."""
Group = tuple[Stratum, ...]
"""One stratum, or all that are told together."""
K = TypeVar("K", Stratum, Group)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered about one call, and nothing else of it."""

    stratum: Stratum
    chance: float
    """With which the week's lot drew it."""
    said: tuple[bool | None, ...]
    """To each question; None where it did not apply."""
    agent: UUID


@dataclass(frozen=True, slots=True)
class Cell:
    """One group that is large enough: how many calls, and the share of those that were so."""

    strata: Group
    calls: int
    """That were answered about."""
    found: Interval


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to one question."""

    tenths: int | None
    """Of the calls, to how many it applied, rounded: 0 to 10. None in a report of before."""
    whole: Cell
    cells: tuple[Cell, ...]
    """The groups that the whole falls into; last those that are small strata together. Empty where
    nothing can be told apart."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that is kept: a table to each question, None where it applied to too few calls."""

    tables: tuple[Table | None, ...]

    @property
    def tells(self) -> bool:
        """Whether it tells anything."""
        return any(self.tables)


@dataclass(frozen=True, slots=True)
class _Part:
    """One stratum on its way into a sum."""

    applies: float
    """Estimated calls of the population to which the question applies."""
    share: float
    size: float
    """Effective, after the finite population's correction."""


def made(populations: Mapping[Stratum, int], answers: Sequence[Answer], questions: int) -> Report:
    """The report on ``answers`` to so many questions, of strata that have so many calls in all."""
    by_stratum: dict[Stratum, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_stratum[answer.stratum].append(answer)
    groups = grouped(by_stratum)
    tables = (_table(populations, by_stratum, groups, place) for place in range(questions))
    return Report(tuple(tables))


def is_large(answers: Sequence[Answer]) -> bool:
    """Whether a group may be told."""
    return len(answers) >= SHOWN_CALLS and len({one.agent for one in answers}) >= SHOWN_AGENTS


def grouped(by_stratum: Mapping[Stratum, Sequence[Answer]]) -> list[Group]:
    """The groups that every table is made of: large ones alone, the others together; one group
    where nothing can be told apart."""
    apart, hidden = parted(by_stratum)
    if not apart:
        return [tuple(sorted(by_stratum))]
    return [*((one,) for one in apart), *([tuple(hidden)] if hidden else [])]


def parted(groups: Mapping[K, Sequence[Answer]]) -> tuple[list[K], list[K]]:
    """Which of ``groups`` are told apart, and which together or not at all."""
    apart = sorted(key for key, some in groups.items() if is_large(some))
    hidden = sorted(set(groups) - set(apart))
    while hidden and apart:
        joined = [answer for key in hidden for answer in groups[key]]
        if len(hidden) > 1 and is_large(joined):
            break
        smallest = min(apart, key=lambda key: (len(groups[key]), key))
        apart.remove(smallest)
        hidden.append(smallest)
    return apart, sorted(hidden)


def _table(
    populations: Mapping[Stratum, int],
    by_stratum: Mapping[Stratum, Sequence[Answer]],
    groups: Sequence[Group],
    place: int,
) -> Table | None:
    """The answer to the question at ``place``."""

    def applying(group: Group) -> list[Answer]:
        return [one for key in group for one in by_stratum[key] if one.said[place] is not None]

    def cell(some: Iterable[Group]) -> Cell:
        strata = tuple(sorted(key for group in some for key in group))
        parts = [(populations[key], by_stratum[key]) for key in strata]
        return Cell(strata, sum(len(own) for _, own in parts), _found(parts, place))

    of_groups = {group: applying(group) for group in groups}
    if not is_large([one for some in of_groups.values() for one in some]):
        return None
    apart, hidden = parted(of_groups)
    unions = [*([one] for one in sorted(apart, key=len)), *([hidden] if hidden else [])]
    return Table(
        tenths=_tenths([one for some in by_stratum.values() for one in some], place),
        whole=cell(groups),
        cells=tuple(map(cell, unions)) if len(unions) > 1 else (),
    )


def _tenths(answers: Sequence[Answer], place: int) -> int:
    seen = [Seen(float(one.said[place] is not None), one.chance) for one in answers]
    return round(weighing.hajek(seen) * 10)


def _found(strata: Sequence[tuple[int, Sequence[Answer]]], place: int) -> Interval:
    parts = [part for part in (_part(*one, place) for one in strata) if part is not None]
    whole = sum(part.applies for part in parts)
    if len(parts) == 1:
        return weighing.wilson(parts[0].share, parts[0].size)
    share = sum(part.applies / whole * part.share for part in parts)
    # Drawn to a half by Wilson's centre, so that strata that all agree are not called certain.
    centres = [weighing.centre(part.share, part.size) for part in parts]
    spread = sum(
        (part.applies / whole) ** 2 * near * (1 - near) / part.size
        for part, near in zip(parts, centres, strict=True)
    )
    near = sum(part.applies / whole * one for part, one in zip(parts, centres, strict=True))
    return weighing.wilson(share, near * (1 - near) / spread if spread else float("inf"))


def _part(population: int, answers: Sequence[Answer], place: int) -> _Part | None:
    seen = [Seen(float(yes), one.chance) for one in answers if (yes := one.said[place]) is not None]
    if not seen:
        return None
    applies = [Seen(float(one.said[place] is not None), one.chance) for one in answers]
    return _Part(
        applies=population * weighing.hajek(applies),
        share=weighing.hajek(seen),
        size=sizing.corrected(weighing.kish(seen), population, len(answers)),
    )

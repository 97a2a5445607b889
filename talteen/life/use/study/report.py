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
strata are added by how many calls the question applies to.

On a scale the mean is told of each group, as a share of the way from the first step to the last,
and of all calls together how many said each step. An interval of a mean is as wide as the answers
differ: of few it is drawn towards the widest that the scale allows, so that those who all said the
same are not called certain. Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
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
    said: tuple[float | None, ...]
    """To each question, 0 to 1: no or yes, or how far on the scale; None where it did not apply."""
    agent: UUID


Read = Callable[[Answer], float | None]
"""What is measured of an answer, 0 to 1; None where the question did not apply."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One group that is large enough: how many calls, and the share of those that were so, or
    their mean."""

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
    steps: tuple[Interval, ...] = ()
    """Of a scale: of the whole, the share that said each step."""


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


def made(
    populations: Mapping[Stratum, int],
    answers: Sequence[Answer],
    questions: int,
    *,
    scales: Mapping[int, int] = MappingProxyType({}),
) -> Report:
    """The report on ``answers`` to so many questions, of strata that have so many calls in all.
    ``scales``: how many steps those questions have that are answered on a scale, by place."""
    by_stratum: dict[Stratum, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_stratum[answer.stratum].append(answer)
    groups = grouped(by_stratum)
    tables = (
        _table(populations, by_stratum, groups, place, scales.get(place, 0))
        for place in range(questions)
    )
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
    steps: int,
) -> Table | None:
    """The answer to the question at ``place``, on a scale of ``steps`` if any."""

    def applying(group: Group) -> list[Answer]:
        return [one for key in group for one in by_stratum[key] if one.said[place] is not None]

    def read(one: Answer) -> float | None:
        return one.said[place]

    def cell(some: Iterable[Group]) -> Cell:
        strata = tuple(sorted(key for group in some for key in group))
        parts = [(populations[key], by_stratum[key]) for key in strata]
        found = _found(parts, read, differ=bool(steps))
        return Cell(strata, sum(len(own) for _, own in parts), found)

    of_groups = {group: applying(group) for group in groups}
    if not is_large([one for some in of_groups.values() for one in some]):
        return None
    apart, hidden = parted(of_groups)
    unions = [*([one] for one in sorted(apart, key=len)), *([hidden] if hidden else [])]
    return Table(
        tenths=_tenths([one for some in by_stratum.values() for one in some], place),
        whole=cell(groups),
        cells=tuple(map(cell, unions)) if len(unions) > 1 else (),
        steps=tuple(
            _found(
                [(populations[key], some) for key, some in by_stratum.items()],
                _is_step(read, step, steps),
            )
            for step in range(steps)
        ),
    )


def _is_step(read: Read, step: int, steps: int) -> Read:
    """Whether an answer is this step, the first being 0."""

    def found(one: Answer) -> float | None:
        said = read(one)
        return None if said is None else float(round(said * (steps - 1)) == step)

    return found


def _tenths(answers: Sequence[Answer], place: int) -> int:
    seen = [Seen(float(one.said[place] is not None), one.chance) for one in answers]
    return round(weighing.hajek(seen) * 10)


def _found(
    strata: Sequence[tuple[int, Sequence[Answer]]], read: Read, *, differ: bool = False
) -> Interval:
    told = (_part(*one, read, differ=differ) for one in strata)
    parts = [part for part in told if part is not None]
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


def _part(population: int, answers: Sequence[Answer], read: Read, *, differ: bool) -> _Part | None:
    seen = [Seen(float(said), one.chance) for one in answers if (said := read(one)) is not None]
    if not seen:
        return None
    applies = [Seen(float(read(one) is not None), one.chance) for one in answers]
    size = weighing.kish(seen) * (weighing.evenness(seen) if differ else 1)
    return _Part(
        applies=population * weighing.hajek(applies),
        share=weighing.hajek(seen),
        size=sizing.corrected(size, population, len(answers)),
    )

"""What a study found, as the only thing that is kept of it: shares of groups that are large enough.

A stratum is told apart where at least SHOWN_CALLS calls (REGISTER 5.6) of SHOWN_AGENTS agents
answer for it (TYL 3 §: no finding is about a person). The others are told together; where only one
would be hidden, or the hidden ones together are still too small, the smallest that could be told
joins them: otherwise whoever subtracts the rest from the whole would read it (complementary
suppression). What cannot be told that way is not told at all.

The sample has two steps: the week's lot gives each call a chance, the study draws of those. So
calls are weighed by one over their chance (Hajek), a stratum's size is Kish's, and strata are added
by how many calls the question applies to. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from talteen.life.use.study import sizing
from talteen.life.use.study.sizing import Interval
from talteen.notice.employees import LEAST_GROUP

SHOWN_CALLS = 10
SHOWN_AGENTS = LEAST_GROUP
"""As the notice for employees says of every average (REGISTER 16.3)."""

Stratum = tuple[str, str]
"""A line and a language; empty where the study does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered about one call, and nothing else of it."""

    stratum: Stratum
    weight: float
    """One over the chance with which the week's lot drew it."""
    yes: bool | None
    """None where the question did not apply."""
    agent: UUID


@dataclass(frozen=True, slots=True)
class Cell:
    """One group that is large enough: how many calls, and the share of those that were so."""

    strata: tuple[Stratum, ...]
    """One, or all that are told together."""
    calls: int
    """To which the question applied."""
    found: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """All that is kept."""

    whole: Cell | None
    """None where the sample is too small to tell anything."""
    cells: tuple[Cell, ...]
    together: Cell | None
    """The strata that are too small to be told apart, where they are large enough together."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One stratum on its way into a sum."""

    applies: float
    """Estimated calls of the population to which the question applies."""
    share: float
    size: float
    """Effective, after the finite population's correction."""


def made(populations: Mapping[Stratum, int], answers: Sequence[Answer]) -> Report:
    """The report on ``answers``, of strata that have so many calls in all."""
    by_stratum: dict[Stratum, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_stratum[answer.stratum].append(answer)
    if not is_large(_applying(answers)):
        return Report(None, (), None)
    apart, hidden = parted({key: _applying(some) for key, some in by_stratum.items()})

    def cell(strata: Iterable[Stratum]) -> Cell:
        these = tuple(sorted(strata))
        parts = [(populations[one], by_stratum[one]) for one in these]
        return Cell(these, sum(len(_applying(some)) for _, some in parts), _found(parts))

    if not apart:
        return Report(cell(by_stratum), (), None)
    told = len(by_stratum) > 1
    return Report(
        whole=cell(by_stratum),
        cells=tuple(cell([one]) for one in apart) if told else (),
        together=cell(hidden) if hidden else None,
    )


def is_large(answers: Sequence[Answer]) -> bool:
    """Whether a group may be told."""
    return len(answers) >= SHOWN_CALLS and len({one.agent for one in answers}) >= SHOWN_AGENTS


def parted(
    by_stratum: Mapping[Stratum, Sequence[Answer]],
) -> tuple[list[Stratum], list[Stratum]]:
    """The strata that are told apart, and those that are told together or not at all."""
    apart = sorted(key for key, some in by_stratum.items() if is_large(some))
    hidden = sorted(set(by_stratum) - set(apart))
    while hidden and apart:
        joined = [answer for key in hidden for answer in by_stratum[key]]
        if len(hidden) > 1 and is_large(joined):
            break
        smallest = min(apart, key=lambda key: (len(by_stratum[key]), key))
        apart.remove(smallest)
        hidden.append(smallest)
    return apart, sorted(hidden)


def _applying(answers: Sequence[Answer]) -> list[Answer]:
    return [one for one in answers if one.yes is not None]


def _found(strata: Sequence[tuple[int, Sequence[Answer]]]) -> Interval:
    parts = [part for part in (_part(*one) for one in strata) if part is not None]
    whole = sum(part.applies for part in parts)
    if len(parts) == 1:
        return sizing.wilson(parts[0].share, parts[0].size)
    share = sum(part.applies / whole * part.share for part in parts)
    # Drawn to a half by Wilson's centre, so that strata that all agree are not called certain.
    centres = [sizing.centre(part.share, part.size) for part in parts]
    spread = sum(
        (part.applies / whole) ** 2 * near * (1 - near) / part.size
        for part, near in zip(parts, centres, strict=True)
    )
    near = sum(part.applies / whole * one for part, one in zip(parts, centres, strict=True))
    return sizing.wilson(share, near * (1 - near) / spread if spread else float("inf"))


def _part(population: int, answers: Sequence[Answer]) -> _Part | None:
    applying = _applying(answers)
    if not applying:
        return None
    weights = [one.weight for one in applying]
    whole, weighed = sum(weights), sum(weight**2 for weight in weights)
    size = whole**2 / weighed  # Kish 1965: what unequal chances cost
    return _Part(
        applies=population * whole / sum(one.weight for one in answers),
        share=sum(one.weight for one in applying if one.yes) / whole,
        size=sizing.corrected(size, population, len(answers)),
    )

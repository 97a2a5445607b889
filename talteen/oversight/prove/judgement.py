"""What a judgement is: whether a promise holds, with the figures that say so. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import Facts

Figure = int | str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether it holds, and the figures that say so."""

    kept: bool
    figures: Mapping[str, Figure] = field(default_factory=dict)


Judge = Callable[[Facts, str], Judgement]
"""Facts and the id of the sentence that is judged."""


def none(bad: int, **figures: Figure) -> Judgement:
    """Kept where there is no ``bad`` one."""
    return Judgement(bad == 0, {"bad": int(bad), **figures})


def no_bad(count: Count) -> Judgement:
    """Kept where none of those that were looked at is bad."""
    return none(count.bad, all=count.all)

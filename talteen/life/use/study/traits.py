"""By what the calls of a study are told apart: what is known of a call without opening it.

Only coarse traits, so that a stratum is many calls: parts of a day, not hours; working days and
weekends, not days. Nothing of the caller is among them, and no agent and no team (TYL 3 §: a study
is about the service). Pure.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

from talteen.life.use.study.report import Stratum

MOST = 3
"""Traits at once: more make strata of so few calls that they are told together again."""


class Trait(Enum):
    """One of them, in the order in which a stratum names them."""

    LINE = "line"
    LANGUAGE = "language"
    DIRECTION = "direction"
    DAY = "day"
    """Working days, or Saturday and Sunday."""
    DAYPART = "daypart"
    """Morning, afternoon, evening or night, by the clock of Helsinki."""
    LENGTH = "length"
    UNIT = "unit"
    """Only of a study of the whole house."""


class Day(Enum):
    """Values of ``Trait.DAY``."""

    WORKING = "working"
    WEEKEND = "weekend"


class Daypart(Enum):
    """Values of ``Trait.DAYPART``: 6 to 12, 12 to 17, 17 to 22, and the rest."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


class Length(Enum):
    """Values of ``Trait.LENGTH``: under two minutes, under six, longer."""

    SHORT = "short"
    MIDDLE = "middle"
    LONG = "long"


Raw = Mapping[Trait, str | int]
"""Of one call, or of many that are the same, what each trait of a study is read from: a slug or a
code, the ISO number of the weekday, the hour in Helsinki, or whole pairs of minutes."""
PAIR_MS = 120_000


def stratum(raw: Raw) -> Stratum:
    """Where such a call stands: a value to each trait, empty where the study does not ask."""
    return tuple(_coarse(one, raw[one]) if one in raw else "" for one in Trait)


def spelled(traits: tuple[Trait, ...]) -> str:
    """As the plan and its column hold them, in the order of ``Trait``."""
    return _NAMES.get(traits) or "+".join(one.value for one in traits)


def read(text: str) -> tuple[Trait, ...]:
    """What ``spelled`` wrote. ValueError for anything else."""
    for traits, name in _NAMES.items():
        if text == name:
            return traits
    return in_order(map(Trait, text.split("+")))


def in_order(some: Iterable[Trait]) -> tuple[Trait, ...]:
    """Each once, in the order of ``Trait``."""
    chosen = set(some)
    return tuple(one for one in Trait if one in chosen)


_NAMES: Mapping[tuple[Trait, ...], str] = {
    (): "none",
    (Trait.LINE, Trait.LANGUAGE): "both",
}
"""As they were spelled when there were two: the ledger holds hashes of plans."""


def _coarse(trait: Trait, value: str | int) -> str:
    found: Enum
    match trait:
        case Trait.DAY:
            found = Day.WEEKEND if int(value) > 5 else Day.WORKING
        case Trait.DAYPART:
            found = _daypart(int(value))
        case Trait.LENGTH:
            found = _length(int(value))
        case _:
            return str(value)
    return str(found.value)


def _length(pairs: int) -> Length:
    if pairs < 1:
        return Length.SHORT
    return Length.MIDDLE if pairs < 3 else Length.LONG


def _daypart(hour: int) -> Daypart:
    if 6 <= hour < 12:
        return Daypart.MORNING
    if 12 <= hour < 17:
        return Daypart.AFTERNOON
    return Daypart.EVENING if 17 <= hour < 22 else Daypart.NIGHT

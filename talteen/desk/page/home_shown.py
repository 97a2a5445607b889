"""What a home page is made of: one answer on top, one deed, then three jobs of the day (look 7).

A job says how much waits, lists the first of it, and says what is so when nothing does. Everything
is counted from rows as the page is drawn; nothing is remembered between two looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

MOST = 5
"""So many rows of a job; the page behind it has the rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits."""

    what: str
    more: str = ""
    url: str = ""
    state: str = ""
    kind: str = ""
    """``soon`` where its day is near."""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The first things that wait, and how many more there are."""

    lines: tuple[Line, ...] = ()
    rest: int = 0


def listed(lines: Iterable[Line], count: int) -> Listed:
    """The first of ``count`` lines; no more of them are made."""
    return Listed(tuple(islice(lines, MOST)), max(count - MOST, 0))


@dataclass(frozen=True, slots=True)
class Job:
    """One of the three jobs."""

    id: str
    title: str
    says: str
    """How much there is of it."""
    empty: str
    """What is so when nothing waits."""
    url: str = ""
    action: str = ""
    """What the link to the page behind it says."""
    listed: Listed = Listed()


@dataclass(frozen=True, slots=True)
class Deed:
    """The one thing to do first."""

    label: str
    url: str
    icon: str = "arrow-right"


@dataclass(frozen=True, slots=True)
class Home:
    """The page of a role."""

    answer: str
    """The heading: what is so, not what the page is called."""
    says: str
    deed: Deed | None
    jobs: tuple[Job, ...]
    closing: tuple[Line, ...] = ()
    """What can be heard for two weeks at most, the first to close first."""

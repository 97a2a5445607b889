"""The days of the demo: from the birth of the house, 93 days back, to this moment (REGISTER J6).

Calls come in on their own day; every night the house sweeps as it would anywhere. What is past
its cutoff today has therefore died by the ordinary way, with its certificate, before the
visitor arrives.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from talteen import course, founding
from talteen.clock import helsinki_date, start_of_day
from talteen.config import Born, Config
from talteen.demo import cast, material
from talteen.demo.material import SpokenCall
from talteen.life.seal.acts import Outcome
from talteen.wiring import House

BACK = timedelta(days=93)
Move = Callable[[datetime], object]
"""Moves the clock of the house to a moment."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What one step of living through the days brought."""

    at: datetime
    done: int
    of: int
    name: str = ""
    outcome: Outcome | None = None


@dataclass(slots=True)
class Tally:
    """What the days added up to."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    rolls: int = 0
    destroyed: int = 0
    certified: int = 0


def birth_of(today: date) -> datetime:
    """The first moment of a demo house that is to arrive at ``today``."""
    return start_of_day(today - BACK) + timedelta(hours=9)


def found(config: Config, *, at: datetime, machine_at: datetime) -> None:
    """Found the house, publish its notice for the next day, hire its people."""
    founding.found(config, Born.DEMO, at=at, machine_at=machine_at)
    day = helsinki_date(at)
    approvers = ("pirkko", "r01")
    founding.publish(
        config,
        f"{day.year}-1",
        day + timedelta(days=1),
        approvers=approvers,
        at=at,
        reviewed_on=day,
    )
    cast.hire(day)


def live_through(
    house: House,
    calls: Sequence[SpokenCall],
    drop: Path,
    *,
    until: datetime,
    move: Move,
    tally: Tally,
) -> Iterator[Lived]:
    """Live from now to ``until``: take in each call when it has ended, sweep each night."""
    waiting = list(calls)
    for night in _nights(house.now(), until):
        while waiting and waiting[0].ends_at < night:
            call = waiting.pop(0)
            at = max(call.ends_at, house.now())
            move(at)
            outcome = course.take_in(house, material.drop(call, drop), at)
            tally.outcomes[call.name] = outcome
            yield Lived(at, len(calls) - len(waiting), len(calls), call.name, outcome)
        at = max(night, house.now())
        move(at)
        _sweep(house, at, tally)
        yield Lived(at, len(calls) - len(waiting), len(calls))


def _nights(start: datetime, until: datetime) -> Iterator[datetime]:
    """Half past midnight of every day from ``start`` to ``until``, and ``until`` itself."""
    day = helsinki_date(start) + timedelta(days=1)
    while (night := start_of_day(day) + timedelta(minutes=30)) < until:
        yield night
        day += timedelta(days=1)
    yield until


def _sweep(house: House, at: datetime, tally: Tally) -> None:
    swept = course.sweep(house, at)
    tally.rolls += swept.rolled
    tally.destroyed += swept.destroyed
    tally.certified += swept.certified

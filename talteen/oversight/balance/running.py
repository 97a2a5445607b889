"""The balance of a day that comes hour by hour, so that no day must stand in memory. Pure.

A recording and a promise need the calls that run when they begin, so a call is let go of when the
last hour is over that could ask for it. Hours come in order and are reckoned as ``slot`` says:
three seconds early, so that what begins a little before its call comes with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from talteen.oversight.balance import matching
from talteen.oversight.balance.matching import TOLERANCE
from talteen.oversight.balance.values import Promised, Recorded
from talteen.oversight.records.values import CallRecord

_HOUR_S = 3600


def call_slot(call: CallRecord) -> int:
    """The hour with which a call comes."""
    return _hour(call.began_at)


def slot(at: datetime) -> int:
    """The hour with which a recording or a promise comes that began ``at``."""
    return _hour(at + TOLERANCE)


@dataclass(frozen=True, slots=True)
class Matched:
    """A call that is over, with what the register has of it."""

    call: CallRecord
    recorded: tuple[Recorded, ...]
    promise: Promised | None


@dataclass(slots=True)
class Running:
    """The calls of one day that are not over yet, and what was found of them."""

    calls: dict[str, CallRecord] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)
    """Recordings that belong to no call."""
    _recorded: dict[str, tuple[Recorded, ...]] = field(default_factory=dict)
    _promised: dict[str, Promised] = field(default_factory=dict)

    def hour(
        self,
        number: int | None,
        calls: Iterable[CallRecord],
        recorded: Iterable[Recorded],
        promised: Iterable[Promised],
    ) -> Iterator[Matched]:
        """What comes with an hour, and all that no hour before did; the calls that are over then.
        Hours that bring nothing may be left out; None is the last, and every call is over."""
        self.calls |= {call.key: call for call in calls}
        matches, orphans = matching.matched(list(self.calls.values()), recorded)
        for call, found in matches.items():
            self._recorded[call.key] = (*self._recorded.get(call.key, ()), *found)
        self.orphans += [one.id for one in orphans]
        unpromised = [call for key, call in self.calls.items() if key not in self._promised]
        for call, promise in matching.promises_of(unpromised, promised).items():
            self._promised[call.key] = promise
        yield from self._over(number)

    def _over(self, number: int | None) -> Iterator[Matched]:
        for key, call in list(self.calls.items()):
            if number is None or slot(call.ended_at + TOLERANCE) <= number:
                del self.calls[key]
                found = self._recorded.pop(key, ())
                yield Matched(call, found, self._promised.pop(key, None))


def _hour(at: datetime) -> int:
    return int(at.timestamp() // _HOUR_S)

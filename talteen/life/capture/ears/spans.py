"""From which instant to which a call is kept: by the arrival of packets, never by "now".

An ear reads late on purpose. A pause that a person asked for at 12:00:03.120 must not keep a packet
of 12:00:03.130, whenever it is read (capture note 10), nor lose one of 12:00:03.110.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from talteen.engine.vault.journal_bodies import Gap, Why

NEVER = (1 << 63) - 1


@dataclass(slots=True)
class Spans:
    """Instants at which keeping begins or ceases, for one call."""

    _changes: list[tuple[int, int]] = field(default_factory=list)
    """Instant and +1 (keep) or -1 (cease). Pauses nest: a hold in a pause ends with both."""
    _open: dict[Why, int] = field(default_factory=dict)
    _over: list[Gap] = field(default_factory=list)
    _levels: list[int] = field(default_factory=list)
    begun_ns: int = NEVER

    @property
    def last_ns(self) -> int:
        """From here on the answer does not change any more."""
        return self._changes[-1][0] if self._changes else NEVER

    @property
    def keeps(self) -> bool:
        """Whether what comes after the last change is kept."""
        return bool(self._levels) and self._levels[-1] > 0

    def begin(self, at_ns: int) -> None:
        """Keep from ``at_ns`` on: the announcement ended there. The first word on it stands."""
        if self.begun_ns == NEVER:
            self.begun_ns = at_ns
            self._change(at_ns, 1)

    def cease(self, at_ns: int, why: Why) -> Gap | None:
        """Keep nothing from ``at_ns`` on, until ``resume`` of the same reason. One that is told
        again, be it behind its end, is not another one."""
        told = any(gap.why is why and gap.from_ns == at_ns for gap in self._over)
        if told or why in self._open:
            return None
        self._open[why] = at_ns
        self._change(at_ns, -1)
        return Gap(why, at_ns, None, 0)

    def resume(self, at_ns: int, why: Why) -> Gap | None:
        """Keep again from ``at_ns`` on, if no other reason stands against it; gives the gap."""
        began = self._open.pop(why, None)
        if began is None:
            return None
        until = max(at_ns, began)
        self._change(until, 1)
        gap = Gap(why, began, until, 0)
        self._over.append(gap)
        return gap

    def cut(self, at_ns: int) -> None:
        """Keep nothing from ``at_ns`` on, whatever comes: the call is over."""
        self._changes = [one for one in self._changes if one[0] < at_ns]
        self._change(at_ns, -len(self._changes) - 1)

    @property
    def paused(self) -> bool:
        """Whether a gap has not ended."""
        return bool(self._open)

    def gaps(self) -> list[Gap]:
        """All of them: what another ear or another key wrote of one may lack its end."""
        return [*self._over, *(Gap(why, began, None, 0) for why, began in self._open.items())]

    def wanted(self, arrival_ns: int) -> bool:
        """Whether a packet that came at that instant is kept."""
        return self._kept_since_change(arrival_ns) is not None

    def since(self, arrival_ns: int) -> int | None:
        """From which instant on packets are kept up to one that came at that instant; None where
        it is not kept itself."""
        index = self._kept_since_change(arrival_ns)
        if index is None:
            return None
        while index and self._levels[index - 1] > 0:
            index -= 1
        return self._changes[index][0]

    def _kept_since_change(self, arrival_ns: int) -> int | None:
        """Which change came last before that instant; None where what comes then is let go."""
        index = bisect_right(self._changes, (arrival_ns, 2)) - 1
        return index if index >= 0 and self._levels[index] > 0 else None

    def _change(self, at_ns: int, by: int) -> None:
        insort(self._changes, (at_ns, by))
        level, self._levels = 0, []
        for _, step in self._changes:
            level += step
            self._levels.append(level)

"""How far a process stands back for others, and when it does so no longer.

Who listens goes first (decision 262); but work that gets next to nothing never comes to its end. So
a process that stands back asks the kernel from time to time how long it ran and how long it stood
in line for a core, and stands back no more while it starves (decision 299).
"""

import contextlib
import os
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()

LOOKS_BACK_S = 300.0
"""Over how long it is judged: a busy minute is what standing back is for."""
STARVES, THRIVES = 20.0, 4.0
"""Seconds in line for one on a core: from the first on it starves, below the second no longer. Who
stands back beside one other that takes all it can waits nine."""
LEAST_S = 60.0
"""Less waiting than this in all is no work that cannot go on."""
_SELF = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Spent:
    """What the threads of a process have spent since they began, in seconds."""

    ran: float
    waited: float
    """Ready to run, with no core to run on."""


def spent() -> Spent:
    """Of this process; Linux counts it in ``schedstat``. Nothing where it does not."""
    ran = waited = 0
    for thread in (_SELF / "task").iterdir():
        with contextlib.suppress(OSError, ValueError):  # it has ended since
            told = (thread / "schedstat").read_text().split()
            ran, waited = ran + int(told[0]), waited + int(told[1])
    return Spent(ran / 1e9, waited / 1e9)


def starves(over: Spent, *, starving: bool) -> bool:
    """Whether who ran and waited so long gets too little; ``starving`` is how it was before."""
    if over.waited < LEAST_S and not starving:
        return False
    return over.waited > (THRIVES if starving else STARVES) * over.ran


def set_back(niceness: int) -> None:
    """All threads of this process are so nice from here on, and so is its session where it leads
    one: a kernel that shares by sessions (sched(7), autogroup) lets a niceness count only among the
    processes of one. What may not be taken back stays as it is.
    """
    for thread in (_SELF / "task").iterdir():
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), niceness)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # not this kernel, or another has just written there
            (_SELF / "autogroup").write_text(str(niceness))


@dataclass(slots=True)
class StandingBack:
    """A process that stands back by ``niceness``, unless it starves."""

    niceness: int
    starving: bool = False
    _seen: deque[tuple[float, Spent]] = field(default_factory=deque)

    def look(self) -> None:
        """Judge how it fared, and stand back or not. To be called every few seconds."""
        self.judge(time.monotonic(), spent())
        set_back(0 if self.starving else self.niceness)

    def judge(self, at_s: float, now: Spent) -> None:
        """``now`` was spent by ``at_s``: does it starve?"""
        self._seen.append((at_s, now))
        while len(self._seen) > 1 and self._seen[1][0] <= at_s - LOOKS_BACK_S:
            self._seen.popleft()
        since_s, before = self._seen[0]
        if at_s - since_s < LOOKS_BACK_S:
            return
        # Threads end and take what they spent with them: less than nothing is nothing.
        over = Spent(max(now.ran - before.ran, 0.0), max(now.waited - before.waited, 0.0))
        was, self.starving = self.starving, starves(over, starving=self.starving)
        if self.starving == was:
            return
        self._seen.clear()
        if self.starving:
            log.warning("worker.starves")
        else:
            log.info("worker.stands_back")

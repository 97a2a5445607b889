"""What a drill tells as it goes, and the two ways in which it does not come to its end."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

PATIENT_S = 600.0
"""A worker stands back: on a busy machine it hears a minute of talk for minutes."""


class Impossible(Exception):
    """The drill cannot be run here; says what helps."""


class Broken(Exception):
    """What the drill found."""


@dataclass(slots=True, kw_only=True)
class Told:
    """Lines with their second since the drill began."""

    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        """A line of the drill."""
        print(f"{time.monotonic() - self.began:7.1f} s  {what}", flush=True)

    def holds(self, true: object, what: str) -> None:
        """Broken where it is not."""
        if not true:
            raise Broken(what)
        self.say(f"ok    {what}")


def judged(name: str, told: Told, tell: Callable[[], object], *, well: str) -> int:
    """The exit status of a drill: 2 with one line where it cannot be run, 1 where it found
    something, 0 and ``well`` otherwise."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    try:
        tell()
    except Impossible as why:
        print(f"drill {name}: {why}", file=sys.stderr)
        return 2
    except (Broken, subprocess.CalledProcessError, subprocess.TimeoutExpired) as what:
        told.say(f"FAILED {what}\n{getattr(what, 'stderr', None) or ''}")
        return 1
    told.say(well)
    return 0


def until(happens: Callable[[], object], what: str | Callable[[], str]) -> None:
    """Broken, with ``what``, where it does not happen in some minutes."""
    end = time.monotonic() + PATIENT_S
    while not happens():
        if time.monotonic() > end:
            missing = what if isinstance(what, str) else what()
            raise Broken(f"it did not happen: {missing}")
        time.sleep(0.5)

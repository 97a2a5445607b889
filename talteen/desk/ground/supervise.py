"""Child processes that are kept alive: started in order, again when they die, stopped in reverse.

A child that keeps dying is started ever more slowly. Each is tied to this process by the kernel
(``PR_SET_PDEATHSIG``), so that ``kill -9`` of the supervisor leaves nothing running.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import structlog

log = structlog.get_logger()

_LOOK_EVERY_S = 0.1
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.2, 30.0
_WELL_AFTER_S = 60.0
_STOP_WITHIN_S = 20.0


@dataclass(slots=True)
class Child:
    """A process that is to run for as long as its supervisor."""

    name: str
    command: tuple[str, ...]
    niceness: int = 0
    """How far it stands back for others (nice(1)): what people wait for goes first."""
    process: subprocess.Popen[bytes] | None = None
    started_at_s: float = 0.0
    restarts: int = 0
    not_before_s: float = 0.0

    def start(self, now_s: float) -> None:
        """Start it, tied to this thread's life."""
        self.process = _tied(("nice", "-n", str(self.niceness), *self.command))
        self.started_at_s = now_s
        log.info("process.started", process=self.name, pid=self.process.pid)

    def look(self, now_s: float) -> None:
        """Start it again if it has died and its waiting time is over."""
        if self.process is None:
            if now_s >= self.not_before_s:
                self.start(now_s)
            return
        status = self.process.poll()
        if status is None:
            return
        if now_s - self.started_at_s > _WELL_AFTER_S:
            self.restarts = 0
        wait_s = min(_SHORTEST_WAIT_S * 2**self.restarts, _LONGEST_WAIT_S)
        log.warning("process.ended", process=self.name, exit_status=status, wait_s=wait_s)
        self.process, self.not_before_s = None, now_s + wait_s
        self.restarts += 1

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if it does not end in time."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            log.warning("process.killed", process=self.name)
            self.process.kill()
            self.process.wait()
        log.info("process.stopped", process=self.name)
        self.process = None


class Stop:
    """Whether somebody asked this process to stop. Used as a ``threading.Event`` is, but ``set``
    may come from a signal's handler: an event whose ``wait`` it interrupts holds the very lock
    that ``set`` waits for, and the process is deaf from then on.
    """

    def __init__(self) -> None:
        # The one thing of the standard library that may be put into while it is being asked.
        self._asked: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Ask. It stays asked."""
        self._asked.put(None)

    def is_set(self) -> bool:
        """Whether somebody did."""
        return not self._asked.empty()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until somebody asks, at most ``timeout_s`` seconds; whether somebody did."""
        try:
            self._asked.get(timeout=timeout_s)
        except Empty:
            return False
        self._asked.put(None)
        return True


@dataclass(slots=True)
class Seldom:
    """Says when something is due that is not done at every look; at the first one it is."""

    every_s: float
    _next_s: float = 0.0

    def is_due(self) -> bool:
        """Whether it is; from then on it is not, for as long as it says."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return False
        self._next_s = now_s + self.every_s
        return True


def talteen(*command: str) -> tuple[str, ...]:
    """The command line of one ``talteen`` command, in this very environment."""
    return (sys.executable, "-m", "talteen.desk.cli", *command)


def run(command: tuple[str, ...], asked: Stop) -> int:
    """Run ``command`` to its end and give its exit status; 0 if somebody asks to stop before."""
    process = _tied(command)
    while (status := process.poll()) is None:
        if asked.wait(_LOOK_EVERY_S):
            process.terminate()
            process.wait()
            return 0
    return status


def told(command: tuple[str, ...]) -> tuple[int, str]:
    """Run ``command`` to its end: its exit status, and what it says on standard output."""
    done = subprocess.run(
        [*_WITH_US, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    return done.returncode, done.stdout.strip()


_WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""Whatever is started so ends with this process."""


def _tied(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*_WITH_US, *command],
        stdin=subprocess.DEVNULL,
        # The terminal's Ctrl-C goes to the supervisor alone, which stops all in order.
        start_new_session=True,
    )


@contextlib.contextmanager
def stop_signals() -> Iterator[Stop]:
    """What SIGTERM, SIGINT and SIGHUP ask, instead of ending the process."""
    asked = Stop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def children(wanted: list[Child], *, at_once: int | None = None) -> Iterator[None]:
    """``wanted``, started in order; stopped in reverse order, whatever happens between.

    Of the first ``at_once`` only, if given: ``watch`` starts the others.
    """
    try:
        for child in wanted[:at_once]:
            child.start(time.monotonic())
        yield
    finally:
        for child in reversed(wanted):
            child.stop()


def watch(wanted: list[Child], asked: Stop, *, while_alive: Callable[[], bool]) -> None:
    """Keep ``wanted`` alive until somebody asks to stop, or what they stand on is gone."""
    while while_alive() and not asked.wait(_LOOK_EVERY_S):
        for child in wanted:
            child.look(time.monotonic())

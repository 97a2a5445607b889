"""Other processes for tests: real ones, that say one line when ready and die when told."""

import contextlib
import functools
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from django.db import connections

from talteen import garbage

BEGINS = f"import gc; gc.set_threshold{garbage.SELDOM}\n"
"""As the product's own processes begin: to look for garbage while a house is loaded is a fifth of
what loading costs."""
Progress = Callable[[str], None]
"""Told each step that has become durable."""
_LOOKS_EVERY_S = 0.005
_SET_BACK = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGUSR1)


class Process(Protocol):
    """What tests ask of a process (``subprocess.Popen``)."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


@dataclass(slots=True)
class Forked:
    """A process that was forked: ``ended`` gives its exit status once it has one."""

    pid: int
    ended: Callable[[], int | None]
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None while it lives."""
        if self.returncode is None:
            self.returncode = self.ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended. Raises subprocess.TimeoutExpired after ``timeout`` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0.0)
            time.sleep(_LOOKS_EVERY_S)
        return status

    def send_signal(self, number: int) -> None:
        """Nothing to one that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass(slots=True)
class Child:
    """A Python process that has said its first line."""

    process: subprocess.Popen[str]
    said: str

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """kill -9, and reap."""
        self.process.kill()
        self.process.wait()

    def told(self, line: str) -> str:
        """Say a line to it, and hear its next."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def finish(self) -> int:
        """Let it come to its end: its input closes. Gives its exit status."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(timeout=30)


@contextlib.contextmanager
def python(
    source: str,
    *arguments: str,
    env: dict[str, str] | None = None,
    interpreter: Sequence[str] = (sys.executable,),
) -> Iterator[Child]:
    """Run ``source`` as a process until its first line of output. It is dead at the end."""
    process = subprocess.Popen(
        [*interpreter, "-c", BEGINS + source, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        try:
            yield Child(process, process.stdout.readline().strip())
        finally:
            process.kill()
            process.wait()


def until(happens: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Return once ``happens()`` is true. Fails the test if it stays false."""
    end, pause_s = time.monotonic() + within_s, 0.005
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        # Yields the processor while another process works; no result depends on its length.
        time.sleep(pause_s)
        pause_s = min(1.2 * pause_s, 0.03)


def killed_at(step: str, act: Callable[[Progress], object]) -> bool:
    """Run ``act`` in a process that kills itself when ``step`` has become durable; whether it came
    that far.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:

        def progress(done: str) -> None:
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            act(progress)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@contextlib.contextmanager
def beside(act: Callable[[], object]) -> Iterator[Forked]:
    """A process of its own that does ``act`` with what is loaded here, and ends as a program does.
    It opens its own connections to the database; it is dead at the end."""
    connections.close_all()
    child = os.fork()
    if not child:
        become(act, dict(os.environ))
    process = Forked(child, functools.partial(waited, child))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def forked(act: Callable[[], object]) -> Iterator[int]:
    """A process that shares this one's memory maps, does ``act`` and waits; dead at the end."""
    child = os.fork()
    if child == 0:
        try:
            act()
            signal.pause()
        finally:
            os._exit(1)
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            gone(child)


def waited(child: int) -> int | None:
    """The exit status of a child of this process that has ended; None while it lives."""
    done, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def become(
    act: Callable[[], object], environment: Mapping[str, str], *, keep: Collection[int] = ()
) -> NoReturn:
    """Be the process that does ``act``: with this environment, the signals of a new process, and no
    open files but the standard ones and these. It never returns into its parent's frames."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _SET_BACK:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for name in os.listdir("/proc/self/fd"):
            if int(name) > 2 and int(name) not in keep:
                with contextlib.suppress(OSError):
                    os.close(int(name))
        os.environ.clear()
        os.environ.update(environment)
        status = int(act() or 0)  # type: ignore[call-overload]
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else bool(end.code)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def gone(child: int) -> None:
    """kill -9 of a forked process, and reap it."""
    kill_9(child)
    os.waitpid(child, 0)


def kill_9(pid: int) -> None:
    """What the out-of-memory killer does."""
    os.kill(pid, signal.SIGKILL)

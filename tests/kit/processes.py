"""Other processes for tests: real ones, that say one line when ready and die when told."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connections

from talteen import garbage

BEGINS = f"import gc; gc.set_threshold{garbage.SELDOM}\n"
"""As the product's own processes begin: to look for garbage while a house is loaded is a fifth of
what loading costs."""
Progress = Callable[[str], None]
"""Told each step that has become durable."""


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


def gone(child: int) -> None:
    """kill -9 of a forked process, and reap it."""
    kill_9(child)
    os.waitpid(child, 0)


def kill_9(pid: int) -> None:
    """What the out-of-memory killer does."""
    os.kill(pid, signal.SIGKILL)

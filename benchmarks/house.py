"""A throw-away house for measurements, and the processes in it."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import folders, knobs  # noqa: F401  (takes out of the environment what a house refuses)
from talteen import config as configs
from talteen.config import Config
from talteen.desk.ground import database, place, startup, supervise

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on the disk that houses usually stand on, not in memory."""
    with folders.held("talteen-bench-") as (path, _):
        (path / "house").mkdir(mode=0o700)
        yield path / "house"


@contextlib.contextmanager
def standing() -> Iterator[Config]:
    """A house with a running, migrated database and Django set up. Once a process."""
    with folder() as home:
        os.environ["TALTEEN_HOME"] = str(home)
        config = configs.load()
        place.prepare(config)
        with database.running(config):
            subprocess.run(supervise.talteen("migrate"), check=True)
            startup.django()
            yield config


@contextlib.contextmanager
def process(*command: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, in a session of its own, stopped at the end."""
    started = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        # As a supervisor starts it: where a kernel shares by sessions, we take nothing from it.
        start_new_session=True,
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


def until(
    happens: Callable[[], object], *, within_s: float = 120.0, every_s: float = 0.005
) -> None:
    """Return as soon as ``happens()`` is true; it is asked every so often, and what it costs counts
    against what is waited for. TimeoutError if it stays false."""
    end = time.monotonic() + within_s
    while not happens():
        if time.monotonic() > end:
            raise TimeoutError(f"it did not happen within {within_s:.0f} s")
        time.sleep(every_s)


def resident_mb(command: str) -> float:
    """What the processes of ``talteen command`` have in memory together."""
    found = 0.0
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (one / "cmdline").read_bytes().split(b"\0")
            if b"talteen.desk.cli" in words and command.encode() in words:
                told = (one / "status").read_text().partition("VmRSS:")[2].split()
                found += int(told[0]) / 1000 if told else 0.0
    return found


def answers(url: str) -> bool:
    """The page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

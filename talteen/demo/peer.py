"""A recording client that we did not write: sipral, in an environment and a process of its own.

Its licence is AGPL, so nothing here imports it: ``demo/peer/place.py`` runs under the interpreter
of ``.cache/peer`` and is spoken to by lines on its input and output.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from talteen.demo import material
from talteen.engine.alone import alone
from talteen.errors import Unavailable

REQUIREMENTS, SCRIPT = "demo/peer/requirements.txt", "demo/peer/place.py"
CACHE = ".cache/peer"
INSTALL_S = 300
ANSWER_S = 60
"""How long it may take to say its next word, beside the time that it speaks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The call that is to be placed."""

    server: str
    """HOST:PORT of the node."""
    caller: str
    agent: str
    """SIP addresses."""
    sound: Mapping[str, Path]
    """``caller`` and ``agent``: files of mono PCM, 16 bit little-endian, 8 kHz."""
    called: str = "talteen"
    """The user part of the address that the recording is sent to: a line of the house."""
    host: str = "127.0.0.1"
    """The address of this machine that the telephones use."""
    pin: str = ""
    """SHA-256 of the node's certificate, for SIP over TLS with SRTP."""
    suites: Sequence[str] = ()
    """SRTP suites, most preferred first; empty for the peer's own order."""
    direct: bool = False
    """A plain telephone calls the node itself, without SIPREC; it has spoken when a report of the
    node (RTCP) has told it how long the way is."""

    def line(self) -> str:
        """As ``place.py`` reads it."""
        told: dict[str, object] = {
            "server": self.server,
            "caller": self.caller,
            "agent": self.agent,
            "called": self.called,
            "host": self.host,
            "sound": {side: str(file) for side, file in self.sound.items()},
        }
        if self.pin:
            told["pin"] = self.pin
        if self.direct:
            told["direct"] = True
        if self.suites:
            told["suites"] = list(self.suites)
        return json.dumps(told)


@dataclass(slots=True)
class Placed:
    """A call on its way. Each method waits until the peer has done it."""

    process: subprocess.Popen[str]

    def answer(self) -> str:
        """``recorded``, or ``refused`` and the status."""
        return self._word()

    def speak(self) -> None:
        """Say all that is in the files, in real time."""
        with self.speaking():
            pass

    @contextlib.contextmanager
    def speaking(self) -> Iterator[None]:
        """Say it while the block runs; its end is the end of both."""
        self._tell("speak")
        yield
        self._expect("spoken")

    def hang_up(self) -> None:
        """End the call and with it the recording."""
        self._tell("hang up")
        self._expect("ended")

    def _tell(self, word: str) -> None:
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(word + "\n")
            self.process.stdin.flush()

    def _expect(self, word: str) -> None:
        said = self._word()
        if said != word:
            raise _broken(f"said '{said}'")

    def _word(self) -> str:
        assert self.process.stdout
        word = self.process.stdout.readline().strip()
        if not word:
            assert self.process.stderr
            raise _broken((self.process.stderr.read().strip().splitlines() or ["ended"])[-1])
        return word


@contextlib.contextmanager
def placed(wanted: Wanted) -> Iterator[Placed]:
    """The call, gone at the end of the block. Raises Unavailable as ``interpreter`` does."""
    process = subprocess.Popen(
        [str(interpreter()), str(material.root() / SCRIPT)],
        env=_clean(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    with process:
        try:
            process.stdin.write(wanted.line() + "\n")
            process.stdin.flush()
            yield Placed(process)
        finally:
            process.kill()


def interpreter() -> Path:
    """The interpreter that has the peer, made on the first call and whenever its lock changed.

    Raises Unavailable where the package index cannot be reached, and in an installed house: the
    peer is AGPL, and no wheel of ours brings it along.
    """
    root = material.root()
    if not (root / REQUIREMENTS).exists():
        raise Unavailable("the foreign telephone is not here", remedy="run it from a checkout")
    lock = (root / REQUIREMENTS).read_bytes()
    wanted = hashlib.sha256(lock + sys.version.encode()).hexdigest()
    folder = root / CACHE
    folder.mkdir(parents=True, exist_ok=True)
    stamp, python = folder / "lock.sha256", folder / "venv/bin/python"
    with alone(folder / "making"):  # two tests may want it at once
        if not (stamp.exists() and stamp.read_text() == wanted and python.exists()):
            stamp.unlink(missing_ok=True)
            _make(folder / "venv", root / REQUIREMENTS)
            stamp.write_text(wanted)
    return python


def _make(venv: Path, requirements: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which("uv", path=material.root() / ".cache/uv/bin")
    python = str(venv / "bin/python")
    needs = ["--require-hashes", "-r", str(requirements)]
    if uv:
        steps = [
            [uv, "venv", "--quiet", "--python", sys.executable, str(venv)],
            [uv, "pip", "install", "--quiet", "--python", python, *needs],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(venv)],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *needs],
        ]
    for step in steps:
        _run(step)


def _run(step: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            step, env=_clean(), capture_output=True, text=True, timeout=INSTALL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_here(type(error).__name__) from None
    if done.returncode:
        raise _not_here((done.stderr.strip().splitlines() or ["no word why"])[-1])


def _clean() -> dict[str, str]:
    """An environment that leads to no package of ours."""
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def _not_here(why: str) -> Unavailable:
    return Unavailable(
        f"the foreign recording client (sipral) cannot be installed: {why}",
        remedy=f"let this machine reach a package index, for {REQUIREMENTS}",
    )


def _broken(why: str) -> Unavailable:
    return Unavailable(
        f"the foreign recording client (sipral) broke off: {why}",
        remedy="see that the node runs and knows this address among capture.peers",
    )

"""Capture nodes whose code was loaded before they begin.

A node is four processes, and loading their code costs a core more than a second each time. Here it
is loaded once in a process of tests: whatever runs a node there is forked from a *nursery*, and so
are its holder's children from the holder. Each is a process of its own with the files, the words
and the signals that it would have, and dies as any other; a ``kill -9`` strikes the same. That a
holder starts its children from nothing is the promise of ``ears/test_holder``, of the drills of
``tests.kit.ears``, and of one node of ``test_reception``.
"""

import ctypes
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO
from uuid import UUID

from talteen import garbage
from tests.kit.processes import Forked, Process, become, waited

CHILDREN = (
    "talteen.life.capture.ears.ear",
    "talteen.life.capture.listening.process",
    "talteen.life.capture.sources.exchange",
    "talteen.life.capture.sources.siprec",
)
_ROOT = Path(__file__).parents[2]
_REQUEST_BYTES = 1 << 18
_LIVING: list[subprocess.Popen[bytes]] = []
_PR_SET_NAME = 15


# --- in the process of tests ----------------------------------------------------------------


def node(told: str, *, log: BinaryIO) -> Forked:
    """A node that begins with these words (``begin``), and writes its log there."""
    ends, tells = os.pipe()
    line = _nursery()
    request = json.dumps({"told": told, "environment": dict(os.environ)}).encode()
    socket.send_fds(line, [request], [log.fileno(), tells])
    os.close(tells)
    return Forked(int(line.recv(64)), functools.partial(_said, ends))


def cold(told: str, *, log: BinaryIO) -> subprocess.Popen[bytes]:
    """The same from nothing: an interpreter that loads its code, as in the product."""
    source = "import sys; from tests.kit import warm; warm.begin(sys.argv[1])"
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-c", source, told]
    return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


def begin(told: str) -> None:
    """Be the holder of a node, whose fields are these as JSON."""
    from talteen.life.capture import node, node_files
    from talteen.life.capture.parties import OwnSide

    words = json.loads(told)
    own = words["own"]
    words["own"] = OwnSide(
        frozenset(own["domains"]), frozenset(own["extensions"]), tuple(map(tuple, own["numbers"]))
    )
    words["folder"] = node_files.Folder(Path(words["folder"]))
    words["house"] = UUID(words["house"])
    for key in ("signing_seed", "do_not_record_key"):
        words[key] = bytes.fromhex(words[key])
    for key in ("media_ports", "peers", "tls_files"):
        words[key] = tuple(words[key])
    node.run(node.Node(**words))


@functools.cache
def _nursery() -> socket.socket:
    """Lives as long as this process: it ends, and all that it bore, when the line closes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    source = f"from tests.kit import warm; warm.Nursery({theirs.fileno()}).live()"
    _LIVING.append(
        subprocess.Popen(
            [sys.executable, "-c", source],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"},
        )
    )
    theirs.close()
    return ours


def _said(ends: int) -> int | None:
    """What the nursery said of one that it bore."""
    look = select.poll()  # of files beyond the thousandth, too
    look.register(ends)
    if not look.poll(0):
        return None
    status = os.read(ends, 16)
    os.close(ends)
    return int(status or -signal.SIGKILL)


# --- in the nursery -------------------------------------------------------------------------


@dataclass(slots=True)
class Nursery:
    """Has loaded what a node runs, and forks one for each request on its line."""

    line: int
    living: dict[int, int] = field(default_factory=dict)
    """Process id -> where its exit status is to be said."""

    def live(self) -> None:
        """Until the line closes; then whatever it bore is killed."""
        for name in CHILDREN:
            importlib.import_module(name)
        gc.set_threshold(*garbage.SELDOM)
        gc.freeze()
        told, wakes = os.pipe2(os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        line = socket.socket(fileno=self.line)
        while True:
            ready, _, _ = select.select([line, told], [], [])
            if told in ready:
                os.read(told, 4096)
            if line in ready and not self._bore(line):
                break
            self._reap()
        for child in self.living:
            os.kill(child, signal.SIGKILL)

    def _bore(self, line: socket.socket) -> bool:
        data, files, _, _ = socket.recv_fds(line, _REQUEST_BYTES, 2)
        if not data:
            return False
        log, tells = files
        request = json.loads(data)
        child = os.fork()
        if not child:
            os.dup2(log, 1)
            os.dup2(log, 2)
            become(lambda: _hold(request["told"]), request["environment"])
        os.close(log)
        self.living[child] = tells
        line.send(str(child).encode())
        return True

    def _reap(self) -> None:
        for child, tells in list(self.living.items()):
            if (status := waited(child)) is not None:
                os.write(tells, str(status).encode())
                os.close(tells)
                del self.living[child]


def _hold(told: str) -> None:
    """Be a holder whose children need not load what is loaded."""
    from talteen.life.capture.ears import holder

    # The module's own name for it: what it asks for is all that stands there.
    vars(holder)["subprocess"] = SimpleNamespace(
        Popen=_started, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )
    begin(told)


def _started(
    command: Sequence[str], *, stdin: int, pass_fds: Collection[int], env: Mapping[str, str]
) -> Process:
    """What ``subprocess.Popen`` gives a holder: the child runs a module that is loaded, by fork."""
    if command[1] != "-m" or command[2] not in CHILDREN:
        return subprocess.Popen(command, stdin=stdin, pass_fds=pass_fds, env=env)
    sys.stdout.flush()
    child = os.fork()
    if not child:
        name = command[2]
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.rpartition(".")[2].encode(), 0, 0, 0)
        become(importlib.import_module(name).main, env, keep=pass_fds)
    return Forked(child, functools.partial(waited, child))

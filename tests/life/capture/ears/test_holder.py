"""The holder keeps sockets and starts the others; it is run here as it is in production."""

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from talteen.life.capture.ears.holder import Holder, Other, Plan
from talteen.life.capture.ears.sockets import Ports
from tests.kit import ears
from tests.kit.processes import kill_9, python, until

CHILD = """
import os, signal, sys, time
from talteen.life.capture.ears.inheritance import inherit, socket_of
from talteen.life.capture.ears.logbook import Logbook
left = inherit()
book = Logbook(left.logbook)
book.append(b"x")
named = socket_of(left.listening["sip"]).getsockname()[1]
line = f"{os.getpid()} {named} {len(left.ears)} {len(book.entries())} {left.restarted}"
with open(left.words["out"], "a") as out:
    out.write(line + "\\n")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
time.sleep(600)
"""


def said(out: Path) -> list[list[str]]:
    return [line.split() for line in out.read_text().splitlines()] if out.exists() else []


def test_a_child_that_dies_comes_back_with_the_same_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with socket.create_server(("127.0.0.1", 0)) as sip:
        port = str(sip.getsockname()[1])
        command = (sys.executable, "-c", CHILD)
        other = Other("signaller", command, {"sip": sip}, ears=True, words={"out": str(out)})
        with ears.node(tmp_path / "journal", others=(other,)) as node:
            until(lambda: said(out))
            first = said(out)[0]
            kill_9(int(first[0]))
            until(lambda: (node.hear(), len(said(out)) == 2)[1])

    assert first[1:] == [port, "1", "1", "False"]
    assert said(out)[1][1:] == [port, "1", "2", "True"]


HOLDING = """
import json, sys
from talteen.life.capture.ears.holder import Holder, Plan
from talteen.life.capture.ears.sockets import Ports
first, words = int(sys.argv[1]), json.loads(sys.argv[2])
holder = Holder(Plan(Ports("127.0.0.1", first, first + 15), 2, words))
print("ready", flush=True)
holder.run()
print("all ended", flush=True)
"""


def test_a_holder_that_is_told_to_stop_lets_everybody_finish(tmp_path: Path) -> None:
    words = json.dumps(ears.words(tmp_path))
    with python(HOLDING, "31100", words) as holder:
        assert holder.said == "ready"
        until(lambda: len(list(tmp_path.glob("*.journal"))) == 2)
        os.kill(holder.pid, signal.SIGTERM)

        assert holder.process.wait(timeout=30) == 0
        assert holder.process.stdout
        assert holder.process.stdout.read().strip() == "all ended"


HOLDING_ONE = """
import json, socket, sys
from talteen.life.capture.ears.holder import Holder, Other, Plan
from talteen.life.capture.ears.sockets import Ports
first, words, child, out = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3], sys.argv[4]
sip = socket.create_server(("127.0.0.1", 0))
other = Other("one", (sys.executable, "-c", child), {"sip": sip}, ears=True, words={"out": out})
holder = Holder(Plan(Ports("127.0.0.1", first, first + 3), 1, words, others=(other,)))
print("ready", flush=True)
holder.run()
"""


def alive(process: str) -> bool:
    """Whether it runs; one that nobody has buried yet does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_nobody_outlives_a_holder_that_was_killed(tmp_path: Path) -> None:
    out, words = tmp_path / "out", json.dumps(ears.words(tmp_path))
    with python(HOLDING_ONE, "31300", words, CHILD, str(out)) as holder:
        until(lambda: said(out) and list(tmp_path.glob("*.journal")))
        children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
        assert len(children) == 2

        kill_9(holder.pid)

        try:
            until(lambda: not any(alive(child) for child in children))
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 31300))


def test_a_child_that_keeps_dying_is_started_later_and_later() -> None:
    other = Other("broken", (sys.executable, "-c", "import sys; sys.exit(1)"))
    holder = Holder(Plan(Ports("127.0.0.1", 31200, 31203), 1, {}, others=(other,)))
    (child,) = holder.others
    waits = []
    for n in range(6):
        child.start(float(n))
        assert child.process
        child.process.wait()
        child.died(float(n) + 0.01)
        waits.append(child.start_at_s - n - 0.01)
    holder.release()

    assert waits[0] == pytest.approx(0.0)
    assert waits == sorted(waits)
    assert waits[-1] > 1


def test_no_secret_is_in_the_environment_or_the_arguments(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        process = node.holder.ears[0].process
        assert process is not None
        told = node.holder.ears[0].left.words["signer"].encode()
        where = Path(f"/proc/{process.pid}")

        assert told not in (where / "environ").read_bytes()
        assert told not in (where / "cmdline").read_bytes()

"""Children that are kept alive and leave nothing behind, with real processes."""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from talteen.desk.ground import supervise
from talteen.desk.ground.supervise import Child
from talteen.engine.postgres import postmaster
from tests.kit.processes import kill_9, python, until

WAIT = "import signal; signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(%r, 'w'); signal.pause()"

SUPERVISOR = """
import sys
from talteen import log
from talteen.config import Level
from talteen.desk.ground import supervise
from talteen.desk.ground.supervise import Child
log.configure(Level.INFO)
one = Child("one", (sys.executable, "-c", "import signal; signal.pause()"))
with supervise.stop_signals() as asked, supervise.children([one]):
    print(one.process.pid, flush=True)
    supervise.watch([one], asked, while_alive=lambda: True)
"""

ASKED_AT_ANY_MOMENT = """
import os, random, signal, time
from talteen.desk.ground import supervise
print("ready", flush=True)
for _ in range(100):
    with supervise.stop_signals() as asked:
        # A thread would ask only where this one lets go of the interpreter.
        if (asking := os.fork()) == 0:
            time.sleep(random.random() / 1000)
            os.kill(os.getppid(), signal.SIGTERM)
            os._exit(0)
        while not asked.wait(0.000001):
            pass
        os.waitpid(asking, 0)
        assert asked.is_set() and asked.wait() and asked.wait(0)
"""


def waiting(name: str = "one") -> Child:
    return Child(name, (sys.executable, "-c", WAIT))


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def looked_again(child: Child) -> bool:
    child.look(time.monotonic())
    return child.process is not None


def pid_of(child: Child) -> int:
    assert child.process
    return child.process.pid


def test_children_are_started_in_order_and_stopped_in_reverse(tmp_path: Path) -> None:
    note = f"open({str(tmp_path / 'ends')!r}, 'a').write(NAME)"
    source = f"import signal, sys\nsignal.signal(15, lambda *_: ({note}, sys.exit()))\n"
    source += f"open({str(tmp_path / 'begun')!r}, 'a').write(NAME)\nsignal.pause()"
    wanted = [Child(n, (sys.executable, "-c", source.replace("NAME", repr(n)))) for n in "ab"]

    with supervise.children(wanted):
        until(
            lambda: (
                len((tmp_path / "begun").read_text()) == 2 if (tmp_path / "begun").exists() else 0
            )
        )

    assert (tmp_path / "ends").read_text() == "ba"


def test_a_child_that_is_killed_is_started_again() -> None:
    child = waiting()
    with supervise.children([child]):
        first = pid_of(child)
        kill_9(first)
        assert child.process

        child.process.wait()
        child.look(time.monotonic())
        until(partial(looked_again, child))

        assert postmaster.alive(pid_of(child))
        assert pid_of(child) != first


def test_a_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    child = Child("dying", (sys.executable, "-c", ""))
    now_s, waits = 1000.0, []

    for _ in range(12):
        child.start(now_s)
        assert child.process
        child.process.wait()
        child.look(now_s)
        waits.append(child.not_before_s - now_s)
        now_s += 1

    assert waits[:4] == pytest.approx([0.2, 0.4, 0.8, 1.6])
    assert max(waits) == pytest.approx(30)


def test_a_child_that_lived_well_is_started_at_once_again() -> None:
    child = Child("dying", (sys.executable, "-c", ""), restarts=7)
    child.start(1000.0)
    assert child.process
    child.process.wait()

    child.look(1061.0)

    assert child.not_before_s - 1061.0 == pytest.approx(0.2)


def test_a_child_in_the_background_stands_back_for_others() -> None:
    child = Child("patient", (sys.executable, "-c", WAIT), niceness=5)
    with supervise.children([child]):
        pid = pid_of(child)
        until(
            lambda: os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5
        )


def test_kill_9_of_the_supervisor_ends_its_children() -> None:
    with python(SUPERVISOR) as supervisor:
        child = int(supervisor.said)
        # Before its first instruction nobody has told the kernel whose death it is to follow.
        until(lambda: b"setpriv" not in Path(f"/proc/{child}/cmdline").read_bytes())
        supervisor.kill()

        until(lambda: not postmaster.alive(child))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_supervisor_and_its_children(number: signal.Signals) -> None:
    with python(SUPERVISOR) as supervisor:
        child = int(supervisor.said)
        supervisor.process.send_signal(number)
        status = supervisor.process.wait(timeout=20)

    assert status == 0
    assert not postmaster.alive(child)


def test_a_signal_is_heard_whatever_it_interrupts() -> None:
    """``threading.Event`` is deaf for ever to a signal that meets it while it begins to wait."""
    with python(ASKED_AT_ANY_MOMENT) as process:
        assert process.process.wait(timeout=60) == 0


def test_a_child_that_is_deaf_to_the_request_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervise, "_STOP_WITHIN_S", 0.2)
    child = Child("deaf", (sys.executable, "-c", DEAF % str(tmp_path / "deaf")))
    with supervise.children([child]):
        pid = pid_of(child)
        until(lambda: (tmp_path / "deaf").exists())

    assert not postmaster.alive(pid)


def test_watching_ends_when_the_ground_is_gone() -> None:
    child = waiting()
    with supervise.children([child]):
        supervise.watch([child], supervise.Stop(), while_alive=lambda: False)

    assert child.process is None


def test_handlers_of_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with supervise.stop_signals():
        during = signal.getsignal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) == before != during

"""The one command: told in one line what is wrong, up in one step, and nothing left running."""

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import config as configs
from talteen.desk.commands import demo
from talteen.desk.ground import supervise
from talteen.engine.postgres import postmaster
from tests.kit import migrated
from tests.kit.commands import without_tables
from tests.kit.processes import kill_9, until

FOUNDED = """
from talteen.desk.ground import database, place, startup
from talteen.desk.commands import demo
config = startup.ready()
place.prepare(config)
with database.running(config):
    demo.make(config)
"""
"""What ``talteen demo`` begins with."""


def of(home: Path) -> dict[str, str]:
    return {**os.environ, "TALTEEN_HOME": str(home)}


def talteen(
    *command: str, home: Path, within_s: float = 60, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        supervise.talteen(*command),
        capture_output=True,
        text=True,
        timeout=within_s,
        env={**os.environ, "TALTEEN_HOME": str(home), **env},
    )


@contextmanager
def house_up(home: Path, *, processes: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A running ``talteen up`` and the address of its pages, which so many processes answer: each
    costs seconds of a core to begin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "TALTEEN_HOME": str(home), "TALTEEN_WEB_PORT": str(port)}
    env["TALTEEN_WEB_PROCESSES"] = str(processes)
    with (home / "up.log").open("ab") as log:
        up = subprocess.Popen(supervise.talteen("up"), env=env, stdout=log, stderr=log)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), within_s=60)
        yield up, f"http://127.0.0.1:{port}"
    finally:
        up.terminate()
        up.wait(60)


@dataclass(slots=True)
class Standing:
    """One house for several drills: it is up when a drill begins, whatever the last one did."""

    home: Path
    held: ExitStack
    up: subprocess.Popen[bytes] | None = None
    url: str = ""

    def is_up(self) -> subprocess.Popen[bytes]:
        if self.up is None or self.up.poll() is not None:
            self.up, self.url = self.held.enter_context(house_up(self.home))
        return self.up


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    home = tmp_path_factory.mktemp("house")
    home.chmod(0o700)
    migrated.lay(home)
    (home / configs.FILE_NAME).write_text(demo.FILE)
    # Without a house the worker would end and be started again, seconds of a core each time.
    subprocess.run([sys.executable, "-c", FOUNDED], check=True, env=of(home))
    with ExitStack() as held:
        yield Standing(home, held)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def processes_of(home: Path) -> list[int]:
    """Every process that was started for the house at ``home``."""
    mark = f"TALTEEN_HOME={home}".encode()
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            mine = mark in Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine and postmaster.alive(int(entry)):
            found.append(int(entry))
    return found + postmaster.at_work(home / "state" / "pg-18")


def free_pair() -> int:
    """The first of two ports that nobody uses now."""
    with socket.socket() as one, socket.socket() as next_one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
        next_one.bind(("127.0.0.1", port + 1))
        return port


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["nosuch"], "talteen --help"),
        (["bench", "nosuch"], "no group 'nosuch'; name one of:"),
        (["up", "--nosuch"], "talteen --help"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_2(home: Path, command: list[str], says: str) -> None:
    done = without_tables(*command, home=home)

    assert done.returncode == 2
    assert done.stderr.startswith("talteen: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


@pytest.mark.parametrize("command", ["up", "serve", "migrate", "work"])
def test_a_wrong_config_is_one_line_and_exit_2(home: Path, command: str) -> None:
    done = without_tables(command, home=home, TALTEEN_WEB_PORT="0")

    assert done.returncode == 2
    assert done.stderr.startswith("talteen: web.port: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["demo", "serve", "up"])
def test_a_port_that_somebody_else_has_is_one_line_and_exit_2(home: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        taken = str(theirs.getsockname()[1])
        done = without_tables(command, home=home, TALTEEN_WEB_PORT=taken)

    assert done.returncode == 2
    ours = f"process {os.getpid()} ({Path('/proc/self/comm').read_text().strip()})"
    assert done.stderr.splitlines()[-1] == (
        f"talteen: web.port: 127.0.0.1:{taken} cannot be listened to (Address already in use),"
        f" {ours} has it; end that one, or write another port"
    )


@pytest.mark.parametrize("which", [0, 1])
def test_a_house_whose_figures_somebody_else_is_in_the_way_of_is_not_half_started(
    home: Path, which: int
) -> None:
    port = free_pair()
    with socket.create_server(("127.0.0.1", port + which)):
        done = without_tables("up", home=home, TALTEEN_METRICS_PORT=str(port))

    assert done.returncode == 2
    assert f"metrics.port: 127.0.0.1:{port + which} cannot be listened to" in done.stderr
    assert not (home / "state" / "postgres").exists(), "not even a database"


def test_a_fault_of_our_own_is_told_without_its_text(home: Path) -> None:
    source = (
        "from talteen.desk import cli\n"
        "def fault() -> None:\n"
        "    raise ValueError('+358401234567')\n"
        "cli.app.command(fault, name='fault')\n"
        "cli.main(['fault'])\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith("talteen: stopped by a fault of its own (value-error at ")
    assert "358" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_names_every_command_without_importing_it(home: Path) -> None:
    source = (
        "import sys\nfrom talteen.desk import cli\n"
        "try: cli.main(['--help'])\n"
        "finally: print('django' in sys.modules, 'granian' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)

    assert done.stdout.rstrip().endswith("False False")
    assert all(name in done.stdout for name in ("up", "serve", "work", "migrate", "bench"))


def test_a_day_passes_only_where_a_demo_house_stands_and_only_forward(home: Path) -> None:
    nowhere = without_tables("demo-day", home=home)
    backward = without_tables("demo-day", "--days", "0", home=home)

    assert (nowhere.returncode, backward.returncode) == (2, 2)
    assert "holds no demo house; make it with './run demo'" in nowhere.stderr
    assert "a clock does not go back" in backward.stderr


@pytest.mark.drill
def test_up_makes_a_house_from_nothing_and_leaves_nothing_running(home: Path) -> None:
    figures = free_pair()
    (home / configs.FILE_NAME).write_text(f"[metrics]\nport = {figures}\n")
    with house_up(home) as (up, _):
        for port in (figures, figures + 1):  # of the house, and of its pages
            until(lambda port=port: answers(f"http://127.0.0.1:{port}/metrics"), within_s=90)  # type: ignore[misc]
        up.send_signal(signal.SIGINT)
        status = up.wait(60)
        log = (home / "up.log").read_text()

    assert status == 0
    assert processes_of(home) == []
    assert all(line.startswith(('{"', "talteen: ")) for line in log.splitlines())
    assert stat.S_IMODE((home / "state" / "run" / "secret-key").stat().st_mode) == 0o600


@pytest.mark.drill
def test_a_second_up_of_the_same_house_is_refused(standing: Standing) -> None:
    up = standing.is_up()
    second = talteen("up", home=standing.home)
    with urllib.request.urlopen(f"{standing.url}/healthz", timeout=5) as answer:
        assert answer.headers["Server"] == "talteen"

    assert second.returncode == 2
    assert second.stderr.startswith(f"talteen: this house already runs (process {up.pid}); ")
    assert answers(f"{standing.url}/healthz")


@pytest.mark.drill
def test_pages_come_back_after_kill_9_of_every_process_of_the_web(standing: Standing) -> None:
    up = standing.is_up()
    web = [pid for pid in processes_of(standing.home) if "serve" in command_of(pid)]
    for pid in web:
        kill_9(pid)
    until(lambda: not any(postmaster.alive(pid) for pid in web))

    until(lambda: answers(f"{standing.url}/healthz"), within_s=60)
    assert web
    assert up.poll() is None


@pytest.mark.drill
def test_pages_come_back_after_kill_9_of_the_database(standing: Standing) -> None:
    up = standing.is_up()
    first = database_of(standing.home)
    kill_9(first)

    until(lambda: database_of(standing.home) not in (0, first))
    until(lambda: answers(f"{standing.url}/healthz"), within_s=60)
    assert up.poll() is None


@pytest.mark.drill
def test_kill_9_of_up_leaves_nothing_running_and_the_next_up_starts(standing: Standing) -> None:
    up = standing.is_up()
    kill_9(up.pid)
    up.wait()
    until(lambda: processes_of(standing.home) == [], within_s=90)

    standing.is_up()
    assert answers(f"{standing.url}/healthz")


@pytest.mark.drill
def test_one_command_moves_the_clock_of_a_demo_house_over_midnight(standing: Standing) -> None:
    """Without the three months of calls that ``talteen demo`` lives beside it."""
    up, home = standing.is_up(), standing.home
    running = talteen("demo-day", home=home)
    up.terminate()
    up.wait(60)
    stopped = talteen("demo-day", home=home)

    assert (running.returncode, stopped.returncode) == (0, 0), running.stderr + stopped.stderr
    dates = [told.stdout.split()[2] for told in (running, stopped)]
    days = [datetime.strptime(date, "%d.%m.%Y;").replace(tzinfo=UTC) for date in dates]
    assert days[1] - days[0] == timedelta(days=1)
    assert processes_of(home) == []


def database_of(home: Path) -> int:
    found = postmaster.running(home / "state" / "pg-18")
    return found.pid if found else 0


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []

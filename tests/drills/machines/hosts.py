"""Machines as network namespaces: each has an address, a cable, and loses its power for real.

The drill runs inside namespaces of its own (``__main__``), so that nothing of it is seen or left on
the machine that it runs on. All hosts hang on one switch, whose own address the drill has.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NETWORK, DESK = "10.20.0", "10.20.0.1"
DOMAIN = "mara.example"
"""Invented, and in the example register the controller's own: its machines need no processor."""
SWITCH = "switch"
_NAMES = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
_RESTART_S = 1.0
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Role:
    """A process that a host's supervisor keeps alive, as a systemd unit would."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    restarts: int = 0


@dataclass(slots=True)
class Host:
    """One machine."""

    name: str
    address: str
    up: bool = True
    roles: list[Role] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.name}.{DOMAIN}"

    def command(self, *words: str | Path) -> list[str]:
        """``words`` as a process on this machine."""
        return ["nsenter", f"--net={_NAMES / self.name}", "--", *map(str, words)]

    def run(self, *words: str | Path, env: Mapping[str, str] | None = None) -> str:
        """Run it to its end; what it said. Raises CalledProcessError."""
        done = subprocess.run(
            self.command(*words), env=_env(env), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(map(str, words[:4]))}: {done.stderr}")
        return done.stdout

    def start(self, log: Path, *words: str | Path, env: Mapping[str, str] | None = None) -> None:
        """Start it and let it run; nobody starts it again."""
        self.roles.append(Role(log.stem, self.command(*words), _env(env), log))
        self._start(self.roles.pop())

    def keep(self, name: str, log: Path, *words: str | Path, env: Mapping[str, str]) -> None:
        """Keep it running while this machine has power."""
        role = Role(name, self.command(*words), _env(env), log)
        self.roles.append(role)
        self._start(role)
        threading.Thread(target=self._watch, args=(role,), daemon=True).start()

    def lose_power(self) -> None:
        """The cable is dead first, so that no dying process says goodbye; then they are killed."""
        self.up = False
        self.cut()
        while pids := self.pids():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def power_up(self) -> None:
        """The machine is back, and with it its roles."""
        self.mend()
        self.up = True

    def cut(self) -> None:
        """Its cable is pulled: nothing comes, nothing goes, nobody is told."""
        _ip("link", "set", f"v-{self.name}", "down")

    def mend(self) -> None:
        """The cable is in again."""
        _ip("link", "set", f"v-{self.name}", "up")

    def pids(self) -> list[int]:
        """Its processes that live."""
        mine, found = os.stat(_NAMES / self.name).st_ino, []
        for path in Path("/proc").glob("[0-9]*/ns/net"):
            with contextlib.suppress(OSError):
                if os.stat(path).st_ino == mine and _lives(path.parents[1]):
                    found.append(int(path.parents[1].name))
        return found

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """This thread opens its sockets on that machine while the block runs."""
        _enter(_NAMES / self.name)
        try:
            yield
        finally:
            _enter(_NAMES / SWITCH)

    def _start(self, role: Role) -> None:
        with role.log.open("ab") as log:
            role.process = subprocess.Popen(
                role.command, env=role.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _watch(self, role: Role) -> None:
        while True:
            assert role.process is not None
            role.process.wait()
            time.sleep(_RESTART_S)
            if self.up:
                role.restarts += 1
                self._start(role)
            else:
                while not self.up:
                    time.sleep(0.1)


def network(names: Sequence[str], folder: Path) -> dict[str, Host]:
    """The hosts, all on one switch. Everybody finds everybody by name."""
    _NAMES.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", _NAMES], check=True)
    (_NAMES / SWITCH).touch()
    subprocess.run(["mount", "--bind", f"/proc/{os.getpid()}/ns/net", _NAMES / SWITCH], check=True)
    for words in (
        ("link", "set", "lo", "up"),
        ("link", "add", "switch", "type", "bridge"),
        ("addr", "add", f"{DESK}/24", "dev", "switch"),
        ("link", "set", "switch", "up"),
    ):
        _ip(*words)
    hosts = {name: _host(name, f"{NETWORK}.{n}") for n, name in enumerate(names, start=11)}
    table = folder / "hosts"
    lines = [f"{one.address} {one.full_name}\n" for one in hosts.values()]
    table.write_text("127.0.0.1 localhost\n" + "".join(lines))
    subprocess.run(["mount", "--bind", table, "/etc/hosts"], check=True)
    return hosts


def _host(name: str, address: str) -> Host:
    _ip("netns", "add", name)
    _ip("link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
    _ip("link", "set", f"v-{name}", "master", "switch", "up")
    for words in (
        ("link", "set", "lo", "up"),
        ("addr", "add", f"{address}/24", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
    ):
        _ip("-n", name, *words)
    return Host(name, address)


def until(happens: Callable[[], object], what: str, *, within_s: float = 120) -> float:
    """Wait until it happens; how many seconds that took."""
    began = time.monotonic()
    while not happens():
        if time.monotonic() - began > within_s:
            raise TimeoutError(f"{what}: not within {within_s:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _enter(name: Path) -> None:
    handle = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _LIBC.setns(handle, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {name}")
    finally:
        os.close(handle)


def _lives(process: Path) -> bool:
    return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"


def _env(more: Mapping[str, str] | None) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "HOME") if key in os.environ}
    return {**kept, **(more or {})}

"""A machine that is made for the drill: a bare Debian, its own systemd, its own loopback."""

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.drills import debian
from tests.drills.debian import ROOT
from tests.drills.told import Broken, until

GUIDE = ROOT / "docs" / "operators" / "install.md"
_PACKAGES = "systemd systemd-sysv dbus"
"""What makes a machine of a bare archive; everything else is the guide's."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def lines_of(section: str) -> list[str]:
    """The lines that the guide has a reader type under ``section``, as they stand there."""
    _, _, rest = GUIDE.read_text().partition(f"\n## {section}\n")
    body = rest.partition("\n## ")[0]
    return re.findall(r"^    (\S.*)$", body, re.M)


@dataclass(slots=True)
class Machine:
    """One, below a folder of this machine."""

    folder: Path
    lock: int
    """Held as long as it is on: whatever kills the drill, nobody takes its files from under it."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def root(self) -> Path:
        """Its files, as this machine sees them."""
        return self.folder / "root"

    def make(self, dist: Path) -> None:
        """A bare Debian with a systemd, and the carried ``dist`` at /root."""
        self.folder.chmod(0o711)  # the house's user goes through it
        self.root.mkdir()
        subprocess.run(["tar", "-xf", str(debian.archive()), "-C", str(self.root)], check=True)
        trusted = self.root / debian.AUTHORITIES
        trusted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(debian.authorities(), trusted)
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        shutil.copytree(dist, self.root / "root/dist")
        shutil.copytree(ROOT / "registers/mara", self.root / "srv/register")
        self.before_boot(f"apt-get update -qq && apt-get install -qq -y {_PACKAGES}")

    def before_boot(self, line: str) -> None:
        """A shell's line in its files, over this machine's network: packages are fetched so."""
        told = {**debian.TRUST, "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        subprocess.run(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--resolv-conf=off",
             *(f"--setenv={key}={value}" for key, value in told.items()),
             "-D", str(self.root), "sh", "-ec", f"cd /root; {line}"],
            check=True, stdin=subprocess.DEVNULL, stdout=2,
        )  # fmt: skip

    @contextlib.contextmanager
    def booted(self) -> Iterator[None]:
        """It is on: systemd is its first process, its network a loopback of its own. It halts with
        the block, and also when the drill is killed: nspawn is told to."""
        with (self.folder / "console.log").open("wb") as console:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet", "--register=no",
                 "--keep-unit", "--boot", "--private-network", "--resolv-conf=off",
                 "-D", str(self.root)],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                start_new_session=True, pass_fds=[self.lock],
            )  # fmt: skip
        try:
            until(self._is_on, "systemd has started what it must")
            yield
        finally:
            self._off()

    def _is_on(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise Broken(f"it did not start: {(self.folder / 'console.log').read_text()[-500:]}")
        state = self.said("systemctl is-system-running", well=False) if self._leader() else ""
        return state.strip() in ("running", "degraded")

    def _off(self) -> None:
        assert self.process is not None
        self.process.terminate()  # nspawn has what it booted halt
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _leader(self) -> int:
        """Its first process, by this machine's number; 0 before there is one."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with contextlib.suppress(OSError, IndexError):
            return int(children.read_text().split()[0])
        return 0

    def said(self, line: str, *, well: bool = True, as_user: str = "root") -> str:
        """What a shell's line said in there. CalledProcessError where it had to end well."""
        words = ["nsenter", "-t", str(self._leader()), *"-m -u -i -p -n -C".split(), "env", "-i",
                 f"PATH={PATH}", "HOME=/root", "setpriv", "--reuid", as_user, "--regid", as_user,
                 "--clear-groups", "sh", "-ec", f"cd /; {line}"]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode and well:
            raise subprocess.CalledProcessError(done.returncode, line, done.stdout, done.stderr)
        return done.stdout

    def shows(self, unit: str, what: str) -> str:
        """A property of a unit."""
        return self.said(f"systemctl show -P {what} {unit}").strip()

    def beside(self, user: str, *words: str) -> list[str]:
        """The command line of a program of this machine that reaches the other's loopback, as the
        same number that ``user`` has there: a node listens to its own user alone."""
        number = self.said(f"id -u {user}").strip()
        same = ("setpriv", "--reuid", number, "--regid", number, "--clear-groups")
        return ["nsenter", "-t", str(self._leader()), "-n", *same, *words]

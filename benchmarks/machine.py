"""On what machine, of which commit, and how much others worked on it meanwhile."""

import ctypes
import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.house import ROOT

QUIET_CORES = 0.15
"""So much of a core may others have on a machine that is called quiet: what a kernel does anyway.
"""
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER (linux/prctl.h)
_TICKS_S = os.sysconf("SC_CLK_TCK")
CODE = ("talteen", "benchmarks", "demo", "pyproject.toml", "uv.lock")


def described() -> str:
    """Processor, cores, memory, kernel and Python. No name: a page is for everybody."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().split("-")[0]
    return (
        f"{cpu}, {os.cpu_count()} cores, {gib:.0f} GiB, Linux {kernel}, "
        f"Python {platform.python_version()}"
    )


def commit() -> str:
    """The commit that last changed what is measured; ``+`` behind it where it was changed since."""
    try:
        told = _git("log", "-1", "--format=%h", "--abbrev=10", "--", *CODE)
        return told + ("+" if _git("status", "--porcelain", "--", *CODE) else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass(slots=True)
class Others:
    """What the machine did that was not ours, since ``begin``.

    All of user and system time and what a hypervisor took away, less this process and all that it
    has started. What a kernel does for interrupts is nobody's, and not counted.
    """

    busy_s: float
    ours_s: float
    at: float

    @classmethod
    def begin(cls) -> "Others":
        return cls(_busy_s(), _tree_s(), time.monotonic())

    def cores(self) -> float:
        """The mean since the beginning."""
        now = Others.begin()
        spent = (now.busy_s - self.busy_s) - (now.ours_s - self.ours_s)
        return max(0.0, spent) / max(now.at - self.at, 1e-9)


def adopt() -> None:
    """From now on a process whose parent ends becomes this one's child, not init's: a database
    that went its own way still counts as ours.
    """
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _busy_s() -> float:
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    user, nice, system, steal = fields[0], fields[1], fields[2], fields[7]
    return (user + nice + system + steal) / _TICKS_S


def _tree_s() -> float:
    """CPU of this process and all below it, those that have ended and were waited for included."""
    parents, spent = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                told = (folder / "stat").read_text()
            except OSError:
                continue
            fields = told.rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            spent[int(folder.name)] = sum(map(int, fields[11:15]))
    mine = os.getpid()
    return sum(ticks for pid, ticks in spent.items() if _below(pid, mine, parents)) / _TICKS_S


def _below(pid: int, top: int, parents: dict[int, int]) -> bool:
    while pid != top and pid in parents:
        pid = parents[pid]
    return pid == top

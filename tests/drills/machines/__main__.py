"""``./run drill machines``: makes namespaces of its own and lets the story happen in them."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import folders

ALL = ("db", "capture-1", "web-1", "work-2", "s3", "bao", "late", "due")
"""What is lost, in this order; then what a late standby costs, and the end of the calls."""
_PREFIX = "talteen-machines-"
_INSIDE = "TALTEEN_DRILL_FOLDER"  # taken out of the environment before anything of ours reads it
_UNSHARE = (
    "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
    "--propagation", "private",
)  # fmt: skip


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    asked = argparse.ArgumentParser(prog="./run drill machines", description=__doc__)
    asked.add_argument("--keep", action="store_true", help="leave the logs of all machines")
    asked.add_argument("--seconds", type=int, default=20, help="of load between two losses")
    asked.add_argument("--losses", default=",".join(ALL), help="left out: all, %(default)s")
    told = asked.parse_args()
    wanted = set(told.losses.split(","))
    if unknown := wanted - set(ALL):
        asked.error(f"there is no loss called {', '.join(sorted(unknown))}")
    if folder := os.environ.pop(_INSIDE, ""):
        from tests.drills.machines import story

        return story.tell(Path(folder), wanted, seconds=told.seconds)
    if why := _missing():
        print(f"drill machines: {why}", file=sys.stderr)
        return 2
    return _apart(sys.argv[1:], keep=told.keep)


def _missing() -> str:
    """Why it cannot be run here, and what helps; empty if it can."""
    if os.geteuid():
        return "network namespaces need root: run it as root, on a machine of your own"
    for program, package in (
        ("ip", "iproute2"),
        ("sipp", "sip-tester"),
        ("/usr/lib/postgresql/15/bin/postgres", "postgresql-15"),
    ):
        if shutil.which(program) is None:
            return f"{program} is missing; as root: apt-get install {package}"
    return ""


def _apart(words: list[str], *, keep: bool) -> int:
    """The same once more, in namespaces that end with it, whatever kills it."""
    signal.signal(signal.SIGTERM, _end)  # as Ctrl-C: what was laid down is taken away
    # A shell as the first process: it reaps what loses its parent when a machine loses its power.
    again = f'"{sys.executable}" -m tests.drills.machines "$@"; exit $?'
    with folders.held(_PREFIX, keep=keep) as (folder, lock):
        folder.chmod(0o711)  # the database's user goes through it
        done = subprocess.run(
            [*_UNSHARE, "sh", "-c", again, "sh", *words],
            env={**os.environ, _INSIDE: str(folder)},
            pass_fds=[lock],  # held by whoever still runs in there
            check=False,
        )
    if keep:
        print(f"logs: {folder}")
    return done.returncode


def _end(*_: Any) -> None:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())

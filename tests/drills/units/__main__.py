"""``./run drill units``: the guide is followed on a machine with a systemd, the units are tried."""

import argparse
import os
import subprocess
import sys

from benchmarks import folders
from tests.drills.debian import ROOT, needs
from tests.drills.told import Impossible, judged
from tests.drills.units import story
from tests.drills.units.machine import Machine

UV = ROOT / ".cache/uv/bin"


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    asked = argparse.ArgumentParser(prog="./run drill units", description=__doc__)
    asked.add_argument("--keep", action="store_true", help="leave the machine's files")
    told = asked.parse_args()
    with folders.held("talteen-units-", keep=told.keep) as (folder, lock):
        drill = story.Drill(Machine(folder, lock))
        well = "guide and units are as their pages say"
        status = judged("units", drill, lambda: _on_its_own(drill), well=well)
    if told.keep:
        print(f"left: {folder}")
    return status


def _on_its_own(drill: story.Drill) -> None:
    """Make the machine of a wheel of this tree, then let it happen."""
    if os.geteuid():
        raise Impossible("a machine is made by root: run it as root, on one of your own")
    needs(systemd_nspawn="systemd-container", nsenter="util-linux")
    dist = drill.machine.folder / "dist"
    path = {**os.environ, "PATH": f"{UV}:{os.environ['PATH']}"}
    subprocess.run(["./run", "wheel", str(dist)], cwd=ROOT, env=path, check=True, stdout=2)
    drill.machine.make(dist)
    drill.say("a bare machine is there")
    story.install(drill)
    with drill.machine.booted():
        story.tell(drill)


if __name__ == "__main__":
    sys.exit(main())

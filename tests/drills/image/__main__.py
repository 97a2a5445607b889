"""``./run drill image``: the image is built, closed, killed, kept and followed by a newer one."""

import argparse
import os
import shlex
import sys

from benchmarks import folders
from tests.drills.debian import needs
from tests.drills.image import story
from tests.drills.image.engine import Engine
from tests.drills.told import Impossible, judged
from tests.drills.upgrade import releases


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    asked = argparse.ArgumentParser(prog="./run drill image", description=__doc__)
    asked.add_argument("--engine", default="podman", help="the engine's words, %(default)s")
    asked.add_argument("--base", help="an image to build over; left out: see the page")
    asked.add_argument("--from", dest="commit", help="the older image's; left out: a day ago")
    told = asked.parse_args()
    drill = story.Drill(Engine(shlex.split(told.engine)))
    try:
        return judged("image", drill, lambda: _both(drill, told), well="the image is as it says")
    finally:
        drill.clear()


def _both(drill: story.Drill, told: argparse.Namespace) -> None:
    """Find what to build over, and the tree of the older image; then let it happen."""
    if os.geteuid():
        raise Impossible("it was tried as root only: run it as root, on a machine of your own")
    needs(**{drill.engine.words[0]: "podman"})
    base = drill.engine.base(told.base)
    drill.engine.able(base)
    drill.say(f"builds over {base}")
    commit = told.commit or releases.a_day_ago()
    with (
        folders.held("talteen-image-") as (folder, _),
        releases.tree_of(commit, folder / "tree") as older,
    ):
        story.tell(drill, base, older)


if __name__ == "__main__":
    sys.exit(main())

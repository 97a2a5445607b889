"""``./run drill upgrade``: a house goes from one release to the next while a call is captured."""

import argparse
import sys
from pathlib import Path

from benchmarks import folders
from benchmarks.house import free_port
from tests.drills.told import judged
from tests.drills.upgrade import releases, story


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    asked = argparse.ArgumentParser(prog="./run drill upgrade", description=__doc__)
    asked.add_argument("--from", dest="commit", help="of this commit; left out: a day ago")
    asked.add_argument("--keep", action="store_true", help="leave both releases and all logs")
    told = asked.parse_args()
    with folders.held("talteen-upgrade-", keep=told.keep) as (folder, _):
        house = story.House(folder / "house", free_port())
        status = judged(
            "upgrade",
            house,
            lambda: _both(house, folder, told.commit),
            well="no call was lost on the way",
        )
    if told.keep:
        print(f"left: {folder}")
    return status


def _both(house: story.House, folder: Path, commit: str | None) -> None:
    """Install both releases, then let it happen."""
    commit = commit or releases.a_day_ago()
    before = releases.of_commit(commit, folder)
    house.say(f"the release of {commit[:10]} is installed from its wheel")
    now = releases.of_this_tree(folder)
    house.say("the release of this tree is installed from its wheel")
    story.tell(house, before, now)


if __name__ == "__main__":
    sys.exit(main())

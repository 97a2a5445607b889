"""``./run drill upgrade``: a house goes from one release to the next while a call is captured."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.house import free_port
from tests.drills.upgrade import releases, story


def main() -> int:
    """Exit 2 with one line where the drill cannot be run, 1 where it found something."""
    asked = argparse.ArgumentParser(prog="./run drill upgrade", description=__doc__)
    asked.add_argument("--from", dest="commit", help="of this commit; left out: a day ago")
    asked.add_argument("--keep", action="store_true", help="leave both releases and all logs")
    told = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="talteen-upgrade-", dir="/var/tmp"))
    house = story.House(folder / "house", free_port())
    try:
        commit = told.commit or releases.a_day_ago()
        before = releases.of_commit(commit, folder)
        house.say(f"the release of {commit[:10]} is installed from its wheel")
        now = releases.of_this_tree(folder)
        house.say("the release of this tree is installed from its wheel")
        story.tell(house, before, now)
    except releases.Impossible as why:
        print(f"drill upgrade: {why}", file=sys.stderr)
        return 2
    except story.Broken as what:
        house.say(f"FAILED {what}")
        return 1
    except subprocess.CalledProcessError as fault:
        house.say(f"FAILED {fault}\n{fault.stderr or ''}")
        return 1
    finally:
        if told.keep:
            print(f"left: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    house.say("no call was lost on the way")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The empty tables of a house, for tests of commands that are about something else.

A new cluster and its migrations are six seconds of a core. ``talteen migrate`` makes them once a
run; each house gets a copy.
"""

import os
import subprocess
from pathlib import Path

from django.conf import settings

from talteen.desk.ground import supervise
from talteen.engine.alone import alone


def lay(home: Path) -> None:
    """``home`` has its database with the tables of this release, and nothing in them."""
    home.mkdir(mode=0o700, exist_ok=True)
    subprocess.run(["cp", "-a", _made() / "state", home], check=True)


def _made() -> Path:
    """The house that they are copied from, in the folder that all workers of a run share."""
    shared: Path = settings.CONFIG.home
    made, making = shared / "migrated", shared / "migrating"
    with alone(shared / "migrated.lock"):
        if not made.exists():
            making.mkdir(mode=0o700)
            env = {**os.environ, "TALTEEN_HOME": str(making)}
            subprocess.run(supervise.talteen("migrate"), env=env, check=True)
            making.rename(made)
    return made

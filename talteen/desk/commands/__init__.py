"""The commands of ``talteen``, one file a family. Heavy imports stand inside the functions.

``ready`` is what nearly all of them begin with.
"""

import os
import subprocess

from talteen import config as configs
from talteen import log
from talteen.config import Config, Role
from talteen.desk import place, supervise


def ready() -> Config:
    """Read the config, set logging up, forbid core dumps. Starts no database, imports no Django."""
    config = configs.load()
    log.configure(config.log.level)
    place.leave_no_core()
    return config


def django() -> None:
    """Make Django ready: models can be imported afterwards."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "talteen.desk.settings"
    import django as framework

    framework.setup(set_prefix=False)


def migrated() -> None:
    """Bring the tables to this release, in a process of its own: only that one takes the role of
    their owner. The database must run.
    """
    subprocess.run(
        supervise.talteen("migrate"),
        env={**os.environ, "TALTEEN_DATABASE_ROLE": Role.OWNER.value},
        check=True,
    )

"""The commands of ``talteen``, one file a family. Heavy imports stand inside the functions.

``ready`` is what nearly all of them begin with.
"""

import os

from talteen import config as configs
from talteen import log
from talteen.config import Config
from talteen.desk import place


def ready() -> Config:
    """Read the config, set logging up, forbid core dumps. Starts no database, imports no Django."""
    config = configs.load()
    log.configure(config.log.level)
    place.leave_no_core()
    return config


def django() -> None:
    """Make Django ready: models can be imported afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talteen.desk.settings")
    import django as framework

    framework.setup(set_prefix=False)

"""How a process of ours begins: its config and its log, its role at the database, Django, tables.

``ready`` is what nearly all commands begin with.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from talteen import config as configs
from talteen import log
from talteen.config import Config, Role
from talteen.desk.ground import place, supervise
from talteen.errors import TalteenError


class NotMigrated(TalteenError):
    """The tables could not be brought to the form of this release. The line above says why."""

    slug = "not-migrated"


def ready() -> Config:
    """Read the config, set logging up, forbid core dumps. Starts no database, imports no Django."""
    config = configs.load()
    log.configure(config.log.level)
    place.leave_no_core()
    return config


def as_role(config: Config, own: Role) -> None:
    """Have this process, and those that it starts, speak to the database in their ``own`` role.

    Where a server of somebody else's has no password for it they go on as the commands do, and the
    log says so. Before ``django``.
    """
    from talteen.desk.ground import database

    role = database.role_of(config, own)
    if role is Role.APP:
        setting = f"database.{database.password_setting(own)}"
        structlog.get_logger().warning("role.shared", kind=setting)
    os.environ["TALTEEN_DATABASE_ROLE"] = role.value


def django() -> None:
    """Make Django ready: models can be imported afterwards."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "talteen.desk.settings"
    import django as framework

    framework.setup(set_prefix=False)


@contextmanager
def migrating() -> Iterator[None]:
    """Bring the tables to this release beside the block; they are when it has ended.

    In a process of its own: only that one takes the role of the tables' owner. The database must
    run.
    """
    process = subprocess.Popen(
        supervise.talteen("migrate"),
        env={**os.environ, "TALTEEN_DATABASE_ROLE": Role.OWNER.value},
    )
    try:
        yield
    finally:
        status = process.wait()
    if status:
        raise NotMigrated("the tables were not migrated", remedy="see the line above")

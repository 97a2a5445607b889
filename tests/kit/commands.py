"""Commands of ``talteen`` by the command line's own entry, in this process and the test's database.

What a command says and ends with needs no process of its own: one is two seconds of a core, and a
database that it starts for itself another. Nothing is left out but what would change this very
process for good (its core file), and the migration of tables that are there. That a command begins
in a process is the promise of ``tests/desk/commands/test_cli_run`` and of the drills.
"""

import contextlib
import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import structlog
from django.db import connection

from talteen import config as configs
from talteen import wiring
from talteen.config import Role
from talteen.desk import cli
from talteen.desk.ground import database, place, startup
from talteen.engine.postgres import cluster as clusters
from talteen.engine.postgres.cluster import PORT, Cluster


@dataclass(frozen=True, slots=True)
class Ended:
    """What is left of a command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def talteen(*command: str, home: Path, **env: str) -> Ended:
    """``talteen COMMAND`` in the house at ``home``, with more settings as ``env``. The test has
    ``transactional_db``: sessions of its own see what a command does."""
    return without_tables(*command, home=home, **_database(), **env)


def without_tables(*command: str, home: Path, **env: str) -> Ended:
    """The same where the command ends before it asks a database."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _as_a_process({"TALTEEN_HOME": str(home), **env}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main(command)
        except SystemExit as ended:
            status = ended.code
    assert isinstance(status, int)
    return Ended(status, out.getvalue(), err.getvalue())


def of_a_process(home: Path, own: Role, cluster: Cluster) -> dict[str, str]:
    """The environment of a real process at ``home`` that speaks to the test's database in its
    ``own`` role: neither a server nor tables are made for it."""
    secret = home / f"password-{own.value}"
    secret.touch(mode=0o600)
    secret.write_text(clusters.password(cluster, database.USERS[own]))
    named = {f"TALTEEN_DATABASE_{own.value.upper()}_PASSWORD_FILE": str(secret)}
    return {**os.environ, "TALTEEN_HOME": str(home), **_database(), **named}


def _database() -> dict[str, str]:
    """The test's own, as a server of somebody else's by its address."""
    place_ = connection.settings_dict
    told = f"host={place_['HOST']}&port={PORT}&passfile={place_['OPTIONS']['passfile']}"
    return {"TALTEEN_DATABASE_URL": f"postgresql:///{place_['NAME']}?{told}"}


@contextlib.contextmanager
def _as_a_process(env: dict[str, str]) -> Iterator[None]:
    """What a command does to its process is undone, and it finds the house as a new one would."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    with (
        patch.dict(os.environ, env),
        patch.object(place, "leave_no_core"),
        patch.object(startup, "migrating", contextlib.nullcontext),
        patch.object(wiring, "house", lambda c=None: wiring.build(c or configs.load())),
    ):
        try:
            yield
        finally:
            root.handlers, root.level = handlers, level
            structlog.configure(**before)

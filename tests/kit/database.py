"""The tests' own PostgreSQL: one server a run, one database a process, cloned from a template.

Tests connect as ``talteen_app``, as the product does, so that a right that the product lacks is
missed here too. What needs more (migrating, cloning) says so.
"""

import contextlib
import fcntl
from collections.abc import Iterator

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from talteen import config
from talteen.desk import database
from talteen.engine.postgres import roles, server
from talteen.engine.postgres.cluster import APP, OWNER, Cluster

TEMPLATE = "template_of_tests"


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    """The server of this test run. xdist's workers adopt the one of their controller."""
    cluster = database.cluster(config.load())
    cluster.state.mkdir(parents=True, exist_ok=True)
    with server.use(cluster) as up:
        _write_lazily(up.cluster)
        yield up.cluster


def _write_lazily(cluster: Cluster) -> None:
    """No test cuts this server's power: what a killed process wrote, the kernel still has. Servers
    that a test starts itself write as in the product.
    """
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        for setting in ("fsync", "full_page_writes"):
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        admin.execute("SELECT pg_reload_conf()")


def make_template(cluster: Cluster) -> None:
    """The migrated database that all others are cloned from, made once a run."""
    with (cluster.run / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(cluster, TEMPLATE):
            making = f"{TEMPLATE}_unmigrated"
            roles.make_database(cluster, making)
            with connected_as(cluster, OWNER, name=making):
                call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
            _superuser(cluster, "ALTER DATABASE {} RENAME TO {}", making, TEMPLATE)


def use_clone(cluster: Cluster, name: str) -> None:
    """Point Django at a fresh copy of the template, called ``name``.

    What was in it before is gone.
    """
    connection.close()
    _superuser(cluster, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _superuser(cluster, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
    _point(cluster, APP, name)


@contextlib.contextmanager
def connected_as(cluster: Cluster, role: str, *, name: str) -> Iterator[None]:
    """Django speaks as another role, or to another database, for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    _point(cluster, role, name)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _point(cluster: Cluster, role: str, name: str) -> None:
    passfile = {"passfile": str(cluster.passfile(role))}
    connection.settings_dict.update(NAME=name, USER=role, OPTIONS=passfile)


def _exists(cluster: Cluster, name: str) -> bool:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(query, [name]).fetchone() is not None


def _superuser(cluster: Cluster, statement: str, *names: str) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def close() -> None:
    """Let go of the connection, before the server is stopped."""
    connection.close()

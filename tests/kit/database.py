"""The tests' own PostgreSQL: one server a run, one database a process, cloned from a template.

Tests connect as ``talteen_app``, as the product does, so that a right that the product lacks is
missed here too. What needs more (migrating, cloning) says so; what pages and the worker do has less
(``as_the_pages``, ``as_the_worker``).
"""

import contextlib
import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import LiteralString

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from talteen import config
from talteen.desk.ground import database
from talteen.engine.alone import alone
from talteen.engine.postgres import cluster as clusters
from talteen.engine.postgres import roles, server
from talteen.engine.postgres.cluster import (
    APP,
    CAPTURE,
    METRICS,
    OWNER,
    ROLES,
    SUPERUSER,
    WATCH,
    WEB,
    WORK,
    Cluster,
)

TEMPLATE = "template_of_tests"

SEEDED = ("django_migrations", "django_content_type", "auth_permission")
"""What the migrations fill, and no test writes to."""

_SHAPE = """
SELECT concat_ws(' ',
    (SELECT concat_ws(' ', count(*), sum(hashname(relname)), sum(hash_array(relacl)),
                      count(*) FILTER (WHERE relrowsecurity))
       FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT format('%s %s', count(*), max(xmin::text::int8)) FROM pg_attribute),
    (SELECT format('%s %s', count(*), sum(ascii(tgenabled::text))) FROM pg_trigger),
    (SELECT format('%s %s', count(*), sum(hashtext(prosrc))) FROM pg_proc WHERE oid >= 16384))
"""
"""What tables, columns, triggers and functions there are, in numbers that are cheap to reckon:
those of a copy are its template's. Of a column, the last transaction that changed one."""
_OTHERS_OUT = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$ DECLARE
    kept oid[] := {seeded}::regclass[]::oid[];
    one regclass;
BEGIN
    -- Append-only tables refuse it otherwise, and the order of foreign keys would matter.
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND pg_relation_size(oid) > 0 AND NOT oid = ANY (kept)
    LOOP
        IF pg_relation_size(one) > 65536 THEN EXECUTE format('TRUNCATE %s CASCADE', one);
        ELSE EXECUTE format('DELETE FROM %s', one); END IF;
    END LOOP;
    FOR one IN SELECT objid FROM pg_depend JOIN pg_class ON pg_class.oid = objid
        WHERE relkind = 'S' AND refclassid = 'pg_class'::regclass AND NOT refobjid = ANY (kept)
    LOOP
        IF pg_sequence_last_value(one) IS NOT NULL THEN PERFORM setval(one, 1, false); END IF;
    END LOOP;
END $$
"""


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    """The server of this test run. xdist's workers adopt the one of their controller."""
    cluster = database.cluster(config.load())
    cluster.state.mkdir(parents=True, exist_ok=True)
    with server.use(cluster) as up:
        _write_lazily(up.cluster)
        yield up.cluster


def as_the_pages() -> AbstractContextManager[None]:
    """Django speaks with the rights of the role that answers people, for a while."""
    return acting_as(WEB)


def as_the_worker() -> AbstractContextManager[None]:
    """The same with the rights of the role that does what is due."""
    return acting_as(WORK)


@contextlib.contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Django speaks with the rights of one of the roles that have them table by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        # A transaction that failed takes the role back by itself.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {before}")


def _write_lazily(cluster: Cluster) -> None:
    """No test cuts this server's power: what a killed process wrote, the kernel still has. Servers
    that a test starts itself write as in the product.
    """
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        for setting in ("fsync", "full_page_writes"):
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        # What is written ahead is hunted for words of the dead, to the last file of it.
        admin.execute("ALTER SYSTEM SET max_wal_size = '96MB'")
        admin.execute("ALTER SYSTEM SET min_wal_size = '48MB'")
        admin.execute("SELECT pg_reload_conf()")
        _log_in_cheaply(admin, cluster)
        # In a house each is a login of its own; one process of tests is all of them in turn.
        admin.execute(f"GRANT {WEB}, {WORK}, {CAPTURE}, {WATCH}, {METRICS} TO {APP}")


def _log_in_cheaply(admin: psycopg.Connection, cluster: Cluster) -> None:
    """The same passwords by the same exchange, hashed once and not 4,096 times (RFC 5802, 2.2):
    ours are of 24 random bytes, and this server is logged in to thousands of times."""
    if admin.info.server_version < 160000:  # which cannot choose
        return
    with alone(cluster.run / "logins.lock"):
        done = "SELECT 1 FROM pg_authid WHERE rolname = %s AND rolpassword LIKE 'SCRAM%%$1:%%'"
        if admin.execute(done, [ROLES[-1]]).fetchone():
            return
        admin.execute("SET scram_iterations = 1")
        for role in (SUPERUSER, *ROLES):
            secret = sql.Literal(clusters.password(cluster, role))
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            admin.execute(statement.format(sql.Identifier(role), secret))


def make_template(cluster: Cluster) -> None:
    """The migrated database that all others are cloned from, made once a run."""
    with alone(cluster.run / "template.lock"):
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
    let_go()
    _superuser(cluster, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _superuser(cluster, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
    _point(cluster, APP, name)


@contextlib.contextmanager
def another(cluster: Cluster, name: str) -> Iterator[None]:
    """Django speaks to a fresh copy of the template for a while, and then to what it did before."""
    before = dict(connection.settings_dict)
    use_clone(cluster, name)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def empty(cluster: Cluster, name: str) -> None:
    """Make the clone ``name`` again what the template is, by removing its rows.

    That costs 8 ms; a fresh clone of its thousand files would cost 0.8 s of a core. A test that
    changed tables, rights or triggers leaves a clone that is not worth mending: it gets a new one.
    """
    connection.close()
    inside = _inside(cluster, name)
    if unchanged(cluster, inside):
        inside.execute(sql.SQL(_EMPTY).format(seeded=sql.Literal(list(SEEDED))))
    else:
        use_clone(cluster, name)


def unchanged(cluster: Cluster, inside: psycopg.Connection) -> bool:
    """Whether the database of this session has the tables, rights and triggers of the template."""
    return _one(inside, _SHAPE) == _shape_of_template(cluster)


_kept: dict[str, psycopg.Connection] = {}
"""The session that empties the database of this name; one at most."""


def _inside(cluster: Cluster, name: str) -> psycopg.Connection:
    """A superuser's session in ``name``, alone there. It is kept from test to test: a new one
    would read the catalogue anew, twice as dear as all that it is asked for."""
    with contextlib.suppress(psycopg.OperationalError, KeyError):
        _kept[name].execute(_OTHERS_OUT)
        return _kept[name]
    let_go()
    _kept[name] = psycopg.connect(cluster.dsn(database=name), autocommit=True)
    _kept[name].execute(_OTHERS_OUT)
    return _kept[name]


def let_go() -> None:
    """No session of ours is in any database, as for making a copy of one."""
    connection.close()
    while _kept:
        _kept.popitem()[1].close()


@functools.cache
def _shape_of_template(cluster: Cluster) -> object:
    with psycopg.connect(cluster.dsn(database=TEMPLATE)) as inside:
        return _one(inside, _SHAPE)


def _one(inside: psycopg.Connection, query: LiteralString) -> object:
    row = inside.execute(query).fetchone()
    assert row
    return row[0]


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
    host = str(cluster.sockets)
    connection.settings_dict.update(HOST=host, NAME=name, USER=role, OPTIONS=passfile)


def _exists(cluster: Cluster, name: str) -> bool:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(query, [name]).fetchone() is not None


def _superuser(cluster: Cluster, statement: str, *names: str) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

"""Three roles and one database. None of the three is a superuser; only the owner may change tables.

``talteen_owner`` migrates, ``talteen_app`` reads and writes rows, ``talteen_audit`` reads. What the
owner makes is granted to the other two by default privileges, so that no migration can forget it.
The owner of an external server runs ``statements`` once, by hand, with passwords of their own.
"""

from typing import LiteralString

import psycopg
from psycopg import sql

from talteen.engine.postgres.cluster import (
    APP,
    AUDIT,
    DATABASE,
    OWNER,
    ROLES,
    SUPERUSER,
    Cluster,
    password,
)

GRANTS = f"""
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP}, {AUDIT};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT ON TABLES TO {AUDIT};
"""
"""To be run once inside the database, by a superuser."""


def ensure(cluster: Cluster) -> None:
    """Make the roles and the database if they are not there.

    Safe to repeat, also after a crash between.
    """
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        for role in ROLES:
            if not _has(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
                _create_role(connection, role, secret=password(cluster, role))
        if _has(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            return
    make_database(cluster, DATABASE)


def make_database(cluster: Cluster, name: str) -> None:
    """A database of the owner's with the grants in it, whole or not at all.

    It is made under another name first: a crash between leaves nothing that ``ensure`` takes for
    done.
    """
    making = f"{name}_making"
    with psycopg.connect(cluster.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making))
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(making), sql.Identifier(OWNER)
            )
        )
        with psycopg.connect(cluster.dsn(SUPERUSER, database=making)) as inside:
            inside.execute(GRANTS)
            inside.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {}").format(_OWNER))
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(making), sql.Identifier(name)
            )
        )


_OWNER = sql.Identifier(OWNER)


def _has(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None


def _create_role(connection: psycopg.Connection, role: str, *, secret: str) -> None:
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(secret)
        )
    )

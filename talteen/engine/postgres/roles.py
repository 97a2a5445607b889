"""Eight roles and one database. None of them is a superuser; only the owner may change tables.

``talteen_owner`` migrates, ``talteen_app`` reads and writes rows, ``talteen_audit`` reads. What the
owner makes is granted to these two by default privileges, so that no migration can forget it.
The others, one for each process (``talteen_web``, ``talteen_work`` ...), get nothing by default:
their rights are laid table by table (``register.rights``).
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
    new_password,
)

GRANTS = f"""
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO {OWNER};
GRANT USAGE ON SCHEMA public TO {APP}, {AUDIT};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT ON TABLES TO {AUDIT};
"""
"""To be run once inside the database, by a superuser."""

_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_DATABASE = "SELECT 1 FROM pg_database WHERE datname = %s"


def ensure(cluster: Cluster) -> None:
    """Make the roles and the database if they are not there. Safe to repeat after a crash."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        for role in ROLES:
            if not admin.execute(_ROLE, [role]).fetchone():
                _create_role(admin, role, secret=new_password(cluster, role))
        if not admin.execute(_DATABASE, [DATABASE]).fetchone():
            make_database(cluster, DATABASE)


def make_database(cluster: Cluster, name: str) -> None:
    """A database of the owner's with the grants in it, whole or not at all.

    It gets its name last: what a crash leaves behind is not taken for a finished one.
    """
    making = f"{name}_making"
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", making))
        admin.execute(_sql("CREATE DATABASE {} OWNER {}", making, OWNER))
        with psycopg.connect(cluster.dsn(SUPERUSER, database=making)) as inside:
            inside.execute(GRANTS)
        admin.execute(_sql("ALTER DATABASE {} RENAME TO {}", making, name))


def _sql(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _create_role(admin: psycopg.Connection, role: str, *, secret: str) -> None:
    rights = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
    admin.execute(rights.format(sql.Identifier(role), sql.Literal(secret)))

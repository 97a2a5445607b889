"""Older databases: a standby that stopped following, a dump that was put back.

A copy is a database of its own on the test's server, under an alias of its own. What happens in the
first database afterwards does not reach it.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection, connections
from psycopg import sql

from talteen.engine.postgres.cluster import OWNER, Cluster


@dataclass(slots=True)
class Copies:
    """Makes copies of the test's database, and takes them away."""

    cluster: Cluster
    made: list[str] = field(default_factory=list)

    def standby(self) -> str:
        """A copy as the database is now; returns its alias."""
        alias = self._alias()
        connection.close()
        self._run("CREATE DATABASE {} TEMPLATE {}", alias, str(connection.settings_dict["NAME"]))
        return alias

    def dump(self, to: Path) -> Path:
        """What ``pg_dump`` says of the database now."""
        connection.close()
        self._tool("pg_dump", "-Fc", "-f", str(to), dbname=str(connection.settings_dict["NAME"]))
        return to

    def plain_dump(self) -> bytes:
        """The whole database as SQL text."""
        connection.close()
        return self._tool("pg_dump", dbname=str(connection.settings_dict["NAME"]))

    def put_back(self, dump: Path) -> str:
        """A new database from ``dump``; returns its alias."""
        alias = self._alias()
        self._run("CREATE DATABASE {}", alias)
        self._run("ALTER DATABASE {} OWNER TO {}", alias, OWNER)
        self._tool("pg_restore", "--exit-on-error", str(dump), dbname=alias)
        return alias

    def close(self) -> None:
        """Drop every copy."""
        for alias in self.made:
            connections[alias].close()
            del connections.settings[alias]
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", alias)

    def _alias(self) -> str:
        alias = f"copy_{os.getpid()}_{len(self.made)}"
        self.made.append(alias)
        connections.settings[alias] = {**connection.settings_dict, "NAME": alias}
        return alias

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _tool(self, name: str, *arguments: str, dbname: str) -> bytes:
        program, dsn = self.cluster.binaries.tool(name), self.cluster.dsn(database=dbname)
        command = [program, "-d", dsn, *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


@contextmanager
def copies(cluster: Cluster) -> Iterator[Copies]:
    """Copies that are gone afterwards."""
    made = Copies(cluster)
    try:
        yield made
    finally:
        made.close()

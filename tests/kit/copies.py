"""Older databases: a standby that stopped following, a dump that was put back.

A copy is a database of its own on the test's server. What happens in the first database afterwards
does not reach it; ``at`` lets Django speak to the copy for a while, as after a fail-over.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from talteen.engine.postgres.cluster import Cluster
from tests.kit import database


@dataclass(slots=True)
class Copies:
    """Makes copies of the test's database, and takes them away."""

    cluster: Cluster
    first: str
    made: list[str] = field(default_factory=list)

    def standby(self) -> str:
        """A copy as the database is now; returns its name."""
        name = self._name()
        database.let_go()
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self.first)
        return name

    def standby_of_committed(self) -> str:
        """A copy of what is committed now, while transactions go on; returns its name."""
        script = self._tool("pg_dump", "-Fc", dbname=self.first)
        return self._put_back(given=script)

    def dump(self, to: Path) -> Path:
        """What ``pg_dump`` says of the database now."""
        self._tool("pg_dump", "-Fc", "-f", str(to), dbname=self.first)
        return to

    def plain_dump(self) -> bytes:
        """The whole database as SQL text."""
        return self._tool("pg_dump", dbname=self.first)

    def put_back(self, dump: Path) -> str:
        """A new database from ``dump``; returns its name."""
        return self._put_back(str(dump))

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Django speaks to the copy ``name`` for a while."""
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = self.first

    def close(self) -> None:
        """Drop every copy."""
        for name in self.made:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _put_back(self, *dump: str, given: bytes = b"") -> str:
        name = self._name()
        self._run("CREATE DATABASE {}", name)
        self._tool("pg_restore", "--exit-on-error", *dump, dbname=name, given=given)
        return name

    def _name(self) -> str:
        self.made.append(f"copy_{os.getpid()}_{len(self.made)}")
        return self.made[-1]

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _tool(self, name: str, *arguments: str, dbname: str, given: bytes = b"") -> bytes:
        program, dsn = self.cluster.binaries.tool(name), self.cluster.dsn(database=dbname)
        command = [program, "-d", dsn, *arguments]
        return subprocess.run(command, check=True, input=given, stdout=subprocess.PIPE).stdout


@contextmanager
def copies(cluster: Cluster) -> Iterator[Copies]:
    """Copies that are gone afterwards."""
    made = Copies(cluster, str(connection.settings_dict["NAME"]))
    try:
        yield made
    finally:
        made.close()

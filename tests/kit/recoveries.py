"""Backups of a house of the tests, and empty houses beside it into which they are restored."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from talteen import config as configs
from talteen import house_keys, wiring
from talteen.config import Config
from talteen.engine.backup.manifest import Head
from talteen.engine.postgres import roles
from talteen.engine.postgres.cluster import APP, OWNER, Cluster
from talteen.engine.postgres.dump import Reach
from talteen.engine.vault.holders import RestoreHolder
from talteen.recovery import backup, restore
from talteen.recovery.restore import Restored
from talteen.wiring import House
from tests.kit import database
from tests.kit.houses import Built

SETTINGS = """[house]
born = "demo"

[paths]
keys_live = "{live}"
keys_ring = "{ring}"
"""


@dataclass(slots=True)
class Recoveries:
    """Takes backups of the test's house, and restores them into databases of their own."""

    cluster: Cluster
    made: list[str] = field(default_factory=list)

    def reach(self, role: str = APP, *, name: str = "") -> Reach:
        """The way to a database, by default to the one that Django is on now."""
        told = {
            "host": str(self.cluster.sockets),
            "port": "5432",
            "user": role,
            "dbname": name or str(connection.settings_dict["NAME"]),
            "passfile": str(self.cluster.passfile(role)),
        }
        return Reach(self.cluster.binaries, told)

    def back_up(
        self,
        built: Built,
        to: Path,
        *,
        progress: backup.Progress = backup.silent,
        bucket: str = "",
    ) -> Head:
        """A backup of the house as it is now."""
        source = backup.Source(built.house, self.reach(), bucket)
        return backup.take(source, to, built.clock.now(), progress)

    def empty_database(self) -> str:
        """A database in which nobody lives."""
        name = f"elsewhere_{os.getpid()}_{len(self.made)}"
        roles.make_database(self.cluster, name)
        self.made.append(name)
        return name

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Django speaks to the database ``name`` for a while."""
        with database.connected_as(self.cluster, APP, name=name):
            yield

    def restore(
        self,
        config: Config,
        at: Path,
        name: str,
        built: Built,
        *,
        ring: RestoreHolder | None = None,
        progress: backup.Progress = backup.silent,
    ) -> tuple[House, Restored]:
        """All that the command does, in a process that is on the database ``name``."""
        found = restore.open_backup(config, at)
        laid = restore.lay_files(config, found, progress=progress)
        config.paths.state.mkdir(parents=True, exist_ok=True)
        owner = self.reach(OWNER, name=name)
        restore.load_database(config, found, owner, is_empty=self.is_empty(name))
        progress("database loaded")
        house = wiring.build(config, clock=built.clock)
        done = restore.open_house(house, laid, ring=ring, progress=progress)
        return wiring.build(config, clock=built.clock), done

    def is_empty(self, name: str) -> bool:
        """Whether no house lives in the database ``name``."""
        with psycopg.connect(self.cluster.dsn(database=name)) as one:
            row = one.execute("SELECT to_regclass('public.house')").fetchone()
        return row is None or row[0] is None

    def close(self) -> None:
        """Take every database away again."""
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as admin:
            for name in self.made:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                admin.execute(drop.format(sql.Identifier(name)))


@contextmanager
def recoveries(cluster: Cluster) -> Iterator[Recoveries]:
    """Recoveries whose databases are gone afterwards."""
    made = Recoveries(cluster)
    try:
        yield made
    finally:
        made.close()


def elsewhere(built: Built, home: Path, *, live_is_lost: bool = False) -> Config:
    """An empty house on another machine: the signing keys were brought, the ring is mounted, and
    the live holder too, unless it burned with the first house.
    """
    home.mkdir(mode=0o700)
    first = built.house.config
    shutil.copytree(house_keys.folder(first), home / "keys-house")
    live = home / "keys-live" if live_is_lost else first.paths.keys_live
    (home / "talteen.toml").write_text(SETTINGS.format(live=live, ring=first.paths.keys_ring))
    return configs.load(home)

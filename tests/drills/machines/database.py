"""Debian's PostgreSQL on two machines: the first one and a synchronous standby, over verified TLS.

What an operator's own tools would do is done here by hand, with PostgreSQL's own programs, as
docs/operators/scale.md tells it.
"""

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography import x509
from psycopg import sql

from tests.drills.machines.hosts import NETWORK, Host, until
from tests.kit.certificates import Authority

BIN = Path("/usr/lib/postgresql/15/bin")
PAGE = Path(__file__).parents[3] / "docs" / "operators" / "database.md"
ROLES = ("owner", "app", "audit", "web", "work", "capture", "watch", "metrics")
_WRITTEN = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
"""Their passwords on the page."""
_AS = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env")
_CONF = """
listen_addresses = '*'
unix_socket_directories = '{sockets}'
ssl = on
ssl_cert_file = '{certificate}'
ssl_key_file = '{key}'
password_encryption = scram-sha-256
max_connections = 400
shared_buffers = 128MB
wal_level = replica
hot_standby = on
synchronous_commit = on
"""
_HBA = f"""
local all postgres trust
hostssl all all {NETWORK}.0/24 scram-sha-256
hostssl replication replicator {NETWORK}.0/24 scram-sha-256
"""


@dataclass(slots=True)
class Server:
    """One of the two. ``password`` is the replicator's."""

    host: Host
    folder: Path
    authority: Authority
    password: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def application(self) -> str:
        """By what name it follows another."""
        return self.host.name.replace("-", "_")

    def make(self) -> None:
        """An empty cluster with its certificate."""
        self._prepare()
        like = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.host.run(*_AS, BIN / "initdb", "-D", self.data, *like)
        self._configure()

    def follow(self, first: "Server") -> None:
        """A new copy of ``first`` that follows it."""
        self._prepare()
        shutil.rmtree(self.data, ignore_errors=True)
        passwords = self.folder / "pgpass"
        passwords.write_text(f"*:*:*:replicator:{self.password}\n")
        _give(passwords)
        told = (
            f"host={first.host.full_name} user=replicator application_name={self.application} "
            f"sslmode=verify-full sslrootcert={self.authority.file} passfile={passwords}"
        )
        self.host.run(
            *_AS, BIN / "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast",
            "-d", told,
        )  # fmt: skip
        self._configure()
        with (self.data / "postgresql.auto.conf").open("a") as conf:
            conf.write("synchronous_standby_names = ''\n")
        self.start()

    def start(self) -> None:
        self.host.start(self.folder / "postgres.log", *_AS, BIN / "postgres", "-D", self.data)
        until(self._answers, f"{self.host.name} answers")

    def promote(self) -> None:
        """It is the first one now."""
        self.host.run(*_AS, BIN / "pg_ctl", "promote", "-D", self.data, "-w")

    def set(self, name: str, value: str) -> None:
        with self.admin() as admin:
            admin.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
            admin.execute("SELECT pg_reload_conf()")

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """Its superuser, on the machine itself."""
        told = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(told, autocommit=True) as connection:
            yield connection

    def synchronous(self) -> bool:
        """Whether a standby holds what is committed here."""
        with self.admin() as admin:
            rows = admin.execute("SELECT sync_state, state FROM pg_stat_replication").fetchall()
        return ("sync", "streaming") in rows

    def _answers(self) -> bool:
        try:
            with self.admin():
                return True
        except psycopg.OperationalError:
            return False

    def _prepare(self) -> None:
        self.folder.mkdir(exist_ok=True)
        _give(self.folder)
        if not (self.folder / "server.key").exists():
            certificate, key = self.authority.issue(x509.DNSName(self.host.full_name))
            for made, name in ((certificate, "server.pem"), (key, "server.key")):
                shutil.copy(made, self.folder / name)
                _give(self.folder / name)

    def _configure(self) -> None:
        conf = _CONF.format(
            sockets=self.folder,
            certificate=self.folder / "server.pem",
            key=self.folder / "server.key",
        )
        (self.data / "postgresql.conf").write_text(conf)
        (self.data / "pg_hba.conf").write_text(_HBA)


def _give(path: Path) -> None:
    shutil.chown(path, "postgres", "postgres")
    path.chmod(0o700 if path.is_dir() else 0o600)


@dataclass(slots=True)
class Pair:
    """Both, and which of them takes writes."""

    first: Server
    standby: Server

    def protect(self) -> None:
        """From now on a commit is one when the standby has it, too."""
        self.first.set("synchronous_standby_names", self.standby.application)
        until(self.first.synchronous, "the standby is synchronous")

    def fail_over(self) -> None:
        """The first one loses its power, the other takes its place."""
        self.first.host.lose_power()
        self.standby.promote()
        self.first, self.standby = self.standby, self.first

    def take_back(self) -> None:
        """The one that had lost its power comes back as the standby of the other: its own data are
        of another history."""
        self.standby.host.power_up()
        self.standby.follow(self.first)
        self.protect()


def pair(hosts: tuple[Host, Host], folder: Path, authority: Authority) -> Pair:
    """Two servers that run; nothing of ours is in them yet but roles and an empty database."""
    password = secrets.token_hex(16)
    one, other = (Server(host, folder / host.name, authority, password) for host in hosts)
    one.make()
    one.start()
    with one.admin() as admin:
        admin.execute(
            sql.SQL("CREATE ROLE replicator REPLICATION LOGIN PASSWORD {}").format(
                sql.Literal(password)
            )
        )
    other.follow(one)
    made = Pair(one, other)
    made.protect()
    return made


def follow_the_page(server: Server, folder: Path) -> dict[str, Path]:
    """Roles and database as docs/operators/database.md says; the files of their passwords."""
    outside, inside = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    files = {}
    for role, written in zip(ROLES, _WRITTEN, strict=True):
        files[role] = folder / f"password-{role}"
        files[role].write_text(secrets.token_hex(16))
        files[role].chmod(0o600)
        outside = outside.replace(f"'{written}'", f"'{files[role].read_text()}'")
    for database, statements in (("postgres", outside), ("talteen", inside)):
        with server.admin(database) as admin:
            for statement in filter(str.strip, statements.split(";")):
                admin.execute(statement.encode())
    return files

"""One data folder and what stands beside it: its files, its passwords, its first making.

    state/
      pg-18/                the data folder; its name carries the major version
      run/pgpass-<role>     a random password each, 0600, in libpq's own format
      run/pg.start run/pg.users   locks
      run/pg/               the socket's folder, 0700; elsewhere if its path were too long
      log/postgres.log

libpq reads the passwords itself (``passfile``), so that no setting, process list or traceback holds
one. They do not protect against a process of the same user: nothing on one machine does.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from talteen.engine.postgres import launch
from talteen.engine.postgres.binaries import Binaries
from talteen.errors import ConfigError, Unavailable

SUPERUSER = "postgres"
OWNER, APP, AUDIT = "talteen_owner", "talteen_app", "talteen_audit"
WEB, WORK, CAPTURE = "talteen_web", "talteen_work", "talteen_capture"
WATCH, METRICS = "talteen_watch", "talteen_metrics"
ROLES = (OWNER, APP, AUDIT, WEB, WORK, CAPTURE, WATCH, METRICS)
DATABASE = "talteen"
PORT = 5432
"""Only part of the socket's name: the server listens on no network at all."""

# sockaddr_un.sun_path holds 108 bytes with the closing zero (unix(7)).
_LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True, slots=True)
class Cluster:
    """The place of one embedded server. Nothing need exist yet."""

    state: Path
    binaries: Binaries
    shared_buffers_mb: int = 64
    connections: int = 100

    @property
    def data(self) -> Path:
        """The data folder, bound to the major version."""
        return self.state / f"pg-{self.binaries.major}"

    @property
    def run(self) -> Path:
        """Locks, passwords and, where it fits, the socket."""
        return self.state / "run"

    @property
    def log(self) -> Path:
        """What the server says. Neither statements nor values: see ``launch.SETTINGS``."""
        return self.state / "log" / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The folder of the socket, 0700."""
        return socket_folder(self.run)

    def passfile(self, role: str) -> Path:
        """The file with the password of ``role``, as libpq's ``passfile`` wants it."""
        return self.run / f"pgpass-{role}"

    def dsn(self, role: str = SUPERUSER, *, database: str = "postgres") -> str:
        """A libpq connection string; it names the password's file, not the password."""
        return (
            f"host='{self.sockets}' port={PORT} user={role} dbname={database}"
            f" passfile='{self.passfile(role)}'"
        )


def socket_folder(run: Path) -> Path:
    """Where the socket of the server with run folder ``run`` is: a function of the path and user.

    A folder so deep that the socket's path would not fit into 107 bytes gets a short one in /tmp
    instead, named by a hash. Not in the user's runtime folder: a service has none, a shell has one,
    and both must find the same server.
    """
    at_home = run / "pg"
    if len(os.fsencode(at_home / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
        return at_home
    mark = hashlib.sha256(os.fsencode(run)).hexdigest()[:16]
    # Made 0700, its owner checked.
    return Path("/tmp") / f"talteen-{os.getuid()}-{mark}"  # noqa: S108


def make(cluster: Cluster) -> None:
    """Make the data folder with ``initdb``, whole or not at all. Does nothing if it is there.

    The caller holds the lock ``pg.start``: two makers would overwrite each other's passwords.
    Raises ConfigError if the state folder holds the data of another major version.
    """
    private_folder(cluster.log.parent)
    private_folder(cluster.sockets)
    launch.give(cluster.sockets)
    if (cluster.data / "PG_VERSION").exists():
        launch.give(cluster.data)
        return
    _refuse_other_majors(cluster)
    for role in (SUPERUSER, *ROLES):
        _write_password(cluster.passfile(role), role)
    _initdb(cluster)


def renew_lost_passwords(cluster: Cluster) -> None:
    """Where the run folder was lost, as a restored copy has none: fresh passwords for those roles.

    In single-user mode the server asks for none. It must not be running.
    """
    lost = [role for role in (SUPERUSER, *ROLES) if not cluster.passfile(role).exists()]
    for role in lost:
        _write_password(cluster.passfile(role), role)
        statement = f"ALTER ROLE {role} PASSWORD '{password(cluster, role)}'\n"
        postgres = cluster.binaries.tool("postgres")
        # A role that is not there yet is made, with this password, by ``roles.ensure``.
        launch.run([postgres, "--single", "-D", str(cluster.data), "postgres"], words=statement)


def private_folder(path: Path) -> None:
    """Make ``path`` a folder that only this user may enter.

    Raises ConfigError if another user made it first: /tmp is open to all.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or not launch.may_own(path.lstat().st_uid):
        raise ConfigError(
            f"paths.state: {path} belongs to somebody else",
            remedy="remove it, or move the house to a folder with a shorter path",
        )
    path.chmod(0o700)


def password(cluster: Cluster, role: str) -> str:
    """The password of ``role``, for those few who must say it: ``initdb`` and CREATE ROLE."""
    return cluster.passfile(role).read_text().rstrip("\n").rsplit(":", 1)[1]


def new_password(cluster: Cluster, role: str) -> str:
    """That of a role which is about to be made: one that is waiting for it, or a fresh one. A
    server that a former release started knows no word of a role that this release brings."""
    if not cluster.passfile(role).exists():
        _write_password(cluster.passfile(role), role)
    return password(cluster, role)


def _refuse_other_majors(cluster: Cluster) -> None:
    found = [path.parent.name for path in cluster.state.glob("pg-*/PG_VERSION")]
    if found:
        raise ConfigError(
            f"pg.bin: it is PostgreSQL {cluster.binaries.version}, but the data is in {found[0]}",
            remedy=f"write the folder of the programs of version {found[0].removeprefix('pg-')}",
        )


def _write_password(path: Path, role: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"*:*:*:{role}:{secrets.token_hex(24)}\n")


def _initdb(cluster: Cluster) -> None:
    """Into a folder beside, renamed when whole: a killed initdb leaves nothing that looks whole."""
    for left in cluster.state.glob(".making-*"):
        # Its initdb may have outlived its starter by a moment and still be removing files.
        shutil.rmtree(left, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=cluster.state))
    launch.give(making)
    command = [cluster.binaries.tool("initdb"), f"--pgdata={making}", f"--username={SUPERUSER}"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]
    command += ["--auth-local=scram-sha-256", "--auth-host=reject"]
    with tempfile.NamedTemporaryFile("w", dir=cluster.sockets) as pwfile:
        launch.give(Path(pwfile.name))
        pwfile.write(password(cluster, SUPERUSER))
        pwfile.flush()
        done = launch.run([*command, f"--pwfile={pwfile.name}"])
    if done.returncode:
        shutil.rmtree(making)
        reason = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Unavailable(
            f"initdb could not make a database ({reason})",
            remedy="see that the disk has room and that this user may write there",
        )
    making.rename(cluster.data)

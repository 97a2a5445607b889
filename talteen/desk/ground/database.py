"""From a Config to a database: the embedded cluster of a house, or the server at its URL."""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg import ProgrammingError, conninfo

from talteen import config as configs
from talteen import migrations
from talteen.config import Config, Role
from talteen.engine.postgres import binaries, external, server
from talteen.engine.postgres.cluster import (
    APP,
    AUDIT,
    CAPTURE,
    DATABASE,
    METRICS,
    OWNER,
    PORT,
    WATCH,
    WEB,
    WORK,
    Cluster,
    socket_folder,
)
from talteen.errors import ConfigError, Unavailable

log = structlog.get_logger()

_LOOK_EVERY_S = 0.1
_SAID_AFTER_S, _SAID_EVERY_S = 15.0, 60.0
"""When a process that waits for its tables says so first, and how often after that."""
_FAR = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=8000",
}
"""How long the other machine may be silent, in seconds and for ``tcp_user_timeout`` in
milliseconds. A machine that lost its power says nothing: without these a session waits for it a
quarter of an hour (RFC 1122 4.2.3.5), and with it a page, a sweep, a listener. ``options`` asks the
same of the server: a worker that lost its power in a roll would hold the roll's lock for hours."""
_GIVES_UP_S = 8
"""After so long a pool tries no more by itself: the next who asks tries at once, where a pool's own
waits grow to minutes. Shorter than what somebody waits for a connection."""
USERS = {
    Role.APP: APP,
    Role.WEB: WEB,
    Role.WORK: WORK,
    Role.CAPTURE: CAPTURE,
    Role.WATCH: WATCH,
    Role.METRICS: METRICS,
    Role.OWNER: OWNER,
    Role.AUDIT: AUDIT,
}


def cluster(config: Config) -> Cluster:
    """The embedded server of this house. Raises ConfigError if no PostgreSQL is installed."""
    return Cluster(
        config.paths.state,
        binaries.find(config.pg.bin),
        shared_buffers_mb=config.pg.shared_buffers_mb,
        # A connection a web thread and a job, and as many again for commands and migrations.
        connections=2 * (config.web.threads + config.jobs.workers) + 20,
    )


@contextlib.contextmanager
def running(config: Config) -> Iterator[Callable[[], bool]]:
    """A database that accepts connections, and a way to ask whether it is still there.

    Embedded: made, started or adopted, and stopped by its last user. External: looked at once.
    Raises ConfigError or Unavailable with what to do.
    """
    if not config.database.url:
        with server.use(cluster(config)) as up:
            yield up.alive
        return
    _look_at(settings(config))
    yield lambda: True


def wait_for_tables() -> None:
    """Return once every migration of this release is applied. Django must be set up. Unavailable
    where no database answers: the log says so too, for processes whose end nobody reads.

    A web or worker process may start before the one that migrates has ended.
    """
    from django.db import OperationalError, connection

    began = told = time.monotonic()
    try:
        current = tables_are_current()
    except OperationalError:
        log.warning("database.away")
        raise Unavailable(
            "the database does not answer",
            remedy="start 'talteen up', or see that the server of database.url runs; "
            "'talteen doctor' says more",
        ) from None
    while not current:
        now = time.monotonic()
        if now - told >= (_SAID_EVERY_S if told > began else _SAID_AFTER_S):
            # An operator who forgot 'talteen migrate' would see a process that does nothing.
            log.warning("tables.wait_for_migrate", count=migrations_apart()[0])
            told = now
        connection.close()
        time.sleep(_LOOK_EVERY_S)
        current = tables_are_current()
    connection.close()


def tables_are_current() -> bool:
    """Every migration of this release is applied. Raises Django's DatabaseError if none answers."""
    from django.db import ProgrammingError as Refused
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    try:
        return _migrations() <= set(MigrationRecorder(connection).applied_migrations())
    except Refused as error:
        # The role of the pages gets its rights when the migration has ended.
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            return False
        raise


def migrations_apart() -> tuple[int, int]:
    """How many migrations of this release are not applied, and how many of another one are."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = set(MigrationRecorder(connection).applied_migrations())
    ours = {app for app, _ in _migrations()}
    return len(_migrations() - applied), sum(app in ours for app, _ in applied - _migrations())


@functools.cache
def release() -> str:
    """The newest step of the tables that this release knows, such as ``0008_walls2``."""
    folder = Path(migrations.__file__).parent
    return max(path.stem for path in folder.glob("0*.py"))


@functools.cache
def _migrations() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def settings(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry. Reads no file but a named password's, and starts nothing."""
    shared: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
    pool = {
        "min_size": 1,
        "max_size": config.web.threads + config.jobs.workers,
        "timeout": 10,
        "reconnect_timeout": _GIVES_UP_S,
    }
    place = _external(config) if config.database.url else _embedded(config)
    # Which release a session is of: whoever migrates looks (``operations.upgrade``).
    named = {"application_name": f"talteen {release()}"}
    options = {**place.pop("OPTIONS"), **named, "pool": pool}
    return {**shared, **place, "OPTIONS": options}


def stand_back(config: Config, niceness: int) -> None:
    """Have the sessions of this process stand back for those of others, where its server is the
    house's own: what they ask costs more there than here. Django must be set up."""
    if config.database.url:
        return
    from django.db.backends.signals import connection_created

    def seen(connection: Any, **_: object) -> None:
        with contextlib.suppress(OSError):  # it has ended since
            os.setpriority(os.PRIO_PROCESS, connection.connection.info.backend_pid, niceness)

    connection_created.connect(seen, weak=False)


def role_of(config: Config, own: Role) -> Role:
    """The role of a process that has an ``own`` one. A server of somebody else's may not have it
    yet: whoever gives no password for it goes on with that of the commands, which may do more."""
    told = config.database
    if told.role is not Role.APP:
        return told.role
    there = not told.url or _password_file(config, own)[1] is not None
    return own if there else Role.APP


def _look_at(place: dict[str, Any]) -> None:
    """Raises ConfigError if that server will not do, Unavailable if it does not let us in."""
    options = {key: value for key, value in place["OPTIONS"].items() if key != "pool"}
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER"}
    options |= {key: place[name] for key, name in names.items()}
    external.refuse_unverified(options)
    try:
        with psycopg.connect(**options, password=place.get("PASSWORD")) as connection:
            external.refuse_unfit(connection)
    except psycopg.OperationalError:
        raise Unavailable(
            "database.url: no server lets us in there",
            remedy="see that it runs, that the roles of docs/operators exist, and their passwords",
        ) from None


def _embedded(config: Config) -> dict[str, Any]:
    user = USERS[config.database.role]
    run = config.paths.run
    return {
        "NAME": DATABASE,
        "USER": user,
        "HOST": str(socket_folder(run)),
        "PORT": str(PORT),
        "OPTIONS": {"passfile": str(run / f"pgpass-{user}")},
    }


def _external(config: Config) -> dict[str, Any]:
    try:
        told = conninfo.conninfo_to_dict(config.database.url)
    except ProgrammingError:
        raise ConfigError(
            "database.url: this is no address of a PostgreSQL server",
            remedy="write postgresql://host:5432/talteen?sslmode=verify-full",
        ) from None
    place = {
        "NAME": str(told.pop("dbname", DATABASE)),
        "USER": USERS[config.database.role],
        "HOST": str(told.pop("host", "")),
        "PORT": str(told.pop("port", PORT)),
    }
    key, file = _password_file(config, config.database.role)
    if file:
        place["PASSWORD"] = configs.read_secret(file, key=key)
    return {**place, "OPTIONS": {**_FAR, **_who_writes(config.database.role), **told}}


def _who_writes(role: Role) -> dict[str, str]:
    """Of several servers the one that takes writes: after a fail-over that is another (libpq
    34.1.2). Who only reads may read from a standby."""
    return {} if role is Role.AUDIT else {"target_session_attrs": "read-write"}


def _password_file(config: Config, role: Role) -> tuple[str, Path | None]:
    """The setting that names the password of ``role``, and the file that it names."""
    name = password_setting(role)
    file: Path | None = getattr(config.database, name)
    return f"database.{name}", file


def password_setting(role: Role) -> str:
    """The setting of [database] that names the password of ``role``."""
    return "password_file" if role is Role.APP else f"{role.value}_password_file"

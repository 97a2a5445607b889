"""Will a server do that somebody else runs? Asked before anything of ours touches it.

Any PostgreSQL from version 15 on, local or far. Three things are refused, each with what to change:
an older one, a role that may do everything (row security does not bind a superuser), and a way
across a network on which the server's name is not verified (``sslmode=verify-full``, libpq
34.19.1).
"""

import ipaddress
from collections.abc import Mapping

import psycopg

from talteen.engine.postgres.binaries import OLDEST
from talteen.errors import ConfigError

_KEY = "database.url"


def refuse_unverified(parameters: Mapping[str, str | int | None]) -> None:
    """Raises ConfigError if these libpq parameters lead off this machine without verify-full."""
    # hostaddr is where libpq really goes, whatever host says; both may list several.
    told = [str(parameters.get(key) or "") for key in ("host", "hostaddr")]
    hosts = [host.strip() for text in told for host in text.split(",") if host.strip()]
    if not hosts:
        raise ConfigError(f"{_KEY}: names no host", remedy="write one, or a socket's folder")
    far = [host for host in hosts if not _is_here(host)]
    if far and parameters.get("sslmode") != "verify-full":
        raise ConfigError(
            f"{_KEY}: goes to {far[0]} without verifying that it is that host",
            remedy="add sslmode=verify-full, and sslrootcert= with the authority's certificate",
        )


def refuse_unfit(connection: psycopg.Connection) -> None:
    """Raises ConfigError if the server is too old, or if we came in with too many rights."""
    refuse_old(connection.info.server_version)
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or row[0]:
        raise ConfigError(
            f"{_KEY}: the role {connection.info.user} is bound by no row security",
            remedy=f"ALTER ROLE {connection.info.user} NOSUPERUSER NOBYPASSRLS",
        )


def refuse_old(server_version: int) -> None:
    """``server_version`` as libpq tells it, 150004 for 15.4.

    Raises ConfigError if it is too old.
    """
    major = server_version // 10_000
    if major < OLDEST:
        raise ConfigError(
            f"{_KEY}: that server is PostgreSQL {major}",
            remedy=f"use one of version {OLDEST} or later",
        )


def _is_here(host: str) -> bool:
    """A socket's folder, or a loopback address.

    A name that merely resolves to one does not count.
    """
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

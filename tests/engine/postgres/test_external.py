"""Which servers of other people will do."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.postgres import external, server
from talteen.engine.postgres.cluster import APP, DATABASE, OWNER, SUPERUSER, Cluster
from talteen.errors import ConfigError


@given(st.integers(min_value=90_000, max_value=250_000))
def test_exactly_the_versions_before_15_are_refused(server_version: int) -> None:
    if server_version < 150_000:
        with pytest.raises(ConfigError, match=r"^database.url: that server is PostgreSQL"):
            external.refuse_old(server_version)
    else:
        external.refuse_old(server_version)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "/run/postgresql"])
def test_a_server_on_this_machine_needs_no_certificate(host: str) -> None:
    external.refuse_unverified({"host": host})


@pytest.mark.parametrize("sslmode", [None, "disable", "allow", "prefer", "require", "verify-ca"])
def test_a_far_server_is_refused_unless_its_name_is_verified(sslmode: str | None) -> None:
    with pytest.raises(ConfigError, match=r"^database.url: goes to db.example.fi without"):
        external.refuse_unverified({"host": "db.example.fi", "sslmode": sslmode})


def test_a_far_server_whose_name_is_verified_will_do() -> None:
    external.refuse_unverified({"host": "db.example.fi", "sslmode": "verify-full"})


@pytest.mark.parametrize(
    "parameters",
    [
        {"host": "localhost", "hostaddr": "192.0.2.7"},
        {"host": "localhost,db.example.fi"},
        {"host": "localhost.example.fi"},
    ],
)
def test_a_far_server_behind_a_near_name_is_seen(parameters: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        external.refuse_unverified(parameters)


def test_an_address_without_a_host_is_refused() -> None:
    # libpq would take PGHOST from the environment.
    with pytest.raises(ConfigError, match="names no host"):
        external.refuse_unverified({"sslmode": "verify-full"})


def test_a_superuser_is_refused_and_our_own_roles_are_not(cluster: Cluster) -> None:
    with server.use(cluster):
        for role in (APP, OWNER):
            with psycopg.connect(cluster.dsn(role, database=DATABASE)) as connection:
                external.refuse_unfit(connection)
        with (
            psycopg.connect(cluster.dsn(SUPERUSER, database=DATABASE)) as connection,
            pytest.raises(ConfigError, match="bound by no row security"),
        ):
            external.refuse_unfit(connection)


def test_a_role_that_row_security_does_not_bind_is_refused(cluster: Cluster) -> None:
    with server.use(cluster):
        with psycopg.connect(cluster.dsn(SUPERUSER)) as admin:
            admin.execute(f"ALTER ROLE {APP} BYPASSRLS".encode())
        with (
            psycopg.connect(cluster.dsn(APP, database=DATABASE)) as connection,
            pytest.raises(ConfigError, match="NOBYPASSRLS"),
        ):
            external.refuse_unfit(connection)

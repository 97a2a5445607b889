"""A server of somebody else by its address, set up as the operators' page says."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from talteen import config as configs
from talteen.config import Role
from talteen.desk.ground import database, supervise
from talteen.engine.postgres import binaries, server
from talteen.engine.postgres.cluster import ROLES, Cluster
from talteen.errors import ConfigError, Unavailable

PAGE = Path(__file__).parents[3] / "docs" / "operators" / "database.md"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running server beside that of the tests."""
    cluster = Cluster(tmp_path_factory.mktemp("theirs"), binaries.find())
    with server.use(cluster):
        yield cluster


@pytest.fixture
def theirs(foreign: Cluster) -> Cluster:
    """That server, on which nothing of ours is."""
    with psycopg.connect(foreign.dsn(), autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS talteen WITH (FORCE)")
        for role in ROLES:
            admin.execute(f"DROP ROLE IF EXISTS {role}".encode())
    return foreign


def follow_the_page(cluster: Cluster) -> None:
    outside, inside = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for database_name, statements in (("postgres", outside), ("talteen", inside)):
        with psycopg.connect(cluster.dsn(database=database_name), autocommit=True) as admin:
            for statement in filter(str.strip, statements.split(";")):
                admin.execute(statement.encode())


@pytest.fixture
def by_url(home: Path, theirs: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The house of this test is set to that server."""
    for role, secret in (("app", "second"), ("owner", "first")):
        file = home / f"password-{role}"
        file.write_text(secret)
        file.chmod(0o600)
    (home / "talteen.toml").write_text(
        f'[database]\nurl = "postgresql:///talteen?host={theirs.sockets}"\n'
        f'password_file = "{home}/password-app"\nowner_password_file = "{home}/password-owner"\n'
    )
    return theirs


def migrate() -> subprocess.CompletedProcess[str]:
    command = supervise.talteen("migrate")
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))


@pytest.mark.drill
def test_a_server_set_up_as_the_page_says_is_migrated_and_served(by_url: Cluster) -> None:
    follow_the_page(by_url)

    done = migrate()

    assert (done.returncode, done.stderr) == (0, "")
    with (
        database.running(configs.load()) as alive,
        psycopg.connect(
            f"host={by_url.sockets} dbname=talteen user=talteen_app password=second"
        ) as app,
    ):
        assert alive()
        assert app.execute("SELECT count(*) FROM recording").fetchone() == (0,)
    told = f"host={by_url.sockets} dbname=talteen user=talteen_web password=fourth"
    with psycopg.connect(told, autocommit=True) as pages:
        assert pages.execute("SELECT count(*) FROM recording").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            pages.execute("DELETE FROM access_entry")
    assert not list(configs.load().paths.state.glob("pg-*"))


def test_a_server_without_our_roles_says_what_to_do(by_url: Cluster) -> None:
    with (
        pytest.raises(Unavailable, match=r"^database\.url: no server lets us in there"),
        database.running(configs.load()),
    ):
        pass


def test_a_superuser_at_the_url_is_refused(by_url: Cluster) -> None:
    follow_the_page(by_url)
    with psycopg.connect(by_url.dsn(), autocommit=True) as admin:
        admin.execute("ALTER ROLE talteen_app SUPERUSER")

    with pytest.raises(ConfigError, match="row security"), database.running(configs.load()):
        pass


def test_a_way_without_verification_is_refused_before_anything_is_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALTEEN_DATABASE_URL", "postgresql://192.0.2.7/talteen?sslmode=require")

    with pytest.raises(ConfigError, match="verify-full"), database.running(configs.load()):
        pass


def test_an_address_that_is_none_is_refused_by_its_key(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALTEEN_DATABASE_URL", "mysql://localhost/talteen")

    with pytest.raises(ConfigError, match=r"^database\.url: "):
        database.settings(configs.load())


FAR = "postgresql://db-1.example.fi:5432,db-2.example.fi:5433/talteen?sslmode=verify-full"


def test_of_several_servers_the_one_that_takes_writes_is_wanted_and_silence_has_an_end(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALTEEN_DATABASE_URL", f"{FAR}&connect_timeout=7")

    place = database.settings(configs.load())

    assert (place["HOST"], place["PORT"]) == ("db-1.example.fi,db-2.example.fi", "5432,5433")
    told = place["OPTIONS"]
    assert told["target_session_attrs"] == "read-write"
    assert (told["connect_timeout"], told["tcp_user_timeout"]) == ("7", 8_000)
    assert "-c tcp_keepalives_idle=5" in told["options"]  # the server's side of the silence
    monkeypatch.setenv("TALTEEN_DATABASE_ROLE", "audit")
    assert "target_session_attrs" not in database.settings(configs.load())["OPTIONS"]


def test_settings_hold_no_password_of_the_embedded_server(home: Path) -> None:
    place = database.settings(configs.load())

    assert "PASSWORD" not in place
    assert place["OPTIONS"]["passfile"].startswith(str(home))


@pytest.mark.parametrize("own", [Role.WEB, Role.WORK, Role.CAPTURE, Role.WATCH, Role.METRICS])
def test_a_process_takes_its_own_role_as_soon_as_its_password_is_given(
    home: Path, own: Role
) -> None:
    assert database.role_of(configs.load(home), own) is own  # the embedded server
    url = 'url = "postgresql:///talteen?host=/run/pg"'
    (home / "talteen.toml").write_text(f"[database]\n{url}\n")
    assert database.role_of(configs.load(home), own) is Role.APP
    (home / "talteen.toml").write_text(f'[database]\n{url}\n{own.value}_password_file = "x"\n')
    assert database.role_of(configs.load(home), own) is own


@pytest.mark.django_db(transaction=True)
def test_sessions_of_a_worker_stand_back_in_the_servers_own_process(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_created, "receivers", list(connection_created.receivers))
    own = os.getpriority(os.PRIO_PROCESS, 0)
    database.stand_back(configs.load(home), own + 3)

    connection.close()
    connection.ensure_connection()

    assert os.getpriority(os.PRIO_PROCESS, connection.connection.info.backend_pid) == own + 3
    connection.close()

"""What a machine may ask a web process, and that the answer asks nobody who may be at fault."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from talteen import config, wiring
from talteen.desk.ground import health
from talteen.errors import DiskFull
from talteen.register import house as house_row
from talteen.register.models import House
from tests.kit import houses


def well() -> None:
    """A check that holds."""


def full() -> None:
    raise DiskFull("the disk reserve is reached", remedy="make room")


def gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere_at_all")


def test_alive_is_answered_without_the_database(client: Client) -> None:
    # No database fixture: a query would fail the test.
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "session" not in answer.cookies


def test_ready_names_what_is_missing_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECKS", {"a": well, "disk": full})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"disk: disk-full\n")


def test_ready_says_when_the_database_fails(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(health, "CHECKS", {"a": well, "tables": gone})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"tables: unavailable\n")


@pytest.mark.parametrize("name", ["tables", "disk"])
def test_a_migrated_house_with_room_is_ready(
    name: str, client: Client, monkeypatch: pytest.MonkeyPatch, db: None, blobs: None
) -> None:
    check: Callable[[], None] = health.CHECKS[name]
    monkeypatch.setattr(health, "CHECKS", {name: check})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_tables_of_a_later_release_are_waited_for(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(health, "CHECKS", {"tables": health.CHECKS["tables"]})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'talteen'")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"tables: unavailable\n")


@pytest.fixture
def blobs() -> None:
    config.load().paths.blobs.mkdir(exist_ok=True)


def asked(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[int, bytes]:
    """What ``/readyz`` says of one check alone."""
    monkeypatch.setattr(health, "CHECKS", {name: health.CHECKS[name]})
    answer = client.get("/readyz")
    return answer.status_code, answer.content


@pytest.mark.django_db(transaction=True)
def test_a_house_whose_key_holder_opens_nothing_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built = houses.build(tmp_path, born_at=datetime(2026, 8, 24, 6, 0, tzinfo=UTC))
    monkeypatch.setattr(wiring, "house", lambda: built.house)
    assert asked(client, monkeypatch, "keys") == (200, b"ready\n")

    built.house.vault.forget()
    for key in built.house.config.paths.keys_live.glob("*.key"):
        key.unlink()

    assert asked(client, monkeypatch, "keys") == (503, b"keys: key-gone\n")


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (None, (503, b"sweep: unavailable\n")),
        (timedelta(seconds=20), (200, b"ready\n")),
        (timedelta(minutes=6), (503, b"sweep: unavailable\n")),
    ],
)
def test_a_house_in_which_nothing_sweeps_is_not_ready(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    db: None,
    age: timedelta | None,
    says: tuple[int, bytes],
) -> None:
    now = datetime.now(UTC)
    House.objects.create(born_as="live", born_at=now)
    if age is not None:
        house_row.swept(now - age)

    assert asked(client, monkeypatch, "sweep") == says

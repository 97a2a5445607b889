"""What a machine may ask a web process, and that the answer asks nobody who may be at fault."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from talteen import config
from talteen.desk import health
from talteen.errors import DiskFull


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

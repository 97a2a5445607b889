"""The ground under all tests: rows and commits go away, and no test has more rights than we."""

import psycopg
import pytest
from django.db import connection, transaction

from talteen.engine.postgres.cluster import Cluster
from talteen.models import Unit
from tests import conftest

ONE = {"slug": "talo", "name_fi": "Talo", "name_sv": "Huset", "name_en": "House"}


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_of_a_test_are_gone_in_the_next(db: None, turn: int) -> None:
    assert Unit.objects.count() == 0

    Unit.objects.create(**ONE)

    assert Unit.objects.count() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_commits_of_a_test_are_gone_in_the_next(transactional_db: None, turn: int) -> None:
    assert Unit.objects.count() == 0

    with transaction.atomic():
        Unit.objects.create(**ONE)

    assert Unit.objects.count() == 1


def test_tests_speak_as_the_product_does(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        told = cursor.fetchone()

    assert told == ("talteen_app", False)


def test_a_connection_that_an_earlier_test_had_ended_is_opened_anew(
    transactional_db: None, postgres: Cluster
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    conftest.pytest_runtest_setup()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (pid,)

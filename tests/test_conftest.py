"""The ground under all tests: rows and commits go away, and no test has more rights than we."""

import pytest
from django.db import connection, transaction

from talteen.models import Unit

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

"""What a test leaves of the tables themselves is noticed, so that the next one gets a new copy."""

from typing import LiteralString

import psycopg
import pytest
from django.db import connection

from talteen.engine.postgres.cluster import Cluster
from tests.kit import database

CHANGES: tuple[LiteralString, ...] = (
    "CREATE TABLE another (number int)",
    "DROP TABLE training CASCADE",
    "ALTER TABLE staff ADD COLUMN another int",
    "ALTER TABLE staff ALTER COLUMN name TYPE varchar(301)",
    "ALTER TABLE staff DROP COLUMN name CASCADE",
    "ALTER TABLE staff DISABLE TRIGGER ALL",
    "ALTER TABLE training ENABLE ROW LEVEL SECURITY",
    "GRANT TRUNCATE ON staff TO talteen_web",
    "REVOKE SELECT ON staff FROM talteen_web",
    "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
)


@pytest.mark.django_db
def test_whatever_a_test_changes_of_tables_rights_and_triggers_is_noticed(
    postgres: Cluster,
) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.dsn(database=name)) as superuser:
        for change in CHANGES:
            assert database.unchanged(postgres, superuser)
            superuser.execute(change)
            assert not database.unchanged(postgres, superuser), change
            superuser.rollback()

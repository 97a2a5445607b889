"""What no role of the product may do to the ledger's tables, and a restored dump or a thief does.

It reaches around the append-only triggers as the database's superuser, in the database that the
calling thread uses.
"""

from typing import LiteralString

import psycopg
from django.db import connection

from talteen import config
from talteen.desk.ground import database
from talteen.engine.postgres.cluster import OWNER, SUPERUSER
from talteen.register.database import append_only


def operate(statement: LiteralString, *values: object) -> None:
    """Run one statement with all triggers asleep."""
    with psycopg.connect(_dsn(SUPERUSER), autocommit=True) as surgeon:
        surgeon.execute("SET session_replication_role = replica")
        surgeon.execute(statement, values)


def lose_the_database(*, keep: int = 0) -> None:
    """As a restored old dump has it: ``keep`` places are known, nothing after them."""
    operate("DELETE FROM ledger_head WHERE size > %s", keep)
    operate("DELETE FROM ledger_entry WHERE index IS NULL OR index >= %s", keep)


def as_owner(statement: LiteralString) -> None:
    """Run one statement as the role that owns the tables, with all triggers awake."""
    with psycopg.connect(_dsn(OWNER), autocommit=True) as owner:
        owner.execute(statement)


def guard() -> None:
    """Put the append-only triggers in place, unless the migrations have done so."""
    with psycopg.connect(_dsn(OWNER), autocommit=True) as owner:
        query = "SELECT 1 FROM pg_trigger WHERE tgname = 'ledger_entry_keeps'"
        if owner.execute(query).fetchone() is None:
            owner.execute(append_only.FORWARD)


def _dsn(role: str) -> str:
    name = str(connection.settings_dict["NAME"])
    return database.cluster(config.load()).dsn(role, database=name)

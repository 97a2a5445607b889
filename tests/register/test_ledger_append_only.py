"""Written is written: the database itself refuses to change the ledger and the access log."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError

from talteen.ids import RecordingId
from talteen.register.log import ledger
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead
from talteen.register.models import AccessEntry
from tests.register.ledger_surgery import as_owner, guard

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def rows(transactional_db: None) -> None:
    """A row in each table that only grows, and the triggers."""
    guard()
    entry = kinds.Parked(recording=RecordingId(uuid4()), day=date(2026, 11, 24), until=AT)
    ledger.enter(entry, AT)
    LedgerHead.objects.create(size=0, root=bytes(32), note=b"note", signed_at=AT)
    AccessEntry.objects.create(
        at=AT, staff=uuid4(), role="agent", purpose="training", action="play"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda: LedgerEntry.objects.update(raw=b"other"),
        lambda: LedgerEntry.objects.update(index=0, kind="captured"),
        lambda: LedgerEntry.objects.update(at=AT),
        lambda: LedgerEntry.objects.all().delete(),
        lambda: LedgerHead.objects.update(root=bytes(31) + b"x"),
        lambda: LedgerHead.objects.all().delete(),
        lambda: AccessEntry.objects.update(purpose="correctness"),
        lambda: AccessEntry.objects.all().delete(),
    ],
)
def test_a_row_is_never_changed_or_removed(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match="never changed or removed"):
        change()


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_head", "access_entry"])
def test_a_table_is_never_emptied(table: LiteralString) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="never changed or removed"):
        as_owner(f"TRUNCATE {table}")


def test_an_entry_gets_its_place_once() -> None:
    LedgerEntry.objects.update(index=5)

    with pytest.raises(IntegrityError, match="never changed or removed"):
        LedgerEntry.objects.update(index=6)
    with pytest.raises(IntegrityError, match="never changed or removed"):
        LedgerEntry.objects.update(index=None)
    assert LedgerEntry.objects.get().index == 5


def test_rows_are_still_added() -> None:
    ledger.enter(kinds.Parked(recording=RecordingId(uuid4()), day=date(2026, 11, 24), until=AT), AT)

    assert LedgerEntry.objects.count() == 2

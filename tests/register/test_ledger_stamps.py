"""Heads of the log and a time-stamp authority: a real server with a CA of its own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from talteen.demo import material
from talteen.engine import stamp
from talteen.ids import RecordingId
from talteen.oversight import unstamped
from talteen.register import shelf
from talteen.register.log import ledger, ledger_export, ledger_kinds, ledger_stamps
from talteen.register.log.ledger_models import LedgerStamp
from talteen.register.log.ledger_stamps import Stamping
from talteen.register.log.ledger_store import Log
from tests.kit import stamping as kit

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def authority() -> Iterator[kit.Authority]:
    with kit.serving(kit.Authority(AT)) as running:
        yield running


def stamped_by(authority: kit.Authority, root: kit.Authority | None = None) -> Stamping:
    return Stamping(stamp.Authority(authority.url, ((root or authority).root,)), DAY)


def grow(log: Log, at: datetime) -> int:
    day = date(2026, 11, 24)
    ledger.enter(ledger_kinds.Parked(recording=RecordingId(uuid4()), day=day, until=at + DAY), at)
    return ledger.publish(log, at).size


def test_a_head_is_stamped_once_a_day_and_given_out_with_the_log(
    log: Log, authority: kit.Authority, tmp_path: Path
) -> None:
    stamping = stamped_by(authority)
    grow(log, AT)
    grown = [ledger_stamps.gather(log, stamping, AT)]
    for hours in (1, 25, 25):
        grow(log, AT + timedelta(hours=hours))
        grown.append(ledger_stamps.gather(log, stamping, AT + timedelta(hours=hours)))
    assert grown == [True, False, True, False]

    ledger_export.export(log, tmp_path / "out")

    for size in (1, 3):
        head, token = (
            tmp_path / "out" / "stamp" / f"{size}.{kind}" for kind in ("checkpoint", "tsr")
        )
        assert stamp.check([authority.root], token.read_bytes(), head.read_bytes()).stated_at == AT
    assert ledger_stamps.check(log, stamping) is None


def test_an_authority_that_lies_or_is_away_is_told_of_and_left_alone(
    log: Log, authority: kit.Authority
) -> None:
    lying = stamped_by(authority, root=kit.Authority(AT))
    grow(log, AT)
    assert not ledger_stamps.gather(log, lying, AT)
    assert not ledger_stamps.gather(log, lying, AT + timedelta(minutes=9))
    assert len(authority.asked) == 1
    stood = ledger_stamps.standing(lying)
    assert stood is not None
    assert (stood.size, stood.trouble) == (None, "tampered")
    assert ledger_stamps.missing_since(lying) == AT
    grow(log, AT)

    assert ledger_stamps.gather(log, stamped_by(authority), AT + timedelta(minutes=10))

    assert [row.size for row in LedgerStamp.objects.all()] == [2]
    assert ledger_stamps.missing_since(lying) is None


def test_a_stamp_that_was_exchanged_in_the_store_is_named(
    log: Log, authority: kit.Authority
) -> None:
    stamping = stamped_by(authority)
    grow(log, AT)
    ledger_stamps.gather(log, stamping, AT)
    other = (
        stamp.ask(stamping.authority, b"another head", timeout_s=5) if stamping.authority else None
    )
    assert other is not None

    log.store.put("log/stamp/1.tsr", [other.raw])

    assert ledger_stamps.check(log, stamping) == "stamp/1.tsr"


def test_a_stamp_that_is_late_is_told_of_once_a_day(log: Log) -> None:
    file = shelf.read(material.root() / material.REGISTER).register.file
    away = Stamping(stamp.Authority("http://127.0.0.1:9/tsa", ()), DAY, timeout_s=1)
    hour = timedelta(hours=1)
    grow(log, AT)

    told = [unstamped.sound(file, away, hour, AT + hour * after) for after in (0, 1, 2, 25, 26)]

    assert told == [False, True, False, True, False]
    assert not unstamped.sound(file, Stamping(), hour, AT + 2 * DAY)

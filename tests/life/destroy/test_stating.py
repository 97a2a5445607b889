"""A month is stated when its time is over, again while a hold is left, for anybody to recount."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog.note import Ed25519Signer
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.errors import Conflict, InputError
from talteen.ids import HoldId, RecordingId
from talteen.life.destroy import certificate, certify, checking, stating
from talteen.register.log import ledger
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_store import Log
from tests.life.destroy.test_certificate import GONE, ISSUER
from tests.life.destroy.test_statement import AUGUST, BORN, KEYLESS, held
from tests.verifier.process import by_house, judged, load

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "log.example/calls"
JULY = datetime(2026, 7, 20, tzinfo=UTC)
CALLED = datetime(2026, 8, 24, 9, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
"""06.30 in Helsinki."""


@pytest.fixture
def log(tmp_path: Path) -> Log:
    signer = Ed25519Signer(ORIGIN, Ed25519PrivateKey.generate())
    log = Log(ORIGIN, signer, FolderStore(tmp_path))
    _enter(log, JULY, kinds.NotAnnounced(day=date(2026, 7, 20), count=1))
    return log


def _enter(log: Log, at: datetime, *entries: kinds.Entry) -> None:
    for one in entries:
        ledger.enter(one, at)
    ledger.publish(log, at)


def _live(log: Log, *, hold: bool = False) -> RecordingId:
    """One call of August and its whole life; or, held, as much of it as there is by December."""
    named = RecordingId(uuid4())
    _enter(log, CALLED, replace(BORN, recording=named))
    if hold:
        _enter(log, CALLED, replace(held(), recording=named, hold=HoldId(uuid4())))
        return named
    _enter(log, GONE.live_dead_at, replace(KEYLESS, recording=named))
    _enter(log, GONE.due, replace(GONE, recording=named))
    return named


def _stated() -> list[MonthStated]:
    entries = [found.entered.entry for found in ledger.find(MonthStated, day=AUGUST)]
    return [one for one in entries if isinstance(one, MonthStated)]


def test_a_month_is_stated_on_the_first_day_of_the_fourth_month_after_it(log: Log) -> None:
    _live(log)

    assert stating.state(DECEMBER - timedelta(hours=1)) == 4  # April to July, which were empty
    assert _stated() == []
    with pytest.raises(InputError, match="not stated yet"):
        certify.month(log, AUGUST, language="fi", issuer=ISSUER)
    assert stating.state(DECEMBER) == 1
    with pytest.raises(Conflict, match="not published"):
        certify.month(log, AUGUST, language="fi", issuer=ISSUER)
    ledger.publish(log, DECEMBER)

    (stated,) = _stated()
    assert (stated.captured, stated.fates.on_time, stated.fates.unexplained) == (1, 1, 0)
    assert stating.state(DECEMBER + timedelta(days=40)) == 1  # September
    assert _stated() == [stated]


def test_a_month_with_a_hold_is_stated_again_until_nothing_is_left(log: Log) -> None:
    named = _live(log, hold=True)
    months = [DECEMBER + timedelta(days=31 * n) for n in range(4)]

    stating.state(months[0])
    stating.state(months[1])
    (placed,) = ledger.find(kinds.HoldPlaced, recording=named)
    assert isinstance(placed.entered.entry, kinds.HoldPlaced)
    released = kinds.HoldReleased(
        hold=placed.entered.entry.hold, recording=named, end=kinds.HoldEnd.RELEASED
    )
    late = replace(GONE, recording=named, backup_dead_at=months[1], held=1)
    _enter(log, months[1], released, late)
    stating.state(months[2])
    stating.state(months[3])

    fates = [one.fates for one in _stated()]
    assert [one.complaint for one in fates] == [1, 1, 0]
    assert fates[-1].after_hold == 1


def test_anybody_counts_a_month_again_from_its_excerpt(log: Log) -> None:
    for _ in range(30):
        _live(log)
    stating.state(DECEMBER)
    ledger.publish(log, DECEMBER)
    _enter(log, DECEMBER + timedelta(days=1), kinds.NotAnnounced(day=date(2026, 12, 2), count=1))

    made = certify.month(log, AUGUST, language="sv", issuer=ISSUER)
    text = certificate.text(made, log.signer)
    excerpt = "".join(certify.excerpt(log, AUGUST))

    assert "begin 1\n" in excerpt  # the log had one entry when August began
    key = str(log.signer.key)
    ours, theirs = by_house(excerpt, text, keys=[key]), judged(load(), excerpt, text, keys=[key])
    assert [one.holds for one in ours] == [True, True]
    assert ours[1].recounted
    assert (theirs[1]["holds"], theirs[1]["counts"]) == (True, "proved")
    assert theirs[1]["fates"]["on_time"] == 30
    assert theirs[1]["balance"] == dict.fromkeys(
        ("days", "recorded", "partial", "lost", "lawful"), 0
    )
    forged = excerpt.replace('"reason":"expired"', '"reason":"request"', 1)
    assert not checking.judge([("x", forged.encode())], log.keys)[0].holds


def test_months_of_a_house_begin_with_its_birth(log: Log) -> None:
    _live(log)

    lived = stating.lived(datetime(2026, 9, 2, tzinfo=UTC))

    assert lived == [date(2026, 9, 1), date(2026, 8, 1), date(2026, 7, 1)]
    assert stating.preview(date(2026, 8, 1), CALLED + timedelta(days=1)).fates.on_time == 1

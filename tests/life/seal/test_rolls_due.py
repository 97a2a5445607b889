"""A day's index has its key before the first call of the day needs it."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from talteen.clock import helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.life.seal import rolling, rolls_due
from talteen.life.seal.vault import Vault
from tests.kit import vaults

pytestmark = pytest.mark.django_db(transaction=True)
HELSINKI = ZoneInfo("Europe/Helsinki")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NIGHTS = {
    "an ordinary night": datetime(2026, 11, 25, tzinfo=HELSINKI),
    "before the hour that is left out": datetime(2026, 3, 29, tzinfo=HELSINKI),
    "after it": datetime(2026, 3, 30, tzinfo=HELSINKI),
    "before the hour that comes twice": datetime(2026, 10, 25, tzinfo=HELSINKI),
    "after it twice": datetime(2026, 10, 26, tzinfo=HELSINKI),
}


def rolled_if_due(vault: Vault, now: datetime) -> bool:
    due = rolls_due.is_due(vault, now)
    if due:
        rolling.roll(vault, Changes(), now)
    return due


@pytest.mark.parametrize("night", NIGHTS)
def test_over_midnight_the_first_call_of_a_day_waits_for_no_roll(
    night: str, tmp_path: Path
) -> None:
    midnight = NIGHTS[night].astimezone(ZoneInfo("UTC"))
    vault = vaults.safe(tmp_path, now=midnight - 30 * MINUTE).vault
    yesterday, today = helsinki_date(midnight - SECOND), helsinki_date(midnight)

    assert vault.shard_key(today), "before the day has begun"
    assert not rolled_if_due(vault, midnight - SECOND)
    assert rolled_if_due(vault, midnight), "the day has begun"
    assert not rolled_if_due(vault, midnight + SECOND)
    # A call that began before midnight ends after it, and was the only one of its day.
    vaults.seal(vault, started_at=midnight - MINUTE)
    assert vault.shard_key(yesterday)
    assert vault.shard_key(today)
    assert vault.shard_key(today + timedelta(days=1))


def test_a_call_of_a_day_that_has_no_key_is_rolled_in_at_once_and_others_within_the_hour(
    tmp_path: Path,
) -> None:
    noon = NIGHTS["an ordinary night"].astimezone(ZoneInfo("UTC")) + timedelta(hours=12)
    vault = vaults.safe(tmp_path, now=noon).vault
    vaults.seal(vault, started_at=noon)
    assert not rolled_if_due(vault, noon + MINUTE)

    old = vaults.seal(vault, started_at=noon - timedelta(days=9))
    assert rolled_if_due(vault, noon + MINUTE)
    assert vault.shard_key(old.day)

    vaults.seal(vault, started_at=noon)
    assert not rolled_if_due(vault, noon + 60 * MINUTE)
    assert rolled_if_due(vault, noon + 61 * MINUTE)

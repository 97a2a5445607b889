"""A key holder that is away is told of once, after five minutes, and once more when it is back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.holders.health import Condition
from talteen.oversight import holders
from talteen.oversight.holders import Health, Place
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


def watch(built: Built, after: timedelta) -> tuple[Health, ...]:
    """Look so long after NOW."""
    return holders.watch(built.house.vault, built.house.register, NOW + after)


def letters() -> list[str]:
    rows = OutgoingMessage.objects.filter(key__startswith="holder").order_by("written_at")
    return [row.body for row in rows if row.to == rows[0].to]


def test_before_anybody_looked_nothing_is_said(built: Built) -> None:
    assert holders.states() == ()


def test_what_answers_is_known_with_its_kind_and_its_latency(built: Built) -> None:
    live, ring = watch(built, timedelta(0))

    assert (live.place, ring.place) == (Place.LIVE, Place.RING)
    assert (live.kind, live.condition, live.answered_at) == ("file", Condition.ANSWERS, NOW)
    assert 0 <= live.latency_ms < 60_000
    assert holders.states() == (live, ring)


def test_it_is_looked_once_a_minute(built: Built) -> None:
    watch(built, timedelta(0))
    built.house.config.paths.keys_live.rename(built.house.config.home / "away")

    assert watch(built, timedelta(seconds=59))[0].condition is Condition.ANSWERS
    assert watch(built, MINUTE)[0].condition is Condition.AWAY


def test_an_outage_that_lasts_is_told_once_and_its_end_once(built: Built) -> None:
    place = built.house.config.paths.keys_live
    watch(built, timedelta(0))
    away = place.rename(built.house.config.home / "away")
    for minutes in range(1, 30):
        (live, ring) = watch(built, minutes * MINUTE)
        assert len(letters()) == (minutes > 5), minutes
    assert (live.condition, ring.condition) == (Condition.AWAY, Condition.ANSWERS)
    assert (live.since, live.answered_at) == (NOW + MINUTE, NOW)
    [told] = letters()
    assert "Avaimenhaltija, jolla puhelut avataan, ei vastaa" in told
    assert "24.11.2026 klo 14.00" in told  # when it last served, in Helsinki

    away.rename(place)
    for minutes in range(30, 40):
        watch(built, minutes * MINUTE)

    _, end = letters()
    assert "vastaa taas" in end

    away = place.rename(away)
    for minutes in range(40, 50):
        watch(built, minutes * MINUTE)
    assert len(letters()) == 3  # another outage


def test_a_service_that_restarts_is_nobodys_alarm(built: Built) -> None:
    place = built.house.config.paths.keys_live
    watch(built, timedelta(0))
    away = place.rename(built.house.config.home / "away")
    watch(built, 2 * MINUTE)
    away.rename(place)
    watch(built, 4 * MINUTE)
    watch(built, 20 * MINUTE)

    assert letters() == []


def test_a_look_by_hand_tells_nobody(built: Built) -> None:
    built.house.config.paths.keys_live.rename(built.house.config.home / "away")

    for minutes in range(0, 60, 10):
        live, _ = holders.look(built.house.vault, NOW + minutes * MINUTE)
        assert live.condition is Condition.AWAY

    assert letters() == []

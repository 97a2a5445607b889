"""Must it die now? The clock decides, and nothing but a hold keeps (REGISTER 13.4, 13.6, 15.6,
I4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talteen.life.destroy.rules import Destroy, DestroyFacts, Keep, NotYet, Reason, verdict
from talteen.register.states import Progress

CUTOFF = datetime(2027, 2, 17, tzinfo=UTC)
SEALED = DestroyFacts(Progress.SEALED, CUTOFF, holds=0)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)


def test_a_sealed_recording_lives_until_its_cutoff_and_not_a_moment_longer() -> None:
    before = CUTOFF - timedelta(microseconds=1)

    assert verdict(SEALED, before) == NotYet(CUTOFF)
    assert verdict(SEALED, CUTOFF) == Destroy(Reason.EXPIRED)


def test_a_held_recording_outlives_its_cutoff() -> None:
    assert verdict(replace(SEALED, holds=2), CUTOFF + timedelta(days=200)) == Keep(2)


def test_a_parked_threat_dies_after_a_day_without_a_confirmed_claim() -> None:
    until = CUTOFF - timedelta(days=50)
    parked = replace(SEALED, progress=Progress.PARKED, parked_until=until)

    assert verdict(parked, until - timedelta(seconds=1)) == NotYet(until)
    assert verdict(parked, until) == Destroy(Reason.THREAT_LAPSED)


def test_what_was_committed_to_die_dies_even_if_it_is_held_meanwhile() -> None:
    doomed = replace(SEALED, progress=Progress.DESTROYING, holds=1, already=Reason.REQUEST)

    assert verdict(doomed, CUTOFF - timedelta(days=60)) == Destroy(Reason.REQUEST)


@given(moments, st.integers(0, 3))
def test_a_hold_never_shortens_a_life(now: datetime, holds: int) -> None:
    without, held = verdict(SEALED, now), verdict(replace(SEALED, holds=holds), now)

    assert not isinstance(held, Destroy) or isinstance(without, Destroy)


@given(moments, moments)
def test_time_never_takes_a_verdict_of_destruction_back(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))

    if isinstance(verdict(SEALED, earlier), Destroy):
        assert isinstance(verdict(SEALED, later), Destroy)

"""What a load is told to have cost."""

from collections import Counter

import pytest

from benchmarks.loads import Ran

FIRST_S, SEGMENT_S = 77.0, 57.0


def saw(at: float) -> int:
    """As a node of 2,000 calls was measured: memory steps up with the first change of segments;
    each takes room for a moment, which is given back now sooner and now later, and within a
    segment it is known where each record of it lies."""
    if at < FIRST_S:
        return 50_000
    number, since = divmod(at - FIRST_S, SEGMENT_S)
    given_back_after = 3 + 17 * number % 40
    if since < given_back_after:
        return 65_000
    return 60_000 + int(50 * (since - given_back_after))


def ran(kib_a_s: float, seconds: float) -> Ran:
    """A load that grows by so much beside that."""
    grown = [(float(at), saw(at) + int(kib_a_s * at)) for at in range(2, int(seconds), 2)]
    changes = [FIRST_S + SEGMENT_S * n for n in range(int((seconds - FIRST_S) / SEGMENT_S) + 1)]
    return Ran([], [], Counter(), cpu_s=0.0, lasted_s=seconds, grown=grown, segments=changes)


@pytest.mark.parametrize("seconds", [600.0, 900.0, 3600.0])
@pytest.mark.parametrize("kib_a_s", [0.0, 3.0])
def test_growth_is_what_stays_and_not_the_teeth_of_a_saw(kib_a_s: float, seconds: float) -> None:
    assert ran(kib_a_s, seconds).growth(seconds) == pytest.approx(kib_a_s, abs=0.5)


def test_nothing_is_said_of_growth_where_few_whole_segments_were_seen() -> None:
    assert ran(3.0, 600.0).growth(480.0) is None
    assert ran(3.0, 70.0).growth(70.0) is None

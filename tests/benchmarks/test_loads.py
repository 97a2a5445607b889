"""What a load is told to have cost."""

from collections import Counter

import pytest

from benchmarks.loads import Ran

CHANGES = [77.0, 134.0, 191.0, 248.0]


def ran(kib_a_s: float, changes: list[float] = CHANGES) -> Ran:
    """Memory that steps up with the first change of segments, rises and falls within each one, and
    grows beside that."""
    grown = []
    for at in range(2, 260, 2):
        since = max((change for change in changes if change <= at), default=0.0)
        saw, step = 100 * (at - since), 10_000 if changes and at >= changes[0] else 0
        grown.append((float(at), int(50_000 + step + saw + kib_a_s * at)))
    return Ran([], [], unheard=Counter(), cpu_s=0.0, lasted_s=260.0, grown=grown, segments=changes)


@pytest.mark.parametrize("kib_a_s", [0.0, 50.0])
def test_growth_is_what_stays_from_segment_to_segment(kib_a_s: float) -> None:
    assert ran(kib_a_s).growth(260.0) == pytest.approx(kib_a_s, abs=2.0)


def test_nothing_is_said_of_growth_where_no_two_whole_segments_were_seen() -> None:
    assert ran(50.0).growth(190.0) is None
    assert ran(50.0, changes=[]).growth(260.0) is None

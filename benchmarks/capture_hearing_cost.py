"""Group ``capture``: what listening for the announcement costs a call, in a minute or less.

Held-out legs of every kind that ``capture_hearing`` judges, each listened to three times; the least
of the three counts, which is what the method costs where nobody disturbs it. A second is one of
CPU.
"""

import statistics
from collections.abc import Iterator
from functools import partial

from benchmarks import Judged, Row
from benchmarks.capture_hearing import HELD_OUT, listened
from benchmarks.legs import Kind, leg, prompts
from talteen.life.capture.hearing import learn

LEGS_A_KIND, TIMES = 40, 3
FIRST = HELD_OUT + 10_000
"""Other legs than those by which it is judged how surely a prompt is heard."""
bar = partial(Row, "capture_hearing_cost", peer=None, bar="<=50", judged=Judged.OURS)


def rows() -> Iterator[Row]:
    """The mean of all legs, and what one in a hundred exceeds."""
    known = learn(prompts())
    legs = (leg(kind, FIRST + seed) for kind in Kind for seed in range(LEGS_A_KIND))
    spent = [min(listened(known, each)[2] for _ in range(TIMES)) for each in legs]
    what = f"listening to a call for a minute, {len(spent)} legs: CPU time"
    yield bar(f"{what}, mean (ms)", statistics.fmean(spent))
    yield bar(f"{what}, p99 (ms)", statistics.quantiles(spent, n=100)[-1])

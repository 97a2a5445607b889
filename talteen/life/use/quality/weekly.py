"""What the sweep does for quality: seeds, draws, rounds, studies, and old employee data."""

from datetime import datetime

from talteen.clock import helsinki_date
from talteen.life.use.coach import ending, goals, objections
from talteen.life.use.quality import calibrating, drawing, evaluating
from talteen.life.use.quality.drawing import Seeds
from talteen.life.use.study import following


def tend(seeds: Seeds, percent: int, now: datetime) -> None:
    """All that its time has come for. ``percent``: of a week's calls, for the lot."""
    drawing.tend(seeds, percent, now)
    evaluating.end(helsinki_date(now))
    calibrating.tend(helsinki_date(now))
    goals.end(helsinki_date(now))
    ending.end(helsinki_date(now))
    objections.tend(now)
    following.tend(seeds, now)

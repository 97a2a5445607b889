"""What the sweep does for quality: seeds, draws, rounds, and employee data whose term is over."""

from datetime import datetime

from talteen.clock import helsinki_date
from talteen.life.use.quality import calibrating, drawing, evaluating


def tend(percent: int, now: datetime) -> None:
    """All that its time has come for. ``percent``: of a week's calls, for the lot."""
    drawing.tend(percent, now)
    evaluating.end(helsinki_date(now))
    calibrating.tend(helsinki_date(now))

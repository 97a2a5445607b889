"""By when an agent answers an evaluation: working days, counted from the day after it was given.

Five to say that it was read, ten to dispute it (the house's own terms, agreed in co-operation; no
statute sets them). Working days are those of Regulation (EEC, Euratom) 1182/71, Art. 2(2), in
Helsinki. The first is a reminder: reading late loses nothing. The second ends the dispute, so that
what counts is settled while the call still lives and a second person can hear it. Pure.
"""

from datetime import date, timedelta

from talteen.notice.holidays import is_working_day

ACKNOWLEDGE_IN, DISPUTE_IN = 5, 10


def after(given: date, working_days: int) -> date:
    """The last day of a term of so many working days that begins the day after ``given``."""
    day, left = given, working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def acknowledge_by(given: date) -> date:
    """The day by which an evaluation is read."""
    return after(given, ACKNOWLEDGE_IN)


def dispute_by(given: date) -> date:
    """The last day on which it may be disputed."""
    return after(given, DISPUTE_IN)

"""Calendar months, as EU law counts them.

Regulation (EEC, Euratom) 1182/71, Art. 3(2)(c): a period of months ends on the same date of a later
month, or on that month's last day where the date does not exist.
"""

from calendar import monthrange
from datetime import date


def later(day: date, months: int) -> date:
    """The date ``months`` calendar months after ``day``, clamped to the end of the month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))

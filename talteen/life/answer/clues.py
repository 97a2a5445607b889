"""A number and a day in the words of a letter, so that its call is held before anybody reads it
(14.5). Pure.

Only what stands there once and plainly: two numbers, or two days, are for a person to tell apart.
Whoever reads the letter sees what was taken, and corrects it.
"""

import re
from datetime import date, timedelta

from talteen.register.spared.do_not_record_hashes import full_number

_NUMBER = re.compile(r"(?<![\w+])(?:\+|00)?\d(?:[ \u00a0-]?\d){6,13}(?!\w)")
_DAY = re.compile(
    r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(20\d\d)(?!\d)|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)"
)
_DEEP = timedelta(days=93)


def number(words: str) -> str:
    """The one full number that stands in ``words``, as it is written; empty for none or several."""
    without_days = _DAY.sub(" ", words)
    found = {full: one for one in _NUMBER.findall(without_days) if (full := full_number(one))}
    return next(iter(found.values())) if len(found) == 1 else ""


def day(words: str, came_on: date) -> date | None:
    """The one day in ``words`` on which a call may have been that is kept still."""
    found = {one for match in _DAY.finditer(words) if (one := _date(match)) is not None}
    near = {one for one in found if came_on - _DEEP <= one <= came_on}
    return near.pop() if len(near) == 1 else None


def _date(match: re.Match[str]) -> date | None:
    d, m, y, year, month, of_month = match.groups()
    try:
        return date(int(y), int(m), int(d)) if y else date(int(year), int(month), int(of_month))
    except ValueError:
        return None

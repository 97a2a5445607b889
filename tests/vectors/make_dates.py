# /// script
# requires-python = ">=3.11"
# dependencies = ["python-dateutil==2.9.0.post0", "holidays==0.109", "tzdata==2026.6"]
# ///
"""Makes the published vectors of legal time, without one line of Talteen.

Months come from python-dateutil, holidays from python-holidays (less the two eves, which are
working days here), days of Helsinki from zoneinfo. Run ``uv run tests/vectors/make_dates.py``; the
files do not change unless the law does.
"""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

HERE = Path(__file__).parent
HELSINKI = ZoneInfo("Europe/Helsinki")
FINLAND = {
    day
    for day, name in holidays.Finland(years=range(2024, 2035), language="en_US").items()
    if name not in ("Christmas Eve", "Midsummer Eve")
}
DAYS = [
    date(2024, 1, 1) + timedelta(days=n) for n in range((date(2033, 1, 1) - date(2024, 1, 1)).days)
]


def instant(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=HELSINKI).astimezone(
        UTC
    )


def text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def forward(day: date) -> date:
    while day.weekday() > 4 or day in FINLAND:
        day += timedelta(days=1)
    return day


def due_row(start: datetime) -> list[str]:
    due_on = start.astimezone(HELSINKI).date() + relativedelta(months=3)
    return [text(start), text(instant(due_on)), text(instant(due_on - timedelta(days=7)))]


def due_starts() -> list[datetime]:
    ends = [day for day in DAYS if (day + timedelta(days=1)).month != day.month]
    starts = [instant(day, 12) for day in ends]
    starts += [instant(day + timedelta(days=1)) for day in ends]  # first instant of a month
    starts += [instant(day, 23, 59, 59) for day in ends]  # last second of a month
    named = (
        date(2026, 11, 28),
        date(2026, 11, 29),
        date(2027, 11, 29),
        date(2027, 11, 30),
        date(2026, 11, 24),
    )
    starts += [instant(day, 9, 15) for day in named]
    starts += [instant(d, h, 30) for d in (date(2026, 3, 29), date(2026, 10, 25)) for h in (2, 4)]
    starts += [datetime(2026, 11, 30, 22, 30, tzinfo=UTC)]
    return sorted(set(starts))


def answer_row(day: date) -> list[str]:
    first, last = day + relativedelta(months=1), day + relativedelta(months=3)
    return [d.isoformat() for d in (day, first, forward(first), last, forward(last))]


def write(name: str, about: str, columns: list[str], rows: list[list[str]]) -> None:
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    head = f'{{\n "about": {json.dumps(about)},\n "columns": {json.dumps(columns)},\n "rows": [\n  '
    (HERE / name).write_text(f"{head}{lines}\n ]\n}}\n")


write(
    "due-dates.json",
    "Retention of three months with k = 7: instants in UTC; days are days in Helsinki.",
    ["start", "due", "cutoff"],
    [due_row(start) for start in due_starts()],
)
write(
    "answer-limits.json",
    "GDPR 12(3) by Regulation 1182/71 for every day of receipt 2024-2032, Finnish public holidays.",
    ["received", "target", "limit", "extension_target", "extension_limit"],
    [answer_row(day) for day in DAYS],
)
write(
    "breach-limits.json",
    "GDPR 33(1): 72 elapsed hours, through weekends, holidays and changes of the clocks. UTC.",
    ["aware", "limit"],
    [
        [text(at), text(at + timedelta(hours=72))]
        for at in (
            instant(date(2026, 12, 23), 16),
            instant(date(2027, 3, 26), 12),
            instant(date(2026, 10, 23), 12),
            instant(date(2028, 2, 27), 8),
        )
    ],
)

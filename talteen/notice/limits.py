"""Until when we must have acted: the month of GDPR 12(3), its extension, the hours of GDPR 33(1).

Months follow Regulation (EEC, Euratom) 1182/71: the day of receipt is not counted, the period ends
with the last hour of the same date (clamped to month end), and moves to the next working day if
that is a Saturday, a Sunday or a public holiday (Art. 3(1), 3(2)(c), 3(4); C-171/03). People aim at
the *target*, which never uses that extra time; the *limit* is the last lawful day. Hours of a
breach run through nights and feasts. The dates in are Helsinki dates of receipt, in any official
channel, also on a Sunday night (REGISTER 14.3).
"""

from datetime import UTC, date, datetime, timedelta

from talteen.clock import helsinki_date, start_of_day
from talteen.notice import holidays, law, months


def answer_target(received_on: date) -> date:
    """The day by which an answer should leave: one month on, never moved forward."""
    return months.later(received_on, law.ANSWER_MONTHS.on(received_on))


def answer_limit(received_on: date) -> date:
    """The last day on which an answer is in time (Art. 12(3))."""
    return working_day_from(answer_target(received_on))


def extension_target(received_on: date) -> date:
    """The target of a request that was extended once: counted from receipt."""
    total = law.ANSWER_MONTHS.on(received_on) + law.EXTENSION_MONTHS.on(received_on)
    return months.later(received_on, total)


def extension_limit(received_on: date) -> date:
    """The last day on which the answer to an extended request is in time."""
    return working_day_from(extension_target(received_on))


def too_late_from(last_day: date) -> datetime:
    """The first instant after the last hour of ``last_day``, as UTC: a limit is kept before it."""
    return start_of_day(last_day + timedelta(days=1))


def breach_limit(aware_at: datetime, *, hours: law.Parameter = law.BREACH_HOURS) -> datetime:
    """The instant by which the authority must know of a breach that we know at ``aware_at``.

    Elapsed hours, in UTC: strict where a change of the clocks makes a day longer or shorter (EDPB
    9/2022).
    """
    allowed = timedelta(hours=hours.on(helsinki_date(aware_at)))
    return aware_at.astimezone(UTC) + allowed


def working_day_from(day: date) -> date:
    """``day``, or the first working day after it (Art. 3(4))."""
    while not holidays.is_working_day(day):
        day += timedelta(days=1)
    return day

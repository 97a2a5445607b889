"""Which calls a request may be about: of named days, by a number where it names one (11.3).

Without a number only what the register's own list shows is looked at. With one, the pages of the
days are opened, and the search is written into the access log before it answers.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from talteen.clock import days_through
from talteen.errors import InputError
from talteen.life.answer import calls
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.seal import numbers
from talteen.life.seal.vault import Vault
from talteen.notice import disclosures as law
from talteen.notice.disclosures import Door
from talteen.register.models import Recording, Staff
from talteen.register.staff.people import SignIn
from talteen.register.states import OPENABLE

LONGEST = timedelta(days=31)
"""A request that cannot say in which month is not about a call."""
MOST = 60


def candidates(
    vault: Vault,
    row: Disclosure,
    first: date,
    last: date,
    number: str,
    *,
    by: Staff,
    sign_in: SignIn,
    now: datetime,
) -> Sequence[Recording]:
    """The calls of these days, at most MOST of them. InputError for days that are out of order or
    too many, Denied where ``by`` may not search."""
    if not timedelta(0) <= last - first <= LONGEST:
        raise InputError("the days are not in order, or too many", remedy="a month at most")
    rows = Recording.objects.filter(day__gte=first, day__lte=last)
    rows = rows.filter(progress__in=[one.value for one in OPENABLE]).select_related("line")
    if number.strip():
        found = numbers.search(
            vault,
            calls.spellings(number),
            days_through(first, last),
            by=by,
            purpose=law.PURPOSE[Door(row.door)],
            case=row.case.reference,
            sign_in=sign_in,
            now=now,
        )
        rows = rows.filter(pk__in=found)
    return list(rows.order_by("started_at", "pk")[:MOST])

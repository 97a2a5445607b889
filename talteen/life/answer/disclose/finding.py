"""Which calls a request may be about: of named days, by a number where it names one (11.3).

Without a number only what the register's own list shows is looked at. With one, the pages of the
days are opened, and the search is written into the access log before it answers.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.answer import calls
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.seal import numbers
from talteen.life.seal.vault import Vault
from talteen.notice import disclosures as law
from talteen.notice.disclosures import Door
from talteen.register import access
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
        rows = rows.filter(pk__in=_by_number(vault, row, first, last, number, by, sign_in, now))
    return list(rows.order_by("started_at", "pk")[:MOST])


def _by_number(
    vault: Vault,
    row: Disclosure,
    first: date,
    last: date,
    number: str,
    by: Staff,
    sign_in: SignIn,
    now: datetime,
) -> list[RecordingId]:
    purpose, case = law.PURPOSE[Door(row.door)], row.case.reference
    wanted = calls.spellings(number)
    access.permit_search(by, purpose, case=case, sign_in=sign_in, at=now)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [one for day in numbers.find_on(vault, wanted, days, now) for one in day.found]
    access.log_search(by, purpose, case=case, hits=len(found), at=now)
    return found

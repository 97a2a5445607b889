"""A call to a number that no sales call goes to: was it one? Pure.

GDPR 21(3): after an objection to direct marketing the data are not used for it any more. A call
about a booking is no marketing, and a person may ask to be called: neither is broken by such a
call. What it was only people know, so each is a task that somebody settles by a verdict.
"""

from datetime import date, timedelta
from enum import Enum

from talteen.errors import InputError

WITHIN = timedelta(days=7)
"""In which somebody says what it was."""


class Verdict(Enum):
    """What the call was."""

    SERVICE = "service"
    """About a booking, a complaint, the person's own matter: no marketing."""
    ASKED_FOR = "asked_for"
    """The person had asked to be called about this."""
    SALE = "sale"
    """A sales call: the promise was broken, and whoever dials was told to ask first."""


def due_on(noticed_on: date) -> date:
    """By when a call that was noticed on a Helsinki day is settled."""
    return noticed_on + WITHIN


def verdict_in(code: str, *, told: bool) -> Verdict:
    """The verdict that a form names. InputError for any other word, and for a sales call of which
    nobody who dials was ``told``: the next one would follow."""
    try:
        verdict = Verdict(code)
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose what the call was") from None
    if verdict is Verdict.SALE and not told:
        raise InputError(
            "nobody who dials was told",
            remedy="have the calling system ask before each call, and say so",
        )
    return verdict

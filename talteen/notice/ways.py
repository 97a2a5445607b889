"""How the answer to a request comes to its person (REGISTER 14.11). Pure.

A message says only that something waits (12.5); the answer itself is read where the code of the
request opens it, printed and posted, or heard on an appointment, which is an extra and never
instead (TSV 3021/452/2017). The code of a package goes by another way than the code of the request,
to a place that is shown to be the person's, or is told by whoever answers.
"""

from collections.abc import Collection
from enum import Enum


class Way(Enum):
    """How the person learns that there is an answer."""

    MAIL = "mail"
    TEXT = "text"
    """A text message: no link, since we say that we send none."""
    PRINT = "print"
    """A letter on paper, to the address that they gave."""
    COLLECT = "collect"
    """They look themselves, by the code of the request."""


MESSAGES = (Way.MAIL, Way.TEXT)
"""Ways that the house goes by itself."""


def first(open_: Collection[Way]) -> Way:
    """The way that is taken unless somebody chooses another."""
    return next((way for way in Way if way in open_), Way.COLLECT)


def of_code(way: Way, proved: Collection[Way], *, follow_code_mailed: bool) -> Way | None:
    """By which message the code of a package goes when the answer goes by ``way``: to a place that
    is ``proved`` the person's, never by the way of the other code or of the answer. None where
    there is none: then a person tells it."""
    taken = {way, *([Way.MAIL] if follow_code_mailed else [])}
    if way not in MESSAGES:
        return None
    return next((one for one in (Way.TEXT, Way.MAIL) if one in proved and one not in taken), None)

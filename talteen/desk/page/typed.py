"""What a person typed or chose in a form, as a value, or an error that the page can show."""

from datetime import date
from enum import Enum
from typing import TypeVar

from talteen.desk.page.visit import VisitRequest
from talteen.errors import InputError

LONGEST = 4_000
"""Letters of a field that takes sentences."""
E = TypeVar("E", bound=Enum)


def text(request: VisitRequest, name: str, most: int = LONGEST) -> str:
    """What stands in a field of the form; InputError where it is far too long."""
    written = request.POST.get(name, "")
    if len(written) > most:
        raise InputError("this is too long", remedy=f"write at most {most:,} signs")
    return written


def day(written: str) -> date | None:
    """A day as a form sends it; None for an empty place, InputError for no day."""
    try:
        return date.fromisoformat(written) if written.strip() else None
    except ValueError:
        raise InputError("this is no day", remedy="write a date") from None


def needed_day(written: str) -> date:
    """A day as a form sends it; InputError for an empty place too."""
    found = day(written)
    if found is None:
        raise InputError("the day is missing", remedy="write a date")
    return found


def chosen(kind: type[E], value: str) -> E:
    """The member of this value; InputError where nothing was chosen."""
    try:
        return kind(value)
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose from the list") from None

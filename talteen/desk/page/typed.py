"""What a person typed or chose in a form, as a value, or an error that the page can show."""

from enum import Enum
from typing import TypeVar

from talteen.errors import InputError

E = TypeVar("E", bound=Enum)


def chosen(kind: type[E], value: str) -> E:
    """The member of this value; InputError where nothing was chosen."""
    try:
        return kind(value)
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose from the list") from None

"""Strict reading of TOML into frozen values: every wrong key is named with its value, its law and a
remedy.

The shape is a tree of stdlib dataclasses; pydantic checks it (no coercion, no unknown key, nothing
missing) and this module turns its first complaint into one ConfigError that a person can act on.
Rules of our own raise ``Wrong`` inside a validator.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from talteen.errors import ConfigError

CLOSED: Final = ConfigDict(extra="forbid")
"""Give it to every dataclass of the tree: then an unknown key is an error."""

T = TypeVar("T")
Text = Annotated[str, Field(strict=True, min_length=1)]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, Field(strict=True)]

LONGEST_ECHO = 60


@dataclass(frozen=True, slots=True)
class Law:
    """What a key rests on, and what its writer should do when it is wrong."""

    article: str
    remedy: str


class Wrong(ValueError):
    """A value of the right type that says something impossible; ``says`` follows the value."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


_SAYS: Mapping[str, str] = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a key of this file",
    "int_type": "is not a whole number",
    "string_type": "is not a text",
    "bool_type": "is not true or false",
    "date_type": "is not a date",
    "enum": "is not one of {expected}",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "too_short": "has fewer than {min_length}",
    "string_too_short": "is empty",
    "dataclass_type": "is not a table",
    "tuple_type": "is not a list",
}
_WITHOUT_VALUE = frozenset(
    {"missing", "unexpected_keyword_argument", "too_short", "string_too_short"}
)
_REMEDIES: Mapping[str, str] = {
    "missing": "write it",
    "unexpected_keyword_argument": "take it out, or correct its spelling",
    "int_type": "write it in digits, without quotation marks",
    "date_type": "write it as a date, without quotation marks: 2026-11-24",
}


def parse(text: str, *, named: str) -> dict[str, Any]:
    """The TOML document ``text``. Raises ConfigError naming ``named``, line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{named}: {error}", remedy="correct that line") from None


def shaped(
    document: Mapping[str, object],
    adapter: TypeAdapter[T],
    laws: Mapping[str, Law],
    *,
    prefix: str = "",
) -> T:
    """``document`` as the value that ``adapter`` describes.

    Raises ConfigError for the first thing that is wrong; ``laws`` maps the beginning of a key to
    its law.
    """
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        raise complaint(_worst(error.errors(include_url=False)), laws, prefix=prefix) from None


def complaint(details: ErrorDetails, laws: Mapping[str, Law], *, prefix: str = "") -> ConfigError:
    """One pydantic error as our own: ``key: value says (law); remedy``."""
    key = prefix + ".".join(str(part) for part in details["loc"])
    context = details.get("ctx", {})
    kind = details["type"]
    own = context.get("error")
    template = own.says if isinstance(own, Wrong) else _SAYS.get(kind, details["msg"])
    says = template.format_map(context) if not isinstance(own, Wrong) else template
    value = "" if kind in _WITHOUT_VALUE else f"{_echo(details['input'], kind)} "
    return wrong(key, f"{value}{says}", laws, remedy=_REMEDIES.get(kind))


def wrong(
    key: str, says: str, laws: Mapping[str, Law], *, remedy: str | None = None
) -> ConfigError:
    """The ConfigError about ``key``, with what ``laws`` knows of its longest beginning."""
    law = _law_of(key, laws)
    article = f" ({law.article})" if law else ""
    return ConfigError(
        f"{key}: {says}{article}", remedy=remedy or (law.remedy if law else "correct it")
    )


def twice(key: str, names: Iterable[str], laws: Mapping[str, Law]) -> Iterator[ConfigError]:
    """The ConfigError about ``key`` for each of ``names`` that stands there more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield wrong(key, f"{name} stands there {count} times", laws)


def _worst(errors: list[ErrorDetails]) -> ErrorDetails:
    # A misspelt key is unknown and missing at once: the spelling is what its writer has to see.
    unknown = (error for error in errors if error["type"] == "unexpected_keyword_argument")
    return next(unknown, errors[0])


def _law_of(key: str, laws: Mapping[str, Law]) -> Law | None:
    parts = [part for part in key.split(".") if not part.isdigit()]
    beginnings = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((laws[beginning] for beginning in beginnings if beginning in laws), None)


def _echo(value: object, kind: str) -> str:
    if not isinstance(value, str | int | date):
        return "this"
    shown = f'"{value}"' if isinstance(value, str) and kind in _REMEDIES else str(value)
    return shown[:LONGEST_ECHO]

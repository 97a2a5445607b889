"""What must be said in a call, as dated data of the register (``texts/required-phrases.toml``).

It is an aid to a person who evaluates by a form (REGISTER 16.3): what was looked for, from which
day, in which words. A phrase has several ways to say it in each language; any one is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import toml_text
from talteen.notice.language import Language, Localised
from talteen.notice.toml_text import CLOSED, Day, Text, Whole
from talteen.notice.written import Slug

FILE = "texts/required-phrases.toml"
"""Where it stands in a register folder. A register without it requires nothing."""


class SaidBy(Enum):
    """Whose words are looked through."""

    AGENT = "agent"
    CALLER = "caller"


Ways = Annotated[tuple[Text, ...], Field(min_length=1)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing that must be said, and the ways to say it in each language."""

    key: Slug
    since: Day
    side: SaidBy
    name: Localised
    fi: Ways
    sv: Ways
    en: Ways
    until: Day | None = None
    """The first day on which it is required no more."""
    within_s: Annotated[Whole, Field(ge=1)] | None = None
    """It must begin within so many seconds of the recording; None: anywhere."""

    def ways(self, language: str) -> tuple[str, ...]:
        """The ways to say it in ``language`` (ISO 639-1); none in a language that is not ours."""
        return {"fi": self.fi, "sv": self.sv, "en": self.en}.get(language, ())

    def in_force(self, day: date) -> bool:
        """Whether it is required on the Helsinki date ``day``."""
        return self.since <= day and (self.until is None or day < self.until)

    def named(self, language: Language) -> str:
        """What it is called."""
        return self.name[language]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Document:
    meta: dict[str, object]
    phrase: tuple[Phrase, ...]


def read(text: str) -> tuple[Phrase, ...]:
    """The phrases of ``text``. Raises ConfigError naming key and value where one is wrong."""
    document = toml_text.parse(text, named=FILE)
    found = toml_text.shaped(document, _adapter(), {}, prefix="required-phrases.").phrase
    for one in found:
        if one.until is not None and one.until <= one.since:
            raise ConfigError(
                f"{FILE} {one.key}: ends before it begins", remedy="correct since or until"
            )
    return found


def required(phrases: Sequence[Phrase], day: date) -> tuple[Phrase, ...]:
    """Those of ``phrases`` that are required on ``day``."""
    return tuple(one for one in phrases if one.in_force(day))


@cache
def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)

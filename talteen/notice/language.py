"""The three languages of the register, and how a value is written in each.

Finnish is the source; nothing falls back to another language. Values enter a sentence in their
basic form: Finnish cannot add an ending to a word that it does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from pydantic import with_config

from talteen.notice.toml_text import CLOSED, Text


class Language(Enum):
    """A language in which every public text exists."""

    FI = "fi"
    SV = "sv"
    EN = "en"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Localised:
    """One text in all three languages."""

    fi: Text
    sv: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        return {Language.FI: self.fi, Language.SV: self.sv, Language.EN: self.en}[language]


_AND = {Language.FI: "ja", Language.SV: "och", Language.EN: "and"}
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def listed(words: Sequence[str], language: Language) -> str:
    """``words`` as a person says a list: "a, b ja c"."""
    *rest, last = words
    return f"{', '.join(rest)} {_AND[language]} {last}" if rest else last


def written(day: date, language: Language) -> str:
    """A date as it is written: 24.11.2026 in Finnish and Swedish, 24 November 2026 in English."""
    if language is Language.EN:
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"

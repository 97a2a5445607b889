"""Single values that a register writes, each with the rule that makes it one: ids, addresses,
numbers.

A wrong one is told by what it is not ("has a wrong check digit"), never repaired.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, with_config

from talteen.notice.language import Language
from talteen.notice.toml_text import CLOSED, Text, Wrong

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def _business_id(value: str) -> str:
    match = re.fullmatch(r"(\d{7})-(\d)", value)
    if match is None:
        raise Wrong("is not a business id of the form 1234567-1")
    total = sum(int(d) * w for d, w in zip(match[1], _WEIGHTS, strict=True))
    # The check digit is 11 minus the remainder; remainder 0 gives 0, remainder 1 is never issued.
    if int(match[2]) != (0 if total % 11 == 0 else 11 - total % 11):
        raise Wrong("has a wrong check digit")
    return value


def _matching(pattern: str, says: str) -> AfterValidator:
    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise Wrong(says)
        return value

    return AfterValidator(check)


def whole(least: int, most: int) -> object:
    return Field(strict=True, ge=least, le=most)


BusinessId = Annotated[Text, AfterValidator(_business_id)]
Email = Annotated[Text, _matching(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", "is not an e-mail address")]
Phone = Annotated[Text, _matching(r"\+?\d[\d ]{4,}\d", "is not a telephone number")]
Url = Annotated[Text, _matching(r"https://[^\s/]+\.[^\s/]+(/\S*)?", "is not an https address")]
Slug = Annotated[Text, _matching(r"[a-z0-9]+([_-][a-z0-9]+)*", "is not a short name")]
Country = Annotated[Text, _matching(r"[A-Z]{2}", "is not a country code of two letters")]
CopyFile = Annotated[
    Text, _matching(r"[a-z0-9]+([_-][a-z0-9]+)*\.pdf", "is not a short name that ends in .pdf")
]
Machine = Annotated[
    Text,
    _matching(
        r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
        r"|[0-9.]+(/\d{1,2})?|[0-9a-f:]*:[0-9a-f:]*(/\d{1,3})?",
        "is not a host name, *.domain, address or network",
    ),
]
"""A machine or several: a host name, every name below a domain, an address, a network."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class LocalisedUrl:
    """One address in each language."""

    fi: Url
    sv: Url
    en: Url

    def __getitem__(self, language: Language) -> str:
        return {Language.FI: self.fi, Language.SV: self.sv, Language.EN: self.en}[language]

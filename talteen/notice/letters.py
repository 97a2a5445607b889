"""The letters of the register: one text a letter and language, filled from values (GDPR 12).

A letter is greeting, body, appeal where it refuses something, closing, footer and the law that it
rests on. Its placeholders are filled by the house where it knows the value; the others are
questions to whoever writes it. A letter with an empty one does not exist (14.15).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talteen.errors import ConfigError, InputError
from talteen.notice import wording
from talteen.notice.language import Language

NAMES = "texts/letters-map.toml"
_DETAILS = ("a", "b", "c", "e", "f", "h", "transfers")
"""What Art. 15 tells of the register as a whole; d, g and the versions are of one call."""


def path(language: Language) -> str:
    """Where the letters of ``language`` stand in a register's folder."""
    return f"texts/{language.value}/letters.toml"


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a letter in every language."""

    two: bool
    """Two persons decide on it."""
    dpo: bool
    """The data protection officer's opinion comes first."""
    to_organisation: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in one language, before its values."""

    name: str
    subject: str
    paragraphs: tuple[str, ...]
    law: str
    appeal: bool
    lines: Mapping[str, str]
    """Its other sentences by key: those of which one is chosen for a placeholder of the type
    "line", and the single points of a letter without a body."""


@dataclass(frozen=True, slots=True)
class Letters:
    """All letters of one language, and what they share."""

    language: Language
    common: Mapping[str, str]
    letters: Mapping[str, Letter]
    rules: Mapping[str, Rules]

    def __getitem__(self, name: str) -> Letter:
        return self.letters[name]

    def asks(self, name: str, known: Mapping[str, str]) -> tuple[str, ...]:
        """The placeholders of the letter that ``known`` does not fill, in reading order."""
        letter = self.letters[name]
        texts = (*letter.paragraphs, *self._around(letter))
        found = (one for text in texts for one in wording.PLACEHOLDER.findall(text))
        return tuple(dict.fromkeys(one for one in found if not known.get(one)))

    def write(self, name: str, known: Mapping[str, str]) -> "Written":
        """The letter as it leaves. InputError naming the first placeholder without a value."""
        letter = self.letters[name]
        if missing := self.asks(name, known):
            raise InputError(
                f"the letter lacks {{{missing[0]}}}", remedy="write it: nothing is sent without it"
            )
        around = [wording.fill(text, known) for text in self._around(letter)]
        body = [wording.fill(text, known) for text in letter.paragraphs]
        greeting, *rest = around
        return Written(wording.fill(letter.subject, known), (greeting, *body, *rest))

    def line(self, name: str, key: str) -> str:
        """The sentence ``line_<key>`` of a letter."""
        return self.letters[name].lines[f"line_{key}"]

    def _around(self, letter: Letter) -> tuple[str, ...]:
        common, rules = self.common, self.rules[letter.name]
        greeting = "greeting_unknown" if rules.to_organisation else "greeting"
        return (
            common[greeting],
            *((common["appeal"],) if letter.appeal else ()),
            common["closing"],
            common["footer"],
            common["law_prefix"] + letter.law,
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A letter with its values: what is read and kept."""

    subject: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """As plain text."""
        return "\n\n".join((self.subject, *self.paragraphs)) + "\n"


def read(text: str, rules: str, language: Language) -> Letters:
    """The letters in ``letters.toml``. ConfigError where one is missing or in another language."""
    document, told = tomllib.loads(text), tomllib.loads(rules)["letter"]
    if document.get("meta", {}).get("lang") != language.value:
        raise ConfigError(
            f"{path(language)} meta.lang: not {language.value}",
            remedy="put the file into its own folder",
        )
    for name in told:
        if name not in document:
            raise ConfigError(
                f"{path(language)} {name}: is missing (REGISTER 14.17)",
                remedy="the same letters stand in all languages and in letters-map.toml",
            )
    return Letters(
        language,
        document["common"],
        {name: _letter(name, document[name]) for name in told},
        {name: _rules(one) for name, one in told.items()},
    )


def _letter(name: str, row: Mapping[str, Any]) -> Letter:
    body = str(row.get("body", "")).strip()
    paragraphs = body.split("\n\n") if body else [row[key] for key in _DETAILS if key in row]
    return Letter(
        name,
        row["subject"],
        tuple(paragraphs),
        row["law"],
        bool(row.get("appeal")),
        {key: str(value) for key, value in row.items() if key not in ("body", "appeal")},
    )


def _rules(row: Mapping[str, Any]) -> Rules:
    return Rules(bool(row["two"]), bool(row["dpo"]), row["to"] in ("organisation", "authority"))

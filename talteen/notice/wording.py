"""The words of the notice in one language, and how a sentence takes its values.

Same keys in the same order in every language. A placeholder is ``{group.name}`` and is never
inflected. A sentence that would be printed with a placeholder still in it is an error, never a
blank.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pydantic import TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import toml_text
from talteen.notice.clauses import SentenceId
from talteen.notice.language import Language
from talteen.notice.toml_text import CLOSED, Text

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)*)\}")


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Heading:
    """The lines above the clauses."""

    key: Text
    lang: Language
    title: Text
    version_line: Text
    supersedes_line: Text
    permanent_link_line: Text


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice before its values: titles by clause, sentences by id, in the file's order."""

    heading: Heading
    titles: Mapping[str, str]
    sentences: Mapping[SentenceId, str]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _File:
    meta: Heading
    clause: dict[str, dict[str, Text]]


def read(text: str, language: Language) -> Wording:
    """The wording in ``notice.toml``. Raises ConfigError naming the file's language and the key."""
    name = f"{language.value}/notice.toml"
    file = toml_text.shaped(toml_text.parse(text, named=name), _adapter(), {}, prefix=f"{name} ")
    require_language(file.meta.lang, language, name)
    return Wording(file.meta, *parts(file.clause))


def require_language(found: Language, wanted: Language, name: str) -> None:
    """Refuse the file ``name`` in the folder of another language. Raises ConfigError."""
    if found is not wanted:
        raise ConfigError(
            f"{name} meta.lang: {found.value} in the folder of another language",
            remedy="put the file into its own folder",
        )


def parts(
    clauses: Mapping[str, Mapping[str, str]],
) -> tuple[Mapping[str, str], Mapping[SentenceId, str]]:
    """Titles by clause and sentences by id, of the tables of a text."""
    titles = {clause: words.get("title", "") for clause, words in clauses.items()}
    sentences = {
        SentenceId(f"{clause}.{key}"): sentence
        for clause, words in clauses.items()
        for key, sentence in words.items()
        if key != "title"
    }
    return MappingProxyType(titles), MappingProxyType(sentences)


def placeholders_in(template: str) -> frozenset[str]:
    """The names of the values that ``template`` takes."""
    return frozenset(PLACEHOLDER.findall(template))


def fill(template: str, values: Mapping[str, str]) -> str:
    """``template`` with its values. Raises ConfigError naming a placeholder without one."""
    for name in placeholders_in(template):
        if not values.get(name):
            raise ConfigError(
                f"{{{name}}} has no value, and a text needs it",
                remedy="state it in register.toml, or take the sentence out of the text",
            )
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


@cache
def _adapter() -> TypeAdapter[_File]:
    return TypeAdapter(_File)

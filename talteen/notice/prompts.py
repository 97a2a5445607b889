"""What a caller hears before a recording begins, and what an agent says: announcements as versions.

Text and sound stand or fall together: a prompt without sound is a draft, a sound that is longer
than its text promises is refused (REGISTER 6.8, J17). Prompts inform; they never ask for consent
(J5). An outbound script is read aloud by the agent and needs no sound. No digit stands in a spoken
text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import toml_text, wording
from talteen.notice.language import Language
from talteen.notice.toml_text import CLOSED, Text, Whole


@dataclass(frozen=True, slots=True)
class Prompt:
    """One announcement in one language. Immutable: another text or another sound is another
    version.
    """

    name: str
    version: int
    language: Language
    text: str
    """As spoken, with placeholders."""
    max_seconds: int
    sound: str | None
    """File name of its sound in the folder ``sounds``; None: a draft, or a script that a person
    reads.
    """

    @property
    def key(self) -> str:
        """The name that evidence is written under: "announce.fi@1"."""
        return f"{self.name}.{self.language.value}@{self.version}"


Prompts = Mapping[tuple[str, Language], Prompt]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Row:
    max_seconds: Annotated[int, Field(strict=True, ge=1, le=60)]
    text: Text
    sound: Text | None = None
    note: str = ""
    rule: str = ""
    tone: str = ""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Meta:
    key: Text
    lang: Language
    chars_per_second: Whole


def read(text: str, language: Language, *, version: int) -> Mapping[str, Prompt]:
    """The prompts in ``announcements.toml``, by name. Raises ConfigError naming the prompt and the
    key.
    """
    file = f"{language.value}/announcements.toml"
    document = toml_text.parse(text, named=file)
    meta = toml_text.shaped(_table(document, "meta", file), _meta(), {}, prefix=f"{file} meta.")
    if meta.lang is not language:
        raise ConfigError(
            f"{file} meta.lang: {meta.lang.value} in the folder of another language",
            remedy="put the file into its own folder",
        )
    rows = {
        name: toml_text.shaped(_table(document, name, file), _rows(), {}, prefix=f"{file} {name}.")
        for name in document
        if name != "meta"
    }
    return {
        name: Prompt(name, version, language, row.text, row.max_seconds, row.sound)
        for name, row in rows.items()
    }


def speak(prompt: Prompt, values: Mapping[str, str]) -> str:
    """The words as they are said. Raises ConfigError where a value is missing or a digit would be
    spoken.
    """
    said = wording.fill(prompt.text, values)
    if any(character.isdigit() for character in said):
        raise ConfigError(
            f"{prompt.key}: a digit stands in a spoken text", remedy="write it in words"
        )
    return said


def missing_sound(prompts: Sequence[Prompt], sound_ms: Mapping[str, int]) -> Sequence[Prompt]:
    """Those of ``prompts`` that cannot go live: no sound was measured, or it runs longer than
    promised.

    ``sound_ms`` gives the measured length of each sound file by its name.
    """
    return [
        prompt
        for prompt in prompts
        if prompt.sound is None
        or not 0 < sound_ms.get(prompt.sound, 0) <= prompt.max_seconds * 1000
    ]


def _table(document: Mapping[str, Any], name: str, file: str) -> Mapping[str, Any]:
    table = document.get(name)
    if not isinstance(table, dict):
        raise ConfigError(f"{file} {name}: is not a table", remedy=f"write it under [{name}]")
    return table


@cache
def _meta() -> TypeAdapter[_Meta]:
    return TypeAdapter(_Meta)


@cache
def _rows() -> TypeAdapter[_Row]:
    return TypeAdapter(_Row)

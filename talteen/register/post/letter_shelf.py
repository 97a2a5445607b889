"""Takes the letters from a register's folder. Read when a letter is written, not at every start."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from talteen.errors import ConfigError
from talteen.notice import letters
from talteen.notice.language import Language
from talteen.notice.letters import Letters


def read(folder: Path) -> Mapping[Language, Letters]:
    """The letters of every language. ConfigError naming the file and what it lacks."""
    rules = _text(folder, letters.NAMES)
    return {
        language: _read(_text(folder, letters.path(language)), rules, language)
        for language in Language
    }


@lru_cache(maxsize=8)
def _read(text: str, rules: str, language: Language) -> Letters:
    return letters.read(text, rules, language)


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"{name}: cannot be read from the register folder", remedy="put it there, in UTF-8"
        ) from None

"""The required phrases of a register folder, taken from the disk."""

from functools import lru_cache
from pathlib import Path

from talteen.notice import phrases
from talteen.notice.phrases import Phrase


def of(folder: Path) -> tuple[Phrase, ...]:
    """What the register in ``folder`` requires to be said; nothing where it has no list.

    Raises ConfigError where the list cannot be read.
    """
    path = folder / phrases.FILE
    return _read(path.read_text(encoding="utf-8")) if path.exists() else ()


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Phrase, ...]:
    return phrases.read(text)

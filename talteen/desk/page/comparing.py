"""Two writings of a text, word by word: what a version of a form or of guidance changed."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: str
    """``same``, ``del`` or ``ins``."""
    text: str


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """``after`` word by word against ``before``."""
    old, new = before.split(), after.split()
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", " ".join(new[c:d])))
            continue
        if b > a:
            found.append(Piece("del", " ".join(old[a:b])))
        if d > c:
            found.append(Piece("ins", " ".join(new[c:d])))
    return tuple(found)

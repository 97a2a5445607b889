"""Words as data: a sentence becomes a lane, and what is covered becomes a sentence again."""

from collections.abc import Iterable

from talteen.life.transcribe.masking import find
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.words import Segment, Side, Word


def segment(
    text: str, language: str = "fi", *, side: Side = Side.CALLER, at_ms: int = 0
) -> Segment:
    """A segment that says ``text``, 300 ms a word and 50 ms between."""
    words = [
        Word(word, at_ms + 350 * place, at_ms + 350 * place + 300, 0.9)
        for place, word in enumerate(text.split())
    ]
    return Segment(side, language, at_ms, words[-1].end_ms, tuple(words), frozenset())


def covered(text: str, language: str = "fi", *, without: Iterable[Kind] = (Kind.SPECIAL,)) -> str:
    """What is covered of ``text`` said by one side, in order, a bar between spans."""
    said = segment(text, language)
    spans = [one for one in find.proposed([said]) if one.kind not in set(without)]
    words = text.split()
    return " | ".join(
        " ".join(word.strip(".,;:?!") for word in words[one.first : one.last + 1])
        for one in sorted(spans, key=lambda one: one.first)
    )


def kinds(text: str, language: str = "fi") -> list[Kind]:
    """The kinds of what is found in ``text``, in order."""
    return [one.kind for one in proposed(text, language)]


def proposed(text: str, language: str = "fi") -> list[Span]:
    """What is found in ``text``."""
    return find.proposed([segment(text, language)])

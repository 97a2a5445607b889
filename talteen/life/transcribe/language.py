"""In which language a side is written, and whether it was probably spoken in another.

The prior decides: the language of the line, or the one that the caller chose (REGISTER 6.3). Small
models tell languages apart too badly to overrule it (research: accented Swedish over A-law was
heard as Latin), so what they hear is believed only where they are sure of one of our languages and
the words that came out do not look like the prior's. Then the side carries a note, and a person may
have it written anew.
"""

from collections.abc import Iterable, Mapping

from talteen.errors import InputError
from talteen.life.transcribe import lemma
from talteen.life.transcribe.guards import LOST
from talteen.life.transcribe.words import Segment

ALLOWED = ("fi", "sv", "en")
"""The languages that people are served in; nothing else is ever detected or written."""
SURE = 0.8
"""Share of all languages that the model knows, not of ours: a sound that fits none must not be
told to fit one."""
BARELY = 0.05
FITS_FROM = 0.4
"""Share of longer words on the prior's list from which a text is the prior's: Finnish heard as
Finnish had 0.57 and more, as Swedish 0.36 and less, by the small model over a telephone."""
LONG_WORD = 4
FEWEST_WORDS = 8


class UnknownLanguage(InputError):
    """There is no prior, and the sound does not tell."""

    slug = "unknown-language"

    def __init__(self) -> None:
        super().__init__(
            "the language of this recording is not known",
            remedy="have its words written in a language that you choose",
        )


def chosen(prior: str, heard: Mapping[str, float]) -> str:
    """The language to write in: the prior if it is one of ours, else what the model is sure of.

    ``heard`` gives the probability of each language that the model knows. Raises UnknownLanguage.
    """
    if prior in ALLOWED:
        return prior
    best = max(ALLOWED, key=lambda language: heard.get(language, 0.0))
    if heard.get(best, 0.0) < SURE:
        raise UnknownLanguage
    return best


def doubtful(prior: str, segments: Iterable[Segment]) -> bool:
    """Whether what was written asks for a second opinion: it went in circles, or its words are
    mostly not of ``prior``. Asking the model costs a fifth of hearing a short side, so it is not
    asked where the words speak for themselves."""
    segments = list(segments)
    if any(segment.flags & LOST for segment in segments):
        return True
    text = " ".join(segment.text for segment in segments if not segment.flags)
    return len(_longer(text)) >= FEWEST_WORDS and not fits(text, prior)


def likelier(prior: str, heard: Mapping[str, float], segments: Iterable[Segment]) -> str:
    """The language that a side was probably spoken in instead of ``prior``; empty if none."""
    best = max(ALLOWED, key=lambda language: heard.get(language, 0.0))
    if best == prior or heard.get(best, 0.0) < SURE or heard.get(prior, 0.0) > BARELY:
        return ""
    shown = [segment.text for segment in segments if not segment.flags]
    return "" if fits(" ".join(shown), prior) else best


def fits(text: str, language: str) -> bool:
    """Whether the longer words of ``text`` are mostly on the list of ``language``.

    Too few of them decide nothing, and so do not speak for the language either.
    """
    longer = _longer(text)
    if len(longer) < FEWEST_WORDS:
        return False
    known = sum(lemma.is_listed(word, language) for word in longer)
    return known >= FITS_FROM * len(longer)


def _longer(text: str) -> list[str]:
    return [word for word in lemma.words(text) if len(word) >= LONG_WORD and word.isalpha()]

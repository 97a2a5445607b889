"""What finds a passage in an index: the words as said, in base forms, and the parts of compounds.

Text is taken by the chunk between spaces: most have been met before, so little is folded twice. A
covered word stands behind its mark (``query.COVER``) in each column.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

from talteen.life.transcribe import lemma
from talteen.life.transcribe.lemma import Columns, Met
from talteen.life.transcribe.query import COVER

_GAP = COVER, COVER, ""
"""The columns of a cover without a letter below it: it parts what is around it all the same."""


def of(stretches: Sequence[tuple[str, bool]], language: str, *, terms: str = "") -> Columns:
    """The columns of a passage: its text in ``stretches``, each with whether it is covered, and
    what else finds it where covered words are looked for (``terms``)."""
    chunks: list[Columns] = []
    for text, covered in stretches:
        chunks += _covered(text, language) if covered else _shown(text, language)
    surfaces, lemmas, others = zip(*chunks, strict=True) if chunks else ((), (), ())
    further = (_marked(terms),) if terms else ()
    return " ".join(surfaces), " ".join(lemmas), " ".join((*others, *further))


def _shown(text: str, language: str) -> Iterator[Columns]:
    return map(lemma.columns(language).__getitem__, text.split())


def _covered(text: str, language: str) -> list[Columns]:
    chunks = list(map(_behind_marks(language).__getitem__, text.split()))
    return chunks if any(map(itemgetter(0), chunks)) else [_GAP]


@lru_cache(maxsize=8)
def _behind_marks(language: str) -> Met:
    known = lemma.columns(language)

    def marked(chunk: str) -> Columns:
        surface, base, others = known[chunk]
        return _marked(surface), _marked(base), _marked(others)

    return Met(marked, lemma.CACHED_WORDS // 4)


def _marked(terms: str) -> str:
    return " ".join(COVER + term for term in terms.split())

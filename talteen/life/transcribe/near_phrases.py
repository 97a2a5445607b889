"""A required phrase that the recogniser misheard: sought by its letters, some of them wrong.

Up to a quarter of each word's letters may be wrong, lost or added, and spaces count for nothing,
as in masking's words on health ("peru tus maksu ton"). Words too short to be told from others by
their letters are passed over. What is found so is no answer, it is a place to listen to.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from talteen.life.transcribe import lemma
from talteen.life.transcribe.masking.approximate import Codes, Pattern, codes
from talteen.life.transcribe.words import Word

SHARE_WRONG = 0.25
SHORTEST = 4
"""Letters of a word from which it is sought with errors."""
ENOUGH = 10
"""Letters that the sought words of a phrase have together: fewer are met by chance."""
ENDING = 2
"""Letters at the end of a long word that bend: they are not sought."""
LONG = 9

_Place = tuple[int, int]
"""The first and the last of some words."""


def places(said: Sequence[Word], way: str, *, between: int) -> Iterator[int]:
    """Where (ms) something begins in ``said``, the words of one side in one language, that is
    nearly ``way``, with at most ``between`` other words among its own."""
    wanted = _patterns(way)
    if not wanted:
        return
    text, at = _letters(said)
    begins = {place for place in range(len(at)) if place == 0 or at[place] != at[place - 1]}
    found = [list(_of(pattern, text, at, begins)) for pattern in wanted]
    for first in found[0]:
        if _follows(first, found[1:], between):
            yield said[first[0]].start_ms


@lru_cache(maxsize=1_000)
def _patterns(way: str) -> tuple[Pattern, ...]:
    """What to look for, in order; nothing where too little of ``way`` can be told by letters."""
    stems = [
        word[:-ENDING] if len(word) >= LONG else word
        for word in lemma.words(way)
        if len(word) >= SHORTEST
    ]
    if sum(map(len, stems)) < ENOUGH:
        return ()
    return tuple(Pattern(stem, int(len(stem) * SHARE_WRONG)) for stem in stems)


def _letters(said: Sequence[Word]) -> tuple[Codes, list[int]]:
    """All letters without the spaces, and the word of each."""
    words = ["".join(lemma.words(word.text)) for word in said]
    at = [place for place, word in enumerate(words) for _ in word]
    return codes("".join(words)), at


def _of(pattern: Pattern, text: Codes, at: list[int], begins: set[int]) -> Iterator[_Place]:
    """Stretches that begin where a word does, or as near to that as letters are wrong."""
    for end, errors in pattern.ends_in(text):
        start = max(end - len(pattern.text), 0)
        near = [start + step for step in range(-errors, errors + 1) if start + step in begins]
        if near:
            yield at[min(near, key=lambda one: abs(one - start))], at[end - 1]


def _follows(last: _Place, rest: Sequence[Sequence[_Place]], between: int) -> bool:
    """Whether places of the words to come stand in order behind ``last``, near to each other."""
    if not rest:
        return True
    return any(
        _follows(one, rest[1:], between)
        for one in rest[0]
        if last[1] < one[0] <= last[1] + between + 1
    )

"""E-mail addresses, written and said: "liisa piste laine ät esimerkki piste fi".

The sign is looked for first; to its left stands one name with its dots, to its right a domain that
ends in something that domains end in. Nothing else makes an English "at" an address.
"""

import re
from collections.abc import Iterator, Sequence

from talteen.life.transcribe.masking.lane import Lane, Token
from talteen.life.transcribe.masking.spans import Found, Kind

SURE, LIKELY = 0.97, 0.85
MOST_PARTS = 8
_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_HALF = re.compile(r"[\w.+-]*@[\w.-]*")
_SIGNS = {
    "fi": "ät ätt ätmerkki ät-merkki at miukumauku miuku kissanhäntä",
    "sv": "snabel-a snabela snabel at ät alfakrull kanelbulle",
    "en": "at",
}
SIGNS = {language: frozenset(words.split()) for language, words in _SIGNS.items()}
_DOTS = frozenset("piste punkt dot point .".split())
_LINKS = _DOTS | frozenset(
    "viiva väliviiva alaviiva streck bindestreck understreck dash hyphen underscore minus".split()
)
_ENDS = frozenset(
    "fi com se net org eu info ax no dk ee de uk us io co fii äffii äf-ii äs-ee koo komm".split()
)
_ENDS_WRITTEN = re.compile(r"[\w-]+(\.[\w-]+)*\.(fi|com|se|net|org|eu|info|ax|no|dk|ee|de|uk|io)")


def found(lane: Lane) -> Iterator[Found]:
    """The addresses of ``lane``."""
    tokens = lane.tokens
    for place, token in enumerate(tokens):
        if _WRITTEN.fullmatch(token.bare):
            yield Found(Kind.EMAIL, place, place, SURE)
        elif "@" in token.bare and _HALF.fullmatch(token.bare):
            yield Found(Kind.EMAIL, _local(tokens, place), _rest(tokens, place), LIKELY)
        elif token.text in SIGNS.get(token.language, ()) and 0 < place < len(tokens) - 1:
            last = _domain(tokens, place + 1)
            if last is not None:
                yield Found(Kind.EMAIL, _local(tokens, place - 1), last, LIKELY)


def _local(tokens: Sequence[Token], last: int) -> int:
    """Where the name that ends at ``last`` begins: words that dots and dashes join, and letters
    spelled one by one."""
    first = last
    while first > 0 and last - first < 2 * MOST_PARTS:
        before = tokens[first - 1].text
        if before in _LINKS and first > 1:
            first -= 2
        elif tokens[first].text in _LINKS or _spelled(tokens, first):
            first -= 1
        else:
            break
    return first


def _spelled(tokens: Sequence[Token], place: int) -> bool:
    both = tokens[place - 1].text, tokens[place].text
    return all(len(text) == 1 or text.isdigit() for text in both)


def _domain(tokens: Sequence[Token], first: int) -> int | None:
    """The last word of the domain that begins at ``first``; None if none does."""
    for last in range(first, min(first + MOST_PARTS, len(tokens))):
        text = tokens[last].text
        if _ENDS_WRITTEN.fullmatch(text):
            return last
        if last > first + 1 and text in _ENDS and tokens[last - 1].text in _DOTS:
            return _country(tokens, last)
        if last > first and tokens[last - 1].pauses and tokens[last - 1].text not in _LINKS:
            return None
    return None


def _country(tokens: Sequence[Token], last: int) -> int:
    """``co dot uk`` goes on; so does "äf ii" said as two letters."""
    after = [one.text for one in tokens[last + 1 : last + 3]]
    return last + 2 if len(after) == 2 and after[0] in _DOTS and after[1] in _ENDS else last


def _rest(tokens: Sequence[Token], place: int) -> int:
    """The end of an address that the engine broke after its sign."""
    if tokens[place].bare.endswith("@") and place + 1 < len(tokens):
        return _domain(tokens, place + 1) or place + 1
    return place

"""Words as people say them, made findable: surface forms, base forms and the parts of compounds.

Finnish bends a word into thousands of forms and both Finnish and Swedish write compounds together,
so ``varaus`` must find ``ryhmävaraukseen``. A word list (simplemma, MIT) knows the forms; compounds
that it does not know are split here where every part is known. Voikko, where an operator has
installed it, is asked first (``talteen.life.transcribe.voikko``). Measurements: decision 066.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from talteen.life.transcribe import voikko
from talteen.life.transcribe.voikko import Reading
from talteen.life.transcribe.word_list import LISTS

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryLookupStrategy

LANGUAGES = ("fi", "sv", "en")
"""Languages whose words are brought to their base form; of any other only the surface is kept."""

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""Letters and digits, and the marks on a letter that has no composed form."""
_SHORTEST_PART = {"fi": 2, "sv": 3, "en": 3}
_LONG_ENOUGH = 4
"""Letters of a part that seldom stand in another word by chance."""
_SHORT_FINNISH = {"hää": "häät"} | {
    word: word
    for word in ("yö", "työ", "sää", "tie", "puu", "pää", "maa", "jää", "kuu", "suu", "syy", "tee")
}
"""Parts shorter than that, but common: first half -> base form."""
_LONGEST_WORD = 64
"""Longer than any word: a key or a number read aloud is not worth taking apart."""
CACHED_WORDS = 200_000


class Kind(Enum):
    """How a term stands for its word, the closest first."""

    SURFACE = "surface"
    LEMMA = "lemma"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Term:
    """One way to find a word; ``text`` is casefolded letters and digits, never empty."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Forms:
    """One word in full: as said, in its base forms (one at least) and in its parts."""

    surface: str
    lemmas: tuple[str, ...]
    parts: tuple[str, ...]
    known: bool
    """Whether a dictionary knows the word; what stands here is a guess if not."""

    def terms(self) -> list[Term]:
        """Everything that finds the word, the closest first."""
        lemmas = [Term(Kind.LEMMA, lemma) for lemma in self.lemmas]
        parts = [Term(Kind.PART, part) for part in self.parts]
        return [Term(Kind.SURFACE, self.surface), *lemmas, *parts]


def folded(text: str) -> str:
    """``text`` as the index writes it: composed and casefolded (Unicode NFC)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def words(text: str) -> list[str]:
    """The folded words of ``text`` in order. A hyphen parts words: ``halal-lihaa`` is two."""
    return _WORD.findall(folded(text))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand: (first character, one past the last), as indexes into ``text``."""
    return (match.span() for match in _WORD.finditer(text))


def terms(text: str, language: str) -> list[list[Term]]:
    """All that finds each word of ``text``, a list a word, so that positions hold."""
    return [forms(word, language).terms() for word in words(text)]


@lru_cache(maxsize=CACHED_WORDS)
def forms(word: str, language: str) -> Forms:
    """``word`` (folded) in full. An unknown word or language gives the word as its own lemma."""
    if language not in LANGUAGES or len(word) > _LONGEST_WORD or not word.isalpha():
        return Forms(word, (word,), (), known=False)
    found = voikko.readings(word) if language == "fi" else ()
    found = found or tuple(_readings(word, language))
    readings = found or (Reading(_guess(word, language)),)
    lemmas = tuple(dict.fromkeys(reading.lemma for reading in readings))
    parts = dict.fromkeys(part for reading in readings for part in reading.parts)
    own = tuple(part for part in parts if part not in lemmas)
    return Forms(word, lemmas, own, known=bool(found))


def proper(word: str, language: str) -> bool | None:
    """Whether the list has ``word`` (folded) for a proper name only; None if it lacks the word."""
    found = _word_list().get_lemma(word, language)
    return None if found is None else found[:1].isupper()


def is_listed(word: str, language: str) -> bool:
    """Whether the word list of ``language`` knows this form of ``word`` (folded), untaken apart."""
    return _known(word, language) is not None


def is_ordinary(word: str) -> bool:
    """Whether ``word`` (folded) is an ordinary word of one of LANGUAGES and a proper name of none.

    The lists write names with a capital. What they lack, and is no compound of what they have, is
    taken for a name or a code as well.
    """
    listed = [_word_list().get_lemma(word, language) for language in LANGUAGES]
    if any(lemma is not None and lemma[:1].isupper() for lemma in listed):
        return False
    return any(lemma is not None for lemma in listed) or any(
        _split(word, language) is not None for language in ("fi", "sv")
    )


def _readings(word: str, language: str) -> Iterator[Reading]:
    """The base form by the word list; else by a compound's last part; nothing if neither knows."""
    if language == "fi" and word.endswith(("sta", "stä")) and _is_base(word[:-3] + "nen", "fi"):
        # The list takes the partitive of aamiainen for a verb; people order breakfast.
        yield Reading(word[:-3] + "nen")
    lemma = _known(word, language)
    if lemma is not None:
        yield Reading(lemma, _parts(lemma, language))
        return
    split = _split(word, language)
    if split is not None:
        yield split


def _guess(word: str, language: str) -> str:
    """The base form by rules of endings."""
    guess = folded(_rules().lemmatize(word, language))
    return guess if guess.isalpha() else word


def _parts(lemma: str, language: str) -> tuple[str, ...]:
    """The parts of a base form, none if it is no compound."""
    split = _split(lemma, language) if language != "en" or _known(lemma, "en") is None else None
    return split.parts if split is not None and split.lemma == lemma else ()


@lru_cache(maxsize=CACHED_WORDS)
def _split(word: str, language: str) -> Reading | None:
    """``word`` as a compound whose parts are all known: the longest last part wins.

    The longest last part leaves the fewest ways to be wrong: short words hide in every word.
    """
    for at in range(_SHORTEST_PART[language], len(word) - _SHORTEST_PART[language] + 1):
        head = _known(word[at:], language)
        # A base form as long as the whole would be taken apart without end.
        if head is None or not _SHORTEST_PART[language] <= len(head) < len(word):
            continue
        modifier = _modifier(word[:at], language, head=word[at:])
        if modifier is not None:
            return Reading(word[:at] + head, (*modifier, *(_parts(head, language) or (head,))))
    return None


def _modifier(word: str, language: str, *, head: str) -> tuple[str, ...] | None:
    """The parts that ``word`` gives as the first half before ``head``; None if it cannot be one."""
    for base in _FIRST_HALVES[language](word, head):
        shorter = len(base) < len(word) + len(head)
        return (_parts(base, language) if shorter else ()) or (base,)
    return None


def _finnish_halves(word: str, head: str) -> Iterator[str]:
    """The base form that a Finnish first half stands for, if it is one.

    Nominative, genitive, or the stem of -nen (``saapumis|päivä``): other cases are rare and let
    chance splits in. So do short parts (``ravin|tola``), save for a few that are common.
    """
    if word in _SHORT_FINNISH:
        yield _SHORT_FINNISH[word]
    elif len(word) < _LONG_ENOUGH or (len(head) < _LONG_ENOUGH and head not in _SHORT_FINNISH):
        return
    elif (lemma := _known(word, "fi")) == word:
        yield word
    elif lemma is not None and word.endswith("n") and len(head) > _LONG_ENOUGH:
        yield lemma
    elif word.endswith("s") and _is_base(word[:-1] + "nen", "fi"):
        yield word[:-1] + "nen"


def _swedish_halves(word: str, head: str) -> Iterator[str]:
    """The word as it stands, or without its linking s (``rum|s|bokning``)."""
    if _is_base(word, "sv"):
        yield word
    elif word.endswith("s") and _is_base(word[:-1], "sv"):
        yield word[:-1]
    elif len(head) > _LONG_ENOUGH and _known(word, "sv") is not None:
        # A noun that the list takes for a verb's form: nöt, "nut", stands there as nöta, "wear".
        yield word


def _english_halves(word: str, head: str) -> Iterator[str]:
    """English writes compounds apart, so only what the list lacks is taken apart."""
    if len(word) >= _LONG_ENOUGH and _is_base(word, "en") and _is_base(head, "en"):
        yield word


_FIRST_HALVES: dict[str, Callable[[str, str], Iterator[str]]] = {
    "fi": _finnish_halves,
    "sv": _swedish_halves,
    "en": _english_halves,
}


def _is_base(word: str, language: str) -> bool:
    return _known(word, language) == word


@lru_cache(maxsize=CACHED_WORDS)
def _known(word: str, language: str) -> str | None:
    """The base form of a word on the list, folded; None if the list lacks it."""
    lemma = _word_list().get_lemma(word, language)
    if lemma is None:
        return None
    lemma = folded(lemma)
    return lemma if lemma.isalpha() else word


@cache
def _rules() -> "Lemmatizer":
    """simplemma's whole way to a base form, over the same lists: none is read twice."""
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=LISTS))


@cache
def _word_list() -> "DictionaryLookupStrategy":
    """simplemma's. Nine languages' rules come with it, a fifth of a process's start: only who looks
    a word up pays for them."""
    from simplemma.strategies import DictionaryLookupStrategy

    return DictionaryLookupStrategy(LISTS)


Columns = tuple[str, str, str]
"""What finds a few words: as said, in base forms (both a word a place), and the parts. Further base
forms of a doubtful word stand with the parts, so that places hold."""


class Met(dict[str, Columns]):
    """The columns of what was met before between two spaces: a word, or a few that a hyphen or a
    mark joins. An index is mostly looked up here, so nothing is counted or moved on the way; full,
    it begins anew.
    """

    def __init__(self, found: Callable[[str], Columns], most: int) -> None:
        super().__init__()
        self._found, self._most = found, most

    def __missing__(self, chunk: str) -> Columns:
        if len(self) >= self._most:
            self.clear()
        columns = self[chunk] = self._found(chunk)
        return columns


@lru_cache(maxsize=8)
def columns(language: str) -> Met:
    """The columns of all that is said in ``language``."""
    return Met(partial(_columns, language), CACHED_WORDS)


def _columns(language: str, chunk: str) -> Columns:
    said = [forms(word, language) for word in words(chunk)]
    surfaces = " ".join(form.surface for form in said)
    lemmas = " ".join(form.lemmas[0] for form in said)
    return surfaces, lemmas, " ".join(x for form in said for x in (*form.lemmas[1:], *form.parts))

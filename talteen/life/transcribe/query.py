"""What a person looks for, as a value: words, "phrases", prefix*, and AND, OR and NOT.

Text from a person never reaches the index's own query language: it is read here into a small tree
of folded words, and ``match`` writes a fresh FTS5 expression from letters and digits alone. The
operators are capitals, as in the three languages people search in: JA TAI EI, OCH ELLER INTE,
AND OR NOT; a leading minus is NOT as well.

A covered word stands in the index with a mark before it that nobody can type. A search in what is
shown cannot name it; one in covered words asks for each word with and without the mark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache, partial
from itertools import islice, product

from talteen.errors import InputError
from talteen.life.transcribe import lemma
from talteen.life.transcribe.lemma import LANGUAGES, Forms

COVER = "\u2588"
"""Stands before a covered word in the index. It is no letter, so no word begins with it."""
_LONGEST_QUERY = 400
_MOST_WORDS = 24
_SHORTEST_PREFIX = 2
_MOST_READINGS = 8
"""Of one phrase in one language: enough for two doubtful words, and a bound on the work."""
_RUN = 3
"""Words of a phrase that are asked for at once where each may be covered or not: eight ways."""
_CHUNK = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')


class Depth(Enum):
    """How far into a passage a search looks (decision 300)."""

    SHOWN = "shown"
    """What every reader is shown."""
    COVERED = "covered"
    """What is covered, too: for who may lift the cover, and says so."""


class Rank(IntEnum):
    """How near a passage is to what was typed, the nearest first."""

    EXACT = 0
    LEMMA = 1
    PART = 2


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, one at least; ``open_ended`` if the last word is only a beginning."""

    words: tuple[str, ...]
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage fits with all of ``wanted`` (one at least) and none of ``unwanted``."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A passage fits if one of the clauses does. Words are read in each of ``languages``."""

    clauses: tuple[Clause, ...]
    languages: tuple[str, ...] = LANGUAGES


class _Operator(Enum):
    AND = ("JA", "OCH", "AND")
    OR = ("TAI", "ELLER", "OR")
    NOT = ("EI", "INTE", "NOT")


_OPERATORS = {word: operator for operator in _Operator for word in operator.value}
_Token = Phrase | _Operator


def parse(text: str, *, languages: tuple[str, ...] = LANGUAGES) -> Query:
    """The query that ``text`` writes. AND binds closer than OR and may be left out.

    Raises InputError if there is nothing to look for, an operator lacks a side, a prefix is too
    short, or the text is too long.
    """
    if len(text) > _LONGEST_QUERY:
        raise InputError("the search is too long", remedy="look for a few words at a time")
    tokens = list(_tokens(text))
    if sum(len(token.words) for token in tokens if isinstance(token, Phrase)) > _MOST_WORDS:
        raise InputError("the search has too many words", remedy="look for a few words at a time")
    clauses = (_clause(part) for part in _between(tokens, _Operator.OR))
    return Query(tuple(clauses), languages)


def _tokens(text: str) -> Iterator[_Token]:
    for chunk in _CHUNK.finditer(text):
        if chunk["minus"]:
            yield _Operator.NOT
        if chunk["bare"] in _OPERATORS:
            yield _OPERATORS[chunk["bare"]]
            continue
        written = chunk["quoted"] if chunk["bare"] is None else chunk["bare"]
        phrase = _phrase(written)
        if phrase is not None:
            yield phrase


def _phrase(written: str) -> Phrase | None:
    """The folded words of one chunk; a hyphenated word is a phrase of its parts."""
    words = tuple(lemma.words(written))
    if not words:
        return None
    open_ended = written.rstrip().endswith("*")
    if open_ended and len(words[-1]) < _SHORTEST_PREFIX:
        raise InputError("a beginning of one letter fits too much", remedy="write two or more")
    return Phrase(words, open_ended)


def _between(tokens: list[_Token], operator: _Operator) -> Iterator[list[_Token]]:
    """The runs of ``tokens`` that ``operator`` parts."""
    run: list[_Token] = []
    for token in tokens:
        if token is operator:
            yield run
            run = []
        else:
            run.append(token)
    yield run


def _clause(tokens: list[_Token]) -> Clause:
    """One side of an OR: phrases, some with NOT before them, with or without AND between."""
    runs = list(_between(tokens, _Operator.AND))
    if len(runs) > 1 and not all(runs):
        raise InputError("AND has nothing on one side", remedy="write a word on each side")
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for run in runs:
        _sort(run, wanted, unwanted)
    if not wanted:
        raise InputError("there is no word to look for", remedy="write a word that was said")
    return Clause(tuple(wanted), tuple(unwanted))


def _sort(run: list[_Token], wanted: list[Phrase], unwanted: list[Phrase]) -> None:
    target = wanted
    for token in run:
        if isinstance(token, Phrase):
            target.append(token)
            target = wanted
        else:
            target = unwanted
    if target is unwanted:
        raise InputError("NOT has nothing after it", remedy="write the word to leave out")


@lru_cache(maxsize=64)
def match(query: Query, reach: Rank, depth: Depth = Depth.SHOWN) -> str:
    """The FTS5 expression of ``query`` where words may be as far off as ``reach``.

    What is left out is left out in every form, so that a wider reach only ever adds passages.
    """
    clauses = (_of_clause(clause, reach, depth, query.languages) for clause in query.clauses)
    return " OR ".join(f"({clause})" for clause in clauses)


def _of_clause(clause: Clause, reach: Rank, depth: Depth, languages: tuple[str, ...]) -> str:
    of = partial(_of_phrase, depth=depth, languages=languages)
    wanted = " AND ".join(of(phrase, reach) for phrase in clause.wanted)
    if not clause.unwanted:
        return wanted
    every = (of(phrase, Rank.PART) for phrase in clause.unwanted)
    return f"({wanted}) NOT ({' OR '.join(every)})"


def _of_phrase(phrase: Phrase, reach: Rank, *, depth: Depth, languages: tuple[str, ...]) -> str:
    found = [("surface", phrase.words)]
    if reach >= Rank.LEMMA:
        found += [("lemma", row) for row in _lemma_rows(phrase, languages)]
    if reach >= Rank.PART:
        found += [("lemma", row) for row in _rows_apart(phrase, languages)]
        if len(phrase.words) == 1:
            found += [("part", row) for row in _lemma_rows(phrase, languages)]
    # The same words are looked up once for all columns: a word that is its own base form is one.
    columns: dict[tuple[str, ...], list[str]] = {}
    for column, row in found:
        columns.setdefault(row, []).append(column)
    said = _shown if depth is Depth.SHOWN else _covered
    star = "*" if phrase.open_ended else ""
    return f"({' OR '.join(said(' '.join(at), row, star) for row, at in columns.items())})"


def _shown(columns: str, words: tuple[str, ...], star: str) -> str:
    """Words are letters and digits only (``lemma.words``), so quoting them is safe."""
    return f'{{{columns}}}:"{" ".join(words)}"{star}'


def _covered(columns: str, words: tuple[str, ...], star: str) -> str:
    """The same whichever of the words are covered. A longer phrase is asked for by all of its runs;
    a passage that has them all and not the phrase in a row shows no hit (``highlight``)."""
    last = max(len(words) - _RUN, 0)
    runs = ((words[at : at + _RUN], star if at == last else "") for at in range(last + 1))
    return " AND ".join(
        f"({' OR '.join(_shown(columns, way, end) for way in _ways(run))})" for run, end in runs
    )


def _ways(run: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """``run`` with each of its words covered or not."""
    return product(*((word, COVER + word) for word in run))


def _lemma_rows(phrase: Phrase, languages: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The phrase in base forms, once for every way to read it."""
    rows: dict[tuple[str, ...], None] = {phrase.words: None} if len(phrase.words) == 1 else {}
    by_language = [[lemma.forms(word, language) for word in phrase.words] for language in languages]
    # A language that knows none of the words only repeats the work, unless none does.
    knowing = [said for said in by_language if any(form.known for form in said)]
    for said in knowing or by_language:
        choices = [form.lemmas for form in said]
        if phrase.open_ended:
            choices[-1] = (phrase.words[-1],)
        rows.update(dict.fromkeys(islice(product(*choices), _MOST_READINGS)))
    return list(rows)


def _rows_apart(phrase: Phrase, languages: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A compound as people and recognisers also write it: its parts in a row."""
    if len(phrase.words) > 1 or phrase.open_ended:
        return []
    every = (lemma.forms(phrase.words[0], language).parts for language in languages)
    return list(dict.fromkeys(parts for parts in every if len(parts) > 1))


def highlight(text: str, query: Query, language: str) -> list[tuple[int, int]]:
    """Where the words that ``query`` wants stand in ``text``, said in ``language``.

    Spans are (first character, one past the last) of whole words, in order, none twice.
    """
    # Folding takes a few letters apart, so that one stretch of the text may hold two words.
    at = [(span, word) for span in lemma.spans(text) for word in lemma.words(text[slice(*span)])]
    said = [lemma.forms(word, language) for _, word in at]
    wanted = [phrase for clause in query.clauses for phrase in clause.wanted]
    found = {place for phrase in wanted for place in _places(phrase, said, query.languages)}
    return list(dict.fromkeys(at[place][0] for place in sorted(found)))


def _places(phrase: Phrase, said: list[Forms], languages: tuple[str, ...]) -> Iterator[int]:
    """Places of the words of ``said`` that stand in some appearance of ``phrase``."""
    rows = [*_lemma_rows(phrase, languages), *_rows_apart(phrase, languages)]
    for start in range(len(said)):
        if _stands(phrase.words, [form.surface for form in said[start:]], phrase):
            yield from range(start, start + len(phrase.words))
        for row in rows:
            if _stands(row, [form.lemmas[0] for form in said[start : start + len(row)]], phrase):
                yield from range(start, start + len(row))
            elif len(row) == 1 and any(
                _stands(row, [other], phrase) for other in _others(said[start])
            ):
                yield start


def _others(form: Forms) -> tuple[str, ...]:
    return (*form.lemmas[1:], *form.parts)


def _stands(row: tuple[str, ...], said: list[str], phrase: Phrase) -> bool:
    """Whether ``row`` is how ``said`` begins."""
    there = tuple(said[: len(row)])
    if not phrase.open_ended or len(there) < len(row):
        return there == row
    return there[:-1] == row[:-1] and there[-1].startswith(row[-1])

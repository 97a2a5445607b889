"""How wrong what was heard is: letters and words to put in, take out or exchange (Levenshtein).

What was heard and what was said are read alike first: lower case, no marks, and numbers as digits
however they were said or written ("nolla viisi", "05"), so that no engine is blamed for its way to
write a number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talteen.life.transcribe.masking import numerals

Line = NDArray[np.int32]
"""The errors so far, for each number of letters of what was heard that they have used up."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one person said in one go, ready to be compared."""

    start_ms: int
    end_ms: int
    words: tuple[str, ...]


def plain(text: str, language: str) -> list[str]:
    """The words of ``text`` in lower case, without marks; digits that follow one another in one."""
    said = re.findall(r"\w+", text.casefold())
    numbers = list(numerals.read(said, language))
    inside = {at for one in numbers for at in range(one.first, one.last + 1)}
    placed = [(one.first, one.digits) for one in numbers]
    placed += [(at, word) for at, word in enumerate(said) if at not in inside]
    words: list[str] = []
    for _, word in sorted(placed, key=lambda each: each[0]):
        if words and words[-1].isdigit() and word.isdigit():
            words[-1] += word
        elif word:
            words.append(word)
    return words


def letters(words: Sequence[str]) -> int:
    """How many letters ``words`` have, and the spaces between them."""
    return len(" ".join(words))


def letter_errors(heard: Sequence[str], truth: Sequence[str]) -> int:
    """Letters wrong in ``heard``; both are ``plain``."""
    codes = _codes(heard)
    line = _none_said(codes)
    for word in truth:
        line = _after(line, word, codes)
    return int(line[-1])


def mixed_letter_errors(
    heard: Sequence[str], one: Sequence[Utterance], other: Sequence[Utterance]
) -> int:
    """Letters wrong in one text that two people said, in the order that suits it best.

    What they said one after the other stays so. Where they talk at once, any order of their words
    is right, as long as each one's own words keep theirs: nobody can say which came first.
    """
    codes = _codes(heard)
    ours, theirs = _waiting(one, other), _waiting(other, one)
    above: list[Line | None] = []
    for i in range(len(ours) + 1):
        row: list[Line | None] = []
        for j in range(len(theirs) + 1):
            ways = [_none_said(codes)] if i == j == 0 else []
            if i and ours[i - 1][1] <= j and (before := above[j]) is not None:
                ways.append(_after(before, ours[i - 1][0], codes))
            if j and theirs[j - 1][1] <= i and (before := row[j - 1]) is not None:
                ways.append(_after(before, theirs[j - 1][0], codes))
            row.append(np.minimum.reduce(ways) if ways else None)
        above = row
    assert above[-1] is not None, "in the order of time every word has its turn"
    return int(above[-1][-1])


def word_errors(heard: Sequence[str], truth: Sequence[str]) -> int:
    """Words wrong in ``heard``; both are ``plain``."""
    line = list(range(len(truth) + 1))
    for at, word in enumerate(heard, 1):
        before, line[0] = line[0], at
        for place, other in enumerate(truth, 1):
            here = min(line[place] + 1, line[place - 1] + 1, before + (word != other))
            before, line[place] = line[place], here
    return line[-1]


def _waiting(one: Sequence[Utterance], other: Sequence[Utterance]) -> list[tuple[str, int]]:
    """Each word of ``one``, and how many words of the ``other`` were over before its turn began."""
    return [
        (word, sum(len(each.words) for each in other if each.end_ms <= said.start_ms))
        for said in one
        for word in said.words
    ]


def _codes(heard: Sequence[str]) -> Line:
    return np.array([ord(letter) for word in heard for letter in f" {word}"], np.int32)


def _none_said(codes: Line) -> Line:
    return np.arange(len(codes) + 1, dtype=np.int32)


def _after(line: Line, word: str, codes: Line) -> Line:
    """``line`` after one more word was said, each word with the space before it."""
    places = np.arange(len(line), dtype=np.int32)
    for letter in f" {word}":
        exchanged = line[:-1] + (codes != ord(letter))
        best = np.minimum(line[1:] + 1, exchanged)
        line = np.concatenate((line[:1] + 1, best))
        # What was heard beyond it runs on along the line: a running minimum of line - place.
        line = np.minimum.accumulate(line - places) + places
    return line

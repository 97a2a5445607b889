"""Where a word stands in a text that was heard badly: approximate matching.

A sentence is read bit-parallel, one step a character (Myers 1999, "A fast bit-vector algorithm for
approximate string matching"); Python's integers are long enough for any pattern. The words of a
whole call are read a letter of the pattern at a time, over all of the text at once (Sellers 1980).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]


def codes(text: str) -> Codes:
    """The characters of ``text`` as numbers, for ``Pattern.ends_in``."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


class Pattern:
    """A word to look for, with up to ``errors`` letters wrong, lost or added."""

    __slots__ = ("_bits", "_high", "_mask", "errors", "text")

    def __init__(self, text: str, errors: int) -> None:
        """``text`` is folded and not empty; ``errors`` less than its length."""
        self.text, self.errors = text, errors
        self._mask = (1 << len(text)) - 1
        self._high = 1 << (len(text) - 1)
        self._bits: dict[str, int] = {}
        for place, char in enumerate(text):
            self._bits[char] = self._bits.get(char, 0) | 1 << place

    def ends(self, text: str) -> Iterator[tuple[int, int]]:
        """(One past the last character, errors) of every stretch of ``text`` that is the word."""
        plus, minus, score = self._mask, 0, len(self.text)
        for place, char in enumerate(text, start=1):
            equal = self._bits.get(char, 0)
            across = equal | minus
            down = (((equal & plus) + plus) ^ plus) | equal
            up = minus | ~(down | plus) & self._mask
            left = plus & down
            score += bool(up & self._high) - bool(left & self._high)
            up, left = up << 1, left << 1
            plus = (left | ~(across | up)) & self._mask
            minus = up & across & self._mask
            if score <= self.errors:
                yield place, score

    def ends_in(self, text: Codes) -> Iterator[tuple[int, int]]:
        """The same as ``ends``, for a long text."""
        places = np.arange(len(text) + 1, dtype=np.int32)
        row = np.zeros_like(places)  # the errors of the pattern so far, where it ends at each place
        for length, char in enumerate(codes(self.text), start=1):
            best = np.full_like(places, length)
            best[1:] = np.minimum(row[:-1] + (text != char), row[1:] + 1)
            # A letter too many costs one a place: the cheapest of all places before, at once.
            row = np.minimum.accumulate(best - places) + places
        for place in np.flatnonzero(row[1:] <= self.errors) + 1:
            yield int(place), int(row[place])

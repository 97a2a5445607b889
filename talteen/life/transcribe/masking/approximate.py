"""Where a word stands in a text that was heard badly: approximate matching, bit-parallel.

Myers 1999 ("A fast bit-vector algorithm for approximate string matching"): one step a character,
whatever the length of the pattern, as Python's integers are long enough.
"""

from collections.abc import Iterator


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

"""Whether a text repeats what was said in a call: runs of five words, by keyed hashes.

Words are compared as they are heard: without case, marks and hyphens. The hashes are those of the
writer's own text, under a key that is made for one look and thrown away; what is looked through is
hashed word by word and nothing of it is kept. Pure, but for the key that is handed in.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from talteen.life.transcribe import said

KEY_BYTES = 32
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its words, each with its place among the letters."""

    whole: str
    places: tuple[tuple[int, int], ...]
    words: tuple[str, ...]

    def passage(self, first: int, last: int) -> str:
        """The text from word ``first`` to word ``last``, both in, as it was written."""
        return self.whole[self.places[first][0] : self.places[last][1]]


def read(text: str) -> Text:
    """``text`` in its words. A composed letter and its parts are the same (NFC)."""
    whole = unicodedata.normalize("NFC", text)
    found = list(_WORD.finditer(whole))
    return Text(
        whole,
        tuple(one.span() for one in found),
        tuple(one.group().casefold() for one in found),
    )


class Runs:
    """All runs of one text, as keyed hashes. Asks; never tells what it holds. Runs that stand in
    ``known`` are not sought: texts that have passed already."""

    __slots__ = ("_begins", "_key", "_marks", "_places", "_text")

    def __init__(self, text: Text, key: bytes, known: Iterable[Text] = ()) -> None:
        self._key, self._text = key, text
        passed = {self._hash(run) for one in known for run in said.runs(one.words)}
        # The writer's own words: most runs of a call begin with none of them, and need no hash.
        self._begins = frozenset(text.words)
        self._places: dict[bytes, list[int]] = {}
        self._marks: set[str] = set()
        for place, run in enumerate(said.runs(text.words)):
            if (hashed := self._hash(run)) not in passed:
                self._places.setdefault(hashed, []).append(place)
                self._marks.add(said.mark(run))

    @property
    def empty(self) -> bool:
        """There is nothing to seek."""
        return not self._places

    @property
    def marks(self) -> frozenset[str]:
        """What to ask the index of a day for."""
        return frozenset(self._marks)

    def met_by(self, words: Sequence[str]) -> set[int]:
        """The places of the text's runs that ``words`` hold too."""
        if not self._places:
            return set()
        found: set[int] = set()
        for run in said.runs(words):
            if run[0] in self._begins:
                found.update(self._places.get(self._hash(run), ()))
        return found

    def passages(self, places: set[int]) -> list[str]:
        """The writer's own words at ``places``, those that meet as one."""
        joined: list[tuple[int, int]] = []
        for place in sorted(places):
            if joined and place <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], place + said.RUN - 1)
            else:
                joined.append((place, place + said.RUN - 1))
        return [self._text.passage(first, last) for first, last in joined]

    def _hash(self, run: Sequence[str]) -> bytes:
        joined = "\0".join(run).encode()
        return hashlib.blake2b(joined, digest_size=16, key=self._key).digest()

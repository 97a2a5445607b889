"""Many byte strings looked for at once, in one pass over what is read. Pure.

Two bytes at every place are looked up in a table of those with which something sought begins; the
few places that are left are compared by four bytes, and what is left of these as a whole. A find
for each of some hundred spellings would read everything as often.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

_AT_LEAST = 4


class Net:
    """What is sought, made ready: for each marker by name its spellings by name, each of at least
    four bytes.
    """

    def __init__(self, spelled: Mapping[str, Mapping[str, bytes]]) -> None:
        self._forms: defaultdict[bytes, list[tuple[str, str, bytes]]] = defaultdict(list)
        self._begins = np.zeros(1 << 16, np.bool_)
        self.longest = 1
        for marker, spellings in spelled.items():
            for spelling, form in spellings.items():
                if len(form) < _AT_LEAST:
                    raise ValueError("so short a spelling is met by chance")
                self._forms[form[:_AT_LEAST]].append((marker, spelling, form))
                self._begins[int.from_bytes(form[:2], "little")] = True
                self.longest = max(self.longest, len(form))
        heads = [int.from_bytes(head, "little") for head in self._forms]
        self._heads = np.unique(np.array(heads, np.uint32))

    def met(self, content: bytes) -> Iterator[tuple[str, str]]:
        """Marker and spelling of everything sought in ``content``, as often as it stands there."""
        for at in self._places(content):
            for marker, spelling, form in self._forms[content[at : at + _AT_LEAST]]:
                if content.startswith(form, at):
                    yield marker, spelling

    def _places(self, content: bytes) -> list[int]:
        """Where four bytes stand with which something sought begins."""
        places: list[int] = []
        for shift in (0, 1):
            pairs = np.frombuffer(content, "<u2", (len(content) - shift) // 2, shift)
            found = np.flatnonzero(self._begins[pairs]) * 2 + shift
            places += self._with_head(content, found[found <= len(content) - _AT_LEAST])
        return sorted(places)

    def _with_head(self, content: bytes, at: NDArray[np.intp]) -> list[int]:
        octets = np.frombuffer(content, np.uint8)
        heads = np.zeros(len(at), np.uint32)
        for place in range(_AT_LEAST):
            heads |= octets[at + place].astype(np.uint32) << np.uint32(8 * place)
        nearest = np.searchsorted(self._heads, heads).clip(max=len(self._heads) - 1)
        chosen: list[int] = at[self._heads[nearest] == heads].tolist()
        return chosen

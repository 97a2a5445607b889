"""What a transcript says in a row: its words as they are heard, and its runs of five as marks.

A mark is forty bits of a run's hash. The index of a day holds the marks of all that was said on it,
so that the gate (``use.gate``) learns without opening a call which calls may hold a sentence. Marks
tell what was said as words do: they stand nowhere but in the encrypted index. Pure.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from talteen.life.transcribe.words import Side, Transcript

RUN = 5
"""So many words in a row are a quotation (field notes C)."""
_MARK_BYTES = 5
_WORD = re.compile(r"[^\W_]+")
_ORDERS = ((Side.AGENT, Side.CALLER), (Side.AGENT,), (Side.CALLER,))


def words_of(texts: Iterable[str]) -> list[str]:
    """``texts`` in words that can be compared: without case, marks and hyphens; a composed letter
    and its parts are the same (NFC)."""
    whole = unicodedata.normalize("NFC", " ".join(texts))
    return [word.casefold() for word in _WORD.findall(whole)]


def orders(transcript: Transcript) -> Iterator[list[str]]:
    """Both sides as they follow one another, and each alone; what was hidden was said too."""
    by_time = sorted((*transcript.segments, *transcript.hidden), key=lambda one: one.start_ms)
    said = [(one.side, words_of(word.text for word in one.words)) for one in by_time]
    for sides in _ORDERS:
        yield [word for side, some in said if side in sides for word in some]


def runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Every five words in a row."""
    return (words[place : place + RUN] for place in range(len(words) - RUN + 1))


def mark(run: Sequence[str]) -> str:
    """The mark of one run: eight letters and digits. Two runs share one once in 10^12."""
    hashed = hashlib.blake2b("\0".join(run).encode(), digest_size=_MARK_BYTES).digest()
    return base64.b32encode(hashed).decode().lower()


def marks(transcripts: Iterable[Transcript]) -> set[str]:
    """The marks of all runs of one call: of each of its ``transcripts``, in each order."""
    every = (run for one in transcripts for order in orders(one) for run in runs(order))
    return {mark(run) for run in every}

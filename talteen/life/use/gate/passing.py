"""Passing the gate: guidance, lessons, decisions and scripts, before they are saved.

What outlives a call may hold no name, no number and no five words in a row of any call (REGISTER
5.5; field notes C). The text is held against every transcript that exists at that moment, the
machine's and the one that people have corrected, each side alone and both as they follow one
another. Most calls are cleared by the index of their day; the others (``suspects``) are read. The
house reads them for itself (``Step.GATE``): nobody sees them, nothing is kept, and the
writer is shown their own words alone. Where one cannot be read now, nothing passes.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby

from talteen.errors import InputError, NoLongerOpens, Tampered
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import revisions, said
from talteen.life.transcribe.masking import find
from talteen.life.transcribe.masking.spans import Kind
from talteen.life.transcribe.words import Segment, Side, Transcript, Word
from talteen.life.use.gate import runs, suspects
from talteen.life.use.gate.runs import Runs, Text
from talteen.life.use.listen import Keeps
from talteen.register.models import Staff

LESSON = 280
"""Letters of a lesson at most."""
_NAMES = frozenset({Kind.NAME, Kind.THIRD_PARTY, Kind.ADDRESS})
_WORD, _DIGIT = re.compile(r"\S+"), re.compile(r"\d")
_EDGES = ".,;:!?\"'”()"
_WORD_MS = 400


class Why(Enum):
    """Why a text does not pass."""

    EMPTY = "empty"
    LONG = "long"
    NAME = "name"
    NUMBER = "number"
    SPOKEN = "spoken"
    """Five words in a row or more were said in a call."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One passage that does not pass, in the writer's own words."""

    why: Why
    passage: str = ""


class Refused(InputError):
    """A text that may not outlive the calls. ``faults`` are for the writer's page alone."""

    slug = "gate-refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("this text does not pass the gate", remedy="say it in your own words")
        self.faults = faults


def check(
    house: Keeps,
    text: str,
    *,
    language: str,
    longest: int,
    now: datetime,
    passed: Collection[str] = (),
) -> None:
    """Let ``text`` pass, or raise Refused. ``language``: in which names are sought. ``passed``:
    what has passed before and is published, so that the house's own words are no quotation of who
    follows them. Where they are all there is, no call is read.

    Raises Unavailable while the words of a call cannot be read.
    """
    if faults := tuple(_plain(text, language, longest)):
        raise Refused(faults)
    if faults := tuple(_spoken(house, runs.read(text), map(runs.read, passed), now)):
        raise Refused(faults)


def _plain(text: str, language: str, longest: int) -> Iterator[Fault]:
    """What can be seen without any call. What is too long is read no further: it costs more than
    its writer may cost the others."""
    if not text.strip():
        yield Fault(Why.EMPTY)
    if len(text) > longest:
        yield Fault(Why.LONG)
        return
    for one in _numbers(text):
        yield Fault(Why.NUMBER, one.strip(_EDGES))
    yield from _personal(text, language)
    yield from _colleagues(runs.read(text))


def _numbers(text: str) -> Iterator[str]:
    """Words with a digit, those side by side as one passage. Word for word: a pattern over several
    would try each letter of a long one as its beginning."""
    words = ((one, bool(_DIGIT.search(one.group()))) for one in _WORD.finditer(text))
    for has_digit, run in groupby(words, key=lambda one: one[1]):
        if has_digit:
            first, *others = (one for one, _ in run)
            yield text[first.start() : (others[-1] if others else first).end()]


def _personal(text: str, language: str) -> Iterator[Fault]:
    """Names and numbers, as the house finds them in calls."""
    written = text.split()
    timed = tuple(
        Word(word, place * _WORD_MS, (place + 1) * _WORD_MS, 1.0)
        for place, word in enumerate(written)
    )
    if not timed:
        return
    whole = Segment(Side.AGENT, language, 0, timed[-1].end_ms, timed, frozenset())
    for span in find.proposed([whole]):
        words_of = written[span.first : span.last + 1]
        passage = " ".join(words_of).strip(_EDGES)
        if span.kind in _NAMES:
            # In a call a word behind "name" may be one; whoever writes gives names a capital.
            if any(word.strip(_EDGES)[:1].isupper() for word in words_of):
                yield Fault(Why.NAME, passage)
        elif span.kind is not Kind.SPECIAL:
            yield Fault(Why.NUMBER, passage)


def _colleagues(text: Text) -> Iterator[Fault]:
    """Names of people of the house, as they are written."""
    names = {
        part
        for name in Staff.objects.values_list("name", flat=True)
        for part in runs.read(name).words
        if len(part) > 2
    }
    for place, word in enumerate(text.words):
        passage = text.passage(place, place)
        if word in names and passage[:1].isupper():
            yield Fault(Why.NAME, passage)


def _spoken(house: Keeps, text: Text, passed: Iterable[Text], now: datetime) -> Iterator[Fault]:
    """What any call says too."""
    own = Runs(text, secrets.token_bytes(runs.KEY_BYTES), passed)
    places: set[int] = set()
    if not own.empty:
        for transcript in _transcripts(house, own, now):
            for order in said.orders(transcript):
                places |= own.met_by(order)
    yield from (Fault(Why.SPOKEN, passage) for passage in own.passages(places))


def _transcripts(house: Keeps, own: Runs, now: datetime) -> Iterator[Transcript]:
    for recording in suspects.of(house, own.marks):
        try:
            opened = door.open_for_step(house.vault, recording, Step.GATE, now)
            yield from revisions.writings(opened)
        except (NoLongerOpens, Tampered):
            continue  # nobody reads it any more, the writer neither

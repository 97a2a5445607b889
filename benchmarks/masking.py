"""Group ``masking``: what is covered of what must be, and how much is covered that need not be.

The sentences are held out (``masking_sentences``): no detector was developed on them, and the names
come from a source that the product does not know. A value counts as covered only if all its words
are. Bars: issue of words; research on speech, bars 7 and 8.
"""

import time
from collections.abc import Iterable, Iterator
from functools import partial

from benchmarks import Judged, Row
from benchmarks.masking_sentences import Sentence, filled, neutral, special
from talteen.life.transcribe.masking import find
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.words import Segment, Side, Word

GROUP = "masking"
SEED, ROUNDS = 20261128, 40
SPECIAL_ROUNDS, SPECIAL_SHARE, MOST_WRONG = 25, 0.17, 0.25
LANGUAGES = {"fi": 0.90, "sv": 0.85, "en": 0.85}
"""And the share of names to find."""
CODES = ("identity", "card", "iban", "phone", "email")
row = partial(Row, GROUP, judged=Judged.OURS)
Covered = tuple[Sentence, set[int]]


def rows() -> Iterator[Row]:
    """Recall by kind and language, as written and in lower case; then what needed no cover."""
    for language, names in LANGUAGES.items():
        cased = [(one, covered(one)) for one in filled(language, SEED, ROUNDS)]
        lower = [(low, covered(low)) for low in map(_lower, (one for one, _ in cased))]
        for kind in CODES:
            yield row(f"{kind}, {language}: covered (share)", recall(cased, kind), None, ">=0.95")
        for kind in CODES:
            named = f"{kind}, {language}, lower case: covered (share)"
            yield row(named, recall(lower, kind), None, ">=0.95")
        upper, small = recall(cased, "name"), recall(lower, "name")
        yield row(f"name, {language}: covered (share)", upper, None, f">={names}")
        yield row(f"name, {language}: lost in lower case (share)", upper - small, None, "<=0.05")
        yield row(f"covered that need not be, {language} (words of covered)", spilt(cased))
    yield from _false()
    yield from _special()
    yield row("words a second, one core (1/s)", _speed())


def _false() -> Iterator[Row]:
    for name, change in (("as written", lambda one: one), ("lower case", _lower)):
        plain = [change(one) for language in LANGUAGES for one in neutral(language)]
        words = sum(len(one.words) for one in plain)
        spans = sum(len(_personal(one)) for one in plain)
        yield row(f"false spans in 1,000 words, {name}", 1000 * spans / words, None, "<=2")
        closed = sum(1 for one in plain for span in _spans(one) if span.kind is Kind.SPECIAL)
        yield row(
            f"false special passages in 1,000 words, {name}", 1000 * closed / words, None, "<=1"
        )


def _special() -> Iterator[Row]:
    for language in LANGUAGES:
        heard = list(special(language, SEED, SPECIAL_ROUNDS, SPECIAL_SHARE))
        meant = [one for one, wrong in heard if wrong <= MOST_WRONG]
        found = sum(any(span.kind is Kind.SPECIAL for span in _spans(one)) for one in meant)
        mean = sum(wrong for _, wrong in heard if wrong <= MOST_WRONG) / len(meant)
        named = f"special passages, {language}, mean {mean:.0%} of letters wrong: found (share)"
        yield row(named, found / len(meant), None, ">=0.8")


def recall(sentences: Iterable[Covered], kind: str) -> float:
    """The share of the values of ``kind`` of which every word is covered."""
    whole = [
        set(range(first, stop)) <= words
        for one, words in sentences
        for name, first, stop in one.wanted
        if name == kind
    ]
    return sum(whole) / len(whole)


def spilt(sentences: Iterable[Covered]) -> float:
    """The share of covered words that are no part of any value."""
    spill = whole = 0
    for one, words in sentences:
        wanted = {at for _, first, stop in one.wanted for at in range(first, stop)}
        whole += len(words)
        spill += len(words - wanted)
    return spill / whole


def covered(sentence: Sentence) -> set[int]:
    """The words of ``sentence`` that are covered."""
    return {at for span in _personal(sentence) for at in range(span.first, span.last + 1)}


def _personal(sentence: Sentence) -> list[Span]:
    return [span for span in _spans(sentence) if span.kind is not Kind.SPECIAL]


def _spans(sentence: Sentence) -> list[Span]:
    words = [Word(text, 400 * at, 400 * at + 350, 0.9) for at, text in enumerate(sentence.words)]
    said = Segment(Side.CALLER, sentence.language, 0, words[-1].end_ms, tuple(words), frozenset())
    return find.proposed([said])


def _lower(sentence: Sentence) -> Sentence:
    return Sentence(sentence.language, tuple(map(str.lower, sentence.words)), sentence.wanted)


def _speed() -> float:
    sentences = [one for language in LANGUAGES for one in filled(language, SEED + 1, 5)]
    began = time.process_time()
    for one in sentences:
        _spans(one)
    return sum(len(one.words) for one in sentences) / (time.process_time() - began)

"""Speech engines invent: credits of films over silence, loops over numbers, fluent words over
music.

A guard flags what no person says; a flagged segment is hidden from readers and from the index, and
kept raw. Thresholds come from measurements (a bare engine wrote 18 words over 40 s of music,
no_speech 0.81 and avg_logprob -0.78; a spoken card number became one word of hundreds of syllables,
compression 2.31).
"""

import re
from collections.abc import Sequence

from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.speech import HeardSegment
from talteen.life.transcribe.words import Flag, Word

NO_SPEECH_FROM = 0.6
UNSURE_BELOW = -0.7
GUESSED_BELOW = -1.2
"""The small model wrote the spoken calls at -0.5, and at -0.8 in a language not theirs."""
DOUBTED_FROM = 0.3
IN_NOT_SPEECH = 0.5
COMPRESSION_OVER = 2.2
"""The engine's own limit, 2.4, lets a measured loop through."""
LOOP_TIMES = 4
LONGEST_LOOPED_WORDS = 4
MOST_ALIKE = 16
"""One digit comes many times in a row where a number is read out: an account's nine zeros, a trial
card's fifteen ones. A card's number is the longest that is read so."""
LOOPED_TOKEN_OVER = 40
FASTEST_WORDS_PER_S = 6.0
FEWEST_FOR_SPEED = 5
"""Two quick words are no speed."""
CREDITS_UP_TO_WORDS = 12
"""Longer talk that mentions subtitles is talk about subtitles."""
LOST = frozenset({Flag.REPETITION, Flag.COMPRESSION, Flag.NO_SPEECH})
"""The engine went in circles or gave up: what else was said there is not in its words."""

_STUCK = re.compile(r"([^\W\d_])\1{11,}")
"""A dozen times the same letter: nobody writes a held sound so, and numbers are no letters."""
_PERIOD = re.compile(r"(.{1,12}?)\1{3,}")
_NO_LETTER = re.compile(r"[\W_]+")
_CREDITS = re.compile(
    r"""\b(
      tekstity(s|kset)\b | suomennos\b | suomentanut\b | kiitos\ (kun|että)\ kats | tilaa\ kanava
    | undertext(er|ning)?\b | svensktext | textning\b | översättning:?
    | tack\ för\ att\ (ni|du)\ (har\ )?titta
    | thank(s|\ you)(\ \w+){0,2}\ for\ watching | subtitle[sd]\b | transcribed\ by | captions?\ by
    | amara\.org | like\ and\ subscribe
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def flags(segment: HeardSegment) -> frozenset[Flag]:
    """Every reason to hide ``segment``; none for what a person may have said."""
    found = {
        Flag.NO_SPEECH: _nobody_spoke(segment),
        Flag.COMPRESSION: segment.compression > COMPRESSION_OVER,
        Flag.REPETITION: loops(segment.text),
        Flag.TOO_FAST: _too_fast(segment),
        Flag.ZERO_DURATION: _without_duration(segment.words),
        Flag.CREDITS: credits_roll(segment.text),
        Flag.GUESSED: segment.avg_logprob < GUESSED_BELOW,
    }
    return frozenset(flag for flag, is_so in found.items() if is_so)


def doubted(segment: HeardSegment) -> bool:
    """Whether the engine doubts its words enough for music beneath them to decide."""
    return segment.no_speech >= DOUBTED_FROM or segment.avg_logprob < UNSURE_BELOW


def loops(text: str) -> bool:
    """Whether one to four words come four times in a row (a digit, more often than in any number
    that is read out), or one word goes in circles."""
    tokens = [bare for each in text.split() if (bare := _NO_LETTER.sub("", each.casefold()))]
    return any(_loops_within(token) for token in tokens) or any(
        _runs(tokens, length) for length in range(1, LONGEST_LOOPED_WORDS + 1)
    )


def credits_roll(text: str) -> bool:
    """Whether ``text`` is what subtitles say of themselves, in Finnish, Swedish or English."""
    return len(text.split()) <= CREDITS_UP_TO_WORDS and _CREDITS.search(text) is not None


def _nobody_spoke(segment: HeardSegment) -> bool:
    return segment.no_speech >= NO_SPEECH_FROM and segment.avg_logprob < UNSURE_BELOW


def _loops_within(token: str) -> bool:
    return _STUCK.search(token) is not None or any(
        len(found[0]) > LOOPED_TOKEN_OVER for found in _PERIOD.finditer(token)
    )


def _runs(tokens: Sequence[str], length: int) -> bool:
    """Whether each of enough tokens in a row equals the one ``length`` before it."""
    same = 0
    for at, (earlier, later) in enumerate(zip(tokens, tokens[length:], strict=False), 1):
        same = same + 1 if earlier == later else 0
        if same + length >= _loop_from(tokens[at : at + length]):
            return True
    return False


def _loop_from(phrase: Sequence[str]) -> int:
    """How many words in a row of nothing but ``phrase`` are a loop."""
    counted = len(set(phrase)) == 1 and numerals.is_digit(phrase[0])
    return MOST_ALIKE + 1 if counted else LOOP_TIMES * len(phrase)


def _too_fast(segment: HeardSegment) -> bool:
    seconds = max(segment.end_ms - segment.start_ms, 1) / 1000
    words = len(segment.words)
    return words >= FEWEST_FOR_SPEED and words / seconds > FASTEST_WORDS_PER_S


def _without_duration(words: Sequence[Word]) -> bool:
    """Whether the engine could place no word, or half of them nowhere, in the sound."""
    placeless = sum(word.end_ms <= word.start_ms for word in words)
    return not words or 2 * placeless >= len(words)

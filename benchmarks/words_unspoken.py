"""Group ``words``: what is written where nobody speaks, and whether loops are seen.

Two hours of generated silence, hum, noise, ringing and music, of which voice activity passes next
to nothing; the bare engine hears some minutes of the same, which costs as much.
"""

import random
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from benchmarks import Judged, Row, house, words
from benchmarks.words import CALLS, HZ, SOME
from talteen.life.transcribe import guards, sides, windows
from talteen.life.transcribe.speech import HeardSegment, Transcriber
from talteen.life.transcribe.words import Side, Word
from tests.kit import unspoken

UNSPOKEN_S = 2 * 3_600 / SOME
BARE_S = 40 if SOME == 1 else 20
"""How long the bare engine listens to each kind of it: it needs no two hours to invent."""
BARE_CLIP_S = 20
LOOPS = 400
row = partial(Row, words.GROUP)


def rows() -> Iterator[Row]:
    """What costs least first."""
    flagged = loops_flagged()
    yield row("provoked loops that are flagged (%)", flagged, None, ">=95", Judged.OURS)
    with house.folder() as folder:
        engine = words.warm(folder)
        yield from made_up(engine)
        yield from by_the_bare_engine(engine)


def made_up(engine: Transcriber) -> Iterator[Row]:
    """Words that nobody said and that we show, by kind of sound, then in all."""
    shown = 0
    each_s = UNSPOKEN_S / len(unspoken.KINDS)
    for seed, name in enumerate(unspoken.KINDS):
        blocks = unspoken.sound(name, each_s, seed=seed)
        transcript = sides.transcribe_call(
            blocks, iter(()), HZ, marks=[], language="fi", engine=engine
        )
        some = sum(len(segment.words) for segment in transcript.segments)
        shown += some
        yield row(f"words shown in {each_s / 60:.0f} min of {name.replace('_', ' ')}", some, None)
    hours = UNSPOKEN_S / 3600
    yield row(f"words shown in {hours:.2g} h without speech", shown, None, "<=0", Judged.OURS)


def by_the_bare_engine(engine: Transcriber) -> Iterator[Row]:
    """Words that it writes in minutes of the same."""
    written = 0
    for seed, name in enumerate(unspoken.KINDS):
        some = np.concatenate(list(unspoken.sound(name, BARE_S, seed=seed)))
        sound = windows.for_engine(some, HZ)
        for start_s in range(0, BARE_S, BARE_CLIP_S):
            clip = (float(start_s), float(start_s + BARE_CLIP_S))
            heard = engine.hear(sound, clips=[clip], language="fi")
            written += sum(len(segment.words) for segment in heard)
    minutes = BARE_S * len(unspoken.KINDS) / 60
    yield row(f"words that the bare engine writes in {minutes:.0f} min of the same", written, None)


def loops_flagged() -> float:
    """Share of loops, as engines go in them, that a guard hides."""
    chance = random.Random(5)
    call = words.spoken(CALLS[0])
    said = " ".join(call.said(side) for side in Side).split()
    return words.percent(
        sum(bool(guards.flags(_looped(said, chance))) for _ in range(LOOPS)), LOOPS
    )


def _looped(told: Sequence[str], chance: random.Random) -> HeardSegment:
    """Some words, then a few of them over and over, or one word in circles; marks vary."""
    start = chance.randrange(len(told) - 12)
    before = list(told[start : start + chance.randrange(8)])
    if chance.random() < 0.3:
        syllables = chance.choice(("yksi", "nolla", "ja", "ett", "the", "noll"))
        text = [*before, syllables * chance.randrange(12, 60)]
    else:
        phrase = list(told[start : start + chance.randrange(1, 5)])
        times = chance.randrange(4, 20)
        text = [*before, *(word + chance.choice(("", ",", ".")) for word in phrase * times)]
    timed = tuple(Word(word, n * 300, n * 300 + 250, 0.8) for n, word in enumerate(text))
    raw = " ".join(text).encode()
    shrinks = len(raw) / len(zlib.compress(raw))
    return HeardSegment(0, timed[-1].end_ms, timed, -0.3, 0.1, shrinks)

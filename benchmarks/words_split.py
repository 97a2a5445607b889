"""Group ``words``: the two sides of a call apart, against one mix, people talking at once.

In the demo's calls people hardly talk at once: in the two that are about it, for 4 % of the time.
So the turns of four of them are laid closer together: whoever answers begins before the other has
ended, by half a second (as the bar was found, research on speech) or by a second and a half.
The mix is the sum of both sides, as loud as they are. It goes through the same pipeline and is held
against both sides' words in the order that suits it best (``words_errors``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np

from benchmarks import Row, house, words, words_errors
from benchmarks.words import HZ, SOME, Spoken, Turn
from benchmarks.words_errors import Utterance
from talteen.life.transcribe import sides
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.words import Side

CALLS = ("008-kaksoisveloitus", "028-late-checkout", "001-huonevaraus", "019-rumsbokning")
EARLY_MS = (500, 1_500)
"""How long before the other has ended an answer begins; never before the middle of either."""
PAUSE_MS = 300
"""Between two turns of one person."""
EDGE_MS = 60
"""Soft sounds beside a turn that come along with it."""
row = partial(Row, words.GROUP)


def rows() -> Iterator[Row]:
    """On an engine of its own."""
    with house.folder() as folder:
        engine = words.warm(folder)
        calls = [words.spoken(name) for name in CALLS[::SOME]]
        for early_ms in EARLY_MS:
            yield split_or_mixed([at_once(call, early_ms) for call in calls], engine, early_ms)


def split_or_mixed(calls: Sequence[Spoken], engine: Transcriber, early_ms: int) -> Row:
    """The two sides apart, against one mix of them."""
    apart = mixed = letters = 0
    for call in calls:
        transcript = words.ours(call, engine)
        for side in Side:
            truth = words.plain(call, call.said(side))
            letters += words_errors.letters(truth)
            heard = words.plain(call, words.said(transcript, side))
            apart += words_errors.letter_errors(heard, truth)
        told = sides.transcribe_call(
            iter([mix(call)]), iter(()), HZ, marks=[], language=call.language, engine=engine
        )
        heard = words.plain(call, words.said(told, Side.AGENT))
        mixed += words_errors.mixed_letter_errors(heard, *(utterances(call, one) for one in Side))
    share = words.percent(sum(map(both_ms, calls)), sum(map(talk_ms, calls)))
    name = f"answers {early_ms / 1000:g} s early, both talk for {share:.0f} % of the talk"
    return row(
        f"sides apart against their mix, {name} (letter errors, %)",
        words.percent(apart, letters),
        words.percent(mixed, letters),
        "<=0.6",
    )


def at_once(call: Spoken, early_ms: int) -> Spoken:
    """``call`` with each answer ``early_ms`` before the other has ended."""
    laid: list[Turn] = []
    free = dict.fromkeys(Side, PAUSE_MS)
    for turn in call.turns:
        start_ms = free[turn.side]
        if laid and laid[-1].side is not turn.side:
            early = min(early_ms, laid[-1].length_ms // 2, turn.length_ms // 2)
            start_ms = max(start_ms, laid[-1].end_ms - early)
        elif laid:
            start_ms = max(start_ms, laid[-1].end_ms + PAUSE_MS)
        laid.append(replace(turn, start_ms=start_ms, end_ms=start_ms + turn.length_ms))
        free[turn.side] = laid[-1].end_ms + PAUSE_MS
    length = (max(turn.end_ms for turn in laid) + PAUSE_MS) * HZ // 1000
    sound = {side: np.zeros(length, np.int16) for side in Side}
    for before, after in zip(call.turns, laid, strict=True):
        _lay(sound[after.side], after, call.sides[before.side], before)
    return replace(call, sides=sound, turns=tuple(laid))


def _lay(lane: Samples, turn: Turn, source: Samples, before: Turn) -> None:
    begin = (before.start_ms - EDGE_MS) * HZ // 1000
    cut = source[max(begin, 0) : (before.end_ms + EDGE_MS) * HZ // 1000]
    at = (turn.start_ms - EDGE_MS) * HZ // 1000 + max(-begin, 0)
    lane[at : at + len(cut)] = cut[: len(lane) - at]


def mix(call: Spoken) -> Samples:
    """Both sides in one, each as loud as it was."""
    length = min(len(sound) for sound in call.sides.values())
    both = sum(sound[:length].astype(np.int32) for sound in call.sides.values())
    return np.clip(both, -32_768, 32_767).astype(np.int16)


def utterances(call: Spoken, side: Side) -> list[Utterance]:
    """The turns of ``side``, ready to be compared."""
    return [
        Utterance(turn.start_ms, turn.end_ms, tuple(words.plain(call, turn.text)))
        for turn in call.turns
        if turn.side is side
    ]


def both_ms(call: Spoken) -> int:
    """For how long both talk."""
    pairs = product(*(call.spans(side) for side in Side))
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a, b in pairs)


def talk_ms(call: Spoken) -> int:
    """For how long anybody talks."""
    return sum(turn.length_ms for turn in call.turns) - both_ms(call)

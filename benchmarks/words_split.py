"""Group ``words``: the two sides of a call apart, against one mix, people talking at once.

In the demo's calls people hardly talk at once: in the two that are about it, for 4 % of the time.
So the turns of every call are laid closer together: whoever answers begins before the other has
ended, by half a second (as the bar was found, research on speech) or by a second and a half, in one
call of three, for there is no doubt about it.
The mix is the sum of both sides, as loud as they are. It goes through the same pipeline and is held
against both sides' words in the order that suits it best (``words_errors``).
Calls differ more than settings do: the ratio of four calls says nothing (decision 240). So all of
them are heard, on all cores, and beside the ratio stands where it would lie with other such calls.
"""

import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from multiprocessing import get_context

import numpy as np

from benchmarks import Row, house, words, words_errors
from benchmarks.words import HZ, SOME, Spoken, Turn
from benchmarks.words_errors import Utterance
from talteen.demo import material
from talteen.life.transcribe import sides, whisper
from talteen.life.transcribe.model_store import ModelFolder
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.words import Side

EARLY_MS = {500: 1, 1_500: 3}
"""How long before the other has ended an answer begins (never before the middle of either), and of
how many calls one is laid so."""
PAUSE_MS = 300
"""Between two turns of one person."""
EDGE_MS = 60
"""Soft sounds beside a turn that come along with it."""
DRAWS = 4_000
"""Of as many calls, with repetition, to see how far the ratio hangs on these."""
row = partial(Row, words.GROUP)


@dataclass(frozen=True, slots=True)
class Errors:
    """Wrong letters of one call, and how much both talk in it."""

    apart: int
    mixed: int
    letters: int
    both_ms: int
    talk_ms: int


def rows() -> Iterator[Row]:
    """On engines of their own, one a core."""
    names = sorted(path.stem for path in (material.root() / "demo" / "truth").glob("*.json"))
    with (
        house.folder() as folder,
        ProcessPoolExecutor(
            os.cpu_count(),
            mp_context=get_context("spawn"),
            initializer=_warm,
            initargs=(words.model(folder),),
        ) as heard,
    ):
        for early_ms, every in EARLY_MS.items():
            of = partial(split_or_mixed, early_ms=early_ms)
            yield from told(list(heard.map(of, names[:: every * SOME])), early_ms)


def told(calls: Sequence[Errors], early_ms: int) -> Iterator[Row]:
    """The two sides apart, against one mix of them, in ``calls`` together."""
    letters = sum(call.letters for call in calls)
    share = words.percent(sum(each.both_ms for each in calls), sum(each.talk_ms for each in calls))
    name = (
        f"sides apart against their mix, {len(calls)} calls, answers {early_ms / 1000:g} s early, "
        f"both talk for {share:.0f} % of the talk"
    )
    yield row(
        f"{name} (letter errors, %)",
        words.percent(sum(call.apart for call in calls), letters),
        words.percent(sum(call.mixed for call in calls), letters),
        "<=0.6",
    )
    chance = random.Random(1)
    drawn = sorted(ratio(chance.choices(calls, k=len(calls))) for _ in range(DRAWS))
    of_others = f"that ratio, {early_ms / 1000:g} s early, of other such calls"
    yield row(f"{of_others}: 19 in 20 above", drawn[DRAWS // 20], None)
    yield row(f"{of_others}: 19 in 20 below", drawn[-DRAWS // 20], None)


def ratio(calls: Sequence[Errors]) -> float:
    """Errors apart over errors in the mix."""
    return sum(call.apart for call in calls) / max(sum(call.mixed for call in calls), 1)


_ENGINE: list[Transcriber] = []
"""That of this process."""


def _warm(model: ModelFolder) -> None:
    _ENGINE.append(whisper.load(model, whisper.How(threads=1)))


def split_or_mixed(name: str, early_ms: int) -> Errors:
    """One call, its answers so early, heard in both ways."""
    call, engine = at_once(words.spoken(name), early_ms), _ENGINE[0]
    transcript = words.ours(call, engine)
    apart = letters = 0
    for side in Side:
        truth = words.plain(call, call.said(side))
        letters += words_errors.letters(truth)
        heard = words.plain(call, words.said(transcript, side))
        apart += words_errors.letter_errors(heard, truth)
    told = sides.transcribe_call(
        iter([mix(call)]), iter(()), HZ, marks=[], language=call.language, engine=engine
    )
    heard = words.plain(call, words.said(told, Side.AGENT))
    mixed = words_errors.mixed_letter_errors(heard, *(utterances(call, one) for one in Side))
    return Errors(apart, mixed, letters, both_ms(call), talk_ms(call))


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

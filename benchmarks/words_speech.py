"""Group ``words``: how much of what was spoken passes voice activity, and how much else does.

Over all calls of the demo: A-law, eleven makers of voices and three languages. A frame of a turn
counts as spoken where it is no more than 30 dB under the loud ones of its turn: pauses within a
turn are nobody's loss. Calls from a noisy room are left out, for there the noise would count as
speech.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks import Judged, Row, words
from benchmarks.words import HZ, SOME, Spoken
from talteen.demo import material
from talteen.life.transcribe import vad
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.words import Side

FRAME = vad.FRAME_MS * HZ // 1000
QUIETER_DB = 30.0
LOUD_SHARE = 0.95
NEAR_FRAMES = vad.PAD_FRAMES
"""What is kept beside speech on purpose is no speech wrongly passed."""
Frames = NDArray[np.bool_]
row = partial(Row, words.GROUP, peer=None, judged=Judged.OURS)


def rows() -> Iterator[Row]:
    """Frames of speech kept, by the voice that fares worst too; frames of anything else passed."""
    kept: Counter[str] = Counter()
    said: Counter[str] = Counter()
    other = passed = 0
    truths = sorted((material.root() / "demo" / "truth").glob("*.json"))
    for path in truths[::SOME]:
        truth = json.loads(path.read_text())
        if truth["noise"]:
            continue
        call = words.spoken(path.stem)
        for side in Side:
            let_in = _passed(call.sides[side])
            spoken = _spoken(call, side, len(let_in))
            name = truth["voices"][side.value][0]
            said[name] += int(spoken.sum())
            kept[name] += int((spoken & let_in).sum())
            nobody = _between(call, side, len(let_in))
            other += int(nobody.sum())
            passed += int((nobody & let_in).sum())
    share = words.percent(kept.total(), said.total())
    yield row("frames of speech that voice activity keeps (%)", share, bar=">=97")
    worst = min(words.percent(kept[name], said[name]) for name in said)
    yield row(f"the same, the worst of {len(said)} voices (%)", worst, bar=">=97")
    share = words.percent(passed, other)
    yield row("frames between the turns that it passes (%)", share, bar="<=15")


def _passed(sound: Samples) -> Frames:
    let_in = np.zeros(len(sound) // FRAME + 1, bool)
    for chunk in words.chunks(sound):
        for piece in chunk.pieces:
            let_in[piece.start_ms // vad.FRAME_MS : piece.end_ms // vad.FRAME_MS] = True
    return let_in


def _spoken(call: Spoken, side: Side, frames: int) -> Frames:
    """The frames in which somebody speaks on ``side``."""
    level = _levels(call.sides[side], frames)
    spoken = np.zeros(frames, bool)
    for start_ms, end_ms in call.spans(side):
        turn = slice(start_ms // vad.FRAME_MS, end_ms // vad.FRAME_MS)
        loud = float(np.quantile(level[turn], LOUD_SHARE))
        spoken[turn] = level[turn] >= loud - QUIETER_DB
    return spoken


def _levels(sound: Samples, frames: int) -> NDArray[np.float64]:
    """The level of each frame, in decibels over one step of a sample."""
    filled = np.zeros(frames * FRAME)
    filled[: len(sound)] = sound
    power = (filled.reshape(frames, FRAME) ** 2).mean(axis=1)
    level: NDArray[np.float64] = 10 * np.log10(power + 1)
    return level


def _between(call: Spoken, side: Side, frames: int) -> Frames:
    """The frames of ``side`` in which nobody speaks on it, from the first word of the call on."""
    between = np.zeros(frames, bool)
    between[call.turns[0].start_ms // vad.FRAME_MS :] = True
    for start_ms, end_ms in call.spans(side):
        first = max(start_ms // vad.FRAME_MS - NEAR_FRAMES, 0)
        between[first : end_ms // vad.FRAME_MS + 1 + NEAR_FRAMES] = False
    return between

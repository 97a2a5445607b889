"""Music, ringing and tones in a side of 8 kHz sound, told from speech by their spectrum alone.

Engines write fluent words over music (research: 18 words for 40 s of it), and a page that is silent
about a minute of hold music lets the reader think that something was missed. What is measured says
nothing of who sounds: how few partials hold the energy of an instant (a ring has one or two, a
voice dozens), and whether its strongest partials stand still (a note does, a voice glides). Speech
is left alone: a stretch must sound steady for longer than any vowel.

Frames of 128 ms every 64 ms. Thresholds were set on generated tones and on the spoken calls, and
their margins are printed by ``./run bench words``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from talteen.life.transcribe.words import NotSpeech, Side, Sounding

RATE = 8_000
STEP, WINDOW = 512, 1_024
STEP_MS = STEP * 1_000 // RATE

QUIET_DB = -62.0
"""Under this, against full scale, a frame counts as silence: A-law's own noise lies lower."""
PURE_FROM = 0.9
"""Share of the energy in two partials from which a frame is a tone."""
STEADY_FROM = 0.6
"""Share of the strongest partials that stand where they stood a frame ago: a held note."""
PARTIALS = 5
NEAR_BINS = 1
TONE_FRAMES = 12
"""A tone by itself lasts 0.75 s at least: a held "mmm" of the spoken calls lasted 0.5 s."""
RING_FRAMES = 6
BEAT_FRAMES = 3
"""One of many at a beat may be as short as a busy line's (0.25 s)."""
BRIDGED_FRAMES = 4
MUSIC_FRAMES = 63
"""Music is judged over 4 s at a time, and lasts so long at least."""
MUSIC_SHARE = 0.7
"""How many sounding frames of such a window must be steady: speech reached 0.53, music 0.98."""
RING_PARTS, SHORT_RING_PARTS = 2, 4
RING_GAP_MS = 6_500
"""A slow ring is silent for up to this long between two tones."""
SAME_HZ = 25.0

Samples = NDArray[np.int16]
_HANN = np.hanning(WINDOW).astype(np.float32)
_FULL_SCALE = float(np.sum(_HANN) ** 2) / 4
_QUIET = 1.5 * _FULL_SCALE * 10 ** (QUIET_DB / 10)
"""A full-scale sine puts its energy into three bins of this window."""
_LOWEST_BIN = 6
"""47 Hz: mains hum counts, what lies below the telephone band does not."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one instant of a side sounds like."""

    sounds: bool
    pure: bool
    steady: bool
    hz: float
    """Its strongest partial."""


@dataclass(slots=True)
class Ears:
    """Listens to one side as it streams by on its way to voice activity."""

    frames: list[Frame] = field(default_factory=list)
    _rest: Samples = field(default_factory=lambda: np.zeros(0, np.int16))
    _before: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def of(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """``blocks``, unchanged."""
        for block in blocks:
            self._hear(block)
            yield block

    def _hear(self, block: Samples) -> None:
        sound = np.concatenate((self._rest, block)) if len(self._rest) else block
        at = 0
        while at + WINDOW <= len(sound):
            self.frames.append(self._frame(sound[at : at + WINDOW]))
            at += STEP
        self._rest = sound[at:]

    def _frame(self, samples: Samples) -> Frame:
        shaped = samples.astype(np.float32) / np.float32(32_768) * _HANN
        # By Parseval no spectrum holds more than this: half of a side is silence, and needs none.
        if WINDOW * float(shaped @ shaped) < _QUIET:
            return self._silent()
        power = np.abs(np.fft.rfft(shaped)) ** 2
        power[:_LOWEST_BIN] = 0
        total = float(power.sum())
        if total < _QUIET:
            return self._silent()
        peaks = _peaks(power)
        steady = _standing(peaks, self._before)
        self._before = peaks
        held = sum(float(power[max(at - 2, 0) : at + 3].sum()) for at in peaks[:2])
        hz = float(peaks[0]) * RATE / WINDOW if len(peaks) else 0.0
        return _alike(True, held >= PURE_FROM * total, steady >= STEADY_FROM, hz)

    def _silent(self) -> Frame:
        self._before = np.zeros(0, np.intp)
        return _alike(False, False, False, 0.0)


@cache
def _alike(sounds: bool, pure: bool, steady: bool, hz: float) -> Frame:
    """One frame for all that sound alike: there are some thousand kinds (a partial is a bin of the
    spectrum), and tens of thousands of frames in an hour."""
    return Frame(sounds, pure, steady, hz)


def found(side: Side, frames: Sequence[Frame]) -> list[NotSpeech]:
    """The stretches of ``side`` that are tones, ringing or music, by start, none twice."""
    tones = [_spanned(side, Sounding.TONE, run) for run in _runs([f.pure for f in frames])]
    rings = list(_rings(tones, frames))
    inside = {id(tone) for _, parts in rings for tone in parts}
    alone = [tone for tone in tones if id(tone) not in inside and _lasts(tone, TONE_FRAMES)]
    taken = [ring for ring, _ in rings] + alone
    music = [each for each in _music(side, frames) if not _mostly_in(each, taken)]
    kept = [tone for tone in taken if not _mostly_in(tone, music)]
    return sorted([*kept, *music], key=lambda each: each.start_ms)


def share_in(start_ms: int, end_ms: int, side: Side, spans: Iterable[NotSpeech]) -> float:
    """How much of a stretch of ``side`` lies in ``spans``: 0 to 1."""
    inside = sum(
        max(0, min(end_ms, span.end_ms) - max(start_ms, span.start_ms))
        for span in spans
        if span.side is side
    )
    return min(inside / max(end_ms - start_ms, 1), 1.0)


def _peaks(power: NDArray[np.float32]) -> NDArray[np.intp]:
    """The bins of the strongest partials, the strongest first; none closer than three bins."""
    middle = power[1:-1]
    tops = np.flatnonzero((middle >= power[:-2]) & (middle > power[2:])) + 1
    # What is 30 dB under the strongest is a side lobe or noise.
    tops = tops[power[tops] > power.max() * 1e-3]
    strongest: NDArray[np.intp] = tops[np.argsort(power[tops])[::-1]][:PARTIALS]
    return strongest


def _standing(peaks: NDArray[np.intp], before: NDArray[np.intp]) -> float:
    if not len(peaks) or not len(before):
        return 0.0
    nearest = np.abs(peaks[:, np.newaxis] - before[np.newaxis]).min(axis=1)
    return float((nearest <= NEAR_BINS).mean())


def _runs(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where enough frames in a row are marked: (first, one past the last)."""
    start = None
    for at, marked in enumerate([*marks, False]):
        if marked and start is None:
            start = at
        elif not marked and start is not None:
            if at - start >= BEAT_FRAMES:
                yield start, at
            start = None


def _spanned(side: Side, kind: Sounding, run: tuple[int, int]) -> NotSpeech:
    # A frame reaches over two steps, and half a window of its edges hardly counts.
    return NotSpeech(side, kind, run[0] * STEP_MS, (run[1] + 1) * STEP_MS)


def _lasts(tone: NotSpeech, frames: int) -> bool:
    return tone.end_ms - tone.start_ms > frames * STEP_MS


def _rings(
    tones: Sequence[NotSpeech], frames: Sequence[Frame]
) -> Iterator[tuple[NotSpeech, list[NotSpeech]]]:
    """Tones of one pitch that come again at a beat, as one stretch each, with their parts."""
    row: list[NotSpeech] = []
    for tone in [*tones, None]:
        if tone is not None and (not row or _beats_on(row, tone, frames)):
            row.append(tone)
            continue
        slow = all(_lasts(part, RING_FRAMES) for part in row)
        if len(row) >= (RING_PARTS if slow else SHORT_RING_PARTS):
            whole = NotSpeech(row[0].side, Sounding.RING, row[0].start_ms, row[-1].end_ms)
            yield whole, row
        row = [tone] if tone is not None else []


def _beats_on(row: Sequence[NotSpeech], tone: NotSpeech, frames: Sequence[Frame]) -> bool:
    last = row[-1]
    if tone.start_ms - last.end_ms > RING_GAP_MS:
        return False
    if abs(_hz(last, frames) - _hz(tone, frames)) > SAME_HZ:
        return False
    if len(row) < RING_PARTS:
        return True
    beats = [b.start_ms - a.start_ms for a, b in pairwise([*row[-2:], tone])]
    return abs(beats[0] - beats[1]) <= 4 * STEP_MS


def _hz(tone: NotSpeech, frames: Sequence[Frame]) -> float:
    heard = [f.hz for f in frames[tone.start_ms // STEP_MS : tone.end_ms // STEP_MS] if f.pure]
    return float(np.median(heard)) if heard else 0.0


def _music(side: Side, frames: Sequence[Frame]) -> list[NotSpeech]:
    """Windows in which most of what sounds stands still, joined where they touch."""
    sounds = np.concatenate(([0], np.cumsum([f.sounds for f in frames])))
    steady = np.concatenate(([0], np.cumsum([f.steady for f in frames])))
    spans: list[list[int]] = []
    for start in range(0, len(frames) - MUSIC_FRAMES + 1, MUSIC_FRAMES // 4):
        end = start + MUSIC_FRAMES
        heard = sounds[end] - sounds[start]
        if heard >= MUSIC_FRAMES * 3 // 4 and steady[end] - steady[start] >= MUSIC_SHARE * heard:
            if spans and start <= spans[-1][1] + BRIDGED_FRAMES:
                spans[-1][1] = end
            else:
                spans.append([start, end])
    return [_spanned(side, _kind(frames[start:end]), (start, end)) for start, end in spans]


def _kind(frames: Sequence[Frame]) -> Sounding:
    """Music moves from note to note; what stands on one all along is a tone, such as hum."""
    strongest = [frame.hz for frame in frames if frame.sounds]
    middle = float(np.median(strongest))
    still = sum(abs(hz - middle) <= SAME_HZ for hz in strongest)
    return Sounding.TONE if still >= 0.95 * len(strongest) else Sounding.MUSIC


def _mostly_in(span: NotSpeech, others: Iterable[NotSpeech]) -> bool:
    return share_in(span.start_ms, span.end_ms, span.side, others) >= 0.5

"""Voice activity: which stretches of a side hold speech, and those stretches packed for an engine.

Nothing without speech ever reaches an engine, because engines invent words there (research: 18
words for 40 s of music). The silero model runs natively at the telephone's 8 kHz: read through a 16
kHz resampler it loses up to 44 % of A-law speech. Sound streams through: a call of hours needs no
more memory than one chunk.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talteen.errors import InputError
from talteen.life.transcribe import model_store

Samples = NDArray[np.int16]

FRAME_MS = 32
"""The model's step, at either rate."""
OPENS_AT = 0.3
"""Lower than the model's own 0.5: turns begin and end softly, and in two hours of noise, tones and
music nothing passes even at 0.15 (decision 299)."""
STAYS_AT = 0.15
"""Once open, the gate stays open down to here: word ends are softer than word starts."""
PAD_FRAMES = 6
"""Kept before and after speech (192 ms): soft consonants sit outside what the model calls
speech."""
SHORTEST_FRAMES = 3
"""Anything shorter (96 ms) is a click."""
REACH_FRAMES = 32
"""Within so much (1,024 ms) of what the model calls speech, sound as loud as the side's own speech
is speech as well: the model is deaf to single loud words at the edge of a turn, of most voices."""
QUIETER_DB = 15.0
"""So much below the usual level of its speech a side may be and still be as loud."""
LOUDER_DB = 10.0
"""And so much above what is heard while nobody speaks, so that a noisy room is not speech."""
SURE_AT = 0.5
"""From this likelihood on a frame tells how loud the side speaks."""
_LEVEL_SHARE = 0.05
"""Of each such frame in that level: some twenty frames (0.6 s) make it."""
_REST_SHARE = 0.02
"""Of each frame without speech in the level of the room: a loud word changes little in it."""
CHUNK_FRAMES = 30_000 // FRAME_MS
"""An engine window is 30 s and costs the same however little it holds, so chunks are filled."""
JOINT_FRAMES = 6
"""Silence put between two joined stretches, so that the engine hears two utterances and not one."""

_FRAME_SAMPLES = {8000: 256, 16000: 512}
_CONTEXT_SAMPLES = {8000: 32, 16000: 64}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech as it lies in the call, in frames of FRAME_MS; ``end`` is the first frame after it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one stretch of a chunk comes from."""

    at_ms: int
    """Offset in the chunk."""
    start_ms: int
    """Offset in the call."""
    end_ms: int

    @property
    def until_ms(self) -> int:
        """Where it ends in the chunk."""
        return self.at_ms + self.end_ms - self.start_ms

    def in_call(self, chunk_ms: int) -> int:
        """The call's time of a time in the chunk; what lies outside the piece goes to its nearer
        end."""
        return min(max(self.start_ms + chunk_ms - self.at_ms, self.start_ms), self.end_ms)

    def distance_ms(self, chunk_ms: int) -> int:
        """How far a time in the chunk is from this piece; 0 inside."""
        return max(self.at_ms - chunk_ms, chunk_ms - self.until_ms, 0)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to 30 s of speech of one side, silence taken out: what an engine hears at a time."""

    samples: Samples
    rate: int
    pieces: tuple[Piece, ...]

    def piece_at(self, chunk_ms: int) -> Piece:
        """The piece at a time of this chunk. A time in a joint belongs to the nearer piece."""
        return min(self.pieces, key=lambda piece: piece.distance_ms(chunk_ms))


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of a side: its sound and how likely it is speech (0 to 1)."""

    samples: Samples
    speech: float

    @property
    def level_db(self) -> float:
        """Its power in decibels, silence being 0."""
        sound = self.samples.astype(np.float32)
        return 10 * math.log10(float(sound @ sound) / len(sound) + 1)


class VoiceActivity:
    """The silero model, loaded once a process; any number of sides may be read through it."""

    def __init__(self, model: Path) -> None:
        model_store.stay_offline()
        import onnxruntime  # type: ignore[import-untyped]  # a quarter of a second of a start

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(model), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def frames(self, blocks: Iterable[Samples], *, rate: int) -> Iterator[Frame]:
        """Every frame of a side with its likelihood of speech. ``blocks`` may have any lengths.

        Raises InputError for a rate other than 8000 or 16000. The last frame is filled up with
        silence.
        """
        if rate not in _FRAME_SAMPLES:
            raise InputError(
                f"speech is read at 8000 or 16000 samples a second, not {rate}",
                remedy="resample the side first",
            )
        state = np.zeros((2, 1, 128), np.float32)
        context: NDArray[np.float32] = np.zeros(_CONTEXT_SAMPLES[rate], np.float32)
        rate_input = np.array(rate, np.int64)
        for samples in _reframed(blocks, _FRAME_SAMPLES[rate]):
            sound = np.concatenate((context, samples.astype(np.float32) / np.float32(32768)))
            likelihood, state = self._session.run(
                None, {"input": sound[np.newaxis], "state": state, "sr": rate_input}
            )
            context = sound[-len(context) :]
            yield Frame(samples, float(likelihood[0, 0]))


@dataclass(slots=True)
class Gate:
    """Opens on speech and closes after silence. Feed it frames in order; it names whole stretches.

    It closes only when two pads fit into the silence, so that stretches never touch. Loudness alone
    opens nothing: it only makes a stretch longer, by ``REACH_FRAMES`` at either end, behind it
    while the gate is open.
    """

    _at: int = 0
    _start: int | None = None
    _last: int = 0
    _spoke: int = 0
    """The last frame that the model called speech."""
    _own_db: float = math.inf
    """How loud the side speaks, as far as it is known."""
    _rest_db: float = math.inf
    """How loud it is while the gate is closed."""
    _loud: deque[int] = field(default_factory=lambda: deque(maxlen=REACH_FRAMES))
    """The last frames that were as loud."""
    _least_after: int = 0
    """Quietest frame of the second half of a stretch that grows too long: where it will be cut."""
    _least: float = 1.0
    _heard: int = 0
    _free_from: int = 0

    def hear(self, frame: Frame) -> Stretch | None:
        """Take the next frame; return a stretch that it completed, if any."""
        at, self._at = self._at, self._at + 1
        speech, loud = frame.speech, self._is_loud(frame, at)
        if self._start is None:
            if speech >= OPENS_AT:
                self._open(at)
            return None
        if speech >= STAYS_AT:
            self._last = self._spoke = at
            self._heard += 1
        elif loud and at - self._spoke <= REACH_FRAMES:
            self._last = at
        if at - self._start >= CHUNK_FRAMES // 2 and speech <= self._least:
            self._least, self._least_after = speech, at
        if at - self._last >= 2 * PAD_FRAMES:
            return self._close(self._last + 1 + PAD_FRAMES)
        if at + 1 - self._start >= CHUNK_FRAMES:
            return self._cut()
        return None

    def finish(self) -> Stretch | None:
        """The side has ended; return the stretch that was open, if any."""
        if self._start is None:
            return None
        return self._close(min(self._last + 1 + PAD_FRAMES, self._at))

    @property
    def needs_from(self) -> int:
        """The first frame that a stretch to come may still begin with."""
        if self._start is not None:
            return self._start
        return max(self._free_from, self._at - REACH_FRAMES - PAD_FRAMES)

    def _is_loud(self, frame: Frame, at: int) -> bool:
        level = frame.level_db
        if frame.speech >= SURE_AT:
            self._own_db = _nearer(self._own_db, level, _LEVEL_SHARE)
        elif self._start is None and frame.speech < STAYS_AT:
            self._rest_db = _nearer(self._rest_db, level, _REST_SHARE)
        loud = level >= max(self._own_db - QUIETER_DB, self._rest_db + LOUDER_DB)
        if loud:
            self._loud.append(at)
        return loud

    def _open(self, at: int) -> None:
        near = [each for each in self._loud if max(self._free_from, at - REACH_FRAMES) <= each]
        begins = near[0] if len(near) >= SHORTEST_FRAMES else at
        self._start = max(self._free_from, begins - PAD_FRAMES)
        self._last, self._spoke, self._heard = at, at, 1
        self._least = 1.0

    def _close(self, end: int) -> Stretch | None:
        assert self._start is not None
        stretch = Stretch(self._start, end)
        self._start, self._free_from = None, end
        return stretch if self._heard >= SHORTEST_FRAMES else None

    def _cut(self) -> Stretch | None:
        assert self._start is not None
        if self._least_after > self._last:
            # Speech has ended already, only not for long: nothing would be left after the cut.
            return self._close(min(self._last + 1 + PAD_FRAMES, self._at))
        stretch = Stretch(self._start, self._least_after)
        self._start = self._free_from = self._least_after
        self._least = 1.0
        return stretch


def _nearer(known_db: float, level_db: float, share: float) -> float:
    """``known_db`` with a share of ``level_db``; that itself where nothing was known."""
    return level_db if known_db == math.inf else known_db + share * (level_db - known_db)


def stretches(frames: Iterable[Frame]) -> Iterator[tuple[Stretch, Samples]]:
    """The stretches of speech of one side with their sound, in order. None is longer than a
    chunk."""
    gate = Gate()
    kept: deque[Samples] = deque()
    first = 0
    for frame in frames:
        kept.append(frame.samples)
        if (stretch := gate.hear(frame)) is not None:
            yield (
                stretch,
                np.concatenate([kept[n - first] for n in range(stretch.start, stretch.end)]),
            )
        while first < gate.needs_from:
            kept.popleft()
            first += 1
    if (stretch := gate.finish()) is not None:
        yield stretch, np.concatenate([kept[n - first] for n in range(stretch.start, stretch.end)])


def chunks(frames: Iterable[Frame], *, rate: int) -> Iterator[Chunk]:
    """The speech of one side, packed into as few engine windows as it needs."""
    packed = _Packing(rate)
    for stretch, samples in stretches(frames):
        if (
            packed.frames
            and packed.frames + JOINT_FRAMES + stretch.end - stretch.start > CHUNK_FRAMES
        ):
            yield packed.chunk()
            packed = _Packing(rate)
        packed.add(stretch, samples)
    if packed.frames:
        yield packed.chunk()


@dataclass(slots=True)
class _Packing:
    rate: int
    frames: int = 0
    sound: list[Samples] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def add(self, stretch: Stretch, samples: Samples) -> None:
        if self.frames:
            self.sound.append(np.zeros(JOINT_FRAMES * _FRAME_SAMPLES[self.rate], np.int16))
            self.frames += JOINT_FRAMES
        start_ms, end_ms = stretch.start * FRAME_MS, stretch.end * FRAME_MS
        self.pieces.append(Piece(self.frames * FRAME_MS, start_ms, end_ms))
        self.sound.append(samples)
        self.frames += stretch.end - stretch.start

    def chunk(self) -> Chunk:
        return Chunk(np.concatenate(self.sound), self.rate, tuple(self.pieces))


def _reframed(blocks: Iterable[Samples], length: int) -> Iterator[Samples]:
    """The same samples in blocks of ``length``; the last one filled up with silence."""
    rest = np.zeros(0, np.int16)
    for block in blocks:
        rest = np.concatenate((rest, block)) if len(rest) else block
        whole = len(rest) - len(rest) % length
        yield from rest[:whole].reshape(-1, length)
        rest = rest[whole:]
    if len(rest):
        yield np.pad(rest, (0, length - len(rest)))

"""The known announcement, found in what the caller heard (REGISTER 6.3, field note 2.5).

The house knows the sound of its prompts, so it can look for that very sound: no words are
recognised and nobody's voice is modelled (16.1). Four *anchors* of a prompt, a second each, are
laid over one another as a *chord*, which is sought everywhere in the sound by normalised
cross-correlation: one Fourier transform a window, and one back for each prompt. Where one of its
anchors fits, the whole prompt is laid beside the sound, and each second of it (a *probe*) must fit
at the same place, give or take 20 ms: so a queue message that begins with the same sentence in the
same voice is not heard as an announcement.

Works on half the telephone's band: 4,000 samples a second, bass cut and treble raised, as speech
has its strength in the bass and its character above it. Telephone codecs, level, 3 % of lost
packets, noise 5 dB below the prompt and clocks 0.1 % apart change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from talteen.life.capture import likeness
from talteen.life.capture.likeness import Signal

RATE = 8_000
"""Samples a second of what is fed and of the prompts."""
LISTENED_S = 60
"""How much of a leg is listened to: an announcement comes first."""
FULL_SHARE = 0.85
PART_SHARE = 0.4

_RATE = RATE // 2
_SECOND = _RATE
_FITS = 0.25
"""Correlation of a second of speech with itself after a telephone: 0.5-1; with other: below 0.2."""
_AGREE = _RATE // 50
"""20 ms: 0.1 % of drift over the longest prompt (20 s)."""
_WINDOW = 1 << 15
"""8.2 s, of which each window adds all but one second."""
_HOP = _WINDOW - _SECOND
_ANCHORS = 4
_QUIET = _RATE // 4
"""Speech begins and ends with a quarter of a second that is a tenth as loud as usual, or louder."""
_ENDINGS = ((0.4, 0.38), (0.3, 0.38), (0.2, 0.45))
"""The last so many seconds of the speech, and how well they must fit, as a share of the prompt's
usual second. One of the three is enough: where two lost packets took the longest, a shorter one is
left. Over 500 legs of tuning what was played fits
0.45, 0.35, 0.30 and better; what was cut 0.4 s before its end, or sooner, 0.30, 0.28, 0.35 at most.
"""
_NEAR = _RATE // 500
"""2 ms: the ending comes as late as the second before it, but for the drift of the clock between.
"""
_THERE = _RATE // 250
"""4 ms: where the chord fits best, its anchor does, but for the noise."""
_DRIFT = 1_000
"""Clocks differ by a thousandth at most."""
_SOON = _RATE // 10
"""A tenth of a second behind a prompt, so that where the sound just stops (the filter rings) is no
part of it."""

Samples = NDArray[np.int16]


class Extent(Enum):
    """How much of a prompt was heard."""

    FULL = "full"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt was heard. Times count from the first sample that was fed."""

    prompt: str
    share: float
    """Share of its seconds that were found, 0-1."""
    start_ms: int
    end_ms: int
    """Where it ended, or to the second where it was cut."""
    extent: Extent
    length_ms: int
    """Of the whole prompt."""


@dataclass(frozen=True, slots=True, eq=False)
class _Prompt:
    key: str
    signal: Signal
    probes: tuple[int, ...]
    """Where the seconds with speech in them begin."""
    anchors: tuple[int, ...]
    """The probes that are in the chord."""
    chord: NDArray[np.complex64]
    """Conjugate spectrum of the anchors' sum, each of energy 1."""
    endings: tuple[tuple[int, int, float], ...]
    """What stands for its end (``_ENDINGS``): from where to where, and how well it must fit."""


@dataclass(frozen=True, slots=True, eq=False)
class Repertoire:
    """The prompts of a house, made ready to be looked for. Shared by all calls."""

    prompts: tuple[_Prompt, ...]
    longest: int


def learn(prompts: Mapping[str, Samples]) -> Repertoire:
    """Make ``prompts`` (sound at 8 kHz by key, at least two seconds each) ready."""
    learnt = tuple(_learnt(key, sound) for key, sound in prompts.items())
    return Repertoire(learnt, max((prompt.signal.size for prompt in learnt), default=0))


def _learnt(key: str, sound: Samples) -> _Prompt:
    signal = _narrowed(sound)
    loud = np.convolve(signal**2, np.ones(_QUIET) / _QUIET, "valid")
    speech = np.flatnonzero(loud > np.median(loud) / 10)
    first, last = int(speech[0]), int(speech[-1])
    starts = range(first, last + _QUIET - _SECOND + 1, _SECOND)
    energies = [float(np.sum(signal[at : at + _SECOND] ** 2)) for at in starts]
    enough = np.median(energies) / 10
    probes = tuple(at for at, energy in zip(starts, energies, strict=True) if energy > enough)
    anchors = _anchors(probes)
    return _Prompt(key, signal, probes, anchors, _chord(signal, anchors), _endings(last + _QUIET))


def _endings(end: int) -> tuple[tuple[int, int, float], ...]:
    return tuple((end - int(length_s * _RATE), end, fits) for length_s, fits in _ENDINGS)


def _anchors(probes: tuple[int, ...]) -> tuple[int, ...]:
    """Probes spread over the first nine tenths, so that a half of a prompt has two."""
    places = np.linspace(0.05, 0.9, _ANCHORS) * (len(probes) - 1)
    return tuple(sorted({probes[round(place)] for place in places}))


def _chord(signal: Signal, anchors: tuple[int, ...]) -> NDArray[np.complex64]:
    chord = np.sum([likeness.unit(signal[at : at + _SECOND]) for at in anchors], axis=0)
    return np.conj(np.fft.rfft(chord.astype(np.float32), _WINDOW)).astype(np.complex64)


@dataclass(frozen=True, slots=True)
class _Guess:
    """A prompt (by its place) that seems to begin at a sample of the leg."""

    place: int
    start: int


class Listener:
    """Listens to one leg. Holds at most the longest prompt and two windows of its sound."""

    def __init__(self, repertoire: Repertoire) -> None:
        self._known = repertoire
        self._fresh: list[Samples] = []
        """What was fed and does not fill a window yet, piece by piece."""
        self._fresh_size = 0
        self._fed = 0
        self._past = np.zeros(0, np.float32)
        """Narrowed sound, oldest first; its last sample is number ``_until`` - 1."""
        self._until = 0
        self._guesses: list[_Guess] = []
        self._looked_at: list[_Guess] = []
        """Those that were judged: a later window meets them again."""
        self._judged: list[Heard] = []
        self._satisfied = False

    @property
    def over(self) -> bool:
        """Whether nothing more will be heard."""
        return self._satisfied or self._fed >= LISTENED_S * RATE

    @property
    def expects(self) -> bool:
        """Whether something has begun that may be a prompt."""
        return bool(self._guesses)

    @property
    def held_bytes(self) -> int:
        """How much sound is in memory for this leg."""
        return int(self._past.nbytes + sum(piece.nbytes for piece in self._fresh))

    def feed(self, samples: Samples) -> list[Heard]:
        """Go on listening; returns what has become certain.

        Beyond 60 s, and once a prompt was heard to its end, nothing more is heard: who joins later
        gets a listener of their own.
        """
        room = 0 if self._satisfied else LISTENED_S * RATE - self._fed
        taken = samples[: max(0, room)]
        self._fed += taken.size
        self._fresh.append(taken)
        self._fresh_size += taken.size
        while self._fresh_size >= 2 * _WINDOW:
            whole = np.concatenate(self._fresh)
            self._listen(whole[: 2 * _WINDOW])
            self._set_fresh(whole[2 * _HOP :])
        if 0 < room <= samples.size:
            return self.finish()
        self._judge_soon()
        return self._certain()

    def finish(self) -> list[Heard]:
        """The leg is over, or has been listened to for long enough: judge what is left."""
        if self._fresh_size:
            self._listen(self._rest())
            self._set_fresh()
        self._judge(self._guesses, self._past)
        self._guesses = []
        return self._certain()

    def _judge_soon(self) -> None:
        """Judge prompts that should have ended by now, without waiting for the window to fill: a
        caller who says two words and hangs up has a call all the same."""
        if not self._guesses:
            return
        begin = self._until - _SECOND if self._until else 0
        due = self._due(begin + self._fresh_size // 2 - _SOON)
        if due:
            signal = _narrowed(self._rest())[: self._fresh_size // 2]
            self._judge(due, np.concatenate([self._past[: self._past.size - _SECOND], signal]))

    def _rest(self) -> Samples:
        """What is fresh, as a window that ends in silence."""
        rest = np.zeros(2 * _WINDOW, np.int16)
        rest[: self._fresh_size] = np.concatenate(self._fresh)
        return rest

    def _set_fresh(self, *pieces: Samples) -> None:
        self._fresh = list(pieces)
        self._fresh_size = sum(piece.size for piece in pieces)

    def _due(self, until: int) -> list[_Guess]:
        """Take out the guesses whose prompt lies before sample ``until``."""
        due = [g for g in self._guesses if g.start + self._length(g) + _AGREE <= until]
        self._guesses = [g for g in self._guesses if g not in due]
        return due

    def _listen(self, window: Samples) -> None:
        spectrum, signal = _spectrum(window)
        self._remember(signal)
        begin = self._until - _WINDOW
        for place, start in _fits(self._known, spectrum, signal):
            guess = _Guess(place, begin + start)
            if not any(_same(guess, one) for one in (*self._guesses, *self._looked_at)):
                self._guesses.append(guess)
        self._judge(self._due(self._until), self._past)

    def _remember(self, signal: Signal) -> None:
        """Windows overlap by a second: the later one, which knows what follows, is believed."""
        kept = self._past[: self._past.size - _SECOND] if self._until else self._past
        self._past = np.concatenate([kept, signal])[-(self._known.longest + 2 * _WINDOW) :]
        self._until += _HOP if self._until else _WINDOW

    def _length(self, guess: _Guess) -> int:
        return int(self._known.prompts[guess.place].signal.size)

    def _judge(self, guesses: Iterable[_Guess], past: Signal) -> None:
        oldest = self._until - self._past.size
        for guess in guesses:
            self._looked_at.append(guess)
            heard = _laid_beside(
                self._known.prompts[guess.place], past, guess.start - oldest, guess.start
            )
            if heard is not None:
                self._judged.append(heard)

    def _certain(self) -> list[Heard]:
        """Of prompts heard at the same time the one that fits best: versions share sentences."""
        if not self._judged:
            return []
        pending = min((g.start * 1000 // _RATE for g in self._guesses), default=None)
        ripe = [h for h in self._judged if pending is None or h.end_ms <= pending]
        self._judged = [h for h in self._judged if h not in ripe]
        best: list[Heard] = []
        for heard in sorted(ripe, key=lambda h: (h.extent is not Extent.FULL, -h.share)):
            if all(h.end_ms <= heard.start_ms or heard.end_ms <= h.start_ms for h in best):
                best.append(heard)
        if any(heard.extent is Extent.FULL for heard in best):
            self._satisfied = True
            self._past, self._guesses = self._past[:0].copy(), []
            self._set_fresh()
        return sorted(best, key=lambda heard: heard.start_ms)


def _same(one: _Guess, other: _Guess) -> bool:
    return one.place == other.place and abs(one.start - other.start) <= _AGREE


def _fits(
    known: Repertoire, spectrum: NDArray[np.complex64], signal: Signal
) -> list[tuple[int, int]]:
    """(prompt, where it would begin in the window) wherever one of its anchors fits."""
    energy = likeness.energies(signal, _SECOND)
    return [
        (place, second - at)
        for place, prompt in enumerate(known.prompts)
        for second in _likely(spectrum, prompt.chord, energy)
        for at in prompt.anchors
        if likeness.fit(prompt.signal[at : at + _SECOND], signal, second, within=_THERE)[0] > _FITS
    ]


def _likely(
    spectrum: NDArray[np.complex64], chord: NDArray[np.complex64], energy: Signal
) -> list[int]:
    """Where the chord fits, at most one place a second."""
    alike = np.fft.irfft(spectrum * chord)[: energy.size] / energy
    seconds = alike[: energy.size // _SECOND * _SECOND].reshape(-1, _SECOND)
    peaks = np.argmax(seconds, axis=1)
    return [
        row * _SECOND + int(peak) for row, peak in enumerate(peaks) if seconds[row, peak] > _FITS
    ]


def _laid_beside(prompt: _Prompt, past: Signal, place: int, start: int) -> Heard | None:
    """``prompt`` held against ``past`` from ``place`` on, which is sample ``start`` of the leg."""
    fits = {
        at: likeness.fit(prompt.signal[at : at + _SECOND], past, place + at, within=_AGREE)
        for at in prompt.probes
    }
    heard = {at: lag for at, (alike, lag) in fits.items() if alike > _FITS}
    share = len(heard) / len(prompt.probes)
    if share < PART_SHARE:
        return None
    first, last = min(heard), max(heard)
    # On a noisy line everything fits less, the ending too.
    usual = float(np.median([fits[at][0] for at in heard]))
    late = _ended(prompt, past, place + heard[last], last, usual)
    full = share >= FULL_SHARE and late is not None
    end = start + heard[last] + (prompt.signal.size + (late or 0) if full else last + _SECOND)
    return Heard(
        prompt.key,
        round(share, 3),
        max(0, (start + heard[first]) * 1000 // _RATE),
        -(-end * 1000 // _RATE),
        Extent.FULL if full else Extent.PART,
        prompt.signal.size * 1000 // _RATE,
    )


def _ended(prompt: _Prompt, past: Signal, place: int, last: int, usual: float) -> int | None:
    """How many samples later than the second at ``last`` the end came; None where it did not."""
    for begin, end, least in prompt.endings:
        within = _NEAR + max(0, begin - last - _SECOND) // _DRIFT
        alike, late = likeness.fit(prompt.signal[begin:end], past, place + begin, within=within)
        if alike > least * usual:
            return late
    return None


def _narrowed(sound: Samples) -> Signal:
    return _spectrum(sound)[1]


def _spectrum(sound: Samples) -> tuple[NDArray[np.complex64], Signal]:
    """The spectrum and the sound at half the rate, bass cut and treble raised.

    Cutting a spectrum in two is the sharpest low-pass filter that there is.
    """
    half = np.fft.rfft(sound.astype(np.float32))[: sound.size // 4 + 1]
    weight = _emphasis if half.size == _WINDOW // 2 + 1 else _emphasised(half.size)
    kept = (half * weight).astype(np.complex64, copy=False)
    return kept, np.fft.irfft(kept, sound.size // 4 * 2).astype(np.float32, copy=False)


def _emphasised(size: int) -> Signal:
    """The weight of each frequency. First differences (pre-emphasis) below 2 kHz are nearly a
    straight line through the origin."""
    hertz = np.linspace(0, _RATE / 2, size, dtype=np.float32)
    weight: Signal = hertz / np.float32(_RATE) * (hertz > _BASS) * (hertz < _TREBLE)
    return weight


_BASS, _TREBLE = 200, 1_900
"""Hertz: below hums the mains; above lies the edge of the halved band."""
_emphasis = _emphasised(_WINDOW // 2 + 1)
"""Of a whole window, which nearly all are."""

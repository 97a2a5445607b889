"""Two accounts of one conversation, laid on each other by what was said (decision 239). Pure.

Where the packets of a recording are gone, nothing but its own sound can show that another node
heard the same. From both sides of it a few loud stretches are taken; each is sought in the other's
sound near the place that the two clocks give. Speech fits itself, also after two telephone codecs,
by more than half, other speech and other words of the same voice by less than a fifth, and a tone
fits everywhere: so a stretch counts where it fits well, at one place only, and the account is
believed where most of them say the same of the two clocks.

Both sounds are gone through once, in blocks; an hour of them is never held whole.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from talteen.life.capture import likeness
from talteen.life.capture.likeness import Signal
from talteen.life.capture.rules import Span
from talteen.life.seal.audio import Block

PROBE_S = 2
SLOTS = 8
"""So many parts of the call give a loud stretch of each side."""
REACH_S = 10
"""By so much two nodes' clocks may differ."""
FITS = 0.5
"""Of a stretch with itself behind a telephone and Opus: 0.7 to 1; with other speech: below 0.2."""
ONCE = 0.7
"""A stretch that fits elsewhere by this share of its best fit is a tone, and says nothing."""
LEAST = 3
"""Fewer stretches that agree are a coincidence, whatever they fit."""
AGREE_S = 0.02
DRIFT = 1e-3
"""Clocks differ by a thousandth at most."""
_LOUD = 200.0
"""Root mean square of a stretch in which somebody speaks."""
_ELSEWHERE_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A loud stretch of one side."""

    side: int
    """0 the agent's, 1 the caller's: as in a block."""
    at: int
    """Its first sample."""
    sound: Signal


@dataclass(frozen=True, slots=True)
class Laid:
    """Where the other's sound lies: its sample for one of ours."""

    at: int
    shift: float
    drift: float

    def theirs(self, at: int) -> int:
        """The other's sample at the same moment as ours at ``at``."""
        return round(at + self.shift + self.drift * (at - self.at))


def lay(
    own: Iterable[Block],
    theirs: Iterable[Block],
    rate: int,
    *,
    length_ms: int,
    avoid: Collection[Span],
    near_ms: int,
) -> Laid | None:
    """How ``theirs`` lies to ``own``; None where what was said does not show that they are one.

    ``near_ms`` is where our first moment lies in theirs by the two clocks, ``avoid`` are stretches
    of ours (of ``length_ms``) in which nothing was heard.
    """
    probes = _probes(own, rate, length_ms, avoid)
    near = near_ms * rate // 1000
    found = []
    for probe, past, begins in _pasts(probes, theirs, rate, near):
        place = _sought(probe.sound, past, rate)
        if place is not None:
            found.append((probe.at, begins + place - probe.at))
    return _agreed(found, len(probes), rate)


def _probes(
    own: Iterable[Block], rate: int, length_ms: int, avoid: Collection[Span]
) -> list[Probe]:
    """The loudest stretch of each side in each part of the call."""
    best: dict[tuple[int, int], tuple[float, Probe]] = {}
    shut = [(one.start_ms * rate // 1000, one.end_ms * rate // 1000) for one in avoid]
    whole = max(length_ms * rate // 1000, 1)
    for at, block in _stretches(own, PROBE_S * rate):
        end = at + len(block[0])
        if any(start < end and at < stop for start, stop in shut):
            continue
        for side in (0, 1):
            sound = block[side].astype(np.float32)
            loud = float(np.sqrt(np.mean(np.square(sound))))
            slot = side, min(at * SLOTS // whole, SLOTS - 1)
            if loud >= _LOUD and loud > best.get(slot, (0.0, None))[0]:
                best[slot] = loud, Probe(side, at, _sharpened(sound))
    return sorted((one for _, one in best.values()), key=lambda one: one.at)


def _stretches(blocks: Iterable[Block], length: int) -> Iterator[tuple[int, Block]]:
    """Whole stretches of so many samples, one behind the other."""
    at, parts, have = 0, list[Block](), 0
    for block in blocks:
        parts.append(block)
        have += len(block[0])
        while have >= length:
            agent, caller = (np.concatenate([one[side] for one in parts]) for side in (0, 1))
            yield at, (agent[:length], caller[:length])
            parts, have, at = [(agent[length:], caller[length:])], have - length, at + length


def _pasts(
    probes: Collection[Probe], theirs: Iterable[Block], rate: int, near: int
) -> Iterator[tuple[Probe, Signal, int]]:
    """Each probe with the other's sound in which it may be found, and where that begins."""
    reach, length = REACH_S * rate, PROBE_S * rate
    waiting = sorted(probes, key=lambda one: one.at)
    held: list[Block] = []
    begins = at = 0
    for block in theirs:
        held.append(block)
        at += len(block[0])
        while waiting and waiting[0].at + near + length + reach <= at:
            probe = waiting.pop(0)
            yield _past(probe, held, begins, near - reach, length + 2 * reach)
        first = waiting[0].at + near - reach if waiting else at
        while held and begins + len(held[0][0]) <= first:
            begins += len(held.pop(0)[0])
    for probe in waiting:
        yield _past(probe, held, begins, near - reach, length + 2 * reach)


def _past(
    probe: Probe, held: list[Block], begins: int, shift: int, length: int
) -> tuple[Probe, Signal, int]:
    whole = np.concatenate([one[probe.side] for one in held]) if held else np.zeros(0, np.int16)
    first = max(probe.at + shift - begins, 0)
    last = max(probe.at + shift + length - begins, first)
    return probe, _sharpened(whole[first:last].astype(np.float32)), begins + first


def _sharpened(sound: Signal) -> Signal:
    """With its treble raised: speech has its strength in the bass and its character above it."""
    sharp: Signal = np.append(sound[:1], sound[1:] - np.float32(0.9) * sound[:-1])
    return sharp


def _sought(sound: Signal, past: Signal, rate: int) -> int | None:
    """Where ``sound`` stands in ``past``; None where it stands nowhere, or in several places."""
    if past.size < sound.size:
        return None
    size = 1 << (past.size + sound.size).bit_length()
    spectrum = np.fft.rfft(past, size) * np.conj(np.fft.rfft(likeness.unit(sound), size))
    crossed = np.fft.irfft(spectrum, size)[: past.size - sound.size + 1]
    norms = likeness.energies(past, sound.size)
    quiet = norms < 0.2 * float(np.linalg.norm(sound))
    alike = np.where(quiet, 0.0, crossed / norms)
    best = int(np.argmax(alike))
    near = round(_ELSEWHERE_S * rate)
    elsewhere = max(
        float(alike[: max(best - near, 0)].max(initial=0.0)),
        float(alike[best + near :].max(initial=0.0)),
    )
    fits = alike[best] >= FITS and elsewhere < ONCE * alike[best]
    return best if fits else None


def _agreed(found: Collection[tuple[int, int]], asked: int, rate: int) -> Laid | None:
    """The line through what most of the stretches say."""
    if len(found) < LEAST:
        return None
    at, shift = (np.array(column, np.float64) for column in zip(*found, strict=True))
    middle = float(np.median(shift))
    centre = float(at[np.argmin(np.abs(shift - middle))])
    near = np.abs(shift - middle) <= AGREE_S * rate + DRIFT * np.abs(at - centre)
    if near.sum() < LEAST or near.sum() * 2 <= asked:
        return None
    at, shift = at[near], shift[near]
    far = float(at.max() - at.min()) >= 60 * rate
    drift, rest = np.polyfit(at - centre, shift, 1) if far else (0.0, float(np.median(shift)))
    return Laid(int(centre), float(rest), float(drift))

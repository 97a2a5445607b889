"""Callers' legs as telephone lines make them: a prompt, or none, and everything that spoils it.

Speech is the demo's (agents' side of the calls, after their prompts); each leg follows from its
seed. What is drawn: codec, level, noise, lost packets, talk over the prompt, and clocks that drift.
"""

import json
import random
import wave
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from talteen.life.capture.hearing import LISTENED_S, RATE

Samples = NDArray[np.int16]
Sound = NDArray[np.float64]
DEMO = Path(__file__).parents[1] / "demo"
PACKET = RATE // 50
LOST = 0.03
LEAST_SNR_DB, MOST_SNR_DB = 5.0, 30.0
DRIFT = 1_000e-6
CUT_S = (0.4, 1.5)


class Kind(Enum):
    """What the caller heard."""

    FULL = "full"
    PART = "part"
    CUT = "cut"
    """All of a prompt but its last 0.4-1.5 s."""
    LOOKALIKE = "lookalike"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One leg and what is true of it."""

    kind: Kind
    prompt: str | None
    start_ms: int
    end_ms: int
    sound: Samples


def leg(kind: Kind, seed: int) -> Leg:
    """The leg of that kind and seed: always the same."""
    chance = random.Random(f"{kind.value} {seed}")
    noise = np.random.default_rng(chance.getrandbits(64))
    sound = speech(chance)
    place = chance.randrange(0, 25 * RATE)
    key, prompt = _played(kind, chance)
    sound[place : place + prompt.size] = prompt
    if prompt.size and chance.random() < 0.5:
        _talk_over(sound, place, prompt.size, chance)
    slope = 1 + (chance.uniform(-DRIFT, DRIFT) if chance.random() < 0.5 else 0)
    snr_db = chance.uniform(LEAST_SNR_DB, MOST_SNR_DB)
    gain = chance.choice((1.0, 0.5, 0.1))
    heard = companded(
        noisy(drifted(sound, slope), snr_db, noise, like=prompt) * gain,
        a_law=chance.random() < 0.5,
    )
    if chance.random() < 0.5:
        lose(heard, noise)
    begin, end = (round(at / slope * 1000 / RATE) for at in (place, place + prompt.size))
    return Leg(kind, key, begin, end, heard)


def _played(kind: Kind, chance: random.Random) -> tuple[str | None, Sound]:
    match kind:
        case Kind.FULL | Kind.PART:
            key = chance.choice(sorted(prompts()))
            whole = prompts()[key].astype(np.float64)
            share = 1.0 if kind is Kind.FULL else chance.uniform(0.5, 0.8)
            return key, whole[: int(whole.size * share)]
        case Kind.CUT:
            key = chance.choice(sorted(prompts()))
            whole = prompts()[key].astype(np.float64)
            return key, whole[: whole.size - int(chance.uniform(*CUT_S) * RATE)]
        case Kind.LOOKALIKE:
            return None, chance.choice(lookalikes())
        case Kind.SPEECH:
            return None, np.zeros(0)


def _talk_over(sound: Sound, place: int, size: int, chance: random.Random) -> None:
    """Somebody speaks for two seconds into the prompt, 6 dB below it."""
    length = min(2 * RATE, size)
    at = place + chance.randrange(0, size - length + 1)
    other = speech(chance)[:length]
    sound[at : at + length] += other * _level(sound[place : place + size]) / _level(other) / 2


@cache
def prompts() -> dict[str, Samples]:
    """The house's announcements by key."""
    return {
        f"{path.stem}@1": _wave(path) for path in sorted((DEMO / "prompts").glob("announce.*.wav"))
    }


def _wave(path: Path) -> Samples:
    with wave.open(str(path)) as read:
        return np.frombuffer(read.readframes(read.getnframes()), np.int16)


@cache
def lookalikes() -> tuple[Sound, ...]:
    """Queue messages that begin like an announcement, out of the calls that have them."""
    found = []
    for name, truth in _truths().items():
        if truth["announcement"]["kind"] == "lookalike":
            start, end = (truth["announcement"][edge] * RATE // 1000 for edge in _EDGES)
            found.append(decoded(DEMO / "calls" / f"{name}.agent.opus")[start:end])
    return tuple(found)


_EDGES = ("start_ms", "end_ms")


@cache
def _truths() -> dict[str, dict[str, dict[str, Any]]]:
    """The scripts of the calls, by name."""
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((DEMO / "truth").glob("*.json"))
    }


@cache
def _conversation(name: str) -> Sound:
    """The agent's side of a call after what was played to the caller."""
    end = int(_truths()[name]["announcement"].get("end_ms") or 0) * RATE // 1000
    return decoded(DEMO / "calls" / f"{name}.agent.opus")[end:]


def speech(chance: random.Random) -> Sound:
    """A minute of agents' talk."""
    parts, size = [], 0
    while size < LISTENED_S * RATE:
        part = _conversation(chance.choice(tuple(_truths())))
        part = part[chance.randrange(0, part.size // 2) :]
        parts.append(part)
        size += part.size
    return np.concatenate(parts)[: LISTENED_S * RATE]


@cache
def decoded(path: Path) -> Sound:
    """The samples of a sound file at 8 kHz."""
    resampler = av.AudioResampler("s16", "mono", RATE)
    with av.open(str(path)) as file:
        frames = [out for frame in file.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float64)


def drifted(sound: Sound, slope: float) -> Sound:
    """As a clock that runs ``slope`` times as fast would play it."""
    slower: Sound = np.interp(np.arange(sound.size) * slope, np.arange(sound.size), sound)
    return slower


def noisy(
    sound: Sound, snr_db: float, noise: np.random.Generator, *, like: Sound | None = None
) -> Sound:
    """With white noise, ``snr_db`` below the level of ``like`` (or of the sound)."""
    level = _level(like if like is not None and like.size else sound)
    return sound + noise.normal(scale=level / 10 ** (snr_db / 20), size=sound.size)


def _level(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2))) or 1.0


def companded(sound: Sound, *, a_law: bool) -> Samples:
    """Through G.711 and back: its curves with 8 bits, smooth where the standard has chords."""
    unit = np.clip(sound / 32_768, -1, 1)
    size, sign = np.abs(unit), np.sign(unit)
    if a_law:
        scale = 1 + np.log(_A)
        bent = np.where(
            size < 1 / _A, _A * size / scale, (1 + np.log(np.maximum(_A * size, 1))) / scale
        )
    else:
        bent = np.log1p(_MU * size) / np.log1p(_MU)
    coded = np.round(bent * 127) / 127
    if a_law:
        back = np.where(coded < 1 / scale, coded * scale / _A, np.exp(coded * scale - 1) / _A)
    else:
        back = np.expm1(coded * np.log1p(_MU)) / _MU
    heard: Samples = (sign * back * 32_767).astype(np.int16)
    return heard


_A, _MU = 87.6, 255.0


def lose(sound: Samples, noise: np.random.Generator) -> None:
    """Three packets in a hundred are lost and played as silence."""
    for packet in np.flatnonzero(noise.random(sound.size // PACKET) < LOST):
        sound[packet * PACKET : (packet + 1) * PACKET] = 0

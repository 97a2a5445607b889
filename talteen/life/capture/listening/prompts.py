"""The prompts of a node, decoded: what ``waves`` put there, as samples to look for."""

import wave
from pathlib import Path

import numpy as np

from talteen.errors import ConfigError
from talteen.life.capture.codecs import Samples
from talteen.life.capture.hearing import RATE
from talteen.life.capture.listening.waves import SUFFIX
from talteen.life.capture.rates import resampled

LEAST_S = 2
"""A shorter prompt cannot be told from other speech."""


def read(folder: Path) -> dict[str, Samples]:
    """Every prompt that can be looked for, at 8 kHz, by key. ConfigError where one is no sound."""
    found = {path.stem: at_8_khz(path) for path in sorted(folder.glob(f"*{SUFFIX}"))}
    return {key: sound for key, sound in found.items() if sound.size >= LEAST_S * RATE}


def at_8_khz(path: Path) -> Samples:
    """The sound of one prompt, mono. ConfigError where it is none."""
    plain = _as_telephones_have_it(path)
    return _decoded(path) if plain is None else plain


def _as_telephones_have_it(path: Path) -> Samples | None:
    """The samples of a WAV file without need of a decoder: 16 bit, mono, 8 kHz; else None."""
    try:
        with wave.open(str(path)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            raw = file.readframes(file.getnframes()) if shape == (1, 2, RATE) else None
    except (wave.Error, EOFError):
        return None
    return None if raw is None else np.frombuffer(raw, "<i2").astype(np.int16)


def _decoded(path: Path) -> Samples:
    import av  # a tenth of a second, and memory: most nodes never need it

    try:
        with av.open(str(path)) as file:
            pieces = [piece[0] for piece in resampled(file.decode(audio=0), "mono", RATE)]
    except (av.FFmpegError, IndexError):
        raise ConfigError(
            f"{path.name}: the sound of this prompt cannot be read",
            remedy="save it as PCM WAV in the register folder, and start 'talteen capture' anew",
        ) from None
    return np.concatenate(pieces)

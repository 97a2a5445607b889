"""Telephone sound: level, band, G.711 A-law, noises, hold music, Opus."""

import subprocess

import numpy as np
from scipy.signal import butter, lfilter, resample_poly, sosfiltfilt

PHONE = 8000


def level(x, rms_db=-21.0, peak_db=-3.0):
    """Bring the active part of speech to a level, with a soft ceiling."""
    active = x[np.abs(x) > 0.1 * np.abs(x).max()]
    x = x * 10 ** (rms_db / 20) / np.sqrt(np.mean(active**2))
    ceiling = 10 ** (peak_db / 20)
    return ceiling * np.tanh(x / ceiling)


def to_phone(x, rate):
    """Speech at `rate` to 8 kHz."""
    return resample_poly(x, PHONE, rate)


def band(x):
    return sosfiltfilt(butter(3, [300, 3400], "bandpass", fs=PHONE, output="sos"), x)


def alaw(x):
    """G.711 A-law, encode and decode."""
    sign, mag = np.sign(x), np.minimum(np.abs(x), 1.0) * 4096
    mag = np.minimum(mag.astype(np.int64), 4095)
    segment = np.maximum(0, np.floor(np.log2(np.maximum(mag, 1))).astype(np.int64) - 4)
    segment = np.where(mag < 32, 0, segment)
    step = np.where(mag < 64, 2, 2**segment)
    return np.where(sign == 0, 1, sign) * (np.floor(mag / step) * step + step / 2) / 4096


def pink(rng, n):
    b, a = [0.049922, -0.095993, 0.050613, -0.004408], [1, -2.494956, 2.017266, -0.522190]
    x = lfilter(b, a, rng.standard_normal(n + 2000))[2000:]
    return x / np.sqrt(np.mean(x**2))


def restaurant(rng, n, voices):
    """Babble of reversed, shifted speech plus cutlery: no word can be understood."""
    x = np.zeros(n)
    for _ in range(7):
        v = np.concatenate([voices[i][::-1] for i in rng.permutation(len(voices))])
        v = resample_poly(v, *[(9, 10), (1, 1), (10, 9)][rng.integers(3)])
        v = np.roll(np.tile(v, n // len(v) + 1)[:n], rng.integers(n))
        x += v * rng.uniform(0.5, 1.0)
    x /= np.sqrt(np.mean(x**2))
    for at in rng.integers(0, max(1, n - PHONE), n // (2 * PHONE)):
        t = np.arange(PHONE // 3) / PHONE
        f = rng.uniform(1800, 3300)
        x[at : at + len(t)] += (
            2.0 * rng.uniform(0.3, 1) * np.exp(-t * 18) * np.sin(2 * np.pi * f * t)
        )
    x += 0.5 * pink(rng, n)
    return x / np.sqrt(np.mean(x**2))


def music(rng, seconds):
    """Own hold music: broken chords, two voices."""
    beat = int(0.28 * PHONE)
    n = int(seconds * PHONE)
    x = np.zeros(n + 4 * beat)
    chords = [(0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)]
    key = 220 * 2 ** (rng.integers(0, 7) / 12)
    t = np.arange(4 * beat) / PHONE
    for i in range(n // beat):
        chord = chords[(i // 8) % 4]
        notes = [chord[[0, 1, 2, 1][i % 4]] + 12] + ([chord[0]] if i % 8 == 0 else [])
        for note in notes:
            f = key * 2 ** (note / 12)
            tone = sum(np.sin(2 * np.pi * f * k * t) / k**1.6 for k in (1, 2, 3)) * np.exp(-3.2 * t)
            x[i * beat : i * beat + len(t)] += tone
    x = x[:n]
    return x / np.abs(x).max() * 0.22


def tone(freq, seconds, gain=0.12):
    t = np.arange(int(seconds * PHONE)) / PHONE
    return gain * np.sin(2 * np.pi * freq * t) * np.minimum(1, np.minimum(t, t[::-1]) * 100)


def write_opus(path, x):
    pcm = np.clip(np.round(x * 32767), -32768, 32767).astype("<i2").tobytes()
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "s16le",
            "-ar",
            str(PHONE),
            "-ac",
            "1",
            "-i",
            "-",
            "-map_metadata",
            "-1",
            "-fflags",
            "+bitexact",
            "-flags:a",
            "+bitexact",
            "-threads",
            "1",
            "-c:a",
            "libopus",
            "-b:a",
            "16k",
            "-application",
            "voip",
            str(path),
        ],
        input=pcm,
        check=True,
    )

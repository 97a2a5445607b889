"""Check built calls: duration, level, clipping, prompt and speech where the truth says so.

python check.py ..
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import fftconvolve


def decode(path):
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-ar", "8000", "-ac", "1", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return np.frombuffer(raw, np.float32).astype(np.float64)


def db(x):
    return 10 * np.log10(np.mean(x**2) + 1e-12)


def prompt_place(x, path, announcement):
    """(place of the prompt in the lane in ms, correlation 0..1) for the part that was played."""
    y = wavfile.read(path)[1] / 32768
    y = y[: int(len(y) * announcement["played_share"])]
    energy = np.sqrt(np.maximum(fftconvolve(x**2, np.ones(len(y)), "valid"), 1e-9) * np.sum(y**2))
    r = fftconvolve(x, y[::-1], "valid") / energy
    return int(r.argmax() / 8), r.max()


def main(folder):
    bad, total = 0, 0.0
    for path in sorted(Path(folder).glob("[0-9]*.json")):
        t = json.loads(path.read_text(encoding="utf-8"))
        notes, row = [], []
        for lane in ("agent", "caller"):
            x = decode(path.with_name(t["audio"][lane]))
            if abs(len(x) / 8 - t["duration_ms"]) > 5:
                notes.append(f"{lane} lasts {len(x) / 8:.0f} ms, truth {t['duration_ms']}")
            spans = [(s["start_ms"], s["end_ms"]) for s in t["turns"] if s["side"] == lane]
            mask = np.zeros(len(x), bool)
            for a, b in spans:
                mask[a * 8 : b * 8] = True
            other = ~mask
            if lane == "agent":
                extra = [t["announcement"]] if "start_ms" in t["announcement"] else []
                for e in extra + [
                    e for e in t["events"] if e["type"] in ("hold", "transfer", "tone")
                ]:
                    other[e["start_ms"] * 8 : e["end_ms"] * 8] = False
            for e in t["events"]:
                if e["type"] == "tone":
                    other[e["start_ms"] * 8 : e["end_ms"] * 8] = False
            speech, floor, peak = db(x[mask]), db(x[other]), np.abs(x).max()
            if peak > 0.995:
                notes.append(f"{lane} clips")
            if speech - floor < 6:
                notes.append(f"{lane} speech only {speech - floor:.0f} dB over the rest")
            quiet = [i for i, (a, b) in enumerate(spans) if db(x[a * 8 : b * 8]) < speech - 12]
            if quiet:
                notes.append(f"{lane} turns {quiet} too quiet")
            if lane == "agent" and "file" in t["announcement"]:
                place, r = prompt_place(
                    x, path.with_name(t["announcement"]["file"]), t["announcement"]
                )
                row.append(f"prompt r {r:.2f}")
                if abs(place - t["announcement"]["start_ms"]) > 5 or r < 0.8:
                    notes.append(f"prompt found at {place} ms, r {r:.2f}")
            row.append(
                f"{lane} speech {speech:6.1f} rest {floor:6.1f} peak {20 * np.log10(peak):5.1f} dB"
            )
        for s in t["turns"]:
            if not 0 <= s["start_ms"] < s["end_ms"] <= t["duration_ms"]:
                notes.append("turn outside the call")
        for e in t["entities"]:
            if not any(
                e["side"] == s["side"]
                and s["start_ms"] <= e["start_ms"] + 1
                and e["end_ms"] <= s["end_ms"] + 60
                for s in t["turns"]
            ):
                notes.append(f"entity {e['text']} outside its turn")
        total += t["duration_ms"] / 1000
        bad += bool(notes)
        seconds, verdict = t["duration_ms"] / 1000, "; ".join(notes) or "ok"
        print(f"{t['id']:32} {seconds:5.1f} s  {'  '.join(row)}  {verdict}")
    print(f"{total / 60:.1f} minutes, {bad} calls with notes")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

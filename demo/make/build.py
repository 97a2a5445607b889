"""Build spoken telephone calls with exact truth from dialogue files.

python build.py --out ..                      all calls and prompts
python build.py --out .. --only 004 011       some calls
"""

import argparse
import hashlib
import json
import tomllib
from pathlib import Path

import numpy as np
import sound
import voices
from dialogue import Directive, load, words
from scipy.io import wavfile
from sound import PHONE

HERE = Path(__file__).parent
FORMAT = 1


def rng_for(*key):
    return np.random.default_rng(
        int.from_bytes(hashlib.sha256("/".join(map(str, key)).encode()).digest()[:8], "big")
    )


def lines(obj, depth=0):
    """JSON with one line per turn, entity, event and a bare list of words."""
    if depth == 0:
        return (
            "{\n" + ",\n".join(f" {json.dumps(k)}: {lines(v, 1)}" for k, v in obj.items()) + "\n}"
        )
    if isinstance(obj, list) and obj and isinstance(obj[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(x, ensure_ascii=False) for x in obj) + "]"
    return json.dumps(obj, ensure_ascii=False)


def ms(samples):
    return round(samples * 1000 / PHONE)


class Prompts:
    """Announcement and look-alike audio per language, made once."""

    def __init__(self, table, specs):
        self.table, self.specs, self.made = table, specs, {}

    def get(self, lang, kind):
        if (lang, kind) not in self.made:
            entry = self.table[lang]
            parts = []
            for sentence in entry[kind].split(". "):
                x, _ = voices.speak(self.specs[entry["voice"]], sentence.rstrip(".") + ".", lang)
                parts += [x, np.zeros(int(0.22 * voices.RATE))]
            x = sound.level(
                sound.band(sound.to_phone(np.concatenate(parts[:-1]), voices.RATE)), -20
            )
            pcm = np.clip(np.round(x * 32767), -32768, 32767).astype(np.int16)
            self.made[lang, kind] = pcm
        return self.made[lang, kind]

    def write(self, out):
        for lang, entry in self.table.items():
            for kind, name in (("text", "announce"), ("lookalike", "lookalike")):
                if kind in entry:
                    wavfile.write(out / f"{name}.{lang}.wav", PHONE, self.get(lang, kind))
                    (out / f"{name}.{lang}.txt").write_text(entry[kind] + "\n", encoding="utf-8")


class Call:
    def __init__(self, path, config, prompts, seed):
        self.head, self.items = load(path)
        self.slug = path.stem
        self.config, self.prompts = config, prompts
        self.rng = rng_for(seed, self.slug)
        self.pieces = []  # (lane, start sample, samples)
        self.turns, self.events, self.entities = [], [], []
        self.announcement = {"kind": "none", "played_by": None}
        self.at = int(self.rng.uniform(0.35, 0.7) * PHONE)  # end of the last thing
        self.agent_codes = {"A": self.head["agent"]}
        self.open_pause = None
        self.overlap = 0.0
        self.after_directive = True

    def voice(self, who):
        if who == "C":
            return self.config["voice"][self.head["caller_voice"]]
        if who == "C2":
            return self.config["voice"][self.head["caller2_voice"]]
        return self.config["voice"][self.config["agent"][self.agent_codes[who]]]

    def put(self, lane, x):
        self.pieces.append((lane, self.at, x))
        self.at += len(x)

    def event(self, kind, start, end=None, **more):
        self.events.append(
            {
                "type": kind,
                "start_ms": ms(start),
                "end_ms": ms(self.at if end is None else end),
                **more,
            }
        )

    # -- announcement
    def announce(self):
        kind = self.head.get("announcement", "full")
        lang = self.head["langs"][0]
        if kind == "missing" or self.head.get("announcement_by") == "agent":
            self.announcement = {
                "kind": "missing",
                "played_by": None,
                "lang": lang,
                "complete": False,
            }
            return
        pcm = self.prompts.get(lang, "lookalike" if kind == "lookalike" else "text")
        x = pcm / 32768
        total = len(x)
        if kind == "half":
            x = x[: int(total * self.head.get("announcement_share", self.rng.uniform(0.42, 0.55)))]
        gain = self.rng.uniform(-3, 0)
        start = self.at
        self.put("agent", x * 10 ** (gain / 20))
        self.announcement = {
            "kind": kind,
            "played_by": "pbx",
            "lang": lang,
            "complete": kind == "full",
            "file": f"{'lookalike' if kind == 'lookalike' else 'announce'}.{lang}.wav",
            "start_ms": ms(start),
            "end_ms": ms(self.at),
            "played_share": round(len(x) / total, 3),
            "gain_db": round(gain, 1),
        }
        self.after_directive = True

    # -- turns
    def turn(self, t):
        gap = self.rng.uniform(0.3, 0.75)
        before = self.at
        if self.overlap:
            self.at -= int(self.overlap * PHONE)
            overlap_start = self.at
        elif self.turns or self.announcement["kind"] not in ("none", "missing"):
            self.at += int(gap * PHONE)
        x, times = voices.speak(self.voice(t.who), t.text, t.lang)
        gain = self.rng.uniform(-1.5, 1.5) + (
            self.head.get("caller_gain_db", 0.0) if t.side == "caller" else 0.0
        )
        x = sound.level(sound.band(sound.to_phone(x, voices.RATE)), -20 + gain)
        start = self.at
        self.put(t.side, x)
        turn = {
            "side": t.side,
            "start_ms": ms(start),
            "end_ms": ms(self.at),
            "lang": t.lang,
            "text": t.text,
        }
        if t.side == "agent":
            turn["agent"] = self.agent_codes[t.who]
        elif t.who == "C2":
            turn["person"] = 2
        if t.tags:
            turn["tags"] = t.tags
        spoken = words(t.text)
        if times:
            turn["words"] = [
                {
                    "w": w,
                    "start_ms": ms(start) + round(a * 1000),
                    "end_ms": ms(start) + round(b * 1000),
                }
                for w, (a, b) in zip(spoken, times, strict=True)
            ]
        for e in t.entities:
            self.entities.append(self.entity(e, turn, spoken))
        if self.overlap:
            self.event("overlap", overlap_start, min(before, self.at))
            self.at = max(self.at, before)
            self.overlap = 0.0
        self.turns.append(turn)
        for tag in t.tags:
            if tag == "announce":
                self.announcement = {
                    "kind": "spoken",
                    "played_by": "agent",
                    "lang": t.lang,
                    "complete": True,
                    "start_ms": turn["start_ms"],
                    "end_ms": turn["end_ms"],
                }
            else:
                self.events.append(
                    {
                        "type": tag,
                        "side": t.side,
                        "start_ms": turn["start_ms"],
                        "end_ms": turn["end_ms"],
                    }
                )

    @staticmethod
    def entity(e, turn, spoken):
        first, last = e["first_word"], e["last_word"]
        out = {"type": e["type"], "text": e["text"], "side": turn["side"]}
        if "value" in e:
            out["value"] = e["value"]
        if "words" in turn:
            out["start_ms"], out["end_ms"] = (
                turn["words"][first]["start_ms"],
                turn["words"][last]["end_ms"],
            )
            out["timing"] = "exact"
        else:  # by share of letters inside the turn
            letters = np.cumsum([0] + [len(w) + 1 for w in spoken])
            span = turn["end_ms"] - turn["start_ms"]
            out["start_ms"] = turn["start_ms"] + int(span * letters[first] / letters[-1])
            out["end_ms"] = turn["start_ms"] + int(span * letters[last + 1] / letters[-1])
            out["timing"] = "estimated"
        return out

    # -- directives
    def directive(self, d):
        start = self.at
        if d.name == "announce":
            self.at += int(0.3 * PHONE)
            self.announce()
        elif d.name == "overlap":
            self.overlap = float(d.args[0])
        elif d.name == "silence":
            self.at += int(float(d.args[0]) * PHONE)
            self.event("silence", start)
        elif d.name == "hold":
            self.at += int(0.3 * PHONE)
            start = self.at
            self.put("agent", sound.music(self.rng, float(d.args[0])))
            self.event("hold", start, music=True)
        elif d.name == "transfer":
            self.at += int(0.4 * PHONE)
            start = self.at
            end = start + int(float(d.args[1]) * PHONE)
            while self.at + PHONE < end:  # Finnish ringing tone: 425 Hz, 1 s on, 4 s off
                self.put("agent", sound.tone(425, 1.0))
                self.at += 4 * PHONE
            self.at = end
            self.agent_codes["A2"] = d.args[0]
            self.event("transfer", start, **{"from": self.head["agent"], "to": d.args[0]})
        elif d.name == "pause":
            self.open_pause = (start, d.args[0])
        elif d.name == "resume":
            self.at += int(0.2 * PHONE)
            self.event("pause", self.open_pause[0], reason=self.open_pause[1])
            self.open_pause = None
        elif d.name == "tone":
            self.at += int(0.2 * PHONE)
            start, beep = self.at, sound.tone(440, 0.4)
            self.pieces.append(("caller", start, beep))
            self.put("agent", beep)
            self.event("tone", start)
        elif d.name == "hangup":
            self.event("hangup", start, by="caller" if d.args[0] == "C" else "agent")
        elif d.name == "event":
            self.event(d.args[0], start)
        else:
            raise ValueError(f"{self.slug}: unknown directive {d.name}")

    # -- whole call
    def build(self, babble):
        if not any(isinstance(i, Directive) and i.name == "announce" for i in self.items):
            self.announce()
        for item in self.items:
            self.directive(item) if isinstance(item, Directive) else self.turn(item)
        n = self.at + int(self.rng.uniform(0.4, 0.8) * PHONE)
        lanes = {"agent": np.zeros(n), "caller": np.zeros(n)}
        for lane, start, x in self.pieces:
            lanes[lane][start : start + len(x)] += x
        bleed = self.head.get("bleed_db")
        if bleed is not None:
            a, c = lanes["agent"].copy(), lanes["caller"].copy()
            lanes["caller"] += a * 10 ** (bleed / 20)
            lanes["agent"] += c * 10 ** (bleed / 20)
        done = {}
        for lane, x in lanes.items():
            kind, snr = self.head.get("noise", {}).get(lane, "room:38").split(":")
            active = x[np.abs(x) > 0.02]
            speech = np.sqrt(np.mean(active**2)) if len(active) else 0.1
            noise = (
                sound.restaurant(self.rng, n, babble())
                if kind == "restaurant"
                else sound.pink(self.rng, n)
            )
            x = x + sound.band(noise) * speech * 10 ** (-float(snr) / 20)
            done[lane] = sound.alaw(np.clip(x, -0.98, 0.98))
        return done, n

    def truth(self, n):
        h = self.head
        return {
            "format": FORMAT,
            "id": self.slug,
            "title": h["title"],
            "langs": h["langs"],
            "direction": h["direction"],
            "line": h["line"],
            "agent": h["agent"],
            "agents": list(dict.fromkeys(self.agent_codes.values())),
            "caller_number": h["caller_number"],
            "source": h["source"],
            "age_days": h["age_days"],
            "expect": h["expect"],
            "duration_ms": ms(n),
            "audio": {
                "rate": PHONE,
                "agent": f"{self.slug}.agent.opus",
                "caller": f"{self.slug}.caller.opus",
            },
            "voices": {
                "agent": [
                    self.config["agent"][c] for c in dict.fromkeys(self.agent_codes.values())
                ],
                "caller": [h["caller_voice"]]
                + ([h["caller2_voice"]] if "caller2_voice" in h else []),
            },
            "noise": h.get("noise", {}),
            "announcement": self.announcement,
            "turns": self.turns,
            "entities": self.entities,
            "events": sorted(self.events, key=lambda e: e["start_ms"]),
            "tags": h["tags"],
        }


def index(out):
    """INDEX.md: one row per built call."""
    rows = [
        "| call | languages | line | s | age d | announcement | expect | tags |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for path in sorted(out.glob("[0-9]*.json")):
        t = json.loads(path.read_text(encoding="utf-8"))
        kind, seconds = t["announcement"]["kind"], round(t["duration_ms"] / 1000)
        cells = [f"{t['id']}: {t['title']}", "+".join(t["langs"]), f"{t['direction']}, {t['line']}"]
        cells += [str(seconds), str(t["age_days"]), kind, t["expect"], ", ".join(t["tags"])]
        rows.append("| " + " | ".join(cells) + " |")
    (out / "INDEX.md").write_text("\n".join(rows) + "\n", encoding="utf-8")


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--dialogues", type=Path, default=HERE / "dialogues")
    p.add_argument("--voices", type=Path, default=HERE / "voices.toml")
    p.add_argument("--prompts", type=Path, default=HERE / "announce.toml")
    p.add_argument("--seed", default="talteen-1")
    p.add_argument("--only", nargs="*", default=[])
    p.add_argument("--no-prompts", action="store_true", help="do not write the announcement files")
    p.add_argument("--cache", type=Path, help="keep spoken sentences here between runs")
    args = p.parse_args()
    voices.CACHE = args.cache
    config = tomllib.loads(args.voices.read_text(encoding="utf-8"))
    prompts = Prompts(tomllib.loads(args.prompts.read_text(encoding="utf-8")), config["voice"])
    args.out.mkdir(parents=True, exist_ok=True)
    if not args.no_prompts:
        prompts.write(args.out)
    store = []

    def babble():
        if not store:
            lines = [
                "Kiitos, ruoka oli oikein hyvää tänään.",
                "Otetaanko vielä kahvit ja jälkiruoka?",
                "Meillä oli pitkä päivä, mutta nyt on mukavaa.",
                "Saataisiinko lasku, kun ehditte?",
            ]
            store.extend(
                sound.level(
                    sound.to_phone(voices.speak(config["voice"][v], s, "fi")[0], voices.RATE)
                )
                for s in lines
                for v in ("mv", "lj", "lj_high")
            )
        return store

    for path in sorted(args.dialogues.glob("*.toml")):
        if args.only and not any(path.stem.startswith(o) for o in args.only):
            continue
        call = Call(path, config, prompts, args.seed)
        lanes, n = call.build(babble)
        for lane, x in lanes.items():
            sound.write_opus(args.out / f"{call.slug}.{lane}.opus", x)
        (args.out / f"{call.slug}.json").write_text(lines(call.truth(n)) + "\n", encoding="utf-8")
        print(f"{call.slug}  {n / PHONE:.1f} s  {len(call.turns)} turns", flush=True)
    index(args.out)


if __name__ == "__main__":
    main()

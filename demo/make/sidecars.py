"""Write the sidecars of the demo calls: what a telephone system would know, and nothing more.

    python sidecars.py --day 2026-11-24

Reads ../truth, writes ../calls/NAME.json and ../calls/days.json (age and time of day of each call).
From the truth come only times that a telephone system sees: prompts played, buttons pressed, lines
held. Never its `expect`, the `kind` or `complete` of an announcement, nor a word that was said.
"""

import argparse
import hashlib
import json
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DEMO = Path(__file__).parent.parent
HELSINKI = ZoneInfo("Europe/Helsinki")

# Truth events that a telephone system sees as a stretch, and what it reports at start and end.
STRETCHES = {
    "pause": ("pause", "resume"),
    "hold": ("hold", "retrieve"),
    "transfer": ("transfer", "answer"),
}
# Buttons that an agent presses when the caller has said it.
BUTTONS = ("refusal", "threat", "complaint", "objection")
MOMENTS = ("capture_stop", "hangup")
# A greeting belongs to its hours.
GREETINGS = (
    (r"huomenta|god morgon|good morning", "08:10", "09:50"),
    (r"iltapäivää|eftermiddag|good afternoon", "13:05", "16:20"),
    (r"\biltaa\b", "17:10", "19:20"),
    (r"päivää|god dag", "10:30", "15:30"),
    (r"", "09:00", "17:40"),
)
# Today's calls are over before anybody opens the demo.
TODAY = ("08:04", "08:40")


def time_of_day(truth):
    """A plausible time, always the same one for the same call."""
    opening = " ".join(turn["text"].lower() for turn in truth["turns"][:2])
    first, last = next((a, b) for words, a, b in GREETINGS if re.search(words, opening))
    if truth["age_days"] == 0:
        first, last = TODAY
    start, end = (time.fromisoformat(text) for text in (first, last))
    seconds = (end.hour - start.hour) * 3600 + (end.minute - start.minute) * 60
    spread = int.from_bytes(hashlib.sha256(truth["id"].encode()).digest()[:4], "big") % seconds
    return (datetime.combine(date.min, start) + timedelta(seconds=spread)).time()


def announcements(truth):
    played = truth["announcement"]
    if played["played_by"] == "pbx":
        prompt = {"announce": "announce", "lookalike": "queue"}[played["file"].split(".")[0]]
        return [
            {
                "by": "system",
                "version": f"{prompt}.{played['lang']}@1",
                "language": played["lang"],
                "start_ms": played["start_ms"],
                "end_ms": played["end_ms"],
                "leg": "caller-1",
            }
        ]
    if played["played_by"] == "agent":
        return [
            {
                "by": "agent",
                "version": f"outbound_agent.{played['lang']}@1",
                "language": played["lang"],
                "at_ms": played["end_ms"],
                "agent": truth["agent"],
            }
        ]
    return []


def events(truth):
    seen = [{"type": "private", "at_ms": 0}] if truth["line"] == "private" else []
    for event in truth["events"]:
        kind = event["type"]
        if kind in STRETCHES:
            opens, closes = STRETCHES[kind]
            seen.append({"type": opens, "at_ms": event["start_ms"]})
            seen.append({"type": closes, "at_ms": event["end_ms"]})
        elif kind in BUTTONS:
            seen.append({"type": kind, "at_ms": event["end_ms"]})
        elif kind in MOMENTS:
            seen.append({"type": kind, "at_ms": event["start_ms"]})
    if not any(event["type"] == "hangup" for event in seen):
        seen.append({"type": "hangup", "at_ms": truth["duration_ms"]})
    return sorted(seen, key=lambda event: (event["at_ms"], event["type"] == "hangup"))


def sidecar(truth, started_at):
    call = hashlib.sha256(truth["id"].encode()).hexdigest()[:12]
    source = {"kind": truth["source"]}
    if truth["source"].startswith("outbound"):
        source["list_id"] = f"{truth['source'].split('_')[1]}-2026-4"
    return {
        "format": 1,
        "call": f"pbx-{call}",
        "started_at": started_at.isoformat(),
        "direction": truth["direction"],
        "line": truth["line"],
        "agents": truth["agents"],
        "language": truth["langs"][0],
        "source": source,
        "numbers": {"caller": truth["caller_number"]},
        "announcements": announcements(truth),
        "events": events(truth),
        "special_category": "special_category" in truth["tags"],
        "third_parties": "third_parties_mentioned" in truth["tags"],
    }


def lines(written):
    """JSON with a line for each key, and for each announcement and event."""
    rows = []
    for key, value in written.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value)
            rows.append(f'  "{key}": [\n    {inner}\n  ]')
        else:
            rows.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="today of the demo")
    day = parser.parse_args().day
    days = {}
    for path in sorted((DEMO / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        at = time_of_day(truth)
        called_on = day - timedelta(days=truth["age_days"])
        started_at = datetime.combine(called_on, at, tzinfo=HELSINKI)
        (DEMO / "calls" / path.name).write_text(lines(sidecar(truth, started_at)), encoding="utf-8")
        days[truth["id"]] = {"age_days": truth["age_days"], "at": at.isoformat()}
    (DEMO / "days.json").write_text(lines(days), encoding="utf-8")


if __name__ == "__main__":
    main()

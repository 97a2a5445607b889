"""A call of an hour, made of the demo's spoken calls: one after the other behind one announcement,
their packets as they are, until the hour is full.

Nobody in the demo speaks for an hour. What is said in it is what they say, again and again; its
words come from the demo's truth, each turn's one and a half times in its time, so that the hour has
some nine thousand, as people have who speak fast.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from pathlib import Path

import av

from talteen.demo import material
from talteen.demo.material import SpokenCall
from talteen.life.transcribe import words
from talteen.life.transcribe.words import Segment, Side, Transcript, Word
from tests.kit.transcripts import ENGINE, TRUTH

HOUR_MS = 3_600_000
FIRST = "001-huonevaraus"
_LEAST_MS = 40_000
"""Shorter calls are those that are refused or broken off."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one spoken call in the hour."""

    name: str
    from_ms: int
    """Where it begins in its own call."""
    at_ms: int
    """Where it begins in the hour."""
    length_ms: int


def parts(length_ms: int = HOUR_MS) -> Iterator[Part]:
    """The first call from its beginning, then the others from behind their announcement."""
    told = {one.stem: json.loads(one.read_text()) for one in sorted(TRUTH.glob("*.json"))}
    at_ms = 0
    for name in cycle(told):
        if told[name]["duration_ms"] < _LEAST_MS or not _sides(name)[0].exists():
            continue
        if not at_ms and name != FIRST:
            continue
        from_ms = _heard_ms(name) if at_ms else 0
        long_ms = min(told[name]["duration_ms"] - from_ms, length_ms - at_ms) // 20 * 20
        yield Part(name, from_ms, at_ms, long_ms)
        at_ms += long_ms
        if at_ms >= length_ms:
            return


def call(folder: Path, started_at: datetime, length_ms: int = HOUR_MS) -> SpokenCall:
    """The hour as files of a telephone system in ``folder``, without its date."""
    files = folder / "999-tunti"
    sidecar = json.loads((material.root() / material.CALLS / f"{FIRST}.json").read_text())
    sidecar["events"] = [{"type": "hangup", "at_ms": length_ms}]
    files.with_suffix(".json").write_text(json.dumps(sidecar))
    made = list(parts(length_ms))
    for number, side in enumerate(material.SIDES):
        _join([(_sides(one.name)[number], one) for one in made], Path(f"{files}.{side}.opus"))
    return SpokenCall(files.name, started_at, length_ms, files)


def transcript(kept_ms: int, length_ms: int = HOUR_MS) -> Transcript:
    """Its words, in the time of a recording that keeps the last ``kept_ms`` of it."""
    before = length_ms - kept_ms
    found = [one for part in parts(length_ms) for one in _segments(part) if one[1] >= before]
    spoken = [_fast(turn, start - before, end - before) for turn, start, end in found]
    return words.draft(spoken, language="fi", engine=ENGINE, settings="", marks=())


def _segments(part: Part) -> Iterator[tuple[dict[str, str], int, int]]:
    """The turns of a part, and where they stand in the hour."""
    told = json.loads((TRUTH / f"{part.name}.json").read_text())
    for turn in told["turns"]:
        start, end = (turn[key] - part.from_ms + part.at_ms for key in ("start_ms", "end_ms"))
        if turn["start_ms"] >= part.from_ms and end <= part.at_ms + part.length_ms:
            yield turn, start, end


def _fast(turn: dict[str, str], start_ms: int, end_ms: int) -> Segment:
    texts = turn["text"].split()
    texts += texts[: len(texts) // 2]
    step = (end_ms - start_ms) / len(texts)
    said = tuple(
        Word(text, round(start_ms + step * n), round(start_ms + step * (n + 1)) - 10, 0.9)
        for n, text in enumerate(texts)
    )
    return Segment(Side(turn["side"]), turn["lang"], start_ms, end_ms, said, frozenset())


def _heard_ms(name: str) -> int:
    """Where the announcement of a call is over."""
    told = json.loads((material.root() / material.CALLS / f"{name}.json").read_text())
    return max([one.get("end_ms") or 0 for one in told["announcements"]], default=0) // 20 * 20


def _sides(name: str) -> tuple[Path, Path]:
    agent, caller = (
        material.root() / material.CALLS / f"{name}.{side}.opus" for side in material.SIDES
    )
    return agent, caller


def _join(pieces: list[tuple[Path, Part]], whole: Path) -> None:
    """Write the packets of all pieces into one stream. An Opus packet says itself how it is to be
    decoded; each of the demo's is 20 ms long."""
    with av.open(pieces[0][0]) as first, av.open(whole, "w") as target:
        joined = target.add_stream_from_template(first.streams.audio[0])
        for path, part in pieces:
            with av.open(path) as source:
                sound = source.streams.audio[0]
                at = 0
                for packet in source.demux(sound):
                    if packet.pts is None or packet.time_base is None:
                        continue
                    place_ms = round(packet.pts * packet.time_base * 1000)
                    if place_ms < part.from_ms:
                        continue
                    if at >= part.length_ms:
                        break
                    tick = round((part.at_ms + at) / 1000 / packet.time_base)
                    packet.pts = packet.dts = tick
                    packet.stream = joined
                    target.mux(packet)
                    at += 20

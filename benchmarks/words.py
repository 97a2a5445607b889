"""Group ``words``: what our pipeline costs over the bare engine, what it hears, what it makes up.

The sound is the demo's spoken calls (voices of machines, over a telephone band) and two hours of
generated silence, hum, noise, ringing and music. Letter errors are counted after lower case and
without marks; they compare engines and settings with each other, and forecast nobody's callers.
``--model`` (or ``TALTEEN_BENCH_MODEL``) names a model directory to measure instead of the small
model that comes along, so that an operator can see what theirs is worth before it is permitted.
"""

import json
import random
import re
import resource
import statistics
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import Judged, Row, house, knobs, words_accuracy
from benchmarks.words_accuracy import Heard
from talteen.demo import material
from talteen.life.seal import audio
from talteen.life.transcribe import guards, model_store, sides, vad, whisper, windows
from talteen.life.transcribe.model_store import Permission, Task
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Transcriber
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.vad import Chunk
from talteen.life.transcribe.words import Side, Transcript, Word
from tests.kit import unspoken

GROUP = "words"
HZ = 8_000
CALLS = ("001-huonevaraus", "002-varauksen-muutos", "019-rumsbokning", "025-tourist-room")
OVERLAPPING = ("008-kaksoisveloitus", "028-late-checkout")
UNSPOKEN_S = 2 * 3_600
BARE_S = 40
"""How long the bare engine listens to each kind of it: it needs no two hours to invent."""
HEARINGS = 200
"""Hearings of a few seconds over which memory must not grow."""
LOOPS = 400
row = partial(Row, GROUP)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call of the demo and what was said in it."""

    name: str
    language: str
    sides: dict[Side, Samples]
    said: dict[Side, str]
    spans: dict[Side, list[tuple[int, int]]]


def rows() -> Iterator[Row]:
    """Everything on one engine, loaded once."""
    with house.folder() as folder:
        engine = whisper.load(model(folder), whisper.How(threads=1))
        calls = [spoken(name) for name in CALLS]
        yield from speech_kept(calls)
        heard: list[Heard] = []
        yield from over_the_bare_engine(calls, engine, heard)
        yield from words_accuracy.rows(heard, folder)
        yield from split_or_mixed([spoken(name) for name in OVERLAPPING], engine)
        yield from made_up(engine)
        yield row("provoked loops that are flagged (%)", loops_flagged(), None, ">=95", Judged.OURS)
        yield from memory(calls[0], engine)


def model(cache: Path) -> model_store.ModelFolder:
    own = knobs.text("MODEL")
    if not own:
        return model_store.packaged_whisper(cache)
    digest = model_store.folder_digest(Path(own))
    measured = Permission(Path(own).name, Task.SPEECH_TO_TEXT, digest, "none", "none")
    return model_store.open_folder(Path(own), task=Task.SPEECH_TO_TEXT, permissions=[measured])


def spoken(name: str) -> Spoken:
    """A call with its truth."""
    root = material.root()
    truth = json.loads((root / "demo" / "truth" / f"{name}.json").read_text())
    sound, said, spans = {}, {}, {}
    for side in Side:
        with (root / material.CALLS / f"{name}.{side.value}.opus").open("rb") as file:
            sound[side] = np.concatenate(list(audio.decode(file, HZ)))
        # The prompt of the exchange is none of the turns: nothing of it is heard here.
        sound[side][: (truth["announcement"] or {}).get("end_ms", 0) * HZ // 1000] = 0
        turns = [turn for turn in truth["turns"] if turn["side"] == side.value]
        said[side] = " ".join(turn["text"] for turn in turns)
        spans[side] = [(turn["start_ms"], turn["end_ms"]) for turn in turns]
    return Spoken(name, truth["langs"][0], sound, said, spans)


def speech_kept(calls: Sequence[Spoken]) -> Iterator[Row]:
    """How much of what was spoken passes voice activity; the ends of turns are pauses in part."""
    said = kept = 0
    for call in calls:
        for side in Side:
            inside = np.zeros(len(call.sides[side]) // 8 + 1, bool)
            for chunk in _chunks(call.sides[side]):
                for piece in chunk.pieces:
                    inside[piece.start_ms : piece.end_ms] = True
            for start_ms, end_ms in call.spans[side]:
                said += end_ms - start_ms
                kept += int(inside[start_ms:end_ms].sum())
    yield row("turns of the truth that voice activity keeps (%)", 100 * kept / said, None)


def over_the_bare_engine(
    calls: Sequence[Spoken], engine: Transcriber, heard: list[Heard]
) -> Iterator[Row]:
    """Our pipeline, from samples to transcript, beside the engine on the same windows of speech.

    What it wrote goes into ``heard``, so that nothing is transcribed twice.
    """
    ours_s, bare_s, ours_errors, bare_errors, letters, right = 0.0, 0.0, 0, 0, 0, 0
    by_language: dict[str, list[int]] = {}
    sures: list[tuple[float, bool]] = []
    for call in calls:
        began = time.process_time()
        transcript = _ours(call, engine)
        between = time.process_time()
        heard.append(Heard(call.name, transcript))
        bare = {side: bare(call, side, engine) for side in Side}
        bare_s += time.process_time() - between
        ours_s += between - began
        for side in Side:
            wrong = letter_errors(said(transcript, side), _spoken(call, side))
            ours_errors += wrong
            bare_errors += letter_errors(bare[side], _spoken(call, side))
            letters += len(plain(_spoken(call, side)))
            counted = by_language.setdefault(call.language, [0, 0])
            counted[0] += wrong
            counted[1] += len(plain(_spoken(call, side)))
        right += sum(not told.likelier for told in transcript.sides)
        sures += _sure(transcript, call)
    name = "from samples to transcript, against the bare engine on the same windows"
    yield row(f"{name} (s of CPU)", ours_s, bare_s, "<=1.15")
    yield row(f"{name} (letter errors, %)", _percent(ours_errors, letters),
              _percent(bare_errors, letters), "<=1.15")  # fmt: skip
    for language, (wrong, of) in sorted(by_language.items()):
        yield row(f"letter errors in {language} (%)", _percent(wrong, of), None)
    share = _percent(right, 2 * len(calls))
    yield row("sides written in their own language, with the line as prior, and not doubted (%)",
              share, None, ">=95", Judged.OURS)  # fmt: skip
    yield row("right among words shown as sure (%)", _right(sures, sure=True), None)
    yield row("right among words shown as unsure (%)", _right(sures, sure=False), None)


def split_or_mixed(calls: Sequence[Spoken], engine: Transcriber) -> Iterator[Row]:
    """The two sides apart, against one mix of them, where people talk at once."""
    apart = mixed = letters = 0
    for call in calls:
        both = " ".join(_spoken(call, side) for side in Side)
        letters += len(plain(both))
        transcript = _ours(call, engine)
        apart += sum(letter_errors(said(transcript, side), _spoken(call, side)) for side in Side)
        length = min(len(sound) for sound in call.sides.values())
        agent, caller = (sound[:length].astype(np.int32) for sound in call.sides.values())
        mix = (agent + caller) // 2
        told = sides.transcribe_call(iter([mix.astype(np.int16)]), iter(()), HZ, marks=[],
                                     language=call.language, engine=engine)  # fmt: skip
        mixed += letter_errors(said(told, Side.AGENT), _in_order(call))
    yield row("sides apart against their mix, people talking at once (letter errors, %)",
              _percent(apart, letters), _percent(mixed, letters), "<=0.6")  # fmt: skip


def made_up(engine: Transcriber) -> Iterator[Row]:
    """Words that nobody said: shown by us in two hours, written by the bare engine in minutes."""
    shown, bare = 0, 0
    for seed, name in enumerate(unspoken.KINDS):
        seconds = UNSPOKEN_S / len(unspoken.KINDS)
        blocks = unspoken.sound(name, seconds, seed=seed)
        transcript = sides.transcribe_call(
            blocks, iter(()), HZ, marks=[], language="fi", engine=engine
        )
        shown += sum(len(segment.words) for segment in transcript.segments)
        some = np.concatenate(list(unspoken.sound(name, BARE_S, seed=seed)))
        sound = windows.for_engine(some, HZ)
        for start_s in range(0, BARE_S, 20):
            clip = (float(start_s), float(start_s + 20))
            heard = engine.hear(sound, clips=[clip], language="fi")
            bare += sum(len(segment.words) for segment in heard)
    hours = UNSPOKEN_S / 3600
    yield row(f"words shown in {hours:.0f} h without speech", shown, None, "<=0", Judged.OURS)
    minutes = BARE_S * len(unspoken.KINDS) / 60
    yield row(f"words that the bare engine writes in {minutes:.0f} min of the same", bare, None)


def loops_flagged() -> float:
    """Share of loops, as engines go in them, that a guard hides."""
    chance = random.Random(5)
    said = " ".join(_spoken(spoken(CALLS[0]), side) for side in Side).split()
    return _percent(sum(bool(guards.flags(_looped(said, chance))) for _ in range(LOOPS)), LOOPS)


def _looped(words: Sequence[str], chance: random.Random) -> HeardSegment:
    """Some words, then a few of them over and over, or one word in circles; marks vary."""
    start = chance.randrange(len(words) - 12)
    before = list(words[start : start + chance.randrange(8)])
    if chance.random() < 0.3:
        syllables = chance.choice(("yksi", "nolla", "ja", "ett", "the", "noll"))
        text = [*before, syllables * chance.randrange(12, 60)]
    else:
        phrase = list(words[start : start + chance.randrange(1, 5)])
        times = chance.randrange(4, 20)
        text = [*before, *(word + chance.choice(("", ",", ".")) for word in phrase * times)]
    timed = tuple(Word(word, n * 300, n * 300 + 250, 0.8) for n, word in enumerate(text))
    raw = " ".join(text).encode()
    shrinks = len(raw) / len(zlib.compress(raw))
    return HeardSegment(0, timed[-1].end_ms, timed, -0.3, 0.1, shrinks)


def memory(call: Spoken, engine: Transcriber) -> Iterator[Row]:
    """What hearing again and again leaves behind."""
    start_ms, end_ms = call.spans[Side.CALLER][0]
    sound = windows.for_engine(call.sides[Side.CALLER][start_ms * 8 : end_ms * 8], HZ)
    clips = [(0.0, len(sound) / HEARS_HZ)]

    def heard() -> tuple[str, ...]:
        found = engine.hear(sound, clips=clips, language=call.language)
        return tuple(segment.text for segment in found)

    first = {heard() for _ in range(HEARINGS // 10)}
    before = _resident_mib()
    texts = first | {heard() for _ in range(HEARINGS)}
    name = f"memory of the process after {HEARINGS} more hearings, against before (MiB)"
    yield row(name, _resident_mib(), before, "<=1.05")
    yield row("different words from the same sound", len(texts), None, "<=1", Judged.OURS)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def letter_errors(heard: str, truth: str) -> int:
    """Letters to insert, take out or exchange (Levenshtein), after ``plain``."""
    a, b = plain(heard), plain(truth)
    codes = np.array([ord(letter) for letter in b], np.int64)
    line = np.arange(len(b) + 1)
    for at, letter in enumerate(a, 1):
        exchanged = line[:-1] + (codes != ord(letter))
        best = np.minimum(line[1:] + 1, exchanged)
        line = np.concatenate(([at], best))
        # What is put in runs on along the line: a running minimum of line - place.
        places = np.arange(len(line))
        line = np.minimum.accumulate(line - places) + places
    return int(line[-1])


def plain(text: str) -> str:
    """Lower case, letters and digits, single spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def said(transcript: Transcript, side: Side) -> str:
    """What a reader sees of one side."""
    return " ".join(each.text for each in transcript.segments if each.side is side)


def _spoken(call: Spoken, side: Side) -> str:
    return call.said[side]


def _in_order(call: Spoken) -> str:
    truth = json.loads((material.root() / "demo" / "truth" / f"{call.name}.json").read_text())
    return " ".join(turn["text"] for turn in truth["turns"])


def _ours(call: Spoken, engine: Transcriber) -> Transcript:
    agent, caller = (
        iter(np.array_split(call.sides[side], 30)) for side in (Side.AGENT, Side.CALLER)
    )
    return sides.transcribe_call(agent, caller, HZ, marks=[], language=call.language, engine=engine)


def _chunks(sound: Samples) -> list[Chunk]:
    frames = sides.voice_activity().frames([sound], rate=HZ)
    return list(vad.chunks(frames, rate=HZ))


def bare(call: Spoken, side: Side, engine: Transcriber) -> str:
    """The engine alone on windows that were cut for it beforehand, unguarded."""
    heard = []
    for chunk in cut(call, side):
        sound = windows.for_engine(chunk.samples, HZ)
        clip = (0.0, len(chunk.samples) / HZ)
        heard += engine.hear(sound, clips=[clip], language=call.language)
    return " ".join(segment.text for segment in heard)


def cut(call: Spoken, side: Side) -> list[Chunk]:
    key = (call.name, side)
    if key not in _CUT:
        _CUT[key] = _chunks(call.sides[side])
    return _CUT[key]


_CUT: dict[tuple[str, Side], list[Chunk]] = {}


def _sure(transcript: Transcript, call: Spoken) -> list[tuple[float, bool]]:
    """Each shown word's probability, and whether that word was said on its side at all."""
    known = {side: set(plain(_spoken(call, side)).split()) for side in Side}
    return [
        (word.probability, plain(word.text) in known[segment.side])
        for segment in transcript.segments
        for word in segment.words
    ]


def _right(words: Sequence[tuple[float, bool]], *, sure: bool) -> float | None:
    some = [right for probability, right in words if (probability >= 0.5) is sure]
    return 100 * statistics.mean(some) if some else None


def _percent(part: float, whole: float) -> float:
    return 100 * part / max(whole, 1)

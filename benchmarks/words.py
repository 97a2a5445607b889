"""Group ``words``: what our pipeline costs over the bare engine, and what it hears.

Beside it: two sides or one mix (``words_split``), what is made up where nobody speaks
(``words_unspoken``), what hearing leaves behind (``words_memory``). Each is a module of its own, so
that a run that is cut goes on with those that it had not done.
The sound is the demo's spoken calls (voices of machines, over a telephone band). Letter errors are
counted after lower case and without marks; they compare engines and settings with each other, and
forecast nobody's callers. ``--model`` (or ``TALTEEN_BENCH_MODEL``) names a model directory to
measure instead of the small model that comes along, so that an operator can see what theirs is
worth before it is permitted; ``--some N`` takes one in N of the calls, hours and hearings.
"""

import json
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import Judged, Row, house, knobs, words_accuracy
from benchmarks.words_accuracy import Heard
from talteen.demo import material
from talteen.life.seal import audio
from talteen.life.transcribe import model_store, sides, vad, whisper, windows
from talteen.life.transcribe.model_store import Permission, Task
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.vad import Chunk
from talteen.life.transcribe.words import Side, Transcript

GROUP = "words"
HZ = 8_000
CALLS = ("001-huonevaraus", "002-varauksen-muutos", "019-rumsbokning", "025-tourist-room")
SOME = knobs.whole("SOME", 1)
"""Only one in so many calls, hours or hearings, where a first look is wanted and not a figure."""
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
        engine = warm(folder)
        calls = [spoken(name) for name in CALLS[::SOME]]
        yield from speech_kept(calls)
        heard: list[Heard] = []
        yield from over_the_bare_engine(calls, engine, heard)
        yield from words_accuracy.rows(heard, folder)


def warm(folder: Path) -> Transcriber:
    """The engine that is measured, on one core; its files may be laid in ``folder``."""
    return whisper.load(model(folder), whisper.How(threads=1))


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
            for chunk in chunks(call.sides[side]):
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
        transcript = ours(call, engine)
        between = time.process_time()
        heard.append(Heard(call.name, transcript))
        alone = {side: bare(call, side, engine) for side in Side}
        bare_s += time.process_time() - between
        ours_s += between - began
        for side in Side:
            wrong = letter_errors(said(transcript, side), spoken_on(call, side))
            ours_errors += wrong
            bare_errors += letter_errors(alone[side], spoken_on(call, side))
            letters += len(plain(spoken_on(call, side)))
            counted = by_language.setdefault(call.language, [0, 0])
            counted[0] += wrong
            counted[1] += len(plain(spoken_on(call, side)))
        right += sum(not told.likelier for told in transcript.sides)
        sures += _sure(transcript, call)
    name = "from samples to transcript, against the bare engine on the same windows"
    yield row(f"{name} (s of CPU)", ours_s, bare_s, "<=1.15")
    yield row(f"{name} (letter errors, %)", percent(ours_errors, letters),
              percent(bare_errors, letters), "<=1.15")  # fmt: skip
    for language, (wrong, of) in sorted(by_language.items()):
        yield row(f"letter errors in {language} (%)", percent(wrong, of), None)
    share = percent(right, 2 * len(calls))
    yield row("sides written in their own language, with the line as prior, and not doubted (%)",
              share, None, ">=95", Judged.OURS)  # fmt: skip
    yield row("right among words shown as sure (%)", _right(sures, sure=True), None)
    yield row("right among words shown as unsure (%)", _right(sures, sure=False), None)


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


def spoken_on(call: Spoken, side: Side) -> str:
    return call.said[side]


def ours(call: Spoken, engine: Transcriber) -> Transcript:
    agent, caller = (
        iter(np.array_split(call.sides[side], 30)) for side in (Side.AGENT, Side.CALLER)
    )
    return sides.transcribe_call(agent, caller, HZ, marks=[], language=call.language, engine=engine)


def chunks(sound: Samples) -> list[Chunk]:
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
        _CUT[key] = chunks(call.sides[side])
    return _CUT[key]


_CUT: dict[tuple[str, Side], list[Chunk]] = {}


def _sure(transcript: Transcript, call: Spoken) -> list[tuple[float, bool]]:
    """Each shown word's probability, and whether that word was said on its side at all."""
    known = {side: set(plain(spoken_on(call, side)).split()) for side in Side}
    return [
        (word.probability, plain(word.text) in known[segment.side])
        for segment in transcript.segments
        for word in segment.words
    ]


def _right(words: Sequence[tuple[float, bool]], *, sure: bool) -> float | None:
    some = [right for probability, right in words if (probability >= 0.5) is sure]
    return 100 * statistics.mean(some) if some else None


def percent(part: float, whole: float) -> float:
    return 100 * part / max(whole, 1)

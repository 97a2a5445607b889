"""Group ``words``: what our pipeline costs over the bare engine, and what it hears.

Beside it: what voice activity lets through (``words_speech``), two sides or one mix
(``words_split``), what is made up where nobody speaks (``words_unspoken``), what hearing leaves
behind (``words_memory``). Each is a module of its own, so that a run that is cut goes on with those
that it had not done.
The sound is the demo's spoken calls (voices of machines, over a telephone band). Letter errors
(``words_errors``) compare engines and settings with each other, and forecast nobody's callers.
``--model`` (or ``TALTEEN_BENCH_MODEL``) names a model directory to measure instead of the small
model that comes along, so that an operator can see what theirs is worth before it is permitted;
``--some N`` takes one in N of the calls, hours and hearings.
"""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import Judged, Row, house, knobs, words_accuracy, words_errors
from benchmarks.words_accuracy import Heard
from talteen.demo import material
from talteen.life.seal import audio
from talteen.life.transcribe import lemma, model_store, sides, vad, whisper, windows
from talteen.life.transcribe.model_store import Permission, Task
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.tones import Samples
from talteen.life.transcribe.vad import Chunk
from talteen.life.transcribe.words import Side, Transcript

GROUP = "words"
HZ = 8_000
CALLS = ("001-huonevaraus", "002-varauksen-muutos", "019-rumsbokning", "021-brollopsgrupp",
         "025-tourist-room", "041-lost-camera")  # fmt: skip
SOME = knobs.whole("SOME", 1)
"""Only one in so many calls, hours or hearings, where a first look is wanted and not a figure."""
row = partial(Row, GROUP)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person said in one go."""

    side: Side
    start_ms: int
    end_ms: int
    text: str

    @property
    def length_ms(self) -> int:
        """How long it took."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call of the demo and what was said in it."""

    name: str
    language: str
    sides: dict[Side, Samples]
    turns: tuple[Turn, ...]

    def said(self, side: Side) -> str:
        """All that was said on ``side``."""
        return " ".join(turn.text for turn in self.turns if turn.side is side)

    def spans(self, side: Side) -> list[tuple[int, int]]:
        """When somebody spoke on ``side``."""
        return [(turn.start_ms, turn.end_ms) for turn in self.turns if turn.side is side]

    @property
    def speech_s(self) -> float:
        """How long all turns took together."""
        return sum(turn.length_ms for turn in self.turns) / 1000


def rows() -> Iterator[Row]:
    """Everything on one engine, loaded once."""
    with house.folder() as folder:
        engine = warm(folder)
        calls = [spoken(name) for name in CALLS[::SOME]]
        warm_up(calls[0], engine)
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
    begins_ms = (truth["announcement"] or {}).get("end_ms", 0)
    sound = {}
    for side in Side:
        with (root / material.CALLS / f"{name}.{side.value}.opus").open("rb") as file:
            sound[side] = np.concatenate(list(audio.decode(file, HZ)))
        # The prompt of the exchange is none of the turns: nothing of it is heard here, nor before.
        sound[side][: begins_ms * HZ // 1000] = 0
    turns = tuple(
        Turn(Side(turn["side"]), turn["start_ms"], turn["end_ms"], turn["text"])
        for turn in truth["turns"]
        if turn["start_ms"] >= begins_ms
    )
    return Spoken(name, truth["langs"][0], sound, turns)


def warm_up(call: Spoken, engine: Transcriber) -> None:
    """What a worker pays once, at its first call: the word lists, and room for a window."""
    for language in lemma.LANGUAGES:
        lemma.is_listed("hotel", language)
    bare(call, Side.AGENT, engine)


def over_the_bare_engine(
    calls: Sequence[Spoken], engine: Transcriber, heard: list[Heard]
) -> Iterator[Row]:
    """Our pipeline, from samples to transcript, beside the engine on the same windows of speech,
    which are cut for it beforehand.

    What it wrote goes into ``heard``, so that nothing is transcribed twice.
    """
    ours_s, bare_s, ours_errors, bare_errors, letters, right = 0.0, 0.0, 0, 0, 0, 0
    by_language: dict[str, list[int]] = {}
    sures: list[tuple[float, bool]] = []
    for call in calls:
        for side in Side:
            cut(call, side)
        began = time.process_time()
        transcript = ours(call, engine)
        between = time.process_time()
        heard.append(Heard(call.name, transcript))
        alone = {side: bare(call, side, engine) for side in Side}
        bare_s += time.process_time() - between
        ours_s += between - began
        for side in Side:
            truth = plain(call, call.said(side))
            wrong = words_errors.letter_errors(plain(call, said(transcript, side)), truth)
            ours_errors += wrong
            bare_errors += words_errors.letter_errors(plain(call, alone[side]), truth)
            letters += words_errors.letters(truth)
            counted = by_language.setdefault(call.language, [0, 0])
            counted[0] += wrong
            counted[1] += words_errors.letters(truth)
        right += sum(not told.likelier for told in transcript.sides)
        sures += _sure(transcript, call)
    name = "from samples to transcript, against the bare engine on the same windows"
    yield row(f"{name} (s of CPU)", ours_s, bare_s, "<=1.15")
    speech_s = sum(call.speech_s for call in calls)
    # A promise about the small model: another's is a matter of its size.
    small = None if knobs.text("MODEL") else "<=0.2"
    yield row("the same, for a second of speech (s of CPU)", ours_s / speech_s, None, small,
              Judged.OURS)  # fmt: skip
    yield row(f"{name} (letter errors, %)", percent(ours_errors, letters),
              percent(bare_errors, letters), "<=1.15")  # fmt: skip
    for language, (wrong, of) in sorted(by_language.items()):
        yield row(f"letter errors in {language} (%)", percent(wrong, of), None)
    share = percent(right, 2 * len(calls))
    yield row("sides written in their own language, with the line as prior, and not doubted (%)",
              share, None, ">=95", Judged.OURS)  # fmt: skip
    yield row("right among words shown as sure (%)", _right(sures, sure=True), None)
    yield row("right among words shown as unsure (%)", _right(sures, sure=False), None)


def plain(call: Spoken, text: str) -> list[str]:
    """The words of ``text`` as errors are counted in them."""
    return words_errors.plain(text, call.language)


def said(transcript: Transcript, side: Side) -> str:
    """What a reader sees of one side."""
    return " ".join(each.text for each in transcript.segments if each.side is side)


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
    known = {side: set(plain(call, call.said(side))) for side in Side}
    return [
        (word.probability, set(plain(call, word.text)) <= known[segment.side])
        for segment in transcript.segments
        for word in segment.words
    ]


def _right(words: Sequence[tuple[float, bool]], *, sure: bool) -> float | None:
    some = [right for probability, right in words if (probability >= 0.5) is sure]
    return 100 * statistics.mean(some) if some else None


def percent(part: float, whole: float) -> float:
    return 100 * part / max(whole, 1)

"""Whisper models in CTranslate2's form, through faster-whisper: any size, any fine-tune, no
network.

What the settings guard against was measured or reported by others: text carried from window to
window snowballs (condition_on_previous_text), and warmer retries turn a window that holds no words
into fluent invented ones (temperature). At one temperature, the same sound always gives the same
words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from talteen.errors import InputError
from talteen.life.transcribe import model_store
from talteen.life.transcribe.model_store import ModelFolder
from talteen.life.transcribe.speech import HeardSegment, Sound, Transcriber
from talteen.life.transcribe.words import Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel  # type: ignore[import-untyped]
    from faster_whisper.transcribe import Segment as WhisperSegment  # type: ignore[import-untyped]
    from faster_whisper.transcribe import Word as WhisperWord

BEAM = 5
"""13 points of word errors fewer than 1 on the small model, for a fifth more time (research)."""
WINDOW_S = 30.0
TOKENS_PER_S = 12
FEWEST_TOKENS = 20
"""A loop takes all the tokens it may, and time with them; Finnish speech takes 9 a second at
most."""
_DIGEST_SHOWN = 12


def load(folder: ModelFolder, *, threads: int) -> Transcriber:
    """The model of ``folder``, warm, in 8-bit integers (as good as 32-bit floats, and 70 %
    cheaper)."""
    model_store.stay_offline()
    # Only a worker hears: every other process would pay seconds and memory for this import.
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(folder.path), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1
    )
    digest = folder.digest[:_DIGEST_SHOWN]
    engine = f"faster-whisper/{version('faster-whisper')} {folder.name}/{digest}"
    return _Whisper(model, engine[:64])


@dataclass(frozen=True, slots=True)
class _Whisper:
    _model: "WhisperModel"
    engine: str
    settings: str = f"int8 beam={BEAM} temperature=0 tokens={FEWEST_TOKENS}+{TOKENS_PER_S}/s"

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        if language not in self._model.supported_languages:
            raise InputError(
                "the speech model does not know the language of this recording",
                remedy="set speech.model_dir to a model that knows it",
            )
        heard, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=BEAM,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            # Not the engine's own: it would drop a whole window unseen where our guard hides it.
            no_speech_threshold=None,
            max_new_tokens=_most_tokens(clips),
            clip_timestamps=[seconds for clip in clips for seconds in clip],
        )
        return [_heard(segment) for segment in heard if segment.text.strip()]


def _most_tokens(clips: Sequence[tuple[float, float]]) -> int:
    longest_s = min(max((end - start for start, end in clips), default=0.0), WINDOW_S)
    return FEWEST_TOKENS + int(longest_s * TOKENS_PER_S)


def _heard(segment: "WhisperSegment") -> HeardSegment:
    return HeardSegment(
        start_ms=round(segment.start * 1000),
        end_ms=round(segment.end * 1000),
        words=tuple(_words(segment.words or [])),
        avg_logprob=segment.avg_logprob,
        no_speech=segment.no_speech_prob,
        compression=segment.compression_ratio,
    )


def _words(parts: "Iterable[WhisperWord]") -> list[Word]:
    """Whole words: Whisper cuts "check-in" and "10.30" apart, and marks a new word by its space."""
    words: list[Word] = []
    for part in parts:
        start_ms, end_ms = round(part.start * 1000), round(part.end * 1000)
        # Thousandths: the last bits differ from processor to processor.
        probability = round(min(max(float(part.probability), 0.0), 1.0), 3)
        text = part.word.strip()
        if words and not part.word.startswith(" "):
            last = words.pop()
            start_ms, text = last.start_ms, last.text + text
            probability = min(last.probability, probability)
        if text:
            words.append(Word(text, start_ms, end_ms, probability))
    return words

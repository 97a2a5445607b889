"""Whisper models in CTranslate2's form, through faster-whisper: any size, any fine-tune, no
network.

What the settings guard against was measured or reported by others: text carried from window to
window snowballs (condition_on_previous_text), and warmer retries turn a window that holds no words
into fluent invented ones (temperature). At one temperature, the same sound always gives the same
words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog

from talteen.errors import InputError, Unavailable
from talteen.life.transcribe import memory, model_store
from talteen.life.transcribe.model_store import ModelFolder
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Sound, Transcriber
from talteen.life.transcribe.words import Word

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline  # type: ignore[import-untyped]
    from faster_whisper.transcribe import Segment as WhisperSegment  # type: ignore[import-untyped]
    from faster_whisper.transcribe import Word as WhisperWord

    from talteen.life.transcribe.whisper_model import RememberingModel

BEAM = 5
"""13 points of word errors fewer than 1 on the small model, for a fifth more time (research)."""
WINDOW_S = 30.0
TOKENS_PER_S = 12
FEWEST_TOKENS = 20
"""A loop takes all the tokens it may, and time with them; Finnish speech takes 9 a second at
most."""
GPU_BATCH = 8
"""What one card of 8 GB holds of the large model beside its weights (faster-whisper's own
default)."""
_DIGEST_SHOWN = 12

log = structlog.get_logger()


class Device(Enum):
    """Where a model computes. The value is what configuration writes."""

    AUTO = "auto"
    """On a GPU where there is one that works, else on the CPU."""
    CPU = "cpu"
    CUDA = "cuda"


@dataclass(frozen=True, slots=True)
class How:
    """How a model is run."""

    threads: int = 2
    device: Device = Device.AUTO
    batch: int = 0
    """Windows heard at once; 0: one on a CPU, GPU_BATCH on a GPU."""


def load(folder: ModelFolder, how: How) -> Transcriber:
    """The model of ``folder``, warm: on a CPU in 8-bit integers (as good as 32-bit floats, and
    70 % cheaper), on a GPU in 8-bit integers and 16-bit floats.

    Raises Unavailable where its files are no model, or the GPU that is asked for does not work;
    MemoryError where it does not fit.
    """
    model_store.stay_offline()
    for device, compute in _places(how.device):
        try:
            loaded = _loaded(folder, how, device=device, compute=compute)
            memory.check_room(_window_bytes(folder, batch=loaded.batch))
            return loaded
        except MemoryError:
            raise
        except Exception as error:  # bent files fail of anything, a tokenizer's of Exception itself
            if device == "cuda" and how.device is Device.AUTO:
                # A driver without its libraries, or a card that others fill: slow beats silent.
                log.warning("speech.gpu_unusable", kind=type(error).__name__.lower())
                continue
            if memory.is_short(error):
                raise MemoryError("the speech model does not fit") from None
            raise Unavailable(
                f"the speech model cannot be loaded ({device})",
                remedy="see docs/operators/speech.md: which files and which memory it needs",
            ) from error
    raise AssertionError("a model is loaded, or the reason is raised")


def _window_bytes(folder: ModelFolder, *, batch: int) -> int:
    """What hearing takes beside the weights: 154 MiB a window of the small model, measured; of
    larger ones it grows with their size, less than they do."""
    size = sum(path.stat().st_size for path in folder.path.iterdir() if path.is_file())
    return batch * (128 * memory.MIB + size * 3 // 10)


def _places(wanted: Device) -> list[tuple[str, str]]:
    """Device and arithmetic, in the order in which they are tried."""
    cpu, cuda = ("cpu", "int8"), ("cuda", "int8_float16")
    match wanted:
        case Device.CPU:
            return [cpu]
        case Device.CUDA:
            return [cuda]
        case Device.AUTO:
            from ctranslate2 import get_cuda_device_count  # type: ignore[import-untyped]

            return [cuda, cpu] if get_cuda_device_count() else [cpu]


def _loaded(folder: ModelFolder, how: How, *, device: str, compute: str) -> Transcriber:
    # Only a worker hears: every other process would pay seconds and memory for this import.
    from faster_whisper import BatchedInferencePipeline

    from talteen.life.transcribe.whisper_model import RememberingModel

    model = RememberingModel(
        str(folder.path),
        device=device,
        compute_type=compute,
        cpu_threads=how.threads,
        num_workers=1,
        local_files_only=True,
    )
    batch = how.batch or (GPU_BATCH if device == "cuda" else 1)
    settings = f"{compute} beam={BEAM} temperature=0 tokens={FEWEST_TOKENS}+{TOKENS_PER_S}/s"
    if batch > 1:
        settings += f" batch={batch}"
    digest = folder.digest[:_DIGEST_SHOWN]
    engine = f"faster-whisper/{version('faster-whisper')} {folder.name}/{digest}"
    return _Whisper(model, BatchedInferencePipeline(model), engine[:64], settings, batch)


@dataclass(frozen=True, slots=True)
class _Whisper:
    _model: "RememberingModel"
    _many: "BatchedInferencePipeline"
    engine: str
    settings: str
    batch: int

    def detect(self, samples: Sound) -> Mapping[str, float]:
        if not self._model.model.is_multilingual:
            return {}
        return self._model.languages(samples)

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        if language not in self._model.supported_languages:
            raise InputError(
                "the speech model does not know the language of this recording",
                remedy="set speech.model_dir to a model that knows it",
            )
        told = {
            "language": language,
            "beam_size": BEAM,
            "temperature": 0.0,
            "condition_on_previous_text": False,
            "word_timestamps": True,
            "vad_filter": False,
            # Not the engine's own: it would drop a whole window unseen where our guard hides it.
            "no_speech_threshold": None,
            "max_new_tokens": _most_tokens(clips),
        }
        if len(clips) > 1:
            spans = [{"start": start, "end": end} for start, end in clips]
            heard, _ = self._many.transcribe(
                samples,
                clip_timestamps=spans,
                batch_size=self.batch,
                without_timestamps=False,
                **told,
            )
        else:
            ends = [seconds for clip in clips for seconds in clip]
            if ends == [0.0, len(samples) / HEARS_HZ]:
                self._model.hears(samples)
            heard, _ = self._model.transcribe(samples, clip_timestamps=ends, **told)
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

"""An engine that hears what it is told to: the house around it is real, and no model is loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from talteen.life.transcribe.speech import HeardSegment, Sound
from talteen.life.transcribe.words import Word

Act = Callable[[int], None]


@dataclass(slots=True)
class Says:
    """An engine that hears one word a clip, and does something before each."""

    word: str = "huone"
    before: Act = lambda _: None
    engine: str = "says/1 nothing/0"
    settings: str = ""
    batch: int = 1
    heard: int = 0
    languages: list[str] = field(default_factory=list)

    def detect(self, samples: Sound) -> Mapping[str, float]:
        return {"fi": 1.0}

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        self.before(self.heard)
        self.heard += 1
        self.languages.append(language)
        start_ms = round(clips[0][0] * 1000)
        word = Word(self.word, start_ms + 100, start_ms + 600, 0.9)
        return [HeardSegment(start_ms, start_ms + 700, (word,), -0.2, 0.0, 1.0)]

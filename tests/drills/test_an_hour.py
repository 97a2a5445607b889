"""An hour of talk passes through voice activity and windows in little memory, to its last minute.

Voice activity is the real one. The engine stands in, because the real one would take a quarter of
an hour of a core; what a window costs it, and how well it hears, is measured by ``bench words``.
The long drill hears the hour; whoever names this file hears 36 minutes, whose sound is more than
the room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from talteen.life.transcribe import lemma, sides
from talteen.life.transcribe.speech import HeardSegment, Sound
from talteen.life.transcribe.vad import CHUNK_FRAMES, FRAME_MS
from talteen.life.transcribe.words import Side, Transcript
from tests.kit import speech
from tests.kit.depth import LONG
from tests.kit.hearing_engine import Says
from tests.kit.little import in_little_memory

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]
LONG_S = 3_600 if LONG else 36 * 60
PIECE_S = 30
SOUND_MIB = LONG_S * speech.RATE * 2 / (1 << 20)
ROOM_MIB = 30


@dataclass(slots=True)
class Notes(Says):
    """It hears one word a window, and notes how long each was."""

    lengths_s: list[float] = field(default_factory=list)

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        self.lengths_s += [end - start for start, end in clips]
        return Says.hear(self, samples, clips=clips, language=language)


def lasting(seconds: int) -> Iterator[NDArray[np.int16]]:
    """What a caller says in the half minute, again and again."""
    said = np.frombuffer(speech.said("caller", PIECE_S).pcm, "<i2")
    return (said for _ in range(seconds // PIECE_S))


def heard(seconds: int, engine: Notes) -> Transcript:
    caller = lasting(seconds)
    return sides.transcribe_call(
        iter(()), caller, speech.RATE, marks=[], language="fi", engine=engine
    )


def hears() -> Iterator[None]:
    heard(4 * PIECE_S, Notes())
    assert lemma.is_listed("huone", "fi")
    yield  # a worker that has heard a window has all that it needs
    engine = Notes()
    told = heard(LONG_S, engine)
    starts = [segment.start_ms for segment in told.segments]
    assert max(engine.lengths_s) <= CHUNK_FRAMES * FRAME_MS / 1000
    assert starts == sorted(starts)
    assert {start // 120_000 for start in starts} == set(range(LONG_S // 120))
    assert max(segment.end_ms for segment in told.segments) <= LONG_S * 1000
    (caller,) = (one for one in told.sides if one.side is Side.CALLER)
    assert 0 < caller.speech_ms < LONG_S * 1000


@pytest.mark.long
def test_a_long_call_is_heard_in_windows_and_never_held_whole() -> None:
    assert ROOM_MIB < SOUND_MIB
    assert in_little_memory(ROOM_MIB, hears, within_s=600)

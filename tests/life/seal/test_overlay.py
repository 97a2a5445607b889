"""Two sounds of one conversation are laid on each other to the millisecond, and others never."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from talteen.life.capture.rules import Span
from talteen.life.seal import audio, overlay
from talteen.life.seal.audio import Block
from talteen.life.seal.overlay import Laid
from tests.kit import houses, nodes

NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RATE = 8_000
Sides = tuple[np.ndarray, np.ndarray]


def said(name: str) -> Sides:
    """Both sides of a spoken call."""
    call = houses.spoken(name, NEWEST, whole=True)
    agent, caller = (nodes.samples(Path(f"{call.files}.{one}.opus")) for one in ("agent", "caller"))
    length = max(len(agent), len(caller))
    return tuple(np.pad(one, (0, length - len(one))) for one in (agent, caller))  # type: ignore[return-value]


def blocks(sides: Sides) -> Iterator[Block]:
    for at in range(0, len(sides[0]), RATE):
        yield sides[0][at : at + RATE], sides[1][at : at + RATE]


def through_opus(sides: Sides) -> Sides:
    """As a sealed recording gives it back."""
    kept = (b"".join(audio.encode([one], RATE)) for one in sides)
    return tuple(np.concatenate(list(audio.decode(BytesIO(one), RATE))) for one in kept)  # type: ignore[return-value]


def laid(own: Sides, theirs: Sides, near_ms: int = 0) -> Laid | None:
    length_ms = len(own[0]) * 1000 // RATE
    avoid = [Span(0, 500)]
    return overlay.lay(
        blocks(own), blocks(theirs), RATE, length_ms=length_ms, avoid=avoid, near_ms=near_ms
    )


@pytest.fixture(scope="module")
def whole() -> Sides:
    return said("001")


@pytest.mark.parametrize(("shift", "near_ms"), [(29_123, 9_000), (-12_345, 1_000)])
def test_a_sealed_sound_finds_itself_on_another_nodes_clock(
    whole: Sides, shift: int, near_ms: int
) -> None:
    own = through_opus(whole)
    if shift > 0:
        theirs = tuple(np.pad(one, (shift, 0)) for one in whole)
    else:
        theirs = tuple(one[-shift:] for one in whole)

    found = laid(own, theirs, near_ms)  # type: ignore[arg-type]

    assert found is not None
    middle = len(own[0]) // 2
    assert abs(found.theirs(middle) - middle - shift) <= RATE // 1000


def test_a_clock_that_runs_faster_is_followed(whole: Sides) -> None:
    own = tuple(np.tile(one, 3) for one in whole)
    at = np.arange(0, len(own[0]) - 1, 1 - 200e-6)  # 200 ppm
    theirs = tuple(np.interp(at, np.arange(len(one)), one).astype(np.int16) for one in own)

    found = laid(own, theirs)  # type: ignore[arg-type]

    assert found is not None
    for part in (0.1, 0.5, 0.9):
        place = round(len(own[0]) * part)
        assert abs(found.theirs(place) - place / (1 - 200e-6)) <= 5 * RATE // 1000


def test_other_words_of_the_same_voices_are_another_call(whole: Sides) -> None:
    half = len(whole[0]) // 2
    first, second = (tuple(one[part] for one in whole) for part in (slice(half), slice(half, None)))

    assert laid(first, second) is None  # type: ignore[arg-type]
    assert laid(whole, tuple(one[::-1] for one in whole)) is None  # type: ignore[arg-type]


def test_silence_a_tone_and_a_tune_that_comes_again_prove_nothing() -> None:
    at = np.arange(60 * RATE)
    tone = (8_000 * np.sin(2 * np.pi * 425 * at / RATE)).astype(np.int16)
    bar = np.random.default_rng(1).normal(0, 3_000, 3 * RATE).astype(np.int16)
    for sound in (np.zeros(60 * RATE, np.int16), tone, np.tile(bar, 20)):
        assert laid((sound, sound), (sound, sound)) is None

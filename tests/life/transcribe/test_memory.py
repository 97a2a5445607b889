"""A worker has a bound on its memory, set by the kernel; reaching it is a state of the recording,
with a time of the next try, and no call is half written."""

import mmap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from talteen import config, course, wiring
from talteen.clock import MovableClock
from talteen.ids import RecordingId
from talteen.life.transcribe import acts, memory
from talteen.life.transcribe.models import Drafting, DraftPart, Transcription
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.troubles import State, Trouble
from talteen.wiring import House
from tests.kit import houses
from tests.kit.hearing_engine import Says
from tests.kit.little import in_little_memory

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def attempt(house: House, recording: RecordingId, speech: Transcriber | None = None) -> None:
    acts.attempt(
        house.vault,
        (lambda: speech) if speech else house.speech,
        house.shards,
        recording,
        house.now(),
        rewrite=lambda *_: None,
    )


def attempt_in(home: str, at: str, recording: str) -> Iterator[None]:
    """The same in a worker that has all of its modules, and no model yet."""
    clock = MovableClock(datetime.fromisoformat(at))
    house = wiring.build(config.load(Path(home)), clock=clock)
    yield
    attempt(house, RecordingId(UUID(recording)))


@pytest.mark.django_db(transaction=True)
def test_a_model_that_does_not_fit_is_a_trouble_that_is_tried_again(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    recording = houses.recorded(built, "001", TODAY)
    course.roll(built.house, built.clock.now())

    # The small model itself: it needs 130 MiB to load, and 154 to hear a window.
    for room_mib in (60, 200):
        at = built.house.now().isoformat()
        assert in_little_memory(room_mib, attempt_in, str(home), at, str(recording))

    row = Drafting.objects.get(recording=recording)
    assert (State(row.state), Trouble(row.trouble)) == (State.WAITING, Trouble.MEMORY)
    assert row.tries == 2
    assert row.again_at == built.house.now() + timedelta(minutes=15)
    assert not Transcription.objects.exists()
    assert not DraftPart.objects.exists()

    attempt(
        built.house, recording, Says()
    )  # with room it is written, and nothing is left of the trouble
    assert Transcription.objects.filter(recording=recording).exists()
    assert not Drafting.objects.exists()


def short_of_room() -> Iterator[None]:
    yield
    memory.check_room(8 * memory.MIB)
    with pytest.raises(MemoryError):
        memory.check_room(64 * memory.MIB)
    with pytest.raises(OSError, match="allocate"):
        mmap.mmap(-1, 64 * memory.MIB, flags=mmap.MAP_PRIVATE)


def test_the_bound_holds_and_room_is_asked_for_before_it_is_needed() -> None:
    assert in_little_memory(32, short_of_room)


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA failed with error out of memory"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("Failed to allocate memory for requested buffer of size 4"), True),
        (RuntimeError("something broke"), False),
    ],
)
def test_a_shortage_is_known_however_an_engine_says_it(error: Exception, short: bool) -> None:
    assert memory.is_short(error) is short

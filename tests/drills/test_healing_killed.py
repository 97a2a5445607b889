"""kill -9 at every step at which another node's packets replace sealed sound: the recording has its
old sound or the new, never half of either, and in the end the new one alone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course, waking
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import audio, handover
from talteen.life.seal.door import Step, open_for_step
from talteen.life.seal.models import Blob, Replaced
from talteen.register.models import Recording
from tests.kit import houses, nodes
from tests.kit.depth import some
from tests.kit.houses import Built
from tests.kit.processes import Progress, killed_at
from tests.kit.vaults import ROLL_STEPS
from tests.life.seal.two_nodes.pairs import SESSION, Recorded, without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill, pytest.mark.sampled]
BORN = datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STEPS = (
    "new sound sealed",
    "new sound ready",
    *some(ROLL_STEPS, 3),
)


def opens(built: Built, recording: RecordingId) -> int:
    """The recording opens; milliseconds of the caller's sound."""
    opened = open_for_step(built.house.vault, recording, Step.TRANSCRIBE, built.clock.now())
    heard = sum(len(part) for part in audio.decode(opened.file(Kind.CALLER_SOUND), 8_000))
    return heard // 8


def test_sound_that_is_killed_while_it_is_replaced_is_whole_and_once(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    vault, house = built.house.vault, built.house
    pair = [nodes.enrolled(vault, home / name, name) for name in ("north", "south")]
    call = houses.spoken("001", TODAY)
    built.clock.at = call.ends_at
    now = built.clock.now()
    told, media = nodes.told_of(call), nodes.spoken(call)
    unnamed = set[str]()
    for number, step in enumerate(STEPS):
        session = replace(SESSION, session=f"session number {number}")
        lossy = without(media, 2, 1_000, 1_100)
        first = Recorded(built, pair[0], told, lossy, session=session).ended()
        first.take_in()
        other = Recorded(built, pair[1], told, media, session=session).ended()
        recording = first.recording

        def heal(progress: Progress, other: Recorded = other) -> None:
            handover.take_in(vault, other.key, now, progress=progress)

        assert killed_at(step, heal), step
        vault.forget()
        waking.wake(house)
        row = Recording.objects.get(pk=recording)
        assert opens(built, recording) >= row.length_ms, step

        heal(lambda _: None)
        course.replaced(house, now)

        row = Recording.objects.get(pk=recording)
        assert opens(built, recording) >= row.length_ms, step
        assert not [one for one in row.marks if one["kind"] == "lost"], step
        assert (other.promise.outcome, other.promise.recording) == ("twin", recording), step
        entry = vault.entry(recording, now)
        named = set(Blob.objects.filter(recording=recording).values_list("pk", flat=True))
        assert {blob.id for blob in entry.blobs} == named, step
        assert not Replaced.objects.exists(), step
        stored = {key.rpartition("/")[2] for key in vault.blobs.keys("blobs/")}
        stored -= {str(blob) for blob in Blob.objects.values_list("pk", flat=True)}
        if step == "new sound sealed":
            unnamed |= stored  # what no row names is swept after a day
        assert stored <= unnamed, step
        vault.blobs.delete([first.key, other.key])  # the next call is of the same sound

"""An ear outlives a disk that is full: its calls go on in the room that it has ahead, and what it
could not do is done when there is room again."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from talteen.engine.vault.journals import Journals
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.ear import Ear
from tests.kit import disks, mortals

PACKETS = 10


def new_hour(node: mortals.Node, _: Ear, __: RecordingId) -> None:
    node.reseal()


def new_segment(_: mortals.Node, ear: Ear, __: RecordingId) -> None:
    ear.move.begin()


def refusal(node: mortals.Node, _: Ear, other: RecordingId) -> None:
    node.tell(say.Burn(other))


@pytest.mark.parametrize("happens", [new_hour, new_segment, refusal])
def test_an_ear_outlives_what_needs_room_on_a_full_disk(
    tmp_path: Path, happens: Callable[[mortals.Node, Ear, RecordingId], None]
) -> None:
    with disks.small(tmp_path / "disk", 4) as disk, mortals.node(disk, pairs=2) as node:
        ear = node.ear()
        calls = [node.open(port) for port in (node.ports.first, node.ports.first + 2)]
        for call in calls:
            node.tell(say.Keep(call, 0))
        node.until(ear, lambda: sum(len(call.keys) for call in ear.calls.open.values()) == 2)
        kept, other = calls
        segment = ear.drain.segment
        node.until(ear, lambda: segment.allocated)
        full = disks.fill(disk)

        happens(node, ear, other)
        node.slice(ear)
        time.sleep(0.1)  # it tries, and meets the full disk
        node.slice(ear, 150)  # a second and a half by their clock: it looks at its disk
        node.speak(kept, 1, PACKETS)
        node.slice(ear, 2)
        full.unlink()
        node.until(ear, lambda: ear.drain.segment is not segment or len(ear.calls.open) < 2)
        ear.finish()

        assert [one for _, one in node.heard(kept).packets(1)] == [
            one.data for one in node.sent[kept, 1]
        ]
        assert Journals(disk).recordings() == set(ear.calls.open)

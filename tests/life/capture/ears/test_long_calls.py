"""A call of hours costs a node what a call of minutes does, and its keys' few bytes a segment."""

import gc
import tracemalloc
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault import intake
from talteen.ids import IntakeKeyId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.ear import Ear
from talteen.life.capture.ears.intake import Intake
from tests.kit import mortals

CALLS, SEGMENTS = 4, 24
A_KEY_BYTES = 160
"""With what a list keeps ready for the next ones."""
OURS = tracemalloc.Filter(inclusive=True, filename_pattern="*/talteen/*")


def kept_bytes() -> int:
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces([OURS])
    return sum(one.size for one in snapshot.statistics("filename"))


def go_on(node: mortals.Node, ear: Ear, to: Intake | None = None) -> None:
    """All calls go on in another segment, each with what comes in some visits."""
    before = ear.drain.segment.id
    assert ear.move.begin(to)
    node.until(ear, lambda: ear.drain.segment.id != before)
    for call, stream in node.port_of:
        node.speak(call, stream, 5)
    node.sent.clear()
    node.slice(ear, 2)
    ear.calls.coming.finish()


def test_a_call_of_many_segments_keeps_of_each_its_key_alone(tmp_path: Path) -> None:
    """Of a place of each record, what was said of it, or a value a key, nothing stays."""
    with mortals.node(tmp_path, pairs=CALLS) as node:
        ear = node.ear()
        for port in range(node.ports.first, node.ports.first + 2 * CALLS, 2):
            node.tell(say.Keep(node.open(port), 0))
        node.until(ear, lambda: sum(len(one.keys) for one in ear.calls.open.values()) == CALLS)
        tracemalloc.start()
        go_on(node, ear)
        go_on(node, ear)
        kept, told = kept_bytes(), ear.living()

        for _ in range(SEGMENTS):
            go_on(node, ear)
        go_on(node, ear, Intake(IntakeKeyId(uuid4()), intake.public_bytes(node.seed)))

        assert kept_bytes() - kept < CALLS * SEGMENTS * A_KEY_BYTES
        assert len(ear.living()) == len(told)
        tracemalloc.stop()
        ear.calls.scribe.end()

"""The two threads of an ear that may wait for a disk."""

from pathlib import Path
from threading import Event
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault.journals import Journals
from talteen.ids import HouseId, IntakeKeyId
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.ears.scribe import Node, Scribe


def test_a_segment_is_closed_behind_all_that_was_begun_with_it(tmp_path: Path) -> None:
    """Room is reserved in it in one thread, and it is flushed and closed in the other."""
    node = Node(HouseId(uuid4()), "north", Ed25519PrivateKey.generate())
    scribe = Scribe(Journals(tmp_path), node, Intake(IntakeKeyId(uuid4()), bytes(32)))
    old, new = scribe.journals.new_segment(), scribe.journals.new_segment()
    may_go_on = Event()

    def reserve() -> None:
        may_go_on.wait()
        old.reserve(4096)

    reserving = scribe.do(reserve)
    scribe.close(old)
    scribe.flush(new).result()
    may_go_on.set()
    reserving.result()
    scribe.end()

    assert old.allocated > 0
    new.close()

"""An ear's logbook forgets the calls that are over, what was said again of others, and no more."""

import os
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.journal_bodies import Why
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.gathered import standing
from talteen.life.capture.ears.logbook import Logbook
from tests.kit import ears
from tests.kit.ears import rtp
from tests.kit.processes import until

FACT = 60_000
"""Bytes: two are as much as a logbook may hold before it is looked through."""
CALL, OTHER = RecordingId(uuid4()), RecordingId(uuid4())
TAKEN = say.Taken(10_000, b"media", b"names")
LISTEN = say.Listen(CALL, 1, 10_000, "127.0.0.1", 0, control=False)


def left(*said: say.Message, resuming: bool = False) -> list[say.Message]:
    """Of what was said, what counts while ``CALL`` goes on."""
    entries = map(say.write, said)
    return [say.read(one) for one in standing(entries, {CALL.bytes}, resuming=resuming)]


def dropped(stream: int, count: int) -> say.Missing:
    return say.Missing(CALL, stream, Why.DROPPED, count, 0)


def test_a_call_that_goes_on_is_known_again_when_others_were_forgotten(tmp_path: Path) -> None:
    packets = [rtp(n, os.urandom(160)) for n in range(40)]
    with ears.node(tmp_path) as node:
        port = node.ports.first
        going_on, over = node.open(port), node.open(port + 2)
        node.keep(going_on)
        node.keep(over)
        node.send(port, *packets[:20])
        node.ask(*(say.Fact(over, bytes([n]) * FACT) for n in range(2)))
        node.close(over)
        logbook = Logbook(node.holder.ears[0].left.logbook)
        until(lambda: logbook.size_bytes < FACT)
        node.kill()
        node.send(port, *packets[20:])
        node.wait(say.Kept, going_on, beyond=1)
        node.close(going_on)

        assert [packet for _, packet in node.heard(going_on).packets(1)] == packets


def test_what_is_said_again_with_each_segment_counts_once() -> None:
    said = [say.Kept(CALL, 0), dropped(1, 3), say.Kept(CALL, 1), dropped(2, 1), dropped(1, 4)]

    assert left(*said, say.Kept(OTHER, 0), say.Kept(CALL, 2)) == [
        dropped(2, 1), dropped(1, 4), say.Kept(CALL, 2),
    ]  # fmt: skip


def test_a_word_counts_for_what_stands_before_it() -> None:
    """A port that a stream left, or packets that an ear had in its hands, may not be lost."""
    moved: list[say.Message] = [say.Kept(CALL, 0), LISTEN, say.Kept(CALL, 1)]
    in_hand: list[say.Message] = [say.Kept(CALL, 0), TAKEN, say.Kept(CALL, 1)]

    assert left(*moved) == moved
    assert left(*in_hand, resuming=True) == in_hand
    assert left(*in_hand) == [say.Kept(CALL, 1)]

"""One by one, the ways in which a packet was lost and nobody told: each is told now.

A forked ear lives for as many slices as a test lets it, and is killed behind the last of them.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from talteen.engine.vault import segment
from talteen.engine.vault.journal_bodies import Why
from talteen.errors import DiskFull
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears import sockets
from talteen.life.capture.ears.calls import Phase
from talteen.life.capture.ears.ear import Ear
from tests.kit import mortals
from tests.kit.accounting import Account, account
from tests.kit.mortals import Node


@contextmanager
def one_call(folder: Path, *, room_bytes: int = 0) -> Iterator[tuple[Node, RecordingId]]:
    """A node, and a call on its first port that is to be kept."""
    with mortals.node(folder, room_bytes=room_bytes) as node:
        call = node.open(node.ports.first)
        node.tell(say.Keep(call, 0))
        yield node, call


def kept(node: Node, ear: Ear, calls: int = 1) -> None:
    """Slices until so many calls are sealed."""

    def sealing() -> bool:
        return [one.phase for one in ear.calls.open.values()] == [Phase.SEALING] * calls

    node.until(ear, sealing)


def visited(node: Node, ear: Ear, slices: int = 2) -> None:
    """The one call is sealed, and its streams are visited so often."""
    kept(node, ear)
    node.slice(ear, slices)


def closed(node: Node, call: RecordingId) -> Account:
    """The account of the first stream, when all has ended."""
    node.tell(say.Close(call, time.time_ns()))
    node.live(lambda node, ear: node.until(ear, lambda: call in node.closed))
    return account(node.heard(call), 1, node.sent[call, 1])


def test_drops_while_no_ear_lives_are_told_though_the_logbook_was_gathered(tmp_path: Path) -> None:
    """A gathered logbook tells of a stream before it tells how many drops of it are told."""
    with one_call(tmp_path, room_bytes=24_000) as (node, call):

        def gathers(node: Node, ear: Ear) -> None:
            kept(node, ear)
            ear.logbook.replace(ear.living())

        node.live(gathers)
        node.speak(call, 1, 60)
        got = closed(node, call)

    assert got.silent == ()
    assert 0 < got.told < 60 == got.kept + got.told


def test_what_was_read_before_the_end_of_a_pause_and_died_with_its_ear_is_told(
    tmp_path: Path,
) -> None:
    """Whether the dead ear had heard of that end (and waited for its next visit), or had not."""
    with one_call(tmp_path) as (node, call):

        def reads_too_early(node: Node, ear: Ear) -> None:
            kept(node, ear)
            node.turn(call)
            node.say_late(call)
            node.slice(ear)
            node.turn(call)
            node.speak(call, 1)
            node.slice(ear)
            node.say_late(call)
            ear.hear()

        node.live(reads_too_early)
        got = closed(node, call)

    assert (got.kept, got.told, got.silent) == (0, 1, ())


def test_what_was_let_go_before_the_end_of_a_pause_was_told_is_told(tmp_path: Path) -> None:
    with one_call(tmp_path) as (node, call):

        def hears_late(node: Node, ear: Ear) -> None:
            kept(node, ear)
            node.turn(call)
            node.say_late(call)
            node.slice(ear)
            node.turn(call)
            node.speak(call, 1, 3)
            node.slice(ear, 3)
            node.say_late(call)
            node.speak(call, 1, 2)
            node.slice(ear)

        node.live(hears_late)
        got = closed(node, call)

    assert (got.kept, got.told, got.silent) == (2, 3, ())


def test_two_stretches_of_drops_are_two_gaps_though_an_ear_died_between(tmp_path: Path) -> None:
    """The second began where the first had begun, and took its place."""
    with one_call(tmp_path, room_bytes=24_000) as (node, call):
        node.live(kept)
        node.speak(call, 1, 60)

        def dies_with_packets_in_its_hands(node: Node, ear: Ear) -> None:
            ear.drain.look = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
            node.slice(ear, 9)
            node.until(ear, lambda: False)

        node.live(dies_with_packets_in_its_hands)
        node.speak(call, 1)
        node.live(visited)
        with socket.socket(fileno=os.dup(node.left.ports[node.ports.first])) as media:
            sockets.deafen(media)
            node.speak(call, 1, 3)
        got = closed(node, call)

    assert got.silent == ()
    assert got.kept + got.told == 64


def test_a_pause_that_is_told_late_leaves_a_recording_that_lacks_nothing(tmp_path: Path) -> None:
    """What is burnt of it is no torn record."""
    with one_call(tmp_path) as (node, call):

        def told_late(node: Node, ear: Ear) -> None:
            kept(node, ear)
            node.speak(call, 1, 3)
            node.turn(call)
            node.speak(call, 1, 3)
            node.slice(ear, 2)
            node.say_late(call)
            node.slice(ear)
            node.turn(call)
            node.say_late(call)

        node.live(told_late)
        got, heard = closed(node, call), node.heard(call)

    assert (got.kept, got.unwanted, got.doubled) == (3, 0, 0)
    assert [gap.why for gap in heard.gaps(1)] == [Why.HOLD]


def test_packets_as_large_as_they_may_be_are_kept_once_though_their_ear_dies_at_a_write(
    tmp_path: Path,
) -> None:
    """Together they are more than what is sealed at once: it is written while some are in hand."""
    with mortals.node(tmp_path, room_bytes=1 << 23) as node:
        calls = [node.open(node.ports.first + 4 * n) for n in range(4)]
        for call in calls:
            node.tell(say.Keep(call, 0))
        node.live(lambda node, ear: kept(node, ear, calls=4))
        for call in calls:
            node.speak(call, 1, 31, size=65_000)

        def dies_within_a_visit(node: Node, ear: Ear) -> None:
            look, write, looking = ear.drain.look, ear.drain.write, False

            def looks(*visit: Any) -> None:
                nonlocal looking
                looking = True
                look(*visit)
                looking = False

            def writes() -> bool:
                fits = write()
                if looking:
                    os.kill(os.getpid(), signal.SIGKILL)
                return fits

            ear.drain.look, ear.drain.write = looks, writes  # type: ignore[method-assign, assignment]
            kept(node, ear, calls=4)
            node.slice(ear, 2)

        assert not node.live(dies_within_a_visit)
        accounts = [closed(node, call) for call in calls]

    assert [(one.kept, one.silent, one.doubled) for one in accounts] == [(31, (), 0)] * 4


def test_records_that_found_no_room_are_told_by_the_next_ear_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with one_call(tmp_path) as (node, call):

        def full(file: int, data: bytes, at: int) -> None:
            raise DiskFull("the journal has no room left", remedy="free space")

        def finds_no_room(node: Node, ear: Ear) -> None:
            kept(node, ear)
            monkeypatch.setattr(segment, "write_at", full)
            node.speak(call, 1, 3)
            node.slice(ear, 2)

        node.live(finds_no_room)
        node.live(lambda node, ear: visited(node, ear, 120))
        got, heard = closed(node, call), node.heard(call)

    assert (got.kept, got.told, got.silent) == (0, 3, ())
    assert Why.NO_ROOM in {gap.why for gap in heard.gaps(1)}


def test_a_word_that_comes_twice_burns_nothing_of_what_followed_it(tmp_path: Path) -> None:
    """A signaller that was killed says again what it was killed in: a pause behind its end, too."""
    with one_call(tmp_path) as (node, call):

        def hears_twice(node: Node, ear: Ear) -> None:
            kept(node, ear)
            node.turn(call)
            pause = node.late[call]
            node.say_late(call)
            node.turn(call)
            resume = node.late[call]
            node.say_late(call)
            node.speak(call, 1, 3)
            node.slice(ear, 2)
            node.tell(pause, resume)
            node.slice(ear)

        node.live(hears_twice)
        got = closed(node, call)

    assert (got.kept, got.told, got.silent) == (3, 0, ())


def test_a_minute_that_was_waited_in_vain_is_told_though_nothing_came_since(tmp_path: Path) -> None:
    with mortals.node(tmp_path) as node:
        call = node.open(node.ports.first)

        def waits(node: Node, ear: Ear) -> None:
            node.slice(ear, 2)
            node.speak(call, 1, 2)
            node.slice(ear)
            for stream in ear.calls.open[call].streams.values():
                stream.waiting.forget(time.time_ns() + 61_000_000_000)
            node.tell(say.Keep(call, 0))
            kept(node, ear)

        node.live(waits)
        got, heard = closed(node, call), node.heard(call)

    assert (got.kept, got.told, got.silent) == (0, 2, ())
    assert [gap.why for gap in heard.gaps(1)] == [Why.OVERRAN]


def test_a_stream_that_moved_and_its_ear_died_is_heard_at_its_new_port(tmp_path: Path) -> None:
    """Packets that were being taken from there, and drops there, were nobody's."""
    with one_call(tmp_path, room_bytes=24_000) as (node, call):

        def moves(node: Node, ear: Ear) -> None:
            kept(node, ear)
            node.move(call, 1, node.ports.first + 4)
            node.slice(ear, 2)
            node.speak(call, 1, 60)

        node.live(moves)
        for struck in range(120, 400, 20):
            node.live(visited, dies_after=struck)
        got = closed(node, call)

    assert (got.silent, got.doubled) == ((), 0)
    assert got.kept + got.told == 60


def test_what_a_dead_ear_had_in_its_hands_waits_for_the_new_key_however_long(
    tmp_path: Path,
) -> None:
    """The minute is for those whose evidence is missing."""
    with one_call(tmp_path) as (node, call):
        node.live(kept)
        node.speak(call, 1, 3)

        def dies_with_packets_in_its_hands(node: Node, ear: Ear) -> None:
            ear.drain.look = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
            node.until(ear, lambda: False)

        def waits(node: Node, ear: Ear) -> None:
            ear.now_ns = lambda: time.time_ns() + 61_000_000_000  # type: ignore[method-assign]
            ear._every_second()
            kept(node, ear)

        node.live(dies_with_packets_in_its_hands)
        node.live(waits)
        got = closed(node, call)

    assert (got.kept, got.silent, got.doubled) == (3, (), 0)


def test_what_a_dead_ear_had_in_hand_is_kept_once_though_the_next_dies_before_it_says_so(
    tmp_path: Path,
) -> None:
    def dies_with_packets_in_hand(node: Node, ear: Ear) -> None:
        kept(node, ear)
        node.speak(call, 1, 3)
        ear.drain.look = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        node.slice(ear, 2)

    def dies_when_it_has_written(node: Node, ear: Ear) -> None:
        enter = ear.enter

        def enters(entry: bytes) -> None:
            if entry[0] == say.KEPT:
                os.kill(os.getpid(), signal.SIGKILL)
            enter(entry)

        ear.enter = enters  # type: ignore[method-assign]
        kept(node, ear)
        node.slice(ear, 2)

    with one_call(tmp_path) as (node, call):
        assert node.live(kept)
        assert not node.live(dies_with_packets_in_hand)
        assert not node.live(dies_when_it_has_written)
        got = closed(node, call)

    assert (got.kept, got.silent, got.doubled, got.torn) == (3, (), 0, False)

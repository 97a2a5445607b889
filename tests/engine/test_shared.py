"""Memory of several processes: whoever is killed in it is waited for by nobody."""

import signal
import threading

from talteen.engine.shared import Shared
from tests.kit.processes import forked, gone, until

PLACE = 64


def test_what_one_process_writes_the_others_read() -> None:
    shared = Shared(128)

    def write() -> None:
        shared.memory[5] = 7

    with forked(write):
        until(lambda: shared.memory[5] == 7)
    assert shared.memory[5] == 7


def test_a_lock_ends_with_the_process_that_was_killed_while_it_held_it() -> None:
    shared = Shared(128)

    def hold() -> None:
        with shared.alone(PLACE):
            shared.memory[0] = 1
            signal.pause()

    with forked(hold) as child:
        until(lambda: shared.memory[0] == 1)
        assert shared.is_held(PLACE)
        assert not shared.take(PLACE)
        assert not shared.is_held(PLACE + 1), "a lock at a place guards that place"
        gone(child)

        assert not shared.is_held(PLACE)
        with shared.alone(PLACE):
            pass


def test_threads_of_one_process_stand_before_it_one_by_one() -> None:
    shared, inside, most = Shared(128), [0], [0]

    def go() -> None:
        for _ in range(200):
            with shared.alone(PLACE):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]

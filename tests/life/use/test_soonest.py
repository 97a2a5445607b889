"""Of those that wait for a turn, the one that is needed first has it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

from talteen.life.use.soonest import SoonestFirst


def until(happens: Callable[[], bool]) -> None:
    end = monotonic() + 10
    while not happens():
        assert monotonic() < end
        sleep(0.001)


def test_whoever_is_needed_first_goes_first_and_who_came_first_among_equals() -> None:
    place, had, running = SoonestFirst(1), list[tuple[float, int]](), list[threading.Thread]()

    def wait(needed_at: float, number: int) -> None:
        with place.turn(needed_at):
            had.append((needed_at, number))

    with place.turn(0):
        for number, needed_at in enumerate([8.0, 4.0, 6.0, 4.0]):
            one = threading.Thread(target=wait, args=(needed_at, number))
            one.start()
            running.append(one)
            until(lambda: len(place._waiting) == len(running))
    for one in running:
        one.join(10)

    assert had == [(4.0, 1), (4.0, 3), (6.0, 2), (8.0, 0)]


def test_so_many_have_a_turn_at_once_and_one_that_fails_gives_it_on() -> None:
    place, inside, most = SoonestFirst(2), set[int](), list[int]()

    def fail(number: int) -> None:
        with suppress(ValueError), place.turn(number):
            inside.add(number)
            most.append(len(inside))
            sleep(0.002)
            inside.discard(number)
            raise ValueError

    running = [threading.Thread(target=fail, args=(number,)) for number in range(12)]
    for one in running:
        one.start()
    for one in running:
        one.join(10)

    assert len(most) == 12
    assert max(most) == 2

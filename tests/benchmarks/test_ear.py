"""A listener is late when they hear nothing, and not when a piece is short or a call is over."""

from benchmarks.ear import Ear, Silence

SECOND = 32_000


def ear() -> Ear:
    one = Ear(SECOND)
    one.asks(0.0)
    return one


def test_who_waits_for_the_first_sound_of_a_place_hears_no_silence() -> None:
    mine = ear()

    assert mine.came(SECOND, 5.0) is None
    mine.place()
    assert mine.came(SECOND, 60.0) is None


def test_a_block_that_comes_while_the_one_before_sounds_is_in_time() -> None:
    mine = ear()
    mine.came(2 * SECOND, 1.0)

    assert mine.came(SECOND, 2.9) is None
    assert mine.has_s(2.9) == 1.1


def test_a_block_that_comes_after_the_last_one_sounded_ends_a_silence() -> None:
    mine = ear()
    mine.came(2 * SECOND, 1.0)
    mine.asks(2.0)

    told = mine.came(SECOND, 3.5)

    assert told == Silence(asked_at=2.0, dry_at=3.0, came_at=3.5)
    assert told.lasted_s == 0.5


def test_after_a_silence_the_sound_is_that_much_later() -> None:
    mine = ear()
    mine.came(SECOND, 0.0)
    mine.came(SECOND, 4.0)

    assert mine.came(SECOND, 4.9) is None


def test_a_call_that_is_over_after_a_blink_makes_nobody_wait() -> None:
    """What was counted as late before: the end of a call, and its beginning asked for behind it."""
    mine = ear()
    mine.came(SECOND // 100, 0.0)
    mine.place()

    assert mine.came(SECOND, 0.2) is None

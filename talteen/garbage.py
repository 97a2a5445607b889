"""How often Python looks through all that lives for cycles that nobody needs any more."""

import atexit
import gc

SELDOM = (20_000, 20, 50)
"""Values that live, and how many searches of one generation make one of the next."""


def sought_seldom() -> None:
    """For a process that has just begun. Loading a house makes 150,000 values that stay; to search
    them again and again, and once more at the end, took a third of a command (decision 303).
    """
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)

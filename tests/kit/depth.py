"""How far a test goes.

`./run test` shows each promise once. `./run drill long` goes
to the end of what is the same again and again: what bears the mark ``long`` runs only there, and
what bears ``sampled`` runs there with every case instead of some, and properties with
``EXAMPLES`` of their own (decision 355).
"""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

LONG = os.environ.get("LONG") == "1"
EXAMPLES = 500 if LONG else 40
"""Of each property that names no number of its own."""


def some(cases: Sequence[T], every: int) -> Sequence[T]:
    """Each ``every``-th of ``cases``, beginning with the first, and the last; all in the long
    drill."""
    if LONG:
        return cases
    return [case for at, case in enumerate(cases) if at % every == 0 or at == len(cases) - 1]

"""How long a staff code stays shut after so many failures in a row. Pure.

Guessing is slowed down and nobody is shut out for good: whoever fails on purpose keeps the owner
of the code waiting for a quarter of an hour at most, and their passkey is not slowed at all. At
that pace a code of six figures stands for years (three of a million are right at any moment).
"""

from datetime import timedelta

FREE = 5
"""Failures that cost nothing: fingers slip."""
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""Since the last failure."""
TELLING = 20
"""From so many failures in a row on somebody is told: this is no finger that slipped."""


def wait(failures: int) -> timedelta:
    """How long nobody gets in after the last of so many failures in a row."""
    if failures < FREE:
        return timedelta(0)
    longer: timedelta = FIRST * (1 << min(failures - FREE, 10))
    return min(longer, LONGEST)

"""How sure it is who asks, where all that a register has is a number (14.6; GDPR 11(2), 12(6)).

Pure. What the house can see is at most the first tier: that an address is the one of a booking, or
that somebody identified strongly, a person has to say.
"""

from enum import Enum


class Tier(Enum):
    """What is known of the person (14.6)."""

    NONE = 0
    NUMBER = 1
    """The number is in their hand, and they told one fact of the call beside it."""


def reached(*, holds_number: bool, told_fact: bool) -> Tier:
    """A number alone never releases anything: whoever finds a telephone holds it too."""
    return Tier.NUMBER if holds_number and told_fact else Tier.NONE

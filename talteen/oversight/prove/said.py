"""What is said of one kind of proof."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Words:
    """Of one kind of proof."""

    found: Promise
    """The figures; they stand beside "holds" or "does not hold"."""
    looked: Promise
    """What was looked at."""

"""Why a recording has no words, and when the machine tries again.

A trouble of the machine (its model, its memory) mends itself or is mended by somebody, so the work
waits; one of the recording (its sound, its language) does not, so it is given up and says so. A try
that its worker did not survive counts as one, whatever killed it: a call that kills workers must
not go round for ever.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class State(Enum):
    """How the work on a recording's words stands."""

    WRITING = "writing"
    WAITING = "waiting"
    """Tried in vain, and tried again by itself."""
    GIVEN_UP = "given_up"
    """Not tried again unless somebody asks."""


class Trouble(Enum):
    """What a try failed of."""

    MODEL = "model"
    """There is no model, or not the permitted one, or its files are broken."""
    MEMORY = "memory"
    WORKER = "worker"
    """The worker was killed while it heard this call, or its machine went down."""
    SOUND = "sound"
    """The sealed sound cannot be decoded."""
    LANGUAGE = "language"
    """No language is known for the call, or none that the model knows."""
    ENGINE = "engine"
    """The engine failed in some other way."""


@dataclass(frozen=True, slots=True)
class Again:
    """When a trouble is tried again."""

    after: timedelta | None
    """None: never by itself."""
    tries: int | None
    """How many in all; None: for as long as it takes."""


AGAIN = {
    Trouble.MODEL: Again(timedelta(minutes=10), None),
    Trouble.MEMORY: Again(timedelta(minutes=15), 4),
    Trouble.WORKER: Again(timedelta(0), 3),
    Trouble.SOUND: Again(None, None),
    Trouble.LANGUAGE: Again(None, None),
    Trouble.ENGINE: Again(timedelta(minutes=5), 3),
}


def next_try(trouble: Trouble, tries: int) -> timedelta | None:
    """How long to wait after the ``tries``-th try failed so; None where it is given up."""
    rule = AGAIN[trouble]
    if rule.after is None or (rule.tries is not None and tries >= rule.tries):
        return None
    return rule.after

"""How a key holder is: asked by its cheapest question, and told as one of four conditions."""

import time
from dataclasses import dataclass
from enum import Enum

from talteen.engine.vault.holders import (
    BackupHolder,
    CredentialRefused,
    HolderSealed,
    LiveHolder,
)
from talteen.errors import Unavailable


class Condition(Enum):
    """What a holder is found to be. The value stands in a table."""

    ANSWERS = "answers"
    SEALED = "sealed"
    """It runs and is locked."""
    CREDENTIAL = "credential"
    """It runs and does not take our credential."""
    AWAY = "away"
    """It does not answer, or not as a holder would."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a holder."""

    condition: Condition
    latency_ms: int
    """How long its answer took, or until we gave it up."""


def look(holder: LiveHolder | BackupHolder) -> Seen:
    """Ask ``holder`` how it is. Never raises Unavailable."""
    began = time.monotonic()
    condition = _condition(holder)
    return Seen(condition, round((time.monotonic() - began) * 1000))


def _condition(holder: LiveHolder | BackupHolder) -> Condition:
    try:
        holder.answer()
    except HolderSealed:
        return Condition.SEALED
    except CredentialRefused:
        return Condition.CREDENTIAL
    except Unavailable:
        return Condition.AWAY
    return Condition.ANSWERS

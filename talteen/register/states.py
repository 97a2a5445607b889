"""The states of a recording, and every step between them. All transitions live here (REGISTER
C, J10).

Three small machines stand side by side instead of one large one: *progress* (below), *holds* (a
set: blocks destruction and narrows purposes) and *restriction* (GDPR Art. 18: blocks use).
"Unplayable" is no state: it is computed on every read from the cutoff and the clock.
"""

from enum import Enum

from talteen.errors import Conflict


class Progress(Enum):
    """How far a recording has come. The value is what the database and the ledger write."""

    CAPTURING = "capturing"
    """Sound is coming in; bound to its versions; due is set."""
    CAPTURED = "captured"
    """The call has ended; its sound is not yet sealed in the blob store."""
    QUARANTINED = "quarantined"
    """Doubt about time or identity (13.2): sealed, unplayable, the earlier due counts."""
    PARKED = "parked"
    """Threat marked before a refusal (15.6): sealed, unplayable, 24 hours."""
    SEALED = "sealed"
    """Encrypted and kept: the state in which a recording can be used."""
    REFUSED = "refused"
    """The caller refused in mid-call (15.3): its sound is being let go. Leaves only a count."""
    DESTROYING = "destroying"
    """Committed to die: nothing opens any more, keys die in the next roll."""
    UNPLAYABLE_FOREVER = "unplayable_forever"
    """Live keys are dead; the last backup copy of a key has a date of death."""
    DESTROYED = "destroyed"
    """No key opens it anywhere: the certificate is valid."""


class Event(Enum):
    """What can happen to a recording."""

    ENDED = "ended"
    SEALED = "sealed"
    DOUBTED = "doubted"
    REFUSED = "refused"
    PARKED = "parked"
    CLAIM_CONFIRMED = "claim_confirmed"
    DESTRUCTION_BEGAN = "destruction_began"
    LIVE_KEYS_DIED = "live_keys_died"
    BACKUP_KEYS_DIED = "backup_keys_died"


_P, _E = Progress, Event
STEPS: dict[tuple[Progress, Event], Progress] = {
    (_P.CAPTURING, _E.ENDED): _P.CAPTURED,
    (_P.CAPTURING, _E.REFUSED): _P.REFUSED,
    (_P.CAPTURING, _E.PARKED): _P.PARKED,
    (_P.CAPTURED, _E.SEALED): _P.SEALED,
    (_P.CAPTURED, _E.DOUBTED): _P.QUARANTINED,
    (_P.CAPTURED, _E.PARKED): _P.PARKED,
    (_P.CAPTURED, _E.REFUSED): _P.REFUSED,
    (_P.CAPTURED, _E.DESTRUCTION_BEGAN): _P.DESTROYING,
    (_P.SEALED, _E.DESTRUCTION_BEGAN): _P.DESTROYING,
    (_P.QUARANTINED, _E.DESTRUCTION_BEGAN): _P.DESTROYING,
    (_P.PARKED, _E.CLAIM_CONFIRMED): _P.SEALED,
    (_P.PARKED, _E.DESTRUCTION_BEGAN): _P.DESTROYING,
    (_P.REFUSED, _E.DESTRUCTION_BEGAN): _P.DESTROYING,
    (_P.DESTROYING, _E.LIVE_KEYS_DIED): _P.UNPLAYABLE_FOREVER,
    (_P.UNPLAYABLE_FOREVER, _E.BACKUP_KEYS_DIED): _P.DESTROYED,
}

LIVING = frozenset({_P.CAPTURING, _P.CAPTURED, _P.SEALED, _P.QUARANTINED, _P.PARKED})
"""States in which sound may still be written for a recording."""
UNSEALED = frozenset({_P.CAPTURING, _P.CAPTURED})
"""States in which no key of the recording is in the vault yet: there is a row and no sound, nothing
to play, to hold or to destroy. Capture ends them by itself (``life.capture.begun``)."""
UNSEALED_VALUES = sorted(progress.value for progress in UNSEALED)
"""The same as columns write them."""
OPENABLE = frozenset({_P.SEALED})
"""States in which a grant can open a recording, if time, holds and purpose allow it."""


def after(progress: Progress, event: Event) -> Progress:
    """The state that ``event`` leads to from ``progress``.

    Raises Conflict where REGISTER C has no such edge: the caller saw a state that is no longer
    true.
    """
    try:
        return STEPS[progress, event]
    except KeyError:
        raise Conflict(
            f"a recording that is {progress.value} cannot take '{event.value}'",
            remedy="read its state again",
        ) from None


class Lot(Enum):
    """What the week's lot for quality made of a call (J14). No step of its life: a side of it."""

    IN = "in"
    """It could have been drawn, and was not."""
    DRAWN = "drawn"
    HELD = "held"
    """Left out: somebody's hold keeps it for its own purposes (J11)."""
    RESTRICTED = "restricted"
    """Left out: its use is restricted (Art. 18)."""
    SPECIAL = "special"
    """Left out: it touches on health or belief (J1)."""
    WORDLESS = "wordless"
    """Left out: without words nothing in it can be covered."""
    CLOSED = "closed"
    """Left out: it is not sealed, or opens no more."""

"""Small sealed things of people who work here: seeds of their apps, and what they say they did.

Their key is of one origin with the other keyed hashes of the house, in the root page, so a copy of
the database holds none of them in the open. It lives as long as the house: these belong to a person
who works here and to no call. Without the live key holder none opens; passkeys and codes on paper
need none.
"""

from collections.abc import Callable
from enum import Enum
from uuid import UUID

from talteen.engine.vault import cobblestone
from talteen.engine.vault.canonical import length_prefixed
from talteen.life.seal.vault import Vault


class Kind(Enum):
    """What is sealed. The value is part of what it is bound to."""

    SEED = b"talteen app seed 1"
    WHY = b"talteen purpose check 1"
    REASON = b"talteen break-glass 1"
    HOOK = b"talteen webhook secret 1"
    HOLD = b"talteen hold opinion 1"
    PERSONNEL = b"talteen personnel opening 1"


def seal(vault: Vault, kind: Kind, row: UUID, person: UUID, plain: bytes) -> bytes:
    """``plain`` sealed as what stands in this row of this person."""
    return cobblestone.seal(_key(vault, kind), _context(row, person), plain)


def unseal(vault: Vault, kind: Kind, row: UUID, person: UUID, sealed: bytes) -> bytes:
    """What ``seal`` sealed. Raises Tampered for other bytes, another kind, row or person."""
    return cobblestone.unseal(_key(vault, kind), _context(row, person), sealed)


def seeds(vault: Callable[[], Vault]) -> Callable[[UUID, UUID, bytes], bytes]:
    """What opens the seed of an app by its row and its person (``factors.Unseal``). The vault is
    asked for with the first seed: who has paper alone comes in while its keys are away."""
    return lambda factor, person, sealed: unseal(vault(), Kind.SEED, factor, person, sealed)


def _key(vault: Vault, kind: Kind) -> bytes:
    return cobblestone.key_of_kind(vault.people_key(), kind.value)


def _context(row: UUID, person: UUID) -> bytes:
    return length_prefixed([row.bytes, person.bytes])

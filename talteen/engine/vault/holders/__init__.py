"""Key holders: the only places where something must truly be destroyable.

A generation key never leaves its holder. Two holders stand apart: the *live* one opens today's
root and forgets the key at every roll; the *backup* one keeps the keys of the last days, so that a
backup can be restored by two persons. The house may create and wrap in the backup holder, never
unwrap; a reaper beside it may delete, and nothing else. What runs when a new holder is written:
``tests/kit/suites/holders.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from talteen.errors import Unavailable


class HolderAway(Unavailable):
    """A key holder does not serve us now. No key is lost by that: nothing opens until it does, and
    calls are recorded all the same (DESIGN 16).
    """

    slug: ClassVar[str] = "holder-away"


class HolderSealed(HolderAway):
    """It runs, and is locked: until people open it, it serves nobody."""

    slug: ClassVar[str] = "holder-sealed"


class CredentialRefused(HolderAway):
    """It runs, and does not take what we show it: a wrong, ended or too weak credential."""

    slug: ClassVar[str] = "holder-credential"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a holder says of itself. It enters certificates, and k is computed from it."""

    kind: str
    """"file", "pkcs11", "openbao", "kms"."""
    copies_live_for: timedelta
    """How long copies outside our reach (snapshots, a service's waiting time) can bring a destroyed
    key back, counted from its destruction. A service's own waiting time stands in it; the rest the
    operator declares; zero where there are none.
    """


class LiveHolder(Protocol):
    """Holds the keys that open roots now. Everything is durable when a method returns.

    HolderAway from any method means: try later. KeyGone means: never.
    """

    @property
    def declared(self) -> Declared:
        """What this holder is."""
        ...

    def answer(self) -> None:
        """Return if the holder would serve us now, by the cheapest question that shows it. Raises
        HolderSealed, CredentialRefused, or HolderAway where it does not answer at all.
        """
        ...

    def create(self, name: str) -> None:
        """Make a random key called ``name``. Raises Conflict if there is one: never replaces it."""
        ...

    def wrap(self, name: str, key: bytes) -> bytes:
        """``key`` (32 bytes) sealed under ``name``. Raises KeyGone where there is no such key."""
        ...

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """What ``wrap`` was given. Raises KeyGone where the key is destroyed, Tampered where
        ``wrapped`` was not made under it.
        """
        ...

    def destroy(self, name: str) -> None:
        """Destroy the key for ever, in every copy within reach. Destroying twice is no error."""
        ...

    def names(self) -> frozenset[str]:
        """The keys that exist."""
        ...


class BackupHolder(Protocol):
    """Holds the keys of the ring, as the live house sees it: it can lock, never open."""

    @property
    def declared(self) -> Declared:
        """What this holder is."""
        ...

    def answer(self) -> None:
        """Return if the holder would serve us now, by the cheapest question that shows it. Raises
        HolderSealed, CredentialRefused, or HolderAway where it does not answer at all.
        """
        ...

    def create(self, name: str) -> None:
        """Make a key called ``name`` and prove, inside the holder, that it opens what it locks.
        Raises Conflict if there is one.
        """
        ...

    def wrap(self, name: str, key: bytes) -> bytes:
        """``key`` (32 bytes) sealed under ``name``. Raises KeyGone where there is no such key."""
        ...

    def schedule_death(self, name: str, at: datetime) -> None:
        """``name`` dies at ``at``. A date moves earlier, never later; a dead key is no error."""
        ...

    def deaths(self) -> Mapping[str, datetime]:
        """The living keys that have a date of death, and the date."""
        ...

    def names(self) -> frozenset[str]:
        """The keys that exist."""
        ...


class Reaper(Protocol):
    """Stands beside the backup holder and lets keys die on their date. It can only delete."""

    def reap(self, now: datetime) -> tuple[str, ...]:
        """Destroy every key whose date has come; returns their names. Needs no other part of the
        house: it goes on when the house is off.
        """
        ...


class RestoreHolder(Protocol):
    """Opens the ring for a restore. Never in the live house; two persons bring what it needs."""

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """The key that was wrapped under ``name``. Raises KeyGone from its date of death on."""
        ...


class NoReaper:
    """In the place of a Reaper where its credential is on another machine: that one reaps."""

    def reap(self, now: datetime) -> tuple[str, ...]:
        """Nothing."""
        return ()

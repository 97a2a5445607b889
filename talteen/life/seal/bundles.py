"""A bundle: content of several recordings that leaves the house together, and dies with any of them
(keys-review 10).

Its key is random and stands wrapped by its own case key and, inside that, by the key of each of its
recordings in turn. So all of them are needed: the death of one recording ends the bundle wherever
its bytes lie, an old dump too; and so does its own clock, which closes the case key in a roll. A
recording whose sound is replaced under a new key ends it as well: then it is made anew.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from talteen.engine.vault import cobblestone
from talteen.engine.vault.canonical import length_prefixed
from talteen.errors import NoLongerOpens, Tampered
from talteen.ids import CaseId, RecordingId
from talteen.life.seal.vault import Vault

_WRAP, _BODY = b"talteen bundle wrap 1", b"talteen bundle body 1"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A sealed bundle as it is kept."""

    recordings: tuple[RecordingId, ...]
    """In the order in which their keys wrap."""
    wrapped: bytes
    parts: tuple[bytes, ...]


def seal(
    vault: Vault,
    case: CaseId,
    recordings: Sequence[RecordingId],
    parts: Sequence[bytes],
    now: datetime,
) -> Bundle:
    """``parts`` sealed together. ``case``: whose key is the bundle's own clock, made in a roll.

    Raises NoLongerOpens where one of the recordings does not open any more.
    """
    ordered = tuple(sorted(set(recordings), key=lambda one: one.bytes))
    key = wrapped = os.urandom(cobblestone.KEY_BYTES)
    for number, outer in enumerate(_keys(vault, case, ordered, now)):
        wrapped = cobblestone.seal(outer, _context(_WRAP, case, number), wrapped)
    bodies = (cobblestone.seal(key, _context(_BODY, case, n), part) for n, part in enumerate(parts))
    return Bundle(ordered, wrapped, tuple(bodies))


def unseal(vault: Vault, case: CaseId, bundle: Bundle, part: int, now: datetime) -> bytes:
    """One part of the bundle. KeyGone after its own end, NoLongerOpens after the end of a
    recording, or once the sound of one was replaced."""
    key = bundle.wrapped
    outers = list(enumerate(_keys(vault, case, bundle.recordings, now)))
    try:
        for number, outer in reversed(outers):
            key = cobblestone.unseal(outer, _context(_WRAP, case, number), key)
    except Tampered:
        raise NoLongerOpens(
            "this package no longer opens: a call in it has another key now",
            remedy="make the package anew",
        ) from None
    return cobblestone.unseal(key, _context(_BODY, case, part), bundle.parts[part])


def _keys(
    vault: Vault, case: CaseId, recordings: Sequence[RecordingId], now: datetime
) -> list[bytes]:
    """The wrapping keys, innermost first: each recording's, then the bundle's own."""
    own = vault.case_key(case)
    deks = [vault.entry(recording, now).dek for recording in recordings]
    return [cobblestone.key_of_kind(key, _WRAP) for key in (*deks, own)]


def _context(label: bytes, case: CaseId, number: int) -> bytes:
    return length_prefixed([label, case.bytes, number.to_bytes(4)])

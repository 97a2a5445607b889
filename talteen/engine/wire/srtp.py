"""SRTP with keys from SDP (RFC 3711, 4568, 7714): opened after the call, not while it runs.

What comes off the wire is ciphertext already, so the journal keeps it as it came, and the keys
beside it under the journal's own key. Opening needs 2 us a packet, more than all the rest of
receiving; after the call nobody waits for it.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from pylibsrtp import Error, Policy, Session

from talteen.engine.wire.rtp import Slots, columns, slots
from talteen.errors import InputError

KEYS_AT_MOST = 8
"""Keys tried for one packet: what a sender may name in a call without slowing us down."""
REPLAY_WINDOW = 0x4000
"""Packets that one may come too late: five minutes, half of what libsrtp can hold."""
_REPLAYED = ("replay check failed (bad index)", "replay check failed (index too old)")


class Suite(Enum):
    """The crypto suites that we open (RFC 4568 6.2, RFC 7714 14.2)."""

    AES_CM_128_HMAC_SHA1_80 = "AES_CM_128_HMAC_SHA1_80"
    AES_CM_128_HMAC_SHA1_32 = "AES_CM_128_HMAC_SHA1_32"
    AEAD_AES_128_GCM = "AEAD_AES_128_GCM"
    AEAD_AES_256_GCM = "AEAD_AES_256_GCM"


@dataclass(frozen=True, slots=True)
class _Shape:
    profile: int
    master_bytes: int
    """Master key and master salt together."""
    tag_bytes: int
    """What stands after the MKI. With GCM the tag is part of the ciphertext, before the MKI."""


_SHAPES = {
    Suite.AES_CM_128_HMAC_SHA1_80: _Shape(Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30, 10),
    Suite.AES_CM_128_HMAC_SHA1_32: _Shape(Policy.SRTP_PROFILE_AES128_CM_SHA1_32, 30, 4),
    Suite.AEAD_AES_128_GCM: _Shape(Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28, 0),
    Suite.AEAD_AES_256_GCM: _Shape(Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44, 0),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One master key of one sender. It never shows itself in a text."""

    suite: Suite
    master: bytes = field(repr=False)
    """Master key and salt, as ``inline:`` gave them."""
    mki: bytes = b""
    """The identifier that packets under this key carry, if any."""


_CRYPTO = re.compile(r"\s*(\d{1,9})\s+(\S+)\s+(\S+)(?:\s+(.*\S))?\s*")
# RFC 4568 6.1: inline:BASE64[|lifetime][|mki:length]
_INLINE = re.compile(
    r"inline:([A-Za-z0-9+/]{1,256}={0,2})(?:\|(?:2\^\d{1,2}|\d{1,15}))?"
    r"(?:\|(\d{1,39}):(\d{1,3}))?"
)
_WEAKENING = ("UNENCRYPTED_SRTP", "UNAUTHENTICATED_SRTP", "KDR=", "FEC_")
_REMEDY = "offer AES_CM_128_HMAC_SHA1_80 with one inline key and no session parameters"


def keys(crypto: str) -> tuple[Key, ...]:
    """The keys of one ``a=crypto`` attribute, given without its name.

    Raises InputError where the suite or a parameter is not one that can be opened. The message
    says nothing of the key.
    """
    found = _CRYPTO.fullmatch(crypto)
    if found is None:
        raise InputError("a crypto attribute of the SDP cannot be read", remedy=_REMEDY)
    _, name, material, parameters = found.groups()
    if name not in Suite.__members__:
        raise InputError("the SDP offers a crypto suite that is not known", remedy=_REMEDY)
    if parameters and any(word.startswith(_WEAKENING) for word in parameters.split()):
        raise InputError("the SDP weakens SRTP by a session parameter", remedy=_REMEDY)
    return tuple(_key(Suite[name], part) for part in material.split(";")[:KEYS_AT_MOST])


def _key(suite: Suite, inline: str) -> Key:
    found = _INLINE.fullmatch(inline)
    try:
        master = b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        master = b""
    if found is None or len(master) != _SHAPES[suite].master_bytes:
        raise InputError("a crypto attribute of the SDP holds no fitting key", remedy=_REMEDY)
    if found[2] is None:
        return Key(suite, master)
    value, length = int(found[2]), int(found[3])
    if not 1 <= length <= 128 or value >= 1 << (8 * length):
        raise InputError("a crypto attribute of the SDP has an odd MKI", remedy=_REMEDY)
    return Key(suite, master, value.to_bytes(length, "big"))


@dataclass(slots=True)
class Told:
    """What one reading of a protected stream met."""

    opened: int = 0
    replayed: int = 0
    """Duplicates: libsrtp takes each packet once."""
    refused: int = 0
    """Not authentic under any key, or longer than a datagram of 1,500 bytes."""


class Opened:
    """The records of a protected stream in clear. Each iteration opens them anew, in RAM.

    What is no RTP, and what does not open, is left out and counted in ``told`` of the latest
    iteration. The sender's packets are taken in the order of the journal, as libsrtp demands.
    """

    def __init__(self, records: Iterable[Slots], keys: tuple[Key, ...]) -> None:
        self._records, self._keys = records, keys[-KEYS_AT_MOST:]
        self.told = Told()

    def __iter__(self) -> Iterator[Slots]:
        told = self.told = Told()
        locks = [_Lock(key) for key in reversed(self._keys)]
        for batch in self._records:
            yield _opened(batch, locks, told)


def _opened(batch: Slots, locks: "list[_Lock]", told: Told) -> Slots:
    rows = columns(batch).slot
    clear: list[bytes] = []
    arrived: list[int] = []
    for row in rows.tolist():
        packet = _open(batch.bytes_of(row), locks, told)
        if packet is not None:
            clear.append(packet)
            arrived.append(int(batch.arrival_ns[row]))
    return slots(clear, np.array(arrived, np.int64))


def _open(packet: bytes, locks: "list[_Lock]", told: Told) -> bytes | None:
    """The packet by the key that opened the one before, or else by another."""
    for turn, lock in enumerate(locks):
        try:
            clear = lock.open(packet)
        except Error as why:
            if str(why) in _REPLAYED:
                told.replayed += 1
                return None
            continue
        except ValueError:  # longer than the buffer of pylibsrtp
            break
        if turn:
            locks.insert(0, locks.pop(turn))
        told.opened += 1
        return clear
    told.refused += 1
    return None


class _Lock:
    """One key and the session that it opens."""

    def __init__(self, key: Key) -> None:
        shape = _SHAPES[key.suite]
        policy = Policy(key.master, Policy.SSRC_ANY_INBOUND, 0, shape.profile)
        policy.window_size = REPLAY_WINDOW
        self._session, self._mki, self._tag_bytes = Session(policy), key.mki, shape.tag_bytes

    def open(self, packet: bytes) -> bytes:
        return bytes(self._session.unprotect(self._without_mki(packet)))

    def _without_mki(self, packet: bytes) -> bytes:
        """RFC 3711 3.1: the MKI stands before the tag and is not authenticated."""
        if not self._mki:
            return packet
        end = len(packet) - self._tag_bytes
        start = end - len(self._mki)
        if start < 0 or packet[start:end] != self._mki:
            raise Error("another key's packet")
        return packet[:start] + packet[end:]

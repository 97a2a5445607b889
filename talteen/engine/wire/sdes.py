"""SRTP keys as SDP carries them (RFC 4568, 7714 12): suites, and ``a=crypto`` read into keys."""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from enum import Enum

from pylibsrtp import Policy

from talteen.errors import InputError

KEYS_AT_MOST = 8
"""Keys that one attribute may name: what a sender may name without slowing us down."""


class Suite(Enum):
    """The crypto suites that we open (RFC 4568 6.2, RFC 7714 14.2)."""

    AES_CM_128_HMAC_SHA1_80 = "AES_CM_128_HMAC_SHA1_80"
    AES_CM_128_HMAC_SHA1_32 = "AES_CM_128_HMAC_SHA1_32"
    AEAD_AES_128_GCM = "AEAD_AES_128_GCM"
    AEAD_AES_256_GCM = "AEAD_AES_256_GCM"


@dataclass(frozen=True, slots=True)
class Shape:
    profile: int
    master_bytes: int
    """Master key and master salt together."""
    tag_bytes: int
    """What stands after the MKI. With GCM the tag is part of the ciphertext, before the MKI."""


SHAPES = {
    Suite.AES_CM_128_HMAC_SHA1_80: Shape(Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30, 10),
    Suite.AES_CM_128_HMAC_SHA1_32: Shape(Policy.SRTP_PROFILE_AES128_CM_SHA1_32, 30, 4),
    Suite.AEAD_AES_128_GCM: Shape(Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28, 0),
    Suite.AEAD_AES_256_GCM: Shape(Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44, 0),
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
    if found is None or len(master) != SHAPES[suite].master_bytes:
        raise InputError("a crypto attribute of the SDP holds no fitting key", remedy=_REMEDY)
    if found[2] is None:
        return Key(suite, master)
    value, length = int(found[2]), int(found[3])
    if not 1 <= length <= 128 or value >= 1 << (8 * length):
        raise InputError("a crypto attribute of the SDP has an odd MKI", remedy=_REMEDY)
    return Key(suite, master, value.to_bytes(length, "big"))

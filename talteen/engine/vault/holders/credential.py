"""Credentials of file holders: read from a file that only its owner reads, or split in two shares.

A credential is a passphrase or random bytes in a file of mode 0600: the operator's, or what systemd
puts into $CREDENTIALS_DIRECTORY (``LoadCredential=``). The restore credential never lies in the
house: it is made once, split in two shares, and each of two persons takes one.
"""

import os
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from talteen.engine.vault import intake
from talteen.errors import ConfigError, InputError

SHORTEST = 16
SHARE_BYTES = 32
_RANDOM_BYTES = 24
"""192 bits; a line end that was cut off it does not matter."""
_CHECK_BYTES = 4


def read(path: Path) -> bytes:
    """The credential in ``path``, without a line end. Raises ConfigError for a file that is not
    there, that others may read, or that holds too little to be a secret.
    """
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes().rstrip(b"\r\n")
    except OSError:
        raise ConfigError(
            "the credential of a key holder cannot be read",
            remedy=f"put it into a file of mode 0600 that this user owns: {path.name}",
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(
            f"the credential {path.name} can be read by others", remedy="chmod 600 the file"
        )
    if len(secret) < SHORTEST:
        raise ConfigError(
            f"the credential {path.name} is too short",
            remedy=f"take at least {SHORTEST} characters, best from a generator",
        )
    return secret


def is_random(secret: bytes) -> bool:
    """Whether a generator made it: so many bytes that are no text. What may be text may have been
    chosen by a person, however long it is.
    """
    try:
        secret.decode()
    except UnicodeDecodeError:
        return len(secret) >= _RANDOM_BYTES
    return False


@dataclass(frozen=True, slots=True)
class Share:
    """One of the two halves of a restore credential. Alone it says nothing about the whole."""

    number: int
    """1 or 2."""
    half: bytes = field(repr=False)
    check: bytes
    """The first bytes of a hash of the public key: shares of two different credentials differ."""

    def text(self) -> str:
        """For paper: the number, then groups of four hex digits."""
        raw = self.check + self.half
        digits = (raw + sha256(raw).digest()[:_CHECK_BYTES]).hex()
        return " ".join([str(self.number), *(digits[i : i + 4] for i in range(0, len(digits), 4))])


@dataclass(frozen=True, slots=True)
class RestoreCredential:
    """A new restore credential: the public half for the house, a share for each of two persons."""

    public: bytes
    shares: tuple[Share, Share]


def make_restore_credential() -> RestoreCredential:
    """Make one, split. The whole exists in this call only."""
    master, first = os.urandom(SHARE_BYTES), os.urandom(SHARE_BYTES)
    second = bytes(a ^ b for a, b in zip(master, first, strict=True))
    public = intake.public_bytes(_seed(master))
    return RestoreCredential(
        public, (Share(1, first, _check(public)), Share(2, second, _check(public)))
    )


def read_share(text: str) -> Share:
    """The share that a person typed. Raises InputError where a digit is wrong or missing."""
    number, _, digits = text.strip().partition(" ")
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        raw = b""
    said, check_sum = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    whole = len(said) == _CHECK_BYTES + SHARE_BYTES
    if number not in ("1", "2") or not whole or sha256(said).digest()[:_CHECK_BYTES] != check_sum:
        raise InputError("this is not a share of a restore credential", remedy="type it again")
    return Share(int(number), said[_CHECK_BYTES:], said[:_CHECK_BYTES])


def join(one: Share, other: Share) -> bytes:
    """The seed of the restore key, from both shares. Raises InputError unless they belong
    together.
    """
    if one.number != other.number:
        master = bytes(a ^ b for a, b in zip(one.half, other.half, strict=True))
        seed = _seed(master)
        if one.check == other.check == _check(intake.public_bytes(seed)):
            return seed
    raise InputError(
        "these two shares do not belong together", remedy="bring share 1 and share 2 of one house"
    )


def _seed(master: bytes) -> bytes:
    return HKDFExpand(SHA256(), intake.SEED_BYTES, b"talteen restore credential v1").derive(master)


def _check(public: bytes) -> bytes:
    return sha256(public).digest()[:_CHECK_BYTES]

"""Key holders in folders, for a house without a key service: live, ring, reaper, restore.

*Live*: each generation key is a file, sealed under a key derived from the operator's credential
with scrypt (RFC 7914). Destroying overwrites, unlinks and flushes.
*Ring*: each generation is a key pair whose private half is sealed to the restore credential, so the
house locks with the public half and can open nothing. The date of death stands beside it; the
reaper needs the folder and the time, no credential.
"""

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from talteen.engine.vault import intake
from talteen.engine.vault.canonical import from_ms, length_prefixed, to_ms
from talteen.engine.vault.holders import (
    CredentialRefused,
    Declared,
    HolderAway,
    credential,
    erasing,
    refusals,
)
from talteen.errors import Conflict, Tampered

KEY_BYTES = 32
NONCE_BYTES = 12
COST = 2**17
"""scrypt's N, with r = 8 and p = 1: 128 MiB and some tenths of a second, once a start."""
RANDOM_COST = 2**10
"""For a credential of random bytes: nobody guesses one, however cheap a guess is."""

_LOCK = "holder"
_DATE = re.compile(rb"[0-9]{13}|9[0-9]{11}")
"""Milliseconds since 1970, of any day from 1999 to 2254; the beginning of a date is none."""
_LIVE_KEY, _LIVE_WRAP = b"talteen live key v1", b"talteen live wrap v1"
_RING_KEY, _RING_WRAP = b"talteen ring key v1", b"talteen ring wrap v1"


@dataclass(frozen=True, slots=True)
class FileLiveHolder:
    """A LiveHolder in ``folder``. Make it with ``open_live``."""

    folder: Path
    declared: Declared
    _sealing: AESGCM = field(repr=False)

    def create(self, name: str) -> None:
        nonce, key = os.urandom(NONCE_BYTES), os.urandom(KEY_BYTES)
        aad = length_prefixed([_LIVE_KEY, name.encode()])
        erasing.write_new(
            _key_file(self.folder, name), nonce + self._sealing.encrypt(nonce, key, aad)
        )

    def wrap(self, name: str, key: bytes) -> bytes:
        nonce, aad = os.urandom(NONCE_BYTES), length_prefixed([_LIVE_WRAP, name.encode()])
        return nonce + AESGCM(self._key(name)).encrypt(nonce, key, aad)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        aad = length_prefixed([_LIVE_WRAP, name.encode()])
        return _decrypt(AESGCM(self._key(name)), wrapped, aad)

    def destroy(self, name: str) -> None:
        erasing.erase(_key_file(self.folder, name))

    def names(self) -> frozenset[str]:
        self.answer()
        return _names(self.folder)

    def answer(self) -> None:
        """A mount point without its disk holds no key, and not because they were destroyed."""
        if not (self.folder / _LOCK).exists():
            raise HolderAway(
                "the folder of the live keys is not there", remedy="mount paths.keys_live"
            )

    def _key(self, name: str) -> bytes:
        self.answer()
        sealed = _stored(_key_file(self.folder, name))
        return _decrypt(self._sealing, sealed, length_prefixed([_LIVE_KEY, name.encode()]))


def open_live(
    folder: Path,
    secret: bytes,
    *,
    copies_live_for: timedelta = timedelta(0),
    cost: int | None = None,
) -> FileLiveHolder:
    """The live holder in ``folder``, opened with its credential; made at the first opening.

    Raises CredentialRefused for a wrong credential: the house stays sealed. ``cost`` counts for a
    new folder only; without it, it is chosen by what the credential is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = folder / _LOCK
    if not lock.exists():
        with contextlib.suppress(Conflict):
            erasing.write_whole(lock, _new_lock(secret, cost=cost or _cost_of(secret)))
    stored = lock.read_bytes()
    salt, proof = stored[1:33], stored[33:]
    sealing = AESGCM(_derive(secret, salt, cost=1 << stored[0]))
    try:
        _decrypt(sealing, proof, b"holder")
    except Tampered:
        raise CredentialRefused(
            "the credential of the live key holder is wrong", remedy="give the one it was made with"
        ) from None
    return FileLiveHolder(folder, Declared("file", copies_live_for), sealing)


@dataclass(frozen=True, slots=True)
class FileBackupHolder:
    """A BackupHolder in ``folder``, as the live house has it: it locks to public keys.

    ``restore_public`` is the public half of the restore credential.
    """

    folder: Path
    restore_public: bytes = field(repr=False)
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared("file", self.copies_live_for)

    def create(self, name: str) -> None:
        _must_exist(self.folder)
        seed = os.urandom(intake.SEED_BYTES)
        public = intake.public_bytes(seed)
        _prove(seed, public)
        info = length_prefixed([_RING_KEY, name.encode(), public])
        sealed = intake.SUITE.encrypt(seed, intake.public_key(self.restore_public), info)
        erasing.write_new(_key_file(self.folder, name), public + sealed)

    def wrap(self, name: str, key: bytes) -> bytes:
        _must_exist(self.folder)
        public = _stored(_key_file(self.folder, name))[: intake.PUBLIC_BYTES]
        return intake.SUITE.encrypt(key, intake.public_key(public), _wrap_info(name))

    def schedule_death(self, name: str, at: datetime) -> None:
        _must_exist(self.folder)
        known = _death(self.folder, name)
        if _key_file(self.folder, name).exists() and (known is None or at < known):
            _write_death(_death_file(self.folder, name), at)

    def deaths(self) -> Mapping[str, datetime]:
        return _deaths(self.folder)

    def names(self) -> frozenset[str]:
        return _names(self.folder)

    def answer(self) -> None:
        _names(self.folder)


@dataclass(frozen=True, slots=True)
class FileReaper:
    """A Reaper over the ring in ``folder``. It holds no credential and can open nothing."""

    folder: Path

    def reap(self, now: datetime) -> tuple[str, ...]:
        due = tuple(sorted(name for name, at in _deaths(self.folder).items() if at <= now))
        for name in due:
            erasing.erase(_key_file(self.folder, name))
            erasing.erase(_death_file(self.folder, name))
        return due


@dataclass(frozen=True, slots=True)
class FileRestoreHolder:
    """A RestoreHolder over the ring in ``folder``. Make it with ``open_restore``."""

    folder: Path
    _seed: bytes = field(repr=False)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        stored = _stored(_key_file(self.folder, name))
        public, sealed = stored[: intake.PUBLIC_BYTES], stored[intake.PUBLIC_BYTES :]
        info = length_prefixed([_RING_KEY, name.encode(), public])
        try:
            seed = intake.SUITE.decrypt(sealed, intake.private_key(self._seed), info)
            return intake.SUITE.decrypt(wrapped, intake.private_key(seed), _wrap_info(name))
        except (InvalidTag, ValueError):
            raise refusals.not_wrapped_here() from None


def open_restore(folder: Path, one: credential.Share, other: credential.Share) -> FileRestoreHolder:
    """The ring, opened by two persons. Raises InputError where the shares do not belong
    together.
    """
    return FileRestoreHolder(folder, credential.join(one, other))


def _new_lock(secret: bytes, *, cost: int) -> bytes:
    salt, nonce = os.urandom(32), os.urandom(NONCE_BYTES)
    sealing = AESGCM(_derive(secret, salt, cost=cost))
    proof = nonce + sealing.encrypt(nonce, b"", b"holder")
    return bytes([cost.bit_length() - 1]) + salt + proof


def _cost_of(secret: bytes) -> int:
    return RANDOM_COST if credential.is_random(secret) else COST


def _derive(secret: bytes, salt: bytes, *, cost: int) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=8, p=1).derive(secret)


def _decrypt(cipher: AESGCM, sealed: bytes, aad: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        raise refusals.not_wrapped_here() from None


def _prove(seed: bytes, public: bytes) -> None:
    """A pair whose halves do not fit would make a backup that nobody can open."""
    probe = os.urandom(KEY_BYTES)
    locked = intake.SUITE.encrypt(probe, intake.public_key(public), _RING_KEY)
    if intake.SUITE.decrypt(locked, intake.private_key(seed), _RING_KEY) != probe:
        raise HolderAway("a new key pair does not open what it locks", remedy="try again")


def _wrap_info(name: str) -> bytes:
    return length_prefixed([_RING_WRAP, name.encode()])


def _must_exist(folder: Path) -> None:
    # The ring often lies on another machine's disk: never make it on a mount point that is empty.
    if not folder.is_dir():
        raise HolderAway(
            "the folder of the backup ring is not there", remedy="mount paths.keys_ring"
        )


def _key_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.key"


def _death_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.dies"


def _stored(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refusals.gone() from None
    except OSError:
        raise HolderAway(
            "the key folder cannot be read", remedy="check its disk and its owner"
        ) from None


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(path.stem for path in folder.iterdir() if path.suffix == ".key")
    except FileNotFoundError:
        raise HolderAway("the key folder is not there", remedy="mount it") from None


def _deaths(folder: Path) -> Mapping[str, datetime]:
    dates = {name: _death(folder, name) for name in _names(folder)}
    return MappingProxyType({name: at for name, at in dates.items() if at is not None})


def _write_death(path: Path, at: datetime) -> None:
    """A first date needs no name of its own beforehand: half a date is none (``_death``)."""
    date = str(to_ms(at)).encode()
    try:
        erasing.write_new(path, date)
    except Conflict:
        erasing.replace(path, date)


def _death(folder: Path, name: str) -> datetime | None:
    """None as well for a date that a crash has torn: the house gives it anew (``ring.tend``)."""
    try:
        told = _death_file(folder, name).read_bytes()
    except FileNotFoundError:
        return None
    return from_ms(int(told)) if _DATE.fullmatch(told) else None

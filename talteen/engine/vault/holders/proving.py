"""Proves at the start that the holders do what the promise rests on, with a key that opens nothing.

*Live*: what it locks it opens, and what is destroyed it opens no more. *Ring*: the house locks and
cannot take the holder's lock off again; a key dies on its date by the reaper; and the reaper can
neither make, lock nor open. Where a token knows one user only (PKCS#11), or keys lie in a folder,
the lock that the house cannot open is that of ``two_persons``: nothing is left to try.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from talteen.engine.vault.holders import (
    BackupHolder,
    CredentialRefused,
    HolderAway,
    HolderSealed,
    LiveHolder,
    Reaper,
)
from talteen.engine.vault.holders.kms import KmsBackupHolder, KmsReaper
from talteen.engine.vault.holders.openbao import BaoBackupHolder, BaoReaper
from talteen.errors import ConfigError, KeyGone, TalteenError

LIVE, RING = "keys_live", "keys_ring"
"""The sections of talteen.toml that an error names."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""A date at which the probe alone is due: no other key dies by this."""


def prove_live(holder: LiveHolder) -> None:
    """Raises ConfigError where the live holder cannot be trusted, HolderAway where it is away."""
    name, key = _name(), os.urandom(32)
    with _told(LIVE):
        holder.create(name)
        try:
            wrapped = holder.wrap(name, key)
            _must(LIVE, holder.unwrap(name, wrapped) == key, "does not open what it locks")
            _must(LIVE, name in holder.names(), "does not name a key that it holds")
        finally:
            holder.destroy(name)
        _must(LIVE, _gone(lambda: holder.unwrap(name, wrapped)), "opens what it destroyed")
        _must(LIVE, name not in holder.names(), "still names a key that it destroyed")


def prove_ring(backup: BackupHolder, reaper: Reaper | None) -> None:
    """The same for the ring; the reaper's part only where its credential is here."""
    name = _name()
    with _told(RING):
        backup.create(name)
        try:
            wrapped = backup.wrap(name, os.urandom(32))
            _must(RING, name in backup.names(), "does not name a key that it holds")
            _house_cannot_open(backup, name, wrapped)
            if reaper is not None:
                _reaper_only_deletes(reaper, name, wrapped)
        finally:
            backup.schedule_death(name, _LONG_AGO)
        _must(RING, backup.deaths().get(name) == _LONG_AGO, "forgets the dates of deaths")
        if reaper is not None:
            _must(
                RING,
                name in reaper.reap(_LONG_AGO + timedelta(days=1)),
                "has a reaper that does not see what is due",
            )
            _must(RING, name not in backup.names(), "keeps what the reaper deleted")
            _must(
                RING,
                _gone(lambda: backup.wrap(name, os.urandom(32))),
                "locks by a key that the reaper deleted",
            )


def _house_cannot_open(backup: BackupHolder, name: str, wrapped: bytes) -> None:
    match backup:
        case BaoBackupHolder() | KmsBackupHolder():
            denied = _denied(lambda: backup.keys.decrypt(name, wrapped))
        case _:
            return
    _must(
        f"{RING}.credential_file",
        denied,
        "may decrypt in the ring",
        "take decrypt out of its policy: only a restore by two persons may",
    )


def _reaper_only_deletes(reaper: Reaper, name: str, wrapped: bytes) -> None:
    match reaper:
        case BaoReaper(keys):
            ways = keys.ways_beyond_deletion(name, wrapped)
        case KmsReaper(keys):
            ways = (
                lambda: keys.decrypt(name, wrapped),
                lambda: keys.encrypt(name, wrapped),
                lambda: keys.create(_name()),
            )
        case _:
            return
    _must(
        f"{RING}.reaper_credential_file",
        all(_denied(way) for way in ways),
        "may do more than delete",
        "give it the policy of the reaper in docs/operators/key-holders.md, and nothing else",
    )


def _denied(way: Callable[[], object]) -> bool:
    try:
        way()
    except CredentialRefused:
        return True
    return False


def _gone(way: Callable[[], object]) -> bool:
    try:
        way()
    except KeyGone:
        return True
    return False


def _must(
    key: str,
    holds: bool,
    what: str,
    remedy: str = "do not use this holder; docs/operators/key-holders.md says what one must do",
) -> None:
    if not holds:
        raise ConfigError(f"{key}: {what}", remedy=remedy)


@contextlib.contextmanager
def _told(section: str) -> Iterator[None]:
    """Errors of a holder, by the name of the setting that an operator would look at."""
    try:
        yield
    except HolderSealed as error:
        raise HolderSealed(f"{section}: {error.happened}", remedy=error.remedy) from None
    except CredentialRefused as error:
        raise ConfigError(
            f"{section}.credential_file: {error.happened}", remedy=error.remedy
        ) from None
    except HolderAway as error:
        raise HolderAway(f"{section}: {error.happened}", remedy=error.remedy) from None
    except ConfigError:
        raise
    except TalteenError as error:
        raise ConfigError(f"{section}: {error.happened}", remedy=error.remedy) from None


def _name() -> str:
    """A name that is no generation's."""
    return f"probe-p{os.urandom(6).hex()}"

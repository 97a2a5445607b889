"""Chooses the key holders of a house by its config, without the rest of it: the reaper needs them
alone, with no database and no framework.

``live`` and ``backup`` are the house's, ``reaper`` lets keys of the ring die, ``restore`` is for
two persons who bring what it needs. No service is asked before it is used.
"""

from datetime import timedelta
from pathlib import Path

from talteen import config as configs
from talteen.config import Config
from talteen.config import keys as settings
from talteen.config.keys import HolderKind, KeysSection
from talteen.engine.vault.holders import (
    BackupHolder,
    LiveHolder,
    NoReaper,
    Reaper,
    RestoreHolder,
    kms,
    kms_keys,
    openbao,
    pkcs11,
    proving,
    two_persons,
)
from talteen.engine.vault.holders import file as files
from talteen.engine.vault.holders.bao_client import Client
from talteen.engine.vault.holders.credential import Share
from talteen.engine.vault.holders.token import Token


def live(config: Config, secret: bytes) -> LiveHolder:
    """What holds the keys that open calls now. ``secret`` opens it where keys lie in files."""
    told = config.keys_live
    copies = timedelta(days=told.copies_days)
    match told.kind:
        case HolderKind.FILE:
            return files.open_live(config.paths.keys_live, secret, copies_live_for=copies)
        case HolderKind.PKCS11:
            return pkcs11.Pkcs11LiveHolder(_token(told), copies)
        case HolderKind.OPENBAO:
            return openbao.BaoLiveHolder(_transit(told), copies)
        case HolderKind.KMS:
            return kms.KmsLiveHolder(_keys(told), copies)


def backup(config: Config, restore_public: bytes) -> BackupHolder:
    """The ring, as the house may use it: it locks and cannot open."""
    told = config.keys_ring
    copies = timedelta(days=told.copies_days)
    match told.kind:
        case HolderKind.FILE:
            return files.FileBackupHolder(config.paths.keys_ring, restore_public, copies)
        case HolderKind.PKCS11:
            return pkcs11.Pkcs11BackupHolder(_token(told), restore_public, copies)
        case HolderKind.OPENBAO:
            return openbao.BaoBackupHolder(_transit(told), restore_public, copies)
        case HolderKind.KMS:
            return kms.KmsBackupHolder(_keys(told), restore_public, copies)


def reaper(config: Config) -> Reaper:
    """What lets keys of the ring die. A service knows it by a credential of its own; where that is
    on another machine, nothing dies by this process.
    """
    told, secret = config.keys_ring, config.keys_ring.reaper_credential_file
    match told.kind:
        case HolderKind.FILE:
            return files.FileReaper(config.paths.keys_ring)
        case HolderKind.PKCS11:
            return pkcs11.Pkcs11Reaper(_token(told))
        case HolderKind.OPENBAO if secret:
            return openbao.BaoReaper(_transit(told, secret))
        case HolderKind.KMS if secret:
            return kms.KmsReaper(_keys(told, secret))
        case _:
            return NoReaper()


def restore(config: Config, one: Share, other: Share, secret: Path | None = None) -> RestoreHolder:
    """The ring, opened by two persons. ``secret``: a file with the credential of the restore, which
    OpenBao and a key service ask for; it is brought, and is no setting of a house.
    """
    told = config.keys_ring
    match told.kind:
        case HolderKind.FILE:
            return files.open_restore(config.paths.keys_ring, one, other)
        case HolderKind.PKCS11:
            return pkcs11.open_restore(_token(told, secret), one, other)
        case HolderKind.OPENBAO:
            return two_persons.open_restore(_transit(told, secret).decrypt, one, other)
        case HolderKind.KMS:
            return two_persons.open_restore(_keys(told, secret).decrypt, one, other)


def prove_ring(config: Config, holder: BackupHolder) -> None:
    """Prove the ring before it is trusted: that this house cannot open it, and that its reaper does
    nothing but delete, where that is here. Raises ConfigError, whose text begins with the setting.
    """
    reaping = reaper(config)
    proving.prove_ring(holder, None if isinstance(reaping, NoReaper) else reaping)


def _token(told: KeysSection, secret: Path | None = None) -> Token:
    return Token(told.module, told.token, _credential(told, secret))


def _transit(told: KeysSection, secret: Path | None = None) -> openbao.Transit:
    def token() -> str:
        return _credential(told, secret)

    return openbao.Transit(
        Client(told.address.rstrip("/"), token, told.ca_file), settings.mount(told)
    )


def _keys(told: KeysSection, secret: Path | None = None) -> kms_keys.Keys:
    access_key, _, secret_key = _credential(told, secret).partition(":")
    place = kms_keys.Place(settings.prefix(told), told.address, told.region, access_key, secret_key)
    return kms_keys.connect(place)


def _credential(told: KeysSection, secret: Path | None) -> str:
    path = secret or told.credential_file
    if path is None:
        raise AssertionError("the config was read without a credential")
    return configs.read_secret(path, key=f"{settings.section(told)}.credential_file")

"""[keys_live] and [keys_ring]: what is written is what is meant, and a mistake is named."""

from pathlib import Path

import pytest

from talteen import config, keyholders
from talteen.config.keys import HolderKind
from talteen.engine.vault.holders import NoReaper, credential
from talteen.engine.vault.holders.file import FileBackupHolder, FileReaper
from talteen.engine.vault.holders.kms import KmsBackupHolder, KmsLiveHolder
from talteen.engine.vault.holders.openbao import BaoLiveHolder, BaoReaper
from talteen.engine.vault.holders.pkcs11 import Pkcs11LiveHolder, Pkcs11Reaper
from talteen.errors import ConfigError

PKCS11 = 'kind = "pkcs11"\ncredential_file = "/c"\nmodule = "/m.so"\ntoken = "t"\n'
BAO = 'kind = "openbao"\ncredential_file = "/c"\naddress = "https://bao.example.fi:8200"\n'
KMS = 'kind = "kms"\ncredential_file = "/c"\n'


def written(home: Path, live: str = "", ring: str = "") -> config.Config:
    (home / "talteen.toml").write_text(f"[keys_live]\n{live}[keys_ring]\n{ring}")
    return config.load(home)


def test_left_out_keys_lie_in_files(home: Path) -> None:
    told = config.load(home)

    assert (told.keys_live.kind, told.keys_ring.kind) == (HolderKind.FILE, HolderKind.FILE)
    assert isinstance(keyholders.reaper(told), FileReaper)
    made = credential.make_restore_credential()
    assert isinstance(keyholders.backup(told, made.public), FileBackupHolder)


@pytest.mark.parametrize(
    ("live", "ring", "key"),
    [
        ('kind = "safe"\n', "", "keys_live.kind: "),
        ('kind = "pkcs11"\n', "", "keys_live.credential_file: "),
        ('kind = "pkcs11"\ncredential_file = "/c"\n', "", "keys_live.module: "),
        ("", 'kind = "openbao"\ncredential_file = "/c"\n', "keys_ring.address: "),
        ("", 'kind = "kms"\n', "keys_ring.credential_file: "),
        ("", "copies_days = 61\n", "keys_ring.copies_days: "),
        ('address = "https://user@bao"\n', "", "keys_live.address: "),
        (BAO.replace("https", "http"), "", "keys_live.address: is no https"),
        (PKCS11, PKCS11, "keys_ring.token: "),
        (BAO + 'mount = "m"\n', BAO + 'mount = "m"\n', "keys_ring.mount: "),
        (KMS + 'prefix = "p"\n', KMS + 'prefix = "p"\n', "keys_ring.prefix: "),
        ('pin = "1234"\n', "", "keys_live.pin: there is no such setting"),
    ],
)
def test_what_is_wrong_is_named(home: Path, live: str, ring: str, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        written(home, live, ring)

    assert str(refused.value).startswith(key)


def test_each_kind_is_what_is_built(home: Path, tmp_path: Path) -> None:
    secret = tmp_path / "c"
    secret.write_text("AKIA:secret")
    secret.chmod(0o600)
    with_secret = [text.replace('"/c"', f'"{secret}"') for text in (PKCS11, BAO, KMS)]
    token, bao, kms = with_secret

    first = written(home, token, kms)
    second = written(home, bao + "copies_days = 2\n", token.replace('"t"', '"ring"'))
    third = written(home, kms, bao + f'reaper_credential_file = "{secret}"\n')

    assert isinstance(keyholders.live(first, b""), Pkcs11LiveHolder)
    backup = keyholders.backup(first, b"")
    assert isinstance(backup, KmsBackupHolder)
    assert backup.keys.prefix == "talteen/ring"
    assert isinstance(keyholders.reaper(first), NoReaper)
    live = keyholders.live(second, b"")
    assert isinstance(live, BaoLiveHolder)
    assert (live.keys.mount, live.declared.copies_live_for.days) == ("talteen-live", 2)
    assert isinstance(keyholders.reaper(second), Pkcs11Reaper)
    live = keyholders.live(third, b"")
    assert isinstance(live, KmsLiveHolder)
    assert live.declared.copies_live_for.days == 7
    reaper = keyholders.reaper(third)
    assert isinstance(reaper, BaoReaper)
    assert reaper.keys.mount == "talteen-ring"


def test_the_environment_names_them_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALTEEN_KEYS_RING_KIND", "kms")
    monkeypatch.setenv("TALTEEN_KEYS_RING_CREDENTIAL_FILE", "/run/credentials/ring")

    assert config.load(home).keys_ring.kind is HolderKind.KMS


def test_a_credential_that_others_can_read_is_refused(home: Path, tmp_path: Path) -> None:
    secret = tmp_path / "pin"
    secret.write_text("1234")
    secret.chmod(0o644)

    with pytest.raises(ConfigError, match=r"^keys_live\.credential_file: "):
        keyholders.live(written(home, PKCS11.replace("/c", str(secret))), b"")

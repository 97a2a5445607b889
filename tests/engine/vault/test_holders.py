"""File holders: the contract, and what only files can do wrong."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.vault import intake
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.file import (
    FileBackupHolder,
    FileLiveHolder,
    FileReaper,
    FileRestoreHolder,
    open_live,
    open_restore,
)
from talteen.errors import ConfigError, InputError, KeyGone, Tampered, Unavailable
from tests.kit.suites.holders import KEY, NOW, BackupHolderSuite, LiveHolderSuite

SECRET = b"correct horse battery staple"


class TestFileLiveHolder(LiveHolderSuite):
    @pytest.fixture
    def live(self, tmp_path: Path) -> FileLiveHolder:
        return open_live(tmp_path / "keys-live", SECRET, cost=2**4)


class TestFileRing(BackupHolderSuite):
    @pytest.fixture
    def made(self) -> RestoreCredential:
        return credential.make_restore_credential()

    @pytest.fixture
    def backup(self, tmp_path: Path, made: RestoreCredential) -> FileBackupHolder:
        return FileBackupHolder(tmp_path, made.public)

    @pytest.fixture
    def reaper(self, tmp_path: Path) -> FileReaper:
        return FileReaper(tmp_path)

    @pytest.fixture
    def restore(self, tmp_path: Path, made: RestoreCredential) -> FileRestoreHolder:
        return open_restore(tmp_path, *made.shares)


@pytest.mark.parametrize(
    ("secret", "work_factor"),
    [
        ("avain on ääkköskivessä, jota kukaan ei nosta".encode(), 17),
        (b"0123456789abcdef" * 4, 17),  # a person may have typed it
        (bytes(range(128, 160)), 10),
        (bytes(range(128, 148)), 17),
    ],
)
def test_guessing_a_passphrase_is_dear_and_random_bytes_need_no_such_care(
    tmp_path: Path, secret: bytes, work_factor: int
) -> None:
    open_live(tmp_path, secret).create("live-1-a")

    assert (tmp_path / "holder").read_bytes()[0] == work_factor
    assert open_live(tmp_path, secret).names() == {"live-1-a"}


def test_a_wrong_passphrase_says_so_and_the_house_stays_sealed(tmp_path: Path) -> None:
    open_live(tmp_path, SECRET, cost=2**4).create("live-1-a")

    with pytest.raises(Unavailable, match="credential"):
        open_live(tmp_path, b"another passphrase")


def test_a_holder_opens_again_with_its_passphrase(tmp_path: Path) -> None:
    first = open_live(tmp_path, SECRET, cost=2**4)
    first.create("live-1-a")

    again = open_live(tmp_path, SECRET)

    assert again.unwrap("live-1-a", first.wrap("live-1-a", KEY)) == KEY


def test_a_key_file_under_another_name_opens_nothing(tmp_path: Path) -> None:
    live = open_live(tmp_path, SECRET, cost=2**4)
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)
    (tmp_path / "live-1-a.key").rename(tmp_path / "live-2-a.key")

    with pytest.raises(Tampered):
        live.unwrap("live-2-a", wrapped)


def test_a_destroyed_key_leaves_no_byte_in_its_block(tmp_path: Path) -> None:
    """A second name of the same inode shows what lies there after the unlink."""
    live = open_live(tmp_path / "keys", SECRET, cost=2**4)
    live.create("live-1-a")
    os.link(tmp_path / "keys" / "live-1-a.key", tmp_path / "seen")
    before = (tmp_path / "seen").read_bytes()

    live.destroy("live-1-a")

    after = (tmp_path / "seen").read_bytes()
    assert len(after) == len(before)
    assert sum(a == b for a, b in zip(before, after, strict=True)) < len(before) / 4


def test_key_files_are_the_owners_only(tmp_path: Path) -> None:
    made = credential.make_restore_credential()
    open_live(tmp_path / "live", SECRET, cost=2**4).create("live-1-a")
    (tmp_path / "ring").mkdir()
    FileBackupHolder(tmp_path / "ring", made.public).create("ring-1-a")

    for path in (*(tmp_path / "live").iterdir(), *(tmp_path / "ring").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_ring_holds_no_private_half_that_the_house_could_use(tmp_path: Path) -> None:
    made = credential.make_restore_credential()
    backup = FileBackupHolder(tmp_path, made.public)
    backup.create("ring-1-a")

    stored = (tmp_path / "ring-1-a.key").read_bytes()

    # The public half, and a sealed seed: an encapsulation, the seed and a tag.
    assert stored[: intake.PUBLIC_BYTES] != made.public
    assert len(stored) == intake.PUBLIC_BYTES + 1088 + 32 + intake.SEED_BYTES + 16


def test_a_ring_that_is_not_mounted_is_unavailable_and_not_made(tmp_path: Path) -> None:
    backup = FileBackupHolder(tmp_path / "not-mounted", credential.make_restore_credential().public)

    for use in (
        lambda: backup.create("ring-1-a"),
        lambda: backup.wrap("ring-1-a", KEY),
        lambda: backup.names(),
        lambda: backup.deaths(),
    ):
        with pytest.raises(Unavailable):
            use()
    assert not (tmp_path / "not-mounted").exists()


def test_one_share_is_not_enough(tmp_path: Path) -> None:
    made, other = credential.make_restore_credential(), credential.make_restore_credential()
    one, two = made.shares

    for pair in ((one, one), (two, two), (one, other.shares[1]), (other.shares[0], two)):
        with pytest.raises(InputError):
            open_restore(tmp_path, *pair)


def test_another_houses_credential_opens_nothing(tmp_path: Path) -> None:
    backup = FileBackupHolder(tmp_path, credential.make_restore_credential().public)
    backup.create("ring-1-a")
    wrapped = backup.wrap("ring-1-a", KEY)

    stranger = open_restore(tmp_path, *credential.make_restore_credential().shares)

    with pytest.raises(Tampered):
        stranger.unwrap("ring-1-a", wrapped)


def test_a_share_survives_paper() -> None:
    made = credential.make_restore_credential()

    typed = [credential.read_share(share.text()) for share in made.shares]

    assert typed == list(made.shares)


@pytest.mark.parametrize("at", [2, 10, 30, -1])
def test_a_mistyped_share_is_refused(at: int) -> None:
    text = list(credential.make_restore_credential().shares[0].text())
    text[at] = "0" if text[at] != "0" else "1"

    mistyped = "".join(text)

    with pytest.raises(InputError):
        credential.read_share(mistyped)


def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "live-holder"
    path.write_bytes(b"a long enough passphrase\n")
    path.chmod(0o644)

    with pytest.raises(ConfigError, match="others"):
        credential.read(path)

    path.chmod(0o600)
    assert credential.read(path) == b"a long enough passphrase"


@pytest.mark.parametrize("content", [b"", b"short", b"\n"])
def test_a_credential_that_is_no_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "live-holder"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(ConfigError):
        credential.read(path)
    with pytest.raises(ConfigError):
        credential.read(tmp_path / "nothing")


def test_a_destroyed_key_is_gone_for_every_process(tmp_path: Path) -> None:
    one, other = (open_live(tmp_path, SECRET, cost=2**4) for _ in range(2))
    one.create("live-1-a")
    wrapped = other.wrap("live-1-a", KEY)

    one.destroy("live-1-a")

    with pytest.raises(KeyGone):
        other.unwrap("live-1-a", wrapped)


@pytest.mark.parametrize("kept", range(13))
def test_a_date_that_a_power_cut_has_torn_is_none_and_is_given_anew(
    tmp_path: Path, kept: int
) -> None:
    backup = FileBackupHolder(tmp_path, credential.make_restore_credential().public)
    backup.create("ring-1-a")
    backup.schedule_death("ring-1-a", NOW)
    date = tmp_path / "ring-1-a.dies"
    date.write_bytes(date.read_bytes()[:kept])

    assert backup.deaths() == {}
    assert FileReaper(tmp_path).reap(NOW + timedelta(days=400)) == ()
    backup.schedule_death("ring-1-a", NOW)
    assert backup.deaths() == {"ring-1-a": NOW}


def test_a_key_that_a_power_cut_has_torn_is_let_go_like_any_other(tmp_path: Path) -> None:
    live = open_live(tmp_path / "live", SECRET, cost=2**4)
    (tmp_path / "ring").mkdir()
    backup = FileBackupHolder(tmp_path / "ring", credential.make_restore_credential().public)
    (tmp_path / "live" / "live-1-a.key").touch()
    (tmp_path / "ring" / "ring-1-a.key").touch()

    live.destroy("live-1-a")
    backup.schedule_death("ring-1-a", NOW)

    assert live.names() == frozenset()
    assert FileReaper(tmp_path / "ring").reap(NOW) == ("ring-1-a",)

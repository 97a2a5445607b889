"""``talteen holders``: what the exit status says of the two key holders."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.commands import talteen, without_tables
from tests.kit.keyrings import Places
from tests.kit.keyrings.bao import Bao

REGISTER = Path(__file__).parents[3] / "registers" / "mara"


@pytest.mark.django_db(transaction=True)
def test_both_holders_are_asked_and_the_one_that_is_away_is_named(tmp_path: Path) -> None:
    home, warned = tmp_path / "house", tmp_path / "register"
    shutil.copytree(REGISTER, warned)
    file = warned / "register.toml"
    file.write_text(re.sub(r"accessible_phone = .*\n", "", file.read_text()))
    why = ("--reason", "no_accessible_line=Kuulovammaiset palvellaan vastaanotossa.")
    made = talteen("init", str(warned), "--approver", "r01", "r02", *why, home=home)
    assert made.returncode == 0, made.stderr  # a warning goes out with its reason (decision 301)

    whole = talteen("holders", home=home)
    (home / "keys-ring").rename(home / "unplugged")
    without = talteen("holders", home=home)

    assert (whole.returncode, without.returncode) == (0, 1)
    assert [line.split()[:3] for line in whole.stdout.splitlines()] == [
        ["live", "file", "answers"],
        ["ring", "file", "answers"],
    ]
    assert "away" in without.stdout.splitlines()[1]
    assert "served" in without.stdout.splitlines()[1]


@pytest.mark.django_db(transaction=True)
def test_a_house_begins_in_openbao_and_says_when_it_is_sealed(
    tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    server = keyring("openbao")
    assert isinstance(server, Bao)
    home = tmp_path / "house"
    home.mkdir(mode=0o700)
    (home / "talteen.toml").write_text(server.setting(tmp_path).toml)

    made = talteen("init", str(REGISTER), "--approver", "r01", "r02", home=home)
    whole = talteen("holders", home=home)
    server.seal()
    try:
        sealed = talteen("holders", home=home)
    finally:
        server.unseal()

    assert made.returncode == 0, made.stderr
    assert not list((home / "keys-live").glob("*.key"))
    assert whole.returncode == 0
    assert [line.split()[1] for line in whole.stdout.splitlines()] == ["openbao", "openbao"]
    assert sealed.returncode == 1
    assert sealed.stdout.count(" sealed ") == 2


@pytest.mark.django_db(transaction=True)
def test_no_house_begins_whose_own_token_could_open_the_ring(
    tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    server = keyring("openbao")
    assert isinstance(server, Bao)
    home = tmp_path / "house"
    home.mkdir(mode=0o700)
    (home / "talteen.toml").write_text(server.setting(tmp_path).toml)
    (tmp_path / "backup.token").write_text(server.root)

    made = talteen("init", str(REGISTER), "--approver", "r01", "r02", home=home)

    assert made.returncode == 2
    assert "keys_ring.credential_file: may decrypt in the ring" in made.stderr
    assert server.root not in made.stderr


def test_a_holder_that_is_half_written_down_is_named_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "talteen.toml").write_text('[keys_live]\nkind = "openbao"\n')

    ended = without_tables("holders", home=tmp_path)

    assert ended.returncode == 2
    assert "keys_live.credential_file: is missing" in ended.stderr
    assert ended.stderr.count("\n") == 1

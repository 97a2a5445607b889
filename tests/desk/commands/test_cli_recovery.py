"""Backup, restore and drills as commands: a house is made, backed up, lost, and made again."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from talteen.demo import cast
from talteen.desk.ground import supervise
from talteen.notice.purposes import Role
from talteen.recovery import taken
from tests.kit import commands

DEMO = '[house]\nborn = "demo"\n'


def talteen(*command: str, home: Path, given: str = "") -> dict[str, Any]:
    """What a command says in a process of its own, on a machine with nothing but ``home``."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TALTEEN_", "DJANGO_"))}
    done = subprocess.run(
        supervise.talteen(*command),
        input=given,
        capture_output=True,
        text=True,
        timeout=110,
        env={**clean, "TALTEEN_HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_a_house_is_backed_up_and_two_persons_restore_it_by_the_ring(tmp_path: Path) -> None:
    home, new, at = tmp_path / "house", tmp_path / "new", str(tmp_path / "backup")
    for folder in (home, new):
        folder.mkdir(mode=0o700)
    (home / "talteen.toml").write_text(DEMO)
    made = commands.talteen("init", "registers/mara", "--approver", "pirkko", "r01", home=home)
    assert made.returncode == 0, made.stderr
    shares = [line for line in made.stdout.splitlines() if line[:2] in ("1 ", "2 ")]
    cast.hire(date(2026, 8, 24))  # nobody can be hired by a command yet
    two = [cast.first_of(role).code for role in (Role.DPO, Role.REGISTER_CONTACT)]

    figures = json.loads(commands.talteen("backup", at, "--json", home=home).stdout)
    assert taken.last(home / "state") is not None, "what monitoring asks the age of"
    assert (figures["generation"], figures["blobs"]) == (1, "copied")
    refused = commands.without_tables("restore", at, home=new)
    assert (refused.returncode, "bring the signing keys" in refused.stderr) == (2, True)
    shutil.copytree(home / "keys-house", new / "keys-house")
    shutil.copytree(home / "keys-ring", new / "keys-ring")
    alone = commands.without_tables("restore", at, "--from-ring", home=new)
    assert (alone.returncode, "two persons" in alone.stderr) == (2, True)

    given = "\n".join(shares) + "\n"
    words = ("restore", at, "--from-ring", "--by", *two, "--json")
    done = talteen(*words, home=new, given=given)
    assert (done["by_ring"], done["generation_reached"], done["damaged"]) == (True, 2, [])
    assert (new / "talteen.toml").read_text() == DEMO
    assert len(list((new / "keys-live").glob("live-*"))) == 1
    assert talteen("drill", "--check", "--json", home=new) == {"damaged": []}


def test_a_drill_is_one_of_four(tmp_path: Path) -> None:
    ended = commands.without_tables("drill", home=tmp_path)

    assert (ended.returncode, "name one of them" in ended.stderr) == (2, True)

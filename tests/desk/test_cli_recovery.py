"""Backup, restore and drills as commands: a house is made, backed up, lost, and made again."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from talteen.desk import supervise
from talteen.recovery import taken
from tests.kit import migrated

pytestmark = pytest.mark.drill

DEMO = '[house]\nborn = "demo"\n'
HIRE = """
from datetime import date
from talteen.desk import commands, database
with database.running(commands.ready()):
    commands.django()
    from talteen.demo import cast
    cast.hire(date(2026, 8, 24))
    print(*(cast.first_of(role).code for role in (cast.Role.DPO, cast.Role.REGISTER_CONTACT)))
"""
"""Nobody can be hired by a command yet."""


def talteen(
    *command: str, home: Path, given: str = "", expect: int = 0
) -> subprocess.CompletedProcess[str]:
    return ran(supervise.talteen(*command), home=home, given=given, expect=expect)


def ran(
    command: list[str], *, home: Path, given: str = "", expect: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        timeout=110,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("TALTEEN_", "DJANGO_"))},
            "TALTEEN_HOME": str(home),
        },
    )
    assert done.returncode == expect, done.stderr
    return done


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_house_is_backed_up_and_two_persons_restore_it_by_the_ring(tmp_path: Path) -> None:
    home, new, at = tmp_path / "house", tmp_path / "new", str(tmp_path / "backup")
    for folder in (home, new):
        folder.mkdir(mode=0o700)
    (home / "talteen.toml").write_text(DEMO)
    migrated.lay(home)
    made = talteen("init", "registers/mara", "--approver", "pirkko", "r01", home=home)
    shares = [line for line in made.stdout.splitlines() if line[:2] in ("1 ", "2 ")]

    two = ran([sys.executable, "-c", HIRE], home=home).stdout.split()

    figures = told(talteen("backup", at, "--json", home=home))
    assert taken.last(home / "state") is not None, "what monitoring asks the age of"
    assert (figures["generation"], figures["blobs"]) == (1, "copied")
    refused = talteen("restore", at, home=new, expect=2)
    assert "bring the signing keys" in refused.stderr
    shutil.copytree(home / "keys-house", new / "keys-house")
    shutil.copytree(home / "keys-ring", new / "keys-ring")
    alone = talteen("restore", at, "--from-ring", home=new, expect=2)
    assert "two persons" in alone.stderr

    given = "\n".join(shares) + "\n"
    words = ("restore", at, "--from-ring", "--by", *two, "--json")
    done = told(talteen(*words, home=new, given=given))
    assert (done["by_ring"], done["generation_reached"], done["damaged"]) == (True, 2, [])
    assert (new / "talteen.toml").read_text() == DEMO
    assert len(list((new / "keys-live").glob("live-*"))) == 1
    assert told(talteen("drill", "--check", "--json", home=new)) == {"damaged": []}


def test_a_drill_is_one_of_four(tmp_path: Path) -> None:
    assert "name one of them" in talteen("drill", home=tmp_path, expect=2).stderr

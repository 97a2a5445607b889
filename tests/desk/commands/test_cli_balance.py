"""``talteen balance`` and ``talteen why``: what exit statuses say, and what is never said."""

import json
from pathlib import Path

import pytest

from tests.kit.commands import talteen, without_tables

VECTORS = Path(__file__).parents[2] / "vectors" / "cdr"
REGISTER = Path(__file__).parents[3] / "registers" / "mara"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("balance",), "no file was named"),
        (("balance", "x.csv"), "call-records.toml cannot be read"),
        (("why",), "nothing was asked"),
        (("why", "--line", "rooms"), "nothing was asked"),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    tmp_path: Path, command: tuple[str, ...], says: str
) -> None:
    ended = without_tables(*command, home=tmp_path)

    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_a_day_against_an_empty_register_is_all_lost_and_names_nobody(tmp_path: Path) -> None:
    home = tmp_path / "house"
    made = talteen("init", str(REGISTER), "--approver", "r01", "r02", home=home)
    assert made.returncode == 0, made.stderr
    broken = tmp_path / "broken.csv"
    broken.write_bytes((VECTORS / "cucm-cdr.csv").read_bytes() + b'1,2,x,"+358505550101\n')
    mapping = ("--mapping", str(VECTORS / "mapping.toml"))

    whole = talteen("balance", str(VECTORS / "cucm-cdr.csv"), *mapping, home=home)
    bad = talteen("balance", str(broken), *mapping, "--json", home=home)
    why = talteen(
        *("why", "--at", "2026-11-16T12:49:34", "--line", "rooms", "--language", "en"), home=home
    )

    assert (whole.returncode, bad.returncode, why.returncode) == (1, 2, 0)
    assert "broken.csv:52: the line cannot be read" in bad.stderr
    [told] = json.loads(bad.stdout)["files"]
    assert told["days"][0]["totals"]["lost"] == 28
    assert "never reached the register" in why.stdout
    for ended in (whole, bad, why):
        assert "50555" not in ended.stdout + ended.stderr

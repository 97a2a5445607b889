"""``talteen holders``: what the exit status says of the two key holders."""

from pathlib import Path

import pytest

from tests.desk.test_cli_run import talteen

REGISTER = Path(__file__).parents[2] / "registers" / "mara"


@pytest.mark.drill
def test_both_holders_are_asked_and_the_one_that_is_away_is_named(tmp_path: Path) -> None:
    home = tmp_path / "house"
    made = talteen("init", str(REGISTER), "--approver", "r01", "r02", home=home)
    assert made.returncode == 0, made.stderr

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


def test_a_holder_that_is_half_written_down_is_named_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "talteen.toml").write_text('[keys_live]\nkind = "openbao"\n')

    ended = talteen("holders", home=tmp_path)

    assert ended.returncode == 2
    assert "keys_live.credential_file: is missing" in ended.stderr
    assert ended.stderr.count("\n") == 1

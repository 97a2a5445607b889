"""The operators' pages say what the code does."""

import re
from pathlib import Path

import pytest

from talteen import config
from talteen.config import Setting
from talteen.desk import cli
from talteen.engine.postgres import roles

OPERATORS = Path(__file__).parents[1] / "docs" / "operators"


@pytest.mark.parametrize("setting", config.described(), ids=lambda setting: setting.key)
def test_every_setting_has_its_heading_and_its_default(setting: Setting) -> None:
    page = (OPERATORS / "settings.md").read_text()

    section = page.split(f"\n## {setting.key}\n", 1)[1].split("\n## ", 1)[0]
    assert setting.says[1:] in " ".join(section.split())
    assert setting.default in (None, "", (), {}) or f"Default: `{setting.default}`." in section


def test_no_heading_names_a_setting_that_is_gone() -> None:
    page = (OPERATORS / "settings.md").read_text()

    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert headings == [setting.key for setting in config.described()]


def test_the_page_for_a_server_of_ones_own_grants_what_we_grant() -> None:
    page = (OPERATORS / "database.md").read_text()

    assert roles.GRANTS.strip() in page


TYPED = re.compile(r"`talteen ([a-z][^`\n]*)`|^ +(?:\S*bin/)?talteen ([a-z][^\n#]*)", re.M)


def flags_that_are_not(typed: str) -> list[str]:
    """Of what a page tells people to type after ``talteen``."""
    app, words = cli.app, typed.split()
    while words and words[0] in set(app):
        app = app[words.pop(0)]
    told = {re.split(r"[=\]|,;)]", word.strip("[("))[0] for word in words}
    flags = {one for one in told if re.match("--[a-z]", one)} - {"--help"}
    known = {name for one in app.assemble_argument_collection() for name in one.names}
    return sorted(flags - known)


@pytest.mark.parametrize("page", sorted(OPERATORS.rglob("*.md")), ids=lambda page: page.stem)
def test_every_flag_that_operators_are_told_to_type_is_one(page: Path) -> None:
    typed = [one or other for one, other in TYPED.findall(page.read_text())]

    assert [flags for one in typed if "--" in one and (flags := flags_that_are_not(one))] == []

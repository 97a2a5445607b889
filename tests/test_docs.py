"""The operators' pages say what the code does."""

from pathlib import Path

import pytest

from talteen import config
from talteen.config import Setting
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

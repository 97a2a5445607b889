"""REGISTER I: the twelve stories are told with the test that plays each, so that none is lost."""

import re

from tests.notice.test_promises import ROOT, names

ROW = re.compile(r"^\| (\d+) .+ \| ([a-z, ]+) \| `(\w+)` \(([\w/.]+)\) \|$", re.MULTILINE)


def test_every_story_names_a_test_that_is_there() -> None:
    told = ROW.findall((ROOT / "docs" / "dpo" / "stories.md").read_text(encoding="utf-8"))

    assert [int(number) for number, *_ in told] == list(range(1, 13))
    assert [(file, name) for _, _, name, file in told if name not in names(file)] == []

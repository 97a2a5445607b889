"""Pages for operators that are made from the code, or name things of this tree, say what is so."""

import re
from pathlib import Path

import pytest

from talteen.desk import cli
from talteen.log import KEYS
from talteen.operations import log_schema, parts
from talteen.operations.figures import ALL, SECONDS

ROOT = Path(__file__).parents[2]
OPERATORS = ROOT / "docs" / "operators"
PAGES = ["doctor", "install", "monitoring", "sizing"]
CONTAINER = ROOT / "deploy" / "Containerfile"


def test_the_schema_of_the_log_is_the_one_that_the_code_makes() -> None:
    made = log_schema.page(ROOT / "talteen")

    assert (ROOT / log_schema.PAGE).read_text() == made, "python -m talteen.operations.log_schema"


def test_every_key_that_a_line_may_have_is_explained_and_no_other() -> None:
    assert log_schema.SAYS.keys() == KEYS


def test_an_event_is_found_with_its_level_and_its_keys(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('log.warning("a.b", count=1, secret=2)\nprint("c.d")\n')

    assert log_schema.events(tmp_path) == [log_schema.Event("a.b", "warning", ("count",))]


def test_the_page_of_monitoring_names_every_figure_and_no_other() -> None:
    page = (OPERATORS / "monitoring.md").read_text()

    told = re.findall(r"^\| `(talteen_\w+)` \|", page, re.M)
    assert told == [*ALL, SECONDS]
    assert all(f"| {figure.says} |" in page for figure in ALL.values())


def test_the_page_of_the_doctor_names_every_check() -> None:
    page = (OPERATORS / "doctor.md").read_text()

    assert [name for name in parts.CHECKS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_commands_and_pages_that_are_there(name: str) -> None:
    text = (OPERATORS / f"{name}.md").read_text()

    commands = set(re.findall(r"\btalteen ([a-z]+)\b(?![-.])", re.sub(r"useradd.*", "", text)))
    known = {*cli.app}
    assert {one for one in commands if f"`talteen {one}" in text} <= known
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [one for one in links if not (OPERATORS / one).exists()] == []


def instructions(text: str) -> list[tuple[str, str]]:
    """The container file's instructions, continued lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text))
    lines = [line.strip() for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def wrong_in(text: str) -> list[str]:
    """What a build of this container file would fail of, or should not do."""
    found, users = [], []
    for word, rest in instructions(text):
        if word == "COPY" and "--from=" not in rest:
            found += [one for one in rest.split()[:-1] if not (ROOT / one).exists()]
        if word == "USER":
            users.append(rest)
        if word in ("ENV", "ARG") and re.search(r"(?i)secret|passw|token", rest):
            found.append(rest)
    return found + ([] if users[-1:] == ["talteen"] else ["runs as root"])


def test_the_container_file_copies_what_is_there_and_runs_as_nobody_special() -> None:
    text = CONTAINER.read_text()

    assert wrong_in(text) == []
    (entry,) = [rest for word, rest in instructions(text) if word == "ENTRYPOINT"]
    assert entry == '["talteen"]'
    named = {rest for word, rest in instructions(text) if word == "RUN" and "uv sync" in rest}
    assert all("--locked" in one for one in named)


def test_a_container_file_with_a_fault_is_found() -> None:
    text = CONTAINER.read_text()

    assert wrong_in(text.replace("COPY demo demo", "COPY nowhere demo")) == ["nowhere"]
    assert wrong_in(text.replace("USER talteen", "USER root")) == ["runs as root"]


def test_what_a_check_tells_people_to_read_is_there() -> None:
    source = " ".join(path.read_text() for path in (ROOT / "talteen" / "operations").rglob("*.py"))

    named = set(re.findall(r"docs/operators/[\w/-]+\.md", source))
    assert len(named) > 5
    assert [one for one in named if not (ROOT / one).exists()] == []

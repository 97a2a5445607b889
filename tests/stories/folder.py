"""The register folder of the house as whoever keeps it edits it, and the command line beside it."""

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

from talteen.demo import material
from talteen.desk.ground import supervise
from talteen.notice import clauses, findings
from tests.stories.conftest import Story

FINNISH = "texts/fi/notice.toml"
SECOND_ANNOUNCEMENT = ("[announcements]\nversion = 1", "[announcements]\nversion = 2")
"""The edit by which prompts get the next number."""
CHECKED = {
    "fi": "varauksen tarkistus, ",
    "sv": "kontrollen av en bokning, ",
    "en": "the check of a booking, ",
}
HEAD = "TIETOSUOJASELOSTE (21.01.2022 alkaen)"


def edit(story: Story, name: str, *pairs: tuple[str, str]) -> None:
    """Replace in one file of the folder, each as often as it stands there."""
    file = story.house.config.paths.register / name
    text = file.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def do_without_correctness(register: Path) -> None:
    """The register states a purpose less, and its texts do not tell of it: no test of it, and the
    sentence on what else opens a call does not name it."""
    _cut(register / "register.toml", '[[purposes]]\nkey = "correctness"', "[[purposes]]")
    _cut(register / "assessments/balancing.toml", '[[tests]]\nid = "LIA-2"', "[[tests]]\n")
    for language, named in CHECKED.items():
        file = register / "texts" / language / "notice.toml"
        text = file.read_text(encoding="utf-8")
        assert named in text, named
        file.write_text(text.replace(named, ""), encoding="utf-8")


def take_it_up(story: Story) -> None:
    """The folder states it again, with its test and its words."""
    model = material.root() / material.REGISTER
    texts = [f"texts/{language}/notice.toml" for language in CHECKED]
    for name in ("register.toml", "assessments/balancing.toml", *texts):
        shutil.copyfile(model / name, story.house.config.paths.register / name)


def _cut(file: Path, begin: str, end: str) -> None:
    """Take out one table: from ``begin`` up to the ``end`` that follows it."""
    before, cut, after = file.read_text(encoding="utf-8").partition(begin)
    assert cut, begin
    file.write_text(before + end + after.partition(end)[2], encoding="utf-8")


def say_what_2022_said(register: Path) -> None:
    """The Finnish text says in each clause what the notice of 2022 said there, and no more."""
    legacy = findings.read((register / "legacy/notice-2022.toml").read_text(encoding="utf-8"))
    old = findings.as_notice(legacy)
    model = tomllib.loads((register / FINNISH).read_text(encoding="utf-8"))
    for name in clauses.ORDER:
        found = old.clause(name) if name.isdigit() and name != clauses.FIRST_LAYER else None
        said = [one.text for one in found.sentences] if found else []
        clause = model["clause"][name]
        for place, key in enumerate(one for one in clause if one != "title"):
            clause[key] = said[min(place, len(said) - 1)] if said else HEAD
    (register / FINNISH).write_text(_toml(model), encoding="utf-8")


def _toml(model: dict[str, dict[str, object]]) -> str:
    tables = {"meta": model["meta"]}
    tables |= {f"clause.{name}": told for name, told in model["clause"].items()}  # type: ignore[misc]
    lines = []
    for name, told in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(one, ensure_ascii=False)}" for key, one in told.items()]
    return "\n".join(lines) + "\n"


def talteen(*command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line itself, on the house at ``home``."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TALTEEN_", "DJANGO_"))}
    return subprocess.run(
        supervise.talteen(*command),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env={**clean, "TALTEEN_HOME": str(home)},
    )

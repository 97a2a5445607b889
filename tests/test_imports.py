"""The import contracts find what they are for: a planted fault breaks the one meant for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = "A later floor may know an earlier one"
STAGES = "A later stage of a call's life"
PURE = "Law, decisions and formats see no clock"
FRAMEWORK = "Law, machinery and decisions know no framework"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's code and its contracts, without the rest."""
    folder = tmp_path_factory.mktemp("planted")
    only_code = shutil.ignore_patterns("static", "templates", "locale", "__pycache__")
    shutil.copytree(ROOT / "talteen", folder / "talteen", ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken(folder: Path) -> list[str]:
    """The names of the contracts that are not kept."""
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    env = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "200",
    }
    told = subprocess.run(lint, cwd=folder, env=env, capture_output=True, text=True).stdout
    return [line.removesuffix(" BROKEN") for line in told.splitlines() if line.endswith("BROKEN")]


@pytest.mark.drill
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("notice/retention.py", "import os", PURE),
        ("notice/retention.py", "from talteen.register import models", FLOORS),
        ("notice/retention.py", "import django", FRAMEWORK),
        ("life/seal/acts.py", "from talteen.life.destroy import rules", STAGES),
        (
            "life/use/view.py",
            "from talteen.engine.vault import pages",
            "There is one door to sound",
        ),
        ("engine/tlog/note.py", "from talteen.engine.vault import roll", "Each machine could be"),
        ("utils/__init__.py", "", FLOORS),
        ("life/guess/__init__.py", "", STAGES),
    ],
)
def test_a_planted_fault_breaks_the_contract_meant_for_it(
    copy: Path, file: str, line: str, contract: str
) -> None:
    path = copy / "talteen" / file
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n")

    found = broken(copy)

    assert [name for name in found if name.startswith(contract)]
    path.write_text(before) if before is not None else shutil.rmtree(path.parent)

"""The demo is what a newcomer sees first: the whole life of a call, each step with its figures."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from talteen.desk.ground import supervise
from tests.kit import migrated

STEPS = [
    *("import", "seal", "transcribe", "search", "play", "hold", "clock to due", "destroy"),
    *("certificate", "verify", "restore attempt"),
]
COMPLAINT, ANOTHER = "008", "042"
"""Both are old: the last night of a younger one comes two months later, and each night is lived."""


@pytest.mark.drill
def test_the_demo_lives_through_the_whole_life_of_a_call(tmp_path: Path) -> None:
    """With two calls of its forty-two: the one that is held, and one that is not. That the tables
    come from nothing is the promise of ``test_cli_run``."""
    home = tmp_path / "house"
    migrated.lay(home)
    done = subprocess.run(
        supervise.talteen("demo", "--once", "--json", "--calls", f"{COMPLAINT},{ANOTHER}"),
        capture_output=True,
        text=True,
        env={**os.environ, "TALTEEN_HOME": str(home)},
    )

    told = json.loads(done.stdout)["steps"]
    assert {step["name"]: step for step in told if not step["ok"]} == {}
    assert [step["name"] for step in told] == STEPS
    assert all(len(step["figures"]) > 1 for step in told), "each step is measured"
    assert done.returncode == 0

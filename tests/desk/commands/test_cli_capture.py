"""``talteen capture`` begins whatever the database does, and asks the house in another process."""

import os
import subprocess
from pathlib import Path

from talteen.desk.ground import supervise

SETTINGS = """
[capture]
address = "127.0.0.1"
peers = ["127.0.0.0/8"]
[database]
url = "postgresql://127.0.0.1:9/talteen?sslmode=disable"
"""


def test_a_house_that_does_not_answer_is_told_of_and_what_is_missing_then(tmp_path: Path) -> None:
    (tmp_path / "talteen.toml").write_text(SETTINGS)

    ended = subprocess.run(
        supervise.talteen("capture"),
        env={**os.environ, "TALTEEN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 2
    said = ended.stderr.splitlines()
    assert any("the house does not answer (unavailable), going on" in line for line in said)
    assert said[-1].startswith("talteen: ")
    assert "belongs to no house yet" in said[-1]

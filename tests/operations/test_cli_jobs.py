"""``talteen jobs``: what was set aside is named, and tried again when somebody says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk.test_cli_run import talteen
from tests.kit import migrated

SET_ASIDE = """
from talteen.desk import commands, database
config = commands.ready()
with database.running(config):
    commands.django()
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
                       " VALUES ('default', 'receive', 'failed', '{}')")
"""


@pytest.mark.drill
def test_jobs_that_were_set_aside_are_named_and_given_another_try(tmp_path: Path) -> None:
    home = tmp_path / "house"
    migrated.lay(home)
    env = {**os.environ, "TALTEEN_HOME": str(home)}
    subprocess.run([sys.executable, "-c", SET_ASIDE], env=env, check=True)

    aside = talteen("jobs", home=home)
    again = talteen("jobs", "--again", home=home)
    after = talteen("jobs", home=home)

    assert (aside.returncode, again.returncode, after.returncode) == (1, 0, 0)
    assert aside.stdout.splitlines() == ["0 jobs could be done now", "1 set aside: receive"]
    assert "1 are tried again" in again.stdout
    assert after.stdout.splitlines() == ["1 jobs could be done now"]

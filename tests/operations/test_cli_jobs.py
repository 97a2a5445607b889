"""``talteen jobs``: what was set aside is named, and tried again when somebody says so."""

from pathlib import Path

import pytest
from django.db import connection

from tests.kit.commands import talteen

SET_ASIDE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)
VALUES ('default', 'receive', 'failed', '{}')
"""


@pytest.mark.django_db(transaction=True)
def test_jobs_that_were_set_aside_are_named_and_given_another_try(home: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_ASIDE)

    aside = talteen("jobs", home=home)
    again = talteen("jobs", "--again", home=home)
    after = talteen("jobs", home=home)

    assert (aside.returncode, again.returncode, after.returncode) == (1, 0, 0)
    assert aside.stdout.splitlines() == ["0 jobs could be done now", "1 set aside: receive"]
    assert "1 are tried again" in again.stdout
    assert after.stdout.splitlines() == ["1 jobs could be done now"]

"""What roles of the database may write is what their code writes, read from the code.

A run of tests shows which rights the tests need. Here the statements themselves are read
(``tests/kit/reach``), so that a table or a column counts that no test touches.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

import pytest
from django.conf import settings

from talteen.engine.postgres.cluster import WATCH, WEB, WORK
from talteen.register.database.changing import ALL, CHANGES
from talteen.register.database.rights import BY_ROLE, COLUMNS
from tests.kit import duties, reach
from tests.kit.source_sql import Write
from tests.security.test_roles import goes_with

OF_DJANGO = {"staff": {"last_login"}}
"""What a library writes of ours: when somebody signs in."""
LOCKED = {"complaint_mark"}
"""Tables of which no column changes, and whose rows are locked."""
ALIKE = {
    WEB: {
        ("draft_part", "aw"): "drafting.Kept.keep, which a signaller's keep is taken for",
        ("vault", "a"): "rolling.roll names rolling.found in what helps",
    },
    WORK: {
        ("api_answer", "w"): "api_answers.Kept.keep, taken for the same",
        ("assessment_step", "a"): "adoptions.found reads with what else follows a proposal",
        ("house", "a"): "houses.row names houses.found",
        ("passage", "a"): "a table of the word index has this name",
    },
}
"""What is reached by a name alone, and never called."""


def of_libraries(table: str) -> bool:
    return table.startswith(("django_", "procrastinate_", "auth_"))


def begins(role: str) -> Iterator[str]:
    """Where the code of ``role`` begins."""
    match role:
        case "talteen_web":
            yield "talteen.desk.urls:urlpatterns"
            (drawn,) = (one["OPTIONS"] for one in settings.TEMPLATES)
            for name in (*settings.MIDDLEWARE, *drawn["context_processors"]):
                yield ":".join(name.rsplit(".", 1))
            for module in drawn["builtins"]:
                yield from (key for key in reach.code() if key.startswith(f"{module}:"))
            yield from ("talteen.desk.page.failures:csrf", "talteen.desk.ground.warm:begin")
        case "talteen_work":
            yield "talteen.desk.commands.run:work"
            for job in duties.jobs().values():
                yield f"{job.run.__module__}:{job.run.__qualname__}"
        case "talteen_watch":
            yield "talteen.life.seal.watched:Watch.look"


def written(role: str) -> dict[str, set[Write]]:
    """By the table: what the code of ``role`` may write."""
    found = defaultdict(set)
    for key in reach.reached(begins(role)):
        for one in reach.code()[key].writes:
            found[one.table].add(one)
    return found


def test_of_every_statement_that_writes_the_table_is_known() -> None:
    assert [where for one in reach.code().values() for where in one.unclear] == []
    assert len([one for each in reach.code().values() for one in each.writes]) > 400


def test_what_changes_of_a_row_is_what_the_code_of_roles_changes() -> None:
    found = defaultdict(set, {table: set(columns) for table, columns in OF_DJANGO.items()})
    for role in (WEB, WORK, WATCH):
        for table, several in written(role).items():
            for one in several:
                found[table].update(one.columns)
    told = {
        table: set(columns.split())
        for table, columns in CHANGES.items()
        if not of_libraries(table) and table not in LOCKED
    }

    assert {table for table, columns in told.items() if columns == {ALL}} == {
        table for table, columns in found.items() if ALL in columns
    }
    assert {t: c for t, c in told.items() if c != {ALL}} == {
        t: c for t, c in found.items() if c and ALL not in c
    }
    assert "alarm" in told
    assert "kind" not in told["alarm"]


@pytest.mark.parametrize("role", [WEB, WORK])
def test_a_role_writes_what_its_code_writes_and_nothing_else(role: str) -> None:
    by_column = {(table, verb) for verb, table, _ in COLUMNS.get(role, ())}
    taken = {(t, v) for (t, verbs) in ALIKE[role] for v in verbs}
    needs = {
        (table, one.verb)
        for table, several in written(role).items()
        for one in several
        if not of_libraries(table) and not (one.verb == "w" and (table, "UPDATE") in by_column)
    } | {(table, "d") for table in deleted_with(role)}
    given = {
        (table, letter)
        for table, letters in BY_ROLE[role].items()
        for letter in letters
        if letter != "r" and not of_libraries(table)
    }

    assert taken <= needs, "no longer reached: strike it from the list"
    assert given - needs == set(), "given, and no code needs it"
    assert needs - taken - given == set(), "a statement lacks its right"


def deleted_with(role: str) -> Collection[str]:
    """Tables whose rows Django deletes with those that ``role`` may delete."""
    return {table for parent, table in goes_with() if "d" in BY_ROLE[role].get(parent, "")}

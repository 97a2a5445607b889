"""Each role of the database can do what it must, and nothing else (DESIGN 7)."""

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import CASCADE, ForeignKey

from talteen import capturing, course, enrolling, founding, ids
from talteen.engine.postgres.cluster import (
    APP,
    AUDIT,
    CAPTURE,
    METRICS,
    OWNER,
    WATCH,
    WEB,
    WORK,
    Cluster,
)
from talteen.life.answer import letter, mailbox
from talteen.life.answer.models import SubjectRequest
from talteen.register.database import jobs, rights, row_security
from talteen.register.database.changing import ALL, CHANGES
from talteen.register.database.rights import (
    BY_ROLE,
    COLUMNS,
    NOT_FOR_AUDIT,
    OF_THE_WEB,
    OF_THE_WORKER,
)
from talteen.register.models import Recording
from talteen.register.post.imap import Lying
from tests.desk.conftest import Desk
from tests.kit import database

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def tables() -> set[str]:
    return {m._meta.db_table for m in apps.get_models(include_auto_created=True)} | {
        "django_migrations"
    }


def given(role: str) -> set[tuple[str, str]]:
    """Table and verb: what the role may do with whole rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.verb FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " CROSS JOIN unnest(%s::text[]) AS p(verb) WHERE n.nspname = 'public' AND relkind = 'r'"
            " AND has_table_privilege(%s, c.oid, p.verb)",
            [list(VERBS), role],
        )
        return {(table, verb) for table, verb in cursor.fetchall() if table in OF_THE_WEB}


def test_every_table_says_what_pages_and_the_worker_may_do_with_it() -> None:
    known = {t for t in tables() if not t.startswith("tests_")}
    assert known == set(OF_THE_WEB) == set(OF_THE_WORKER)
    assert all(set(of_the_role) <= known for of_the_role in BY_ROLE.values())
    assert {table for some in COLUMNS.values() for _, table, _ in some} < known


@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_who_may_let_a_row_go_may_let_go_of_what_goes_with_it(role: str) -> None:
    lacks = {
        (parent, table)
        for parent, table in goes_with()
        if "d" in BY_ROLE[role].get(parent, "") and "d" not in BY_ROLE[role].get(table, "")
    }

    assert lacks == set()


def goes_with() -> set[tuple[str, str]]:
    """Tables whose rows Django deletes with a row of another: that one first."""
    links = {
        (field.related_model._meta.db_table, model._meta.db_table)
        for model in apps.get_app_config("talteen").get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE
    }
    assert ("evaluation", "lesson") in links
    return links


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_a_role_may_do_what_its_table_says_and_nothing_else(role: str) -> None:
    told = {
        (table, verb.partition(" ")[0])
        for table, letters in BY_ROLE[role].items()
        for letter in letters
        if "(" not in (verb := rights.verb(table, letter, CHANGES.get(table, "").split()))
    }
    assert given(role) == told


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_of_a_table_a_role_has_the_columns_that_are_told_and_no_others(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.verb, c.relname, a.attname FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
            " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
            " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p(verb)"
            " WHERE a.attnum > 0 AND NOT a.attisdropped"
            " AND has_column_privilege(%s, c.oid, a.attnum, p.verb)"
            " AND NOT has_table_privilege(%s, c.oid, p.verb)",
            [role, role],
        )
        found = set(cursor.fetchall())

    changes = {
        ("UPDATE", table, column)
        for table, letters in BY_ROLE[role].items()
        if "w" in letters
        for column in CHANGES[table].split()
        if column != ALL
    }
    assert found == changes | {
        (verb, table, column)
        for verb, table, columns in COLUMNS.get(role, ())
        for column in columns.split(", ")
    }


@pytest.mark.django_db
def test_who_reads_everything_reads_no_way_in() -> None:
    assert given(AUDIT) == {(table, "SELECT") for table in OF_THE_WEB} - {
        (table, "SELECT") for table in NOT_FOR_AUDIT
    }


@pytest.mark.django_db
def test_nobody_who_runs_owns_a_table_or_may_more_than_its_login() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'",
        )
        assert cursor.fetchall() == [(OWNER,)]
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
            " AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication)",
            [[OWNER, APP, AUDIT, WEB, WORK, CAPTURE, WATCH, METRICS]],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_the_database_itself_refuses_pages_what_is_not_theirs(postgres: Cluster) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.dsn(WEB, database=name), autocommit=True) as pages:
        assert pages.execute("SELECT count(*) FROM staff").fetchone() is not None
        for statement in (
            "DELETE FROM access_entry",
            "UPDATE access_entry SET staff = gen_random_uuid()",
            "DELETE FROM ledger_entry",
            "UPDATE undertaking SET ended_on = NULL",
            "INSERT INTO drill_run DEFAULT VALUES",
            "UPDATE staff SET code = 'r99'",
            "UPDATE hold SET recording_id = gen_random_uuid()",
            "DELETE FROM django_migrations",
            "SELECT * FROM auth_permission",
            "DROP TABLE staff",
            "CREATE TABLE mine (a int)",
            "ALTER TABLE sealed_note DISABLE ROW LEVEL SECURITY",
            "DROP POLICY not_a_page ON sealed_note",
            "SET ROLE talteen_owner",
            "SET session_replication_role = replica",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                pages.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_a_call_from_its_sealing_to_its_end_with_its_own_rights(
    desk: Desk,
) -> None:
    house, clock = desk.built.house, desk.built.clock
    with database.as_the_worker():
        call = desk.call("001")
        course.roll(house, desk.now)
        course.sweep(house, desk.now)
        clock.at += timedelta(days=120)
        swept = course.sweep(house, desk.now)

    assert swept.destroyed == 1
    assert not Recording.objects.filter(pk=call.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_a_letter_in_as_a_request_with_its_own_rights(desk: Desk) -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "Kaisa Lehtovaara <kaisa@post.example>", "Puheluni teille"
    made.set_content("Pyydän kopion puhelustani. Numeroni on 040 999 8887.")
    raw = made.as_bytes()
    with database.as_the_worker():
        lying = Lying("1", desk.now, raw, whole=True)
        mailbox.receive(desk.built.house, letter.read(raw), lying, desk.now)

    assert SubjectRequest.objects.get().via == "email"


@jobs.job("tests-worker-finishes")
def noted(thing: UUID) -> None:
    """A job like any other."""
    connection.ensure_connection()


@pytest.mark.django_db(transaction=True)
def test_the_worker_finishes_jobs_with_its_own_login(postgres: Cluster) -> None:
    """The queue has connections of its own, so here the whole process is the worker."""

    def waiting() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            return cursor.fetchone()

    with database.connected_as(postgres, WORK, name=str(connection.settings_dict["NAME"])):
        with transaction.atomic():
            noted.enqueue(thing=ids.new())
        assert waiting() == (1,)
        assert jobs.drain() == ()
        assert waiting() == (0,)


@pytest.mark.django_db(transaction=True)
def test_what_a_node_must_know_is_told_with_its_own_rights(desk: Desk) -> None:
    config = desk.built.house.config
    with database.acting_as(CAPTURE):
        assert not enrolling.is_enrolled(config)
    founding.enrol_node(desk.built.house, desk.now)
    name = capturing.folder(config).name
    name.unlink()
    with database.acting_as(CAPTURE):
        assert enrolling.is_enrolled(config)
        enrolling.tell(config, desk.now)
    assert name.read_text() == str(desk.built.house.id)


@pytest.mark.django_db(transaction=True)
def test_rights_that_somebody_gave_by_hand_are_taken_back_by_the_next_migration(
    postgres: Cluster,
) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.dsn(OWNER, database=name), autocommit=True) as owner:
        owner.execute(f"GRANT DELETE ON access_entry TO {WEB}")
        owner.execute(f"REVOKE SELECT ON staff FROM {WEB}")
    assert ("access_entry", "DELETE") in given(WEB)
    with database.connected_as(postgres, OWNER, name=name):
        rights.lay(connection)
    assert ("access_entry", "DELETE") not in given(WEB)
    assert ("staff", "SELECT") in given(WEB)


@pytest.mark.django_db
def test_every_table_behind_the_wall_is_behind_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY 1")
        behind = sorted([*row_security.TABLES, row_security.PAGES])
        assert [row[0] for row in cursor.fetchall()] == behind

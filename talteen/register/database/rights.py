"""What each role of the database may do with each table, and nothing else.

``talteen_web`` answers people, ``talteen_work`` does what is due, ``talteen_capture`` tells a node
what it must know: of every table each has what it needs. ``talteen_app`` is for an administrator's
commands and has every row by default privileges (``engine.postgres.roles``); ``talteen_audit``
reads. Nobody but the owner changes tables, and what only grows is kept by triggers
(``append_only``), whoever asks.

A table without a row here fails a test, so that a new one is a decision. The letters are those of
PostgreSQL's own lists of rights: r reads, a adds, d deletes, w writes over the columns that
``changing`` names. Tests read the code of the product (``tests/kit/reach``) and fail where a right
is missing or is needed by nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from talteen.engine.postgres.cluster import APP, AUDIT, CAPTURE, METRICS, WATCH, WEB, WORK
from talteen.register.database.changing import ALL, CHANGES
from talteen.register.database.row_security import ONE_PAGE

_VERBS: Mapping[str, str] = MappingProxyType(
    {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
)


def _tables(*rows: tuple[str, str]) -> Iterable[tuple[str, str]]:
    for letters, names in rows:
        for name in names.split():
            yield name, letters


OF_THE_WEB: Mapping[str, str] = MappingProxyType(
    dict(
        _tables(
            # What machines do among themselves, and what only a terminal changes.
            ("", "django_content_type auth_permission auth_group"),
            ("", "auth_group_permissions procrastinate_workers procrastinate_periodic_defers"),
            # Who works here, what was published, what machines have found.
            ("r", "django_migrations"),  # whether the tables are those of this release
            ("r", "partner_contract undertaking unit_head node holder_health drill_run"),
            (
                "r",
                "notebook access_day lot_draw lot_share breach_watch",
            ),
            ("r", "ledger_witness ledger_stamp use_state evidence_visit"),
            # What is only ever added to.
            ("ra", "acknowledgement employee_notice assessment_step request_mandate hold_opinion"),
            ("ra", "access_entry training article_version article_read lesson damage"),
            ("ra", "breach_call breach_edge disclosure_edge request_edge evaluation_form"),
            ("ra", "procrastinate_events"),
            # What programs are told, and letters: machines write there, a page goes on with them.
            ("r", "mailbox_canary"),
            ("rw", "api_token webhook_message"),
            ("raw", "api_answer webhook_subscription identity_code"),
            ("raw", "delegation emergency right_review sales_call breach_opening"),
            ("raw", "personnel_opening"),
            ("rawd", "directory_person identity"),  # what a directory and a sign-in service say
            ("rad", "spent_answer"),
            # What is added to and goes on changing, and is never taken away by a page.
            ("raw", "procrastinate_jobs notice_version house"),
            ("raw", "unit line"),  # two publish a version on its page
            ("raw", "article goal script study breach notice_proposal officer_message"),
            ("raw", "disclosure recipient_task subject_request request_answer"),
            ("raw", "breach_letter case_file staff"),
            ("rawd", "request_stop"),  # a request is taken up again
            # Sessions, the own way in, what one saves for oneself.
            ("rawd", "django_session second_factor recovery_code sign_in_tries"),
            ("rawd", "staff_preference do_not_record_entry"),
            ("raw", "invitation outgoing_message"),
            # A page may have to roll: a case is opened, a call erased (``seal.rolling``). Whatever
            # names a call goes with it (``destroy.applied.FORGET``).
            ("rw", "vault"),
            ("rad", "key_page"),  # a page is written once
            ("rawd", "intake_key envelope blob recording"),
            ("raw", "roll_record promise package"),
            ("rawd", "transcription drafting hold"),
            ("rad", "hold_people"),
            ("ra", "case_file_people disclosure_paper breach_paper"),
            ("rawd", "complaint_mark export"),
            ("rawd", "evaluation_draft"),
            ("raw", "restriction_end evaluation calibration_round calibration_mark"),
            ("rw", "odd_use purpose_check restriction_question"),
            ("rawd", "passage playlist playlist_entry"),
            ("ra", "took_part"),
            ("rd", "draft_part"),
            ("r", "alarm ledger_head mailbox_letter mailbox_state"),
            ("ra", "access_review announcement_version api_request ledger_entry"),
            ("ra", "recipient replaced"),
            ("rad", "calibration_call case_recording disclosure_call evaluated_call"),
            ("rad", "package_part passage_done playlist_reader request_paper"),
            ("rad", "sales_stop saved_search sealed_note"),
            ("raw", "day_balance destruction lost_call question_figures tally"),
            ("rwd", "study_call"),
        )
    )
)
"""By the table."""

OF_THE_WORKER: Mapping[str, str] = MappingProxyType(
    dict(
        _tables(
            # No way in: who took over a worker signs in as nobody, and lets nobody in.
            ("", "django_content_type auth_permission auth_group auth_group_permissions"),
            ("", "directory_person spent_answer"),
            ("d", "second_factor recovery_code identity"),  # of whoever has left
            ("", "saved_search"),
            ("r", "delegation employee_notice unit_head"),
            ("rw", "procrastinate_periodic_defers"),  # a trigger of finished jobs
            ("r", "sign_in_tries"),  # odd uses are looked for there too
            ("rd", "django_session"),  # those that are over
            # What people decided, published, wrote of others: read, never made here.
            ("r", "django_migrations undertaking training unit line notice_version invitation"),
            ("r", "acknowledgement sales_stop assessment_step request_mandate"),
            ("r", "api_request"),  # a program is told of its request by its own id
            ("r", "announcement_version api_token day_balance article article_version"),
            ("r", "article_read script evaluation_form"),
            ("rd", "lesson"),  # goes with its evaluation
            ("r", "recipient"),
            ("r", "notice_proposal evidence_visit do_not_record_entry"),
            ("ra", "staff"),  # whoever a restored call was with, by code alone (``seal.relist``)
            # What only grows.
            ("ra", "ledger_head damage procrastinate_events breach_call"),
            # Marks that something was told, seen, or has ended.
            ("rw", "house node disclosure study partner_contract"),
            ("rwd", "staff_preference"),
            ("rw", "request_answer breach_letter hold_opinion"),
            ("rwd", "emergency breach_opening personnel_opening"),  # as long as the access log
            # What the house notices and says of itself.
            ("raw", "ledger_entry alarm drill_run holder_health tally use_state breach_watch"),
            ("raw", "ledger_witness lot_draw destruction breach"),
            ("raw", "access_review"),  # a round begins by itself
            ("rawd", "ledger_stamp procrastinate_jobs procrastinate_workers"),
            # Letters, messages, what programs are told and asked.
            ("ra", "disclosure_edge"),  # a package that nobody fetched, a secrecy that is over
            ("raw", "subject_request notebook question_figures"),
            ("rad", "sales_call"),
            ("rd", "api_answer goal"),
            ("rawd", "mailbox_canary outgoing_message webhook_message"),
            ("rawd", "mailbox_state"),
            ("raw", "case_file"),
            # Calls come, roll and die, and whatever names them with them.
            ("rad", "key_page"),  # a page is written once
            ("raw", "vault roll_record promise request_paper"),
            ("rawd", "intake_key envelope blob recording"),
            ("rawd", "transcription drafting draft_part hold"),
            ("rad", "hold_people"),
            ("ra", "case_file_people"),
            ("rawd", "odd_use study_call"),
            ("rw", "package disclosure_paper breach_paper"),
            ("rwd", "evaluation calibration_round"),
            ("rwd", "playlist"),
            ("r", "recipient_task"),
            ("ra", "breach_edge lot_share request_edge right_review"),
            ("rad", "access_entry case_recording purpose_check replaced sealed_note"),
            ("raw", "access_day"),
            ("rawd", "mailbox_letter"),
            ("rd", "calibration_call calibration_mark disclosure_call"),
            ("rd", "evaluated_call evaluation_draft export identity_code"),
            ("rd", "package_part passage_done playlist_entry"),
            ("rwd", "passage"),
            ("rd", "playlist_reader took_part"),
            ("rw", "lost_call officer_message request_stop restriction_end"),
            ("ra", "restriction_question"),
            ("rw", "webhook_subscription"),
            ("rwd", "complaint_mark"),
        )
    )
)
"""By the table."""

OF_THE_NODE: Mapping[str, str] = MappingProxyType(
    dict(
        _tables(
            ("r", "django_migrations house node intake_key line announcement_version"),
            ("r", "employee_notice acknowledgement"),  # whose calls it keeps (E.0)
            ("r", "notice_version assessment_step"),  # whether any may be kept (6.2)
        )
    )
)
"""By the table; one that is not named is shut."""

OF_THE_WATCH: Mapping[str, str] = MappingProxyType(
    dict(
        _tables(
            # What decides whether a call may be kept, and of whom (``capture.acts.judge``).
            ("r", "django_migrations house vault roll_record intake_key notice_version"),
            ("r", "announcement_version line do_not_record_entry employee_notice acknowledgement"),
            ("r", "assessment_step"),  # whether any may be kept (6.2)
            ("r", "sales_stop"),
            ("ra", "sales_call"),  # whether it went to somebody who is not called to sell (6.9)
            # What it becomes: sealed bytes, a row, an entry, a job for its words.
            ("ra", "blob envelope ledger_entry procrastinate_events procrastinate_jobs"),
            ("raw", "promise recording tally"),
        )
    )
)
"""By the table; one that is not named is shut."""

OF_THE_METRICS: Mapping[str, str] = MappingProxyType(
    dict(
        _tables(
            ("r", "django_migrations house vault roll_record alarm breach damage destruction"),
            ("r", "drafting drill_run holder_health ledger_entry ledger_head ledger_witness"),
            ("r", "ledger_stamp procrastinate_events procrastinate_jobs procrastinate_workers"),
            ("r", "tally"),
        )
    )
)
"""By the table; one that is not named is shut."""

COLUMNS: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        # Which agents there are.
        CAPTURE: (("SELECT", "staff", "id, code, role, is_active"),),
        WATCH: (("SELECT", "staff", "id, code, role, is_active"),),
        # How many and since when, never who or what.
        METRICS: (
            ("SELECT", "recording", "id, day, progress, cutoff_at"),
            ("SELECT", "hold", "id, recording_id, state"),
            ("SELECT", "promise", "day, outcome, arrived_at, ended_at"),
            ("SELECT", "lost_call", "day, began_at, explained_at"),
            ("SELECT", "outgoing_message", "state, written_at"),
            ("SELECT", "subject_request", "stage, limit_on"),
        ),
        # Whoever has left is let in no more: ways in are taken away, none is seen or given.
        WORK: (
            ("UPDATE", "staff", "is_active"),
            ("UPDATE", "invitation", "ends_at"),
            ("SELECT", "second_factor", "staff_id"),
            ("SELECT", "recovery_code", "staff_id"),
            ("SELECT", "identity", "staff_id"),
        ),
    }
)
"""By the role: what it may do with some columns of a table that it may not do with all."""

BY_ROLE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        WEB: OF_THE_WEB,
        WORK: OF_THE_WORKER,
        CAPTURE: OF_THE_NODE,
        WATCH: OF_THE_WATCH,
        METRICS: OF_THE_METRICS,
    }
)
"""Who is given what table by table."""

NOT_FOR_AUDIT = ("django_session", "second_factor", "recovery_code", "invitation", "draft_part")
"""Who reads everything reads no way in, and no sealed words."""


def lay(connection: BaseDatabaseWrapper) -> None:
    """Give and take rights until they are as this file says. By the owner of the tables, after each
    migration; does nothing for a role that the server does not have (yet)."""
    # All at once: pages that are answered meanwhile have the rights of before or of after.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
        there = _columns(cursor)
        if _has_role(cursor, AUDIT):
            names = ", ".join(sorted(known & set(NOT_FOR_AUDIT)))
            cursor.execute(f"REVOKE ALL ON {names} FROM {AUDIT}")
        for role, of_the_role in BY_ROLE.items():
            if _has_role(cursor, role):
                letters = {t: of_the_role[t] for t in known & set(of_the_role)}
                _lay_tables(cursor, role, letters, there)
        _lay_one_page(cursor)
        for role, of_columns in COLUMNS.items():
            for verb, table, columns in of_columns:
                of_these = _known(columns, there.get(table, ()))
                if of_these and _has_role(cursor, role):
                    cursor.execute(f"GRANT {verb} ({of_these}) ON {table} TO {role}")


def _columns(cursor: CursorWrapper) -> Mapping[str, Collection[str]]:
    """The columns of each table: a house of an earlier step has not all that are named here."""
    cursor.execute(
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
        " WHERE table_schema = 'public' GROUP BY table_name"
    )
    return dict(cursor.fetchall())


def _known(columns: str, there: Collection[str]) -> str:
    return ", ".join(one for one in columns.replace(",", " ").split() if one in there)


def _lay_tables(
    cursor: CursorWrapper,
    role: str,
    tables: Mapping[str, str],
    there: Mapping[str, Collection[str]],
) -> None:
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    # Takes rights on columns too.
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
    if any("a" in letters for letters in tables.values()):
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table, letters in tables.items():
        verbs = ", ".join(filter(None, (verb(table, one, there[table]) for one in letters)))
        if verbs:
            cursor.execute(f"GRANT {verbs} ON {table} TO {role}")


def verb(table: str, letter: str, there: Collection[str]) -> str:
    """What a letter gives of a table that has the columns ``there``, in the words of GRANT; nothing
    where none of them is there."""
    if letter != "w" or CHANGES[table] == ALL:
        return _VERBS[letter]
    columns = _known(CHANGES[table], there)
    return f"UPDATE ({columns})" if columns else ""


def _lay_one_page(cursor: CursorWrapper) -> None:
    """Pages of keys are read by name (``row_security``), by whoever opens calls."""
    cursor.execute("SELECT 1 FROM pg_proc WHERE proname = %s", [ONE_PAGE])
    if cursor.fetchone() is None:
        return  # a house of an earlier step
    cursor.execute(f"REVOKE ALL ON FUNCTION {ONE_PAGE}(uuid, bigint) FROM PUBLIC")
    for role in (APP, WEB, WORK):
        if _has_role(cursor, role):
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {ONE_PAGE}(uuid, bigint) TO {role}")


def _has_role(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None

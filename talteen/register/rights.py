"""What each role of the database may do with each table, and nothing else.

``talteen_web`` answers people: of every table it has what its pages need. ``talteen_app`` does the
rest of the work (worker, commands, the house's start) and has every row by default privileges
(``engine.postgres.roles``); ``talteen_audit`` reads. Nobody but the owner changes tables, and what
only grows is kept by triggers (``append_only``), whoever asks.

A table without a row here fails a test, so that a new one is a decision. The letters are those of
PostgreSQL's own lists of rights: r reads, a adds, w writes over, d deletes.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from talteen.engine.postgres.cluster import AUDIT, WEB

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
            ("r", "partner_contract undertaking node holder_health drill_run"),
            (
                "r",
                "day_balance lost_call tally notebook access_day lot_draw lot_share breach_watch",
            ),
            ("r", "question_figures ledger_witness ledger_stamp use_state evidence_visit"),
            # What is only ever added to.
            ("ra", "acknowledgement employee_notice"),
            ("ra", "access_entry ledger_head training article_version article_read lesson damage"),
            ("ra", "alarm breach_call breach_edge disclosure_edge request_edge evaluation_form"),
            ("ra", "procrastinate_events destruction"),
            # What programs are told, and letters: machines write there, a page goes on with them.
            ("r", "mailbox_canary"),
            ("rw", "api_token mailbox_state mailbox_letter webhook_message"),
            ("raw", "api_answer api_request webhook_subscription identity_code"),
            ("raw", "delegation emergency access_review right_review"),
            ("rawd", "directory_person identity"),  # what a directory and a sign-in service say
            ("rad", "spent_answer"),
            # What is added to and goes on changing, and is never taken away by a page.
            ("raw", "ledger_entry procrastinate_jobs notice_version house"),
            ("raw", "unit line announcement_version"),  # two publish a version on its page
            ("raw", "article goal script study breach notice_proposal officer_message"),
            ("raw", "disclosure recipient recipient_task subject_request request_answer"),
            ("raw", "request_stop case_file staff"),
            # Sessions, the own way in, what one saves for oneself.
            ("rawd", "django_session second_factor recovery_code invitation sign_in_tries"),
            ("rawd", "staff_preference saved_search do_not_record_entry outgoing_message"),
            # A page may have to roll: a case is opened, a call erased (``seal.rolling``). Whatever
            # names a call goes with it (``destroy.applied.FORGET``).
            ("rawd", "vault roll_record key_page intake_key envelope replaced blob recording"),
            ("rawd", "transcription drafting sealed_note hold hold_people case_file_people"),
            ("rawd", "case_recording complaint_mark promise export package package_part"),
            ("rawd", "request_paper disclosure_paper breach_paper disclosure_call study_call"),
            ("rawd", "evaluation evaluated_call evaluation_draft restriction_end odd_use"),
            ("rawd", "purpose_check calibration_round calibration_call calibration_mark"),
            ("rd", "draft_part"),
        )
    )
)
"""By the table."""

NOT_FOR_AUDIT = ("django_session", "second_factor", "recovery_code", "invitation", "draft_part")
"""Who reads everything reads no way in, and no sealed words."""


def lay(connection: BaseDatabaseWrapper) -> None:
    """Give and take rights until they are as this file says. By the owner of the tables, after each
    migration; does nothing for a role that the server does not have (yet)."""
    # All at once: pages that are answered meanwhile have the rights of before or of after.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
        if _has_role(cursor, AUDIT):
            names = ", ".join(sorted(known & set(NOT_FOR_AUDIT)))
            cursor.execute(f"REVOKE ALL ON {names} FROM {AUDIT}")
        if not _has_role(cursor, WEB):
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {WEB}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB}")
        for table, letters in OF_THE_WEB.items():
            if letters and table in known:
                verbs = ", ".join(_VERBS[letter] for letter in letters)
                cursor.execute(f"GRANT {verbs} ON {table} TO {WEB}")


def _has_role(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None

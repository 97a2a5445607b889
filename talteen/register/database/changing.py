"""Which columns of a row change after it was added: what ``w`` means in ``rights``, for every role.

What an act sets once, when it adds the row, nobody writes over afterwards: who asked, whose call it
was, what was decided on which day. A test reads the acts (``tests/kit/reach``) and says which
column is missing here, and which no act changes any more.
"""

from collections.abc import Mapping
from types import MappingProxyType

ALL = "*"
"""Whichever columns the table has."""

CHANGES: Mapping[str, str] = MappingProxyType(
    {
        # Kept whole by a library, or by acts that save whatever they changed.
        "disclosure": "*",
        "django_session": "*",
        "passage": "*",
        "procrastinate_jobs": "*",
        "procrastinate_periodic_defers": "*",
        "procrastinate_workers": "*",
        # Locked, never changed: a lock asks for a column that may be.
        "complaint_mark": "at",
        # What an act changes after the row was added.
        "access_day": "salt",
        "access_review": "closed_at",
        "alarm": "resolved_at",
        "api_answer": "sealed",
        "api_token": "used_on",
        "article": "owner_id retired_at",
        "blob": "attached_n",
        "breach": (
            "aware_at calls_from calls_to closed_at complete contained_at forgotten_at "
            "has_file keys_safe late_reasons learned notified_at occurred_from occurred_to "
            "opinion people police_at proposed proposed_by_id reminded_hours risk stage "
            "suspect_id"
        ),
        "breach_letter": "code_sha256 left_at left_by_id lost_at read_at told_at",
        "breach_opening": "approved_at approved_by_id ends_at recording refused_at refused_by_id",
        "breach_paper": "sealed",
        "breach_watch": "looked_at looked_to",
        "calibration_mark": "answers",
        "calibration_round": "figures state",
        "case_file": "closed_at",
        "day_balance": "counts made_at orphans sha256 unlawful unreadable",
        "delegation": "ended_at",
        "destruction": (
            "backup_dead_at bytes_gone_at certificate_leaf delivered forgotten_at "
            "live_dead_at source_fate"
        ),
        "directory_person": "changed_at external_id user_name",
        "disclosure_paper": "sealed",
        "do_not_record_entry": "confirmed_by confirmed_on",
        "draft_part": "made_by sealed",
        "drafting": "again_at at language state tries trouble",
        "drill_run": "told_at",
        "emergency": (
            "approved_at approved_by_id ends_at recording review_by reviewed_at "
            "reviewed_by_id verdict"
        ),
        "envelope": "done_n rejected",
        "evaluation": "disputed ends_on second_id state week",
        "evaluation_draft": "changed_at sealed",
        "export": "document_sha256 left_at manifest_sha256",
        "goal": "state",
        "hold": (
            "approved_by_id provisional_until release_proposed_at release_proposed_by_id "
            "released_at review_on state"
        ),
        "hold_opinion": "words",
        "holder_health": "answered_at condition kind latency_ms seen_at since told_at",
        "house": "clock_at clock_set_at clock_until swept_at",
        "identity": "used_at",
        "identity_code": "code proved_at tries_left",
        "intake_key": "closed_n",
        "invitation": "approved_at approved_by_id code_sha256 ends_at role used_at",
        "ledger_entry": "index",
        "ledger_stamp": "got_at stated_at tried_at trouble",
        "ledger_witness": "lines signed_at size stated_at tried_at trouble",
        "line": "language name_en name_fi name_sv recorded unit_id",
        "lost_call": "alarmed_at explained_at",
        "lot_draw": "calls committed_leaf made_at seed",
        "mailbox_canary": "back_at",
        "mailbox_letter": "answered seen_at",
        "mailbox_state": "aside_on asked_at read_at waits",
        "node": "knows needs seen_at",
        "notebook": "read",
        "notice_proposal": (
            "against decided_by_id opinion opinion_at published_at stand withdrawn_at"
        ),
        "notice_version": "review_months valid_to",
        "odd_use": "count follows seen_at seen_by_id",
        "officer_message": "answer answered_at ended_at sealed",
        "outgoing_message": "attempts done_at not_before sealed state",
        "package": "code_sha256 ended_at ends_at handed_out_at opened opened_at tries_left wrapped",
        "partner_contract": "ended_at",
        "personnel_opening": (
            "approved_at approved_by_id ends_at read_at recording refused_at refused_by_id why "
            "why_not"
        ),
        "playlist": "died",
        "playlist_entry": "place",
        "promise": (
            "arrived_at day drop ended_at keep_until late line_id names outcome recording source"
        ),
        "purpose_check": "answered_at follows seen_at seen_by_id why",
        "question_figures": "calls figures trust",
        "recipient_task": "paper_id settled_at stage told_at",
        "recording": (
            "agent_id announced_until announcement_id arrived_at cutoff_at day destroy_reason "
            "direction due_at incomplete language length_ms line_id lot marks notice_id "
            "origin progress restricted source special_category started_at third_parties "
            "zone_rules"
        ),
        "recovery_code": "used_at",
        "request_answer": (
            "confirmed_at decided_at decided_by_id opinion_id paper_id recordings sent_back_at way"
        ),
        "request_paper": "sealed",
        "request_stop": "replied_on",
        "restriction_end": "called_off_at lifted_at",
        "restriction_question": "answered_at told_id wish",
        "right_review": "decided_at decided_by_id verdict",
        "roll_record": (
            "backup_dead_at backup_dies_at backup_revived_at failed live_dead_at live_kind "
            "live_wrapped root"
        ),
        "sales_call": "began_at settled_at settled_by_id verdict",
        "script": "approved_at approved_by_id",
        "second_factor": "sign_count step used_at",
        "sign_in_tries": "failures last_at until",
        "staff": "is_active language last_login name password role",
        "staff_preference": "looked_on mail toured_at",
        "study": "closes_at decided_at decision drawn_at frame frozen_at report review_on",
        "study_call": "answer answers evaluator_id recording_id",
        "subject_request": (
            "closed_on code_sha256 complained extended forgotten_at language limit_on "
            "owner_id received_at received_on rights searched_at stage"
        ),
        "tally": "count",
        "transcription": "engine indexed_at language made_at state",
        "unit": "name_en name_fi name_sv",
        "use_state": "drawn_week looked_at send_after sent",
        "vault": "file_sha256 n open_n rolled_at settled_n",
        "webhook_message": "attempts done_at http_status not_before state",
        "webhook_subscription": (
            "asked_until before_until ended_at gone next_index sealed sealed_before"
        ),
    }
)
"""By the table: which columns ``w`` means, whoever writes. All others stay as they were added."""

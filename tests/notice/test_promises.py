"""J15: each sentence of the notice that software can keep has a test that fails when it is broken,
or stands here as one that has none yet.

The first file of a test is below ``tests/``. The table for people is ``docs/dpo/promises.md``.
"""

import ast
from functools import cache
from pathlib import Path

from talteen.notice import clauses

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
TABLE = ROOT / "docs" / "dpo" / "promises.md"
MAP = ROOT / "registers" / "mara" / "texts" / "notice-map.toml"

KEPT: dict[str, str] = {
    "0.s1": "life/capture/test_rules.py a_recording_begins_at_the_end_of_its_announcement",
    "0.s2": "life/capture/test_gate.py nothing_is_kept_before_the_evidence_and_then_from_the_end",
    "0.s3": "register/test_policy.py rights_of_the_parties_need_a_case_that_is_open",
    "0.s4": "life/use/quality/test_drawing.py at_most_a_twentieth_is_drawn",
    "0.s5": "life/test_one_life.py a_call_is_sealed_opened_for_its_case_and_destroyed",
    "0.s6": "life/hold/test_holds.py a_held_recording_outlives_its_due_date",
    "0.s7": "desk/test_requests_page.py from_a_sentence_to_a_package_that_the_person_opens",
    "0.s8": "notice/test_clause_16_no_profiling.py no_library_of_the_house_recognises_voices",
    "0.s9": "notice/test_clause_01_controller.py the_controller_is_told_as_the_register_states_it",
    "0.s10": "notice/test_clause_03_register_contact.py every_way_to_ask_is_told",
    "0.s11": "notice/test_clause_complaint.py the_authority_is_told_with_every_way_to_reach_it",
    "objection.s1": "notice/test_clause_objection.py the_right_to_object_stands_apart",
    "objection.s2": "notice/test_clause_objection.py a_refusal_at_the_start_of_the_call",
    "objection.s3": "notice/test_clause_objection.py a_refusal_in_mid_call_stops_at_once",
    "objection.s4": "notice/test_clause_objection.py an_objection_is_sent_to_the_address_that_is",
    "objection.s5": "life/answer/test_promises.py while_an_objection_is_considered_nobody_uses_the",
    "objection.s6": "life/answer/test_promises.py an_accepted_objection_destroys_the_call",
    "objection.s7": "life/test_do_not_record.py the_next_call_of_a_listed_number_leaves_a_count",
    "1.s1": "notice/test_clause_01_controller.py a_business_id_with_another_check_digit_is_refused",
    "1.s2": "notice/test_clause_01_controller.py the_controller_is_told_as_the_register_states_it",
    "1.s3": "notice/test_clause_01_controller.py the_controller_is_told_as_the_register_states_it",
    "1.s4": "notice/test_clause_01_controller.py the_controller_is_told_as_the_register_states_it",
    "1.s5": "notice/test_clause_01_controller.py one_controller_is_not_told_to_be_several",
    "2.s1": "notice/test_clause_02_data_protection_officer.py the_officer_is_reached_from_the",
    "2.s3": "life/answer/test_requests.py the_officer_decides_nothing",
    "3.s1": "notice/test_clause_03_register_contact.py every_way_to_ask_is_told",
    "3.s2": "desk/test_requests_page.py who_may_see_requests_and_who_may_only_take_them_in",
    "3.s3": "life/answer/test_promises.py a_request_counts_from_the_moment_it_reached_us",
    "3.s4": "notice/test_clause_03_register_contact.py a_register_with_one_person_is_refused",
    "4.s1": "notice/test_clause_04_register_and_versions.py the_lines_of_the_register_are_named",
    "4.s2": "notice/test_clause_04_register_and_versions.py the_lines_of_the_register_are_named",
    "4.s3": "notice/test_clause_04_register_and_versions.py a_call_is_under_the_version_in_force",
    "4.s4": "notice/test_clause_04_register_and_versions.py a_new_version_never_lengthens",
    "5.s1": "notice/test_clause_05_purposes.py rights_of_the_parties_are_settled_in_a_case",
    "5.s2": "notice/test_clause_05_purposes.py an_agent_checks_their_own_call_of_the_day",
    "5.s4": "desk/test_evaluating.py an_evaluation_is_given_disputed_decided_and_outlives",
    "5.s6": "life/use/quality/test_lot.py no_more_than_the_limit_is_drawn",
    "5.s7": "life/use/quality/test_drawing.py only_what_was_drawn_opens_for_quality",
    "5.s8": "life/answer/test_requests.py a_request_holds_the_calls_it_is_about",
    "5.s9": "notice/test_clause_05_purposes.py nothing_is_used_for_marketing_rating_or_teaching",
    "6.s1": "notice/test_clause_06_legal_basis.py the_first_five_purposes_rest_on_legitimate",
    "6.s2": "notice/test_clause_06_legal_basis.py the_first_five_purposes_rest_on_legitimate",
    "7.s4": "notice/test_clause_07_interest.py a_purpose_whose_test_is_past_its_review_is_closed",
    "7.s5": "notice/test_clause_07_interest.py the_summary_of_the_tests_is_where_the_notice_says",
    "8.s1": "life/seal/test_vault.py a_call_plays_from_the_moment_it_is_handed_in",
    "8.s2": "desk/test_call_page.py the_words_of_the_machine_are_marked_as_a_draft",
    "8.s3": "life/seal/test_vault_roll.py no_number_derivative_in_dump",
    "8.s4": "life/capture/test_gate.py hold_consultation_and_ringing_are_gaps",
    "8.s5": "life/capture/ears/test_ear.py a_pause_is_a_true_gap_by_the_time_of_arrival",
    "8.s6": "desk/test_covering.py words_and_sound_are_covered_until_a_person_lifts_it",
    "9.s3": "notice/test_clause_09_special_categories.py a_need_can_be_told_in_writing_instead",
    "9.s4": "notice/test_clause_09_special_categories.py marked_passages_are_closed_to_everything",
    "9.s5": "notice/test_clause_09_special_categories.py marked_passages_open_for_a_claim_an_order",
    "10.s4": "notice/test_clause_10_sources.py every_register_that_we_call_from_is_named",
    "11.s1": "notice/test_clause_11_recipients.py only_roles_with_a_purpose_open_anything",
    "11.s2": "notice/test_clause_11_recipients.py every_processor_is_named",
    "11.s3": "notice/test_clause_11_recipients.py every_processor_is_named",
    "11.s4": "notice/test_clause_11_recipients.py a_processor_without_its_papers_is_refused",
    "12.s1": "notice/test_clause_12_transfers.py that_nothing_leaves_the_eea_is_told",
    "12.s2": "notice/test_clause_12_transfers.py a_processor_outside_without_a_transfer_record",
    "12.s3": "notice/test_clause_12_transfers.py a_processor_outside_without_a_transfer_record",
    "13.s1": "notice/test_clause_13_retention.py a_recording_is_gone_when_three_months_have_passed",
    "13.s2": "notice/test_clause_13_retention.py backup_copies_of_keys_have_time_to_die",
    "13.s3": "notice/test_clause_13_retention.py it_opens_for_nobody_in_the_last_seven_days",
    "13.s4": "notice/test_clause_13_retention.py no_decision_puts_destruction_off",
    "13.s5": "life/hold/test_holds.py a_hold_is_told_in_the_ledger_when_it_comes_into_force",
    "13.s6": "register/test_policy.py a_hold_narrows_purposes_and_people_from_activation_on",
    "13.s7": "desk/test_holds_page.py a_complaint_waits_on_the_list_and_the_register_contact",
    "13.s8": "life/seal/test_vault_holds.py a_release_past_the_cutoff_destroys_in_the_same_roll",
    "13.s9": "life/answer/test_promises.py a_request_keeps_its_call_until_the_answer_and_its_days",
    "13.s10": "life/capture/ears/test_ear.py a_refusal_leaves_no_byte",
    "13.s11": "life/capture/test_rules.py a_threat_marked_before_the_refusal_is_parked_for_24",
    "13.s12": "register/test_access_days.py lines_go_with_their_salt_when_their_months_are_over",
    "13.s13": "desk/test_do_not_record_page.py an_entry_waits_to_be_confirmed_after_a_year",
    "13.s14": "life/destroy/test_certify.py a_destroyed_recording_has_a_certificate_that_holds",
    "14.s1": "desk/test_requests_page.py from_a_sentence_to_a_package_that_the_person_opens",
    "14.s2": "desk/test_requests_page.py from_a_sentence_to_a_package_that_the_person_opens",
    "14.s4": "desk/test_packing.py what_is_about_somebody_else_is_left_out_by_a_persons_decision",
    "14.s5": "desk/test_requests_page.py from_a_sentence_to_a_package_that_the_person_opens",
    "14.s6": "desk/test_covering.py words_are_corrected_checked_by_another_and_given_out",
    "14.s7": "life/answer/test_erasure.py erasure_letter_names_both_dates",
    "14.s8": "life/hold/test_holds.py a_held_recording_is_not_erased",
    "14.s9": "life/answer/test_promises.py a_restricted_call_is_kept_and_not_used",
    "14.s11": "notice/test_clause_14_rights.py every_right_is_told_and_the_objection_stands_apart",
    "14.s12": "notice/test_clause_16_no_profiling.py there_is_no_purpose_and_no_search_for",
    "14.s13": "notice/test_limits.py every_day_of_nine_years_has_the_published_limits",
    "14.s14": "life/answer/test_requests.py a_request_holds_the_calls_it_is_about",
    "14.s15": "notice/test_requests.py each_kind_has_an_answer_and_every_refusal_a_ground",
    "14.s18": "life/answer/test_requests.py a_refusal_takes_two_persons_and_the_officers_opinion",
    "complaint.s2": "notice/test_clause_complaint.py the_authority_is_told_with_every_way_to_reach",
    "15.s2": "notice/test_clause_15_refusal.py every_other_way_to_be_served_is_told_and_spoken",
    "15.s3": "notice/test_clause_15_refusal.py every_other_way_to_be_served_is_told_and_spoken",
    "15.s4": "notice/test_clause_15_refusal.py the_line_without_recording_is_told_where_there_is",
    "15.s5": "life/capture/test_gate.py a_refusal_at_the_prompt_burns_and_leaves_a_count",
    "16.s1": "notice/test_clause_16_no_profiling.py there_is_no_purpose_and_no_search_for",
    "16.s2": "desk/test_call_page.py the_words_of_the_machine_are_marked_as_a_draft",
    "16.s3": "notice/test_clause_16_no_profiling.py the_machine_that_writes_text_is_told",
    "16.s4": "notice/test_clause_16_no_profiling.py no_library_of_the_house_recognises_voices",
    "16.s5": "notice/test_requests.py two_persons_decide_and_the_officer_speaks_first",
    "17.s1": "life/capture/ears/test_ear.py no_word_is_on_the_disk",
    "17.s2": "drills/test_marker_hunt.py nothing_of_a_destroyed_call_is_found_in_any_file",
    "17.s3": "register/test_policy.py each_missing_credential_closes_every_door",
    "17.s4": "register/test_ledger_append_only.py a_row_is_never_changed_or_removed",
    "17.s5": "desk/test_call_page.py an_answer_is_never_more_than_one_mebibyte_and_never_the_whole",
    "17.s6": "drills/test_weekly.py the_sweep_runs_it_once_a_week_and_enters_it_into_the_ledger",
    "17.s9": "notice/test_clause_17_security.py the_authority_is_told_of_a_breach_within_72_hours",
    "18.s1": "notice/test_versions.py nothing_is_published_backwards_or_for_today",
    "18.s2": "notice/test_check.py a_version_without_one_of_its_languages_is_found",
}
"""Sentence -> the file of its test, and how the test's name begins."""

NOT_YET: dict[str, str] = {
    "2.s2": "there is no way to write to the officer inside the house",
    "objection.s8": "no list of sales calls is known to the house",
    "4.s5": "groups of subjects are printed, nothing is derived from them",
    "4.s6": "the employees' notice has no page",
    "5.s3": "training is closed",
    "5.s5": "guidance is closed",
    "9.s1": "what a call may reveal is told, nothing is derived from it",
    "10.s1": "told, nothing is derived from it",
    "10.s2": "a group booking is a mark of the sidecar only",
    "10.s3": "the ready text for a group has no page",
    "10.s5": "the source stands in the package; the answer to the question alone has no letter",
    "10.s6": "nothing collects from public sources: there is no code to break",
    "11.s5": "disclosure to an authority is not built",
    "11.s6": "the case bundle to counsel is not built",
    "11.s7": "there is no other door out: shown by the want of one",
    "11.s8": "no disclosure is recorded yet",
    "12.s4": "safeguards have no download",
    "14.s3": "sound is not delivered yet",
    "14.s10": "a restriction that survives the cutoff takes a hold of two persons by command",
    "14.s16": "no code is sent to a number",
    "14.s17": "no strong identification is offered",
    "14.s19": "there are no recipients yet, and no tasks for them",
}
"""Sentences without a test of their own, and why."""


@cache
def names(file: str) -> frozenset[str]:
    """The tests in a file, without ``test_``."""
    tree = ast.parse((TESTS / file).read_text())
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name.removeprefix("test_") for name in found if name.startswith("test_"))


def test_every_sentence_that_software_keeps_is_in_the_table() -> None:
    promises = clauses.read(MAP.read_text(encoding="utf-8"))
    kept = {one.id for one in promises.values() if one.kind is clauses.Kind.SOFTWARE}

    assert not KEPT.keys() & NOT_YET.keys()
    assert sorted(kept - KEPT.keys() - NOT_YET.keys()) == []
    assert sorted((KEPT.keys() | NOT_YET.keys()) - kept) == []


def test_every_test_that_is_named_is_there() -> None:
    missing = {
        sentence: told
        for sentence, told in KEPT.items()
        for file, name in [told.split(" ")]
        if not any(found.startswith(name) for found in names(file))
    }
    assert missing == {}


def test_the_table_for_people_says_the_same() -> None:
    assert TABLE.read_text(encoding="utf-8").splitlines()[-len(KEPT) - len(NOT_YET) :] == rows()


def rows() -> list[str]:
    """The table, a line a sentence, in the order of the notice."""
    told = {sentence: "`{1}` ({0})".format(*test.split(" ")) for sentence, test in KEPT.items()}
    told |= {sentence: f"**none yet**: {why}" for sentence, why in NOT_YET.items()}
    order = list(clauses.read(MAP.read_text(encoding="utf-8")))
    return [f"| {sentence} | {told[sentence]} |" for sentence in order if sentence in told]

"""The invariants of the register, and the tests that hold each of them.

A test fails when one of them goes or changes its name. The table for people, with what each
invariant says, is ``docs/decisions/268-the-invariants-and-their-tests.md``.
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "decisions" / "268-the-invariants-and-their-tests.md"

POLICY, ACCESS = "register/test_policy.py", "register/test_access.py"
RETENTION, VERSIONS = "notice/test_retention.py", "notice/test_versions.py"
ANY_CALL, YEAR = "life/capture/test_rules_of_any_call.py", "drills/test_year.py"
STORY = "life/destroy/test_any_destruction.py"
REQUESTS = "life/answer/test_requests.py"
LEDGER = "register/test_ledger_bytes.py"
CATCH_UP, KILLED = "life/seal/test_vault_catch_up.py", "drills/test_kill_anywhere.py"
A_YEAR = {"a_year_of_a_register_keeps_its_promise_every_day": YEAR}
ANY_HISTORY = {
    "whatever_has_happened_only_who_may_hears_a_call_and_it_stands_in_the_log_first": (
        "register/test_access_histories.py"
    ),
}

INVARIANTS: dict[int, dict[str, str]] = {
    1: {
        "past_cutoff_nothing_opens_without_a_hold_for_that_purpose_and_person": POLICY,
        "at_the_cutoff_to_the_second_nothing_opens_even_if_no_job_ran": ACCESS,
        **A_YEAR,
    },
    2: {
        "a_later_call_never_dies_earlier": RETENTION,
        "due_is_within_three_months_in_every_reading": RETENTION,
    },
    3: {
        "a_new_policy_never_moves_a_date_later": RETENTION,
        "new_zone_data_never_moves_a_date_later": RETENTION,
        "no_later_version_lengthens_a_life": VERSIONS,
        "due_column_edited_changes_nothing": "life/seal/test_vault_dates.py",
        **A_YEAR,
    },
    4: {
        "a_hold_never_shortens_a_life": "life/destroy/test_rules.py",
        "two_holds_any_release_order": "life/seal/test_vault_holds.py",
        **A_YEAR,
    },
    5: {
        "past_cutoff_nothing_opens_without_a_hold_for_that_purpose_and_person": POLICY,
        "a_hold_narrows_purposes_and_people_from_activation_on": POLICY,
    },
    6: {
        "restore_30_day_old_dump_opens_live_calls_and_not_erased": CATCH_UP,
        "a_backup_from_before_an_erasure_opens_the_others_and_not_the_erased_call": (
            "drills/test_restore.py"
        ),
        "second_node_copy_after_refusal": "life/seal/two_nodes/test_one_recording.py",
        "clock_back_never_plays": "life/destroy/test_clock_doubt.py",
        **A_YEAR,
    },
    7: {**A_YEAR},
    8: {
        "killed_after_any_step_of_its_end_a_call_is_gone_and_certified_once": (
            "drills/test_end_killed.py"
        ),
        "ring_dead_before_due_every_day_2026_2032": "engine/vault/test_ring.py",
        **A_YEAR,
    },
    9: {
        "no_kept_moment_comes_before_the_end_of_a_whole_announcement": ANY_CALL,
        "no_kept_moment_lies_where_the_call_was_paused_held_or_over": ANY_CALL,
    },
    10: {
        "a_refused_call_is_kept_only_after_a_threat_and_only_parked": ANY_CALL,
        "refusal_kills_only_that_call": "engine/vault/test_journals.py",
        "nothing_of_a_destroyed_call_is_found_in_any_file": "drills/test_marker_hunt.py",
    },
    11: {
        "a_grant_is_committed_to_the_log_before_it_is_returned": ACCESS,
        "a_grant_cannot_be_made_inside_a_transaction_that_could_still_roll_it_back": ACCESS,
        **ANY_HISTORY,
    },
    12: {"a_grant_taken_from_somebody_elses_page_opens_nothing": ACCESS, **ANY_HISTORY},
    13: {
        "a_request_holds_the_calls_it_is_about_before_anybody_has_looked": REQUESTS,
        "a_call_never_ends_before_the_answer_to_whoever_asked_in_time": (
            "life/answer/test_any_request.py"
        ),
    },
    14: {"every_day_of_nine_years_has_the_published_limits": "notice/test_limits.py"},
    15: {
        "one_person_cannot_approve_twice": VERSIONS,
        "nobody_releases_the_hold_that_they_proposed_to_release": "life/hold/test_holds.py",
        "what_was_taken_on_is_not_handed_on": "register/test_delegations.py",
        "two_persons_are_two_and_work_here": "life/destroy/test_clock_doubt.py",
        "no_act_of_two_is_done_by_one": "register/test_two_persons.py",
    },
    16: {
        "a_training_that_expires_stops_an_open_stream_at_its_next_range": ACCESS,
        "who_leaves_loses_page_session_and_open_sound_at_once": "desk/staff/test_leaver.py",
        **ANY_HISTORY,
    },
    17: {
        "for_quality_nothing_opens_but_what_the_lot_drew": POLICY,
        "what_may_not_be_judged_is_left_out_and_says_why": "life/use/quality/test_drawing.py",
    },
    18: {
        "the_public_page_answers_the_same_whether_or_not_there_is_a_call": (
            "desk/rights/test_requests_page.py"
        ),
        "nothing_tells_whether_the_number_has_calls": "life/answer/test_identity.py",
        "no_conversation_tells_whether_a_number_has_calls": "life/answer/test_any_stranger.py",
    },
    19: {
        "an_erasure_gives_each_recipient_a_task_that_ends_in_an_answer": (
            "life/answer/test_disclosures.py"
        ),
        "the_tasks_are_the_recipients_of_the_call_and_nobody_else": (
            "life/answer/test_any_recipient.py"
        ),
    },
    20: {
        "exactly_one_version_is_in_force_after_the_first": VERSIONS,
        "a_call_over_midnight_keeps_the_version_of_its_start": VERSIONS,
    },
    21: {
        "every_field_is_an_id_a_code_a_time_a_day_a_hash_or_a_count": LEDGER,
        "no_field_of_any_entry_takes_a_number_a_name_or_a_sentence": LEDGER,
        "no_word_with_five_digits_in_a_row_is_harmless": "test_log.py",
        "no_number_derivative_in_dump": "life/seal/test_vault_bytes.py",
    },
    22: {
        "a_destruction_killed_anywhere_is_finished_and_never_taken_back": KILLED,
        "two_vaults_met_at_every_step": "life/seal/test_vault_races.py",
        "destruction_broken_off_repeated_or_run_beside_itself_ends_the_same": STORY,
    },
}
GENERATED = frozenset(range(1, 23)) - {14}
"""Those that a generator holds: cases that hypothesis makes up, or a story by a seed."""


class Told(NamedTuple):
    """What stands in a file of tests."""

    names: frozenset[str]
    makes_up: frozenset[str]
    """Those of them that say ``given``, themselves or in what they hold."""


@cache
def held_in(file: str) -> Told:
    """The tests in a file, without ``test_``."""
    tree = ast.parse((TESTS / file).read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    tests = {node.name.removeprefix("test_"): node for node in found if "test_" in node.name[:5]}
    given = {name for name, node in tests.items() if _is_given(node)}
    return Told(frozenset(tests), frozenset(given))


def _is_given(test: ast.FunctionDef) -> bool:
    inside = (node for node in ast.walk(test) if isinstance(node, ast.FunctionDef))
    return any("given(" in ast.unparse(one) for node in inside for one in node.decorator_list)


@pytest.mark.parametrize("number", sorted(INVARIANTS))
def test_each_invariant_is_held_by_tests_under_their_names(number: int) -> None:
    for name, file in INVARIANTS[number].items():
        assert any(found.startswith(name) for found in held_in(file).names), name


def test_what_is_said_to_be_generated_is() -> None:
    def made_up(name: str, file: str) -> bool:
        return file in (YEAR, STORY) or name in held_in(file).makes_up

    found = {
        number
        for number, held in INVARIANTS.items()
        if any(made_up(name, file) for name, file in held.items())
    }
    assert found == GENERATED


def test_the_table_for_people_says_the_same() -> None:
    told = TABLE.read_text()
    for number, held in INVARIANTS.items():
        (line,) = (line for line in told.splitlines() if line.startswith(f"| I{number} |"))
        for name, file in held.items():
            assert f"`{name}` ({file})" in line
        assert ("| yes |" in line) == (number in GENERATED), number
    assert set(INVARIANTS) == set(range(1, 23))

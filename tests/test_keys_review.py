"""The twenty dangers of the key design, and the test that holds each rule.

Each rule has its tests under the names that the review gave them; a test fails when one goes or
changes its name. The table for people is ``docs/decisions/108-the-keys-review-and-its-tests.md``.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "decisions" / "108-the-keys-review-and-its-tests.md"

CATCH_UP, ROLL = "life/seal/test_vault_catch_up.py", "life/seal/test_vault_roll.py"
HOLDS, DATES = "life/seal/test_vault_holds.py", "life/seal/test_vault_dates.py"
SUITE, JOURNALS = "kit/suites/holders.py", "engine/vault/test_journals.py"

RULES: dict[int, dict[str, str]] = {
    1: {
        "promoted_lagging_standby_catches_up": CATCH_UP,
        "pitr_to_just_before_roll": CATCH_UP,
        "restore_30_day_old_dump_opens_live_calls_and_not_erased": CATCH_UP,
        "ledger_refills_from_tiles": "register/test_ledger.py",
        "a_database_recovered_to_just_before_an_erasure_is_caught_up": (
            "drills/test_point_in_time.py"
        ),
        "a_late_standby_that_is_promoted_is_caught_up": "drills/test_point_in_time.py",
    },
    2: {"released_hold_dead_while_case_file_opens": HOLDS},
    3: {
        "no_destroy_before_verified_readback": ROLL,
        "commit_answer_lost": ROLL,
        "fold_and_erase_interleaved": ROLL,
        "two_vaults_one_roll": CATCH_UP,
        "two_vaults_met_at_every_step": "life/seal/test_vault_races.py",
    },
    4: {
        "node_offline_three_days_loses_nothing": JOURNALS,
        "erased_call_dead_from_intake_row_in_old_dump": CATCH_UP,
    },
    5: {
        "ring_dead_before_due_every_day_2026_2032": "engine/vault/test_ring.py",
        "overdue_hold_keeps_ring": "engine/vault/test_plan.py",
        "roll_20h_late_still_before_due": "engine/vault/test_ring.py",
        "reaper_alone": SUITE,
    },
    6: {
        "job_finishing_after_erasure_leaves_nothing": ROLL,
        "second_node_copy_after_refusal": "life/seal/two_nodes/test_one_recording.py",
    },
    7: {"cut_range_dead_in_old_blob_version": ROLL},
    8: {
        "erased_words_absent_from_decrypted_shard": "life/transcribe/test_shard_file.py",
        "no_page_and_no_guide_of_a_copy_tells_a_word_of_the_erased": (
            "life/transcribe/test_shard_copy.py"
        ),
    },
    9: {"no_number_derivative_in_dump": "life/seal/test_vault_bytes.py"},
    10: {"waiting_bundle_dies_with_recording": "life/answer/test_packages.py"},
    11: {
        "hold_during_expiry_roll_both_orders": HOLDS,
        "hold_survives_failover": "drills/test_old_dump.py",
        "two_holds_any_release_order": HOLDS,
    },
    12: {
        "destruction_with_backup_holder_down": ROLL,
        "live_credential_cannot_open_ring": SUITE,
    },
    13: {
        "destroy_is_final_on_all_nodes": SUITE,
        "openbao_snapshot_restore_detected": "engine/vault/test_openbao.py",
        "k_below_holder_refused": ROLL,
        "kms_cancel_alarms": "engine/vault/test_kms.py",
    },
    14: {
        "certificate_wording_follows_evidence": "life/destroy/test_certificate.py",
        "drill_fails_without_live_control": "drills/test_restore.py",
    },
    15: {
        "due_column_edited_changes_nothing": DATES,
        "envelope_moved_to_other_day_or_id_rejected": DATES,
        "old_page_version_rejected": DATES,
    },
    16: {"failover_between_seal_and_fold": JOURNALS},
    17: {"open_stream_stops_after_erasure_on_other_node": "life/use/test_open_stream.py"},
    18: {
        "clock_back_never_plays": "life/destroy/test_clock_doubt.py",
        "clock_forward_never_destroys": "life/destroy/test_clock_doubt.py",
        "demo_clock_refused": "life/destroy/test_clock_doubt.py",
    },
    19: {
        "refusal_kills_only_that_call": JOURNALS,
        "forged_envelope_rejected": DATES,
        "swapped_transcript_version_rejected": "life/seal/test_swapped.py",
        "cobblestone_matches_library": "engine/vault/test_cobblestone.py",
    },
    20: {
        "erasure_letter_names_both_dates": "life/answer/test_erasure.py",
        "boot_after_due_destroys_first": "drills/test_old_dump.py",
    },
}


@cache
def names(file: str) -> frozenset[str]:
    """The tests in a file, without ``test_``."""
    tree = ast.parse((TESTS / file).read_text())
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name.removeprefix("test_") for name in found if name.startswith("test_"))


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_is_held_by_tests_under_its_names(rule: int) -> None:
    for name, file in RULES[rule].items():
        assert any(found.startswith(name) for found in names(file)), f"{rule}: {name}"


def test_the_table_for_people_says_the_same() -> None:
    told = TABLE.read_text()
    for number, rules in RULES.items():
        assert f"| {number} |" in told
        for name, file in rules.items():
            assert f"`{name}`" in told
            assert file in told
    assert set(RULES) == set(range(1, 21))

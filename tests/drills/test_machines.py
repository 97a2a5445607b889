"""The drill of many machines judges rightly: its reckoning, without its machines."""

import pytest

from tests.drills.machines.account import Outcome, Seen, Verdict, account
from tests.drills.machines.calls import SECONDS, Kind, Placed

WHOLE = Outcome("recorded", int(1_000 * SECONDS))


def placed(kind: Kind = Kind.PLAIN, *taken_by: str) -> Placed:
    return Placed(kind, "session", 0.0, taken_by)


@pytest.mark.parametrize(
    ("call", "found", "verdict"),
    [
        (placed(Kind.PLAIN, "capture-1"), [WHOLE], Verdict.RECORDED),
        (
            placed(Kind.FORKED, "capture-1", "capture-2"),
            [WHOLE, Outcome("twin")],
            Verdict.RECORDED,
        ),
        (
            placed(Kind.PLAIN, "capture-1"),
            [Outcome("recorded", 900, incomplete=True)],
            Verdict.INCOMPLETE,
        ),
        (placed(Kind.UNANNOUNCED, "capture-1"), [Outcome("not_announced")], Verdict.EXCUSED),
        (placed(Kind.PLAIN, "capture-1"), [Outcome("lost")], Verdict.TOLD_LOST),
        (placed(Kind.PLAIN), [], Verdict.NOT_TAKEN),
    ],
)
def test_a_call_that_is_accounted_for_balances(
    call: Placed, found: list[Outcome], verdict: Verdict
) -> None:
    made = account([call], {call.session: found})

    assert made.verdicts == {verdict: 1}
    assert made.balances


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (placed(Kind.PLAIN, "capture-1"), []),
        (placed(Kind.PLAIN, "capture-1"), [Outcome("not_announced")]),
        (placed(Kind.PLAIN, "capture-1"), [Outcome("recorded", 900)]),
        (placed(Kind.UNANNOUNCED, "capture-1"), [WHOLE]),
        (placed(Kind.FORKED, "capture-1", "capture-2"), [WHOLE, WHOLE]),
    ],
    ids=["taken-and-unknown", "wrongly-excused", "short-unsaid", "wrongly-kept", "doubled"],
)
def test_what_nobody_accounts_for_is_found(call: Placed, found: list[Outcome]) -> None:
    assert not account([call], {call.session: found}).balances


def test_a_committed_row_that_is_there_no_more_is_named() -> None:
    seen = Seen()
    seen.add("promises", ["a", "b"])
    seen.add("rolls", ["1"])

    assert seen.missing({"promises": ["a", "b"], "rolls": ["1", "2"]}) == {}
    assert seen.missing({"promises": ["a"]}) == {"promises": {"b"}, "rolls": {"1"}}

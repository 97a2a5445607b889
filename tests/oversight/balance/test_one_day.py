"""One day in eight exports: each gives the balance that the day had, as far as it can tell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from talteen.oversight.balance import rules
from talteen.oversight.balance.values import Verdict
from tests.oversight import day

BLIND: dict[str, dict[str, str]] = {
    shape: dict.fromkeys(["C015", "C024", "C041", "C044"], "lawful:no-conversation")
    for shape in ("3cx-cdr", "cucm-cdr", "broadworks-cdr", "audiocodes-cdr")
}
"""What an export cannot tell apart: to it, a refusal and a hang-up in the announcement are calls
that came to nothing. The border controller sees no voicemail either."""
BLIND["audiocodes-cdr"] |= dict.fromkeys(["C036", "C043", "C045"], "lawful:no-conversation")
UNSEEN = {"audiocodes-cdr": {"C005", "C012", "C021", "C028"}}
"""Internal calls do not pass the border controller."""
TELL_THE_ANSWER = [
    "asterisk-cel",
    "3cx-cdr",
    "cucm-cdr",
    "broadworks-cdr",
    "genesys-interactions",
]


@pytest.mark.parametrize("shape", day.FILES)
def test_every_export_gives_every_call_its_verdict(shape: str) -> None:
    expected = {
        day.at(call["start"]): (
            BLIND.get(shape, {}).get(call["call"], call["verdict"]),
            tuple(call["recordings"]),
        )
        for call in day.expected()["balance"]
        if call["call"] not in UNSEEN.get(shape, set())
    }

    balance = day.balanced(shape)

    found = {call.began_at: (call.verdict.value, call.recordings) for call in balance.calls}
    assert found == expected
    assert len(balance.calls) == len(expected)


@pytest.mark.parametrize("shape", day.FILES)
def test_every_export_gives_the_sums_of_the_day(shape: str) -> None:
    balance = day.balanced(shape)

    assert f"{balance.sums.whole}/{balance.sums.due}" == day.expected()["recorded_share"]
    assert balance.sums.orphans == day.expected()["orphan_recordings"]
    assert not balance.sums.unlawful
    assert len(balance.sums.lost) == 2


@pytest.mark.parametrize("shape", TELL_THE_ANSWER)
def test_a_partial_call_names_the_stretch_that_is_missing(shape: str) -> None:
    missing = [
        (day.at(one["from"]), day.at(one["to"]))
        for call in day.expected()["balance"]
        for one in call.get("missing", ())
    ]

    balance = day.balanced(shape)

    whole_s = [
        (gap.begins_at, gap.ends_at.replace(microsecond=0))
        for call in balance.calls
        for gap in call.missing
    ]
    assert whole_s == missing


@pytest.mark.parametrize("shape", day.FILES)
def test_the_keys_are_those_of_the_exchange(shape: str) -> None:
    names = {
        "asterisk-cdr": "asterisk_uniqueid",
        "asterisk-cel": "asterisk_uniqueid",
        "freepbx-cdr": "asterisk_uniqueid",
        "3cx-cdr": "threecx_historyid",
        "cucm-cdr": "cucm_globalCallId",
        "audiocodes-cdr": "audiocodes_sessionid",
        "broadworks-cdr": "broadworks_networkCallID",
        "genesys-interactions": "genesys_conversationId",
    }
    keys = {
        call["keys"][names[shape]]
        for call in day.expected()["balance"]
        if call["keys"].get(names[shape])
    }

    found = {call.key for call in day.balanced(shape).calls}

    assert keys <= found


@pytest.mark.parametrize("shape", ["asterisk-cdr", "asterisk-cel", "genesys-interactions"])
def test_refusals_are_compared_as_counts_because_no_number_is_kept(shape: str) -> None:
    refusals = day.balanced(shape).sums.refusals

    assert refusals is not None
    assert (refusals.by_records, refusals.by_register, refusals.agrees) == (2, 2, True)


@pytest.mark.parametrize("shape", BLIND)
def test_an_export_that_cannot_tell_refusals_compares_none(shape: str) -> None:
    assert day.balanced(shape).sums.refusals is None


@pytest.mark.parametrize("shape", day.FILES)
def test_a_voicemail_that_no_agent_marked_counts_as_lost(shape: str) -> None:
    unmarked = replace(day.register(), voicemail_marks=())
    found = day.read(shape)

    balance = rules.balance(
        found.calls,
        unmarked,
        tells_refusals=found.tells_refusals,
        longest_wait=day.LONGEST_WAIT,
    )

    assert day.at("2026-11-16T16:49:05Z") in {call.began_at for call in balance.sums.lost}
    assert len(balance.sums.lost) == 3


@pytest.mark.parametrize("shape", ["asterisk-cdr", "freepbx-cdr"])
def test_without_the_longest_wait_a_late_begin_is_said_to_be_unseen(shape: str) -> None:
    balance = day.balanced(shape, longest_wait=None)

    assert Verdict.PARTIAL not in balance.sums.counts
    assert (balance.sums.whole, balance.sums.due) == (25, 27)
    assert balance.sums.unseen_begins == 22


def test_without_the_longest_wait_a_border_controller_hides_nothing() -> None:
    balance = day.balanced("audiocodes-cdr", longest_wait=None)

    assert len(balance.sums.lost) == 11


def test_a_call_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    [last] = [call for call in day.balanced("cucm-cdr").calls if call.ended_at.hour == 22]

    assert last.began_at == day.at("2026-11-16T21:56:40Z")
    assert last.verdict is Verdict.RECORDED


def test_clocks_may_lie_three_seconds_apart_and_no_more() -> None:
    found, here = day.read("cucm-cdr"), day.register()

    def moved(by: timedelta) -> int:
        recorded = tuple(
            replace(
                one,
                call_ids=frozenset(),
                kept=tuple(
                    replace(s, begins_at=s.begins_at + by, ends_at=s.ends_at + by) for s in one.kept
                ),
            )
            for one in here.recorded
        )
        balance = rules.balance(found.calls, replace(here, recorded=recorded), tells_refusals=False)
        return balance.sums.whole

    assert moved(timedelta(seconds=2.8)) == 24
    assert moved(timedelta(seconds=-2.8)) == 24
    assert moved(timedelta(seconds=4)) == 0

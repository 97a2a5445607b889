"""What may be kept of a call while it runs (REGISTER 6.3-6.9, 8.1, 15.1-15.6; J9, J12)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Direction,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    KnownAnnouncement,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
    Standing,
    Way,
)
from talteen.life.capture.gate import (
    MOST_EVENTS,
    WINDOW,
    Announce,
    Call,
    Close,
    Decision,
    Drop,
    Gap,
    Gate,
    Keep,
    Park,
    Resume,
    Unbelieved,
    Wait,
)
from talteen.life.capture.rules import (
    MarkKind,
    Nothing,
    Reason,
    Refused,
)

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KNOWN = {
    "announce.fi@1": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 15_658),
    "announce.sv@1": KnownAnnouncement("sv", frozenset(Direction), 15_517),
    "outbound_agent.fi@1": KnownAnnouncement("fi", frozenset({Direction.OUTBOUND}), None),
}
CALL = Call(START, Direction.INBOUND, Standing.RECORDED, KNOWN, language="fi")
S = EvidenceSource


def at(seconds: float) -> datetime:
    return START + timedelta(milliseconds=round(seconds * 1000))


PROMPT = AnnouncementEvidence(S.AMI, "announce.fi@1", "fi", at(0.559), at(16.217))


def run(*steps: tuple[float, Evidence | None], call: Call = CALL) -> list[Decision]:
    """All decisions; a step is when the house learns of something, None is time passing."""
    gate, decided = Gate.of(call)
    decisions = list(decided)
    for seconds, evidence in steps:
        now = at(seconds)
        gate, decided = gate.tick(now) if evidence is None else gate.told(evidence, now)
        decisions += decided
    return decisions


def happened(kind: Happening, seconds: float) -> tuple[float, Happened]:
    return seconds, Happened(S.API, kind, at(seconds))


def refusal(seconds: float, way: Way = Way.AGENT) -> tuple[float, Refusal]:
    return seconds, Refusal(S.API, at(seconds), way=way)


TOLD = (16.4, PROMPT)
OPENED = [Wait(WINDOW), Keep(at(16.217), "announce.fi@1")]


def test_nothing_is_kept_before_the_evidence_and_then_from_the_end_of_the_prompt() -> None:
    assert run() == [Wait(WINDOW)]
    assert run(TOLD) == OPENED


def test_a_prompt_heard_in_the_sound_opens_from_its_end_though_it_is_recognised_later() -> None:
    heard = replace(PROMPT, source=S.HEARD, full=True)

    assert run((22.0, heard)) == OPENED


@pytest.mark.parametrize(
    "evidence",
    [
        replace(PROMPT, end=at(8.9)),
        replace(PROMPT, version="lookalike.fi"),
        replace(PROMPT, version="announce.sv@1", language="sv"),
        replace(PROMPT, language="sv"),
        replace(PROMPT, full=False),
        replace(PROMPT, source=S.HEARD, full=False),
        replace(PROMPT, source=S.HEARD),
        replace(PROMPT, start=at(20), end=at(35.7)),
        replace(PROMPT, start=at(16.217), end=at(0.559)),
        replace(PROMPT, start=START - timedelta(hours=2)),
        replace(PROMPT, way=Way.AGENT),
    ],
    ids=[
        "cut",
        "of an unknown version",
        "in a language that the caller did not choose",
        "in another language than its version",
        "said to be cut",
        "heard in part",
        "heard, who knows how much",
        "in the future",
        "ended before it began",
        "of another day's call",
        "a prompt that somebody says was read aloud",
    ],
)
def test_an_announcement_that_is_in_doubt_opens_nothing_and_is_a_warning(
    evidence: AnnouncementEvidence,
) -> None:
    assert run((16.4, evidence)) == [Wait(WINDOW), Unbelieved(evidence)]


def test_a_version_may_be_given_as_its_number() -> None:
    assert run((16.4, replace(PROMPT, version="1"))) == OPENED


def test_a_time_in_whole_seconds_is_believed_to_the_end_of_its_second_if_all_was_played() -> None:
    coarse = replace(PROMPT, start=at(1), end=at(16), full=True)

    assert run((17.5, coarse)) == [Wait(WINDOW), Keep(at(17), "announce.fi@1")]
    assert isinstance(run((17.5, replace(coarse, full=None)))[-1], Unbelieved)


def test_a_prompt_of_the_queue_before_the_first_sample_opens_at_the_first_sample() -> None:
    queued = replace(PROMPT, start=at(-120), end=at(-104.3))

    assert run((0.1, queued)) == [Wait(WINDOW), Keep(START, "announce.fi@1")]


def test_where_the_exchange_does_not_say_the_language_the_announcement_does() -> None:
    swedish = AnnouncementEvidence(S.HEADER, "announce.sv@1", "sv", at(0), at(15.6))

    decisions = run((16, swedish), call=replace(CALL, language=None))

    assert decisions[-1] == Keep(at(15.6), "announce.sv@1")


def test_an_agent_who_reads_the_script_opens_an_outbound_call_with_a_button() -> None:
    call = replace(CALL, direction=Direction.OUTBOUND)
    script = AnnouncementEvidence(S.API, "outbound_agent.fi@1", "fi", at(2), at(9), Way.AGENT)

    assert run((9.1, script), call=call)[-1] == Keep(at(9), "outbound_agent.fi@1")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (replace(CALL, line=Standing.EXCLUDED), Reason.EXCLUDED_LINE),
        (replace(CALL, do_not_record=True), Reason.DO_NOT_RECORD),
        (replace(CALL, agent_untold=True), Reason.AGENT_UNTOLD),
    ],
)
def test_some_calls_are_never_captured_whatever_is_played(call: Call, reason: Reason) -> None:
    assert run(TOLD, call=call) == [Drop(Nothing(reason), tone=False)]


def test_a_call_to_which_an_untold_agent_comes_is_burnt_from_its_beginning() -> None:
    gate = Gate.of(CALL)[0].told(TOLD[1], at(TOLD[0]))[0]
    burnt, decisions = gate.untold(at(40))
    assert decisions == (Drop(Nothing(Reason.AGENT_UNTOLD), True),)
    assert burnt.untold(at(41))[1] == ()


def test_a_call_that_turns_out_to_be_private_is_burnt() -> None:
    assert run(TOLD, happened(Happening.PRIVATE, 30))[-1] == Drop(Nothing(Reason.PRIVATE), True)


@pytest.mark.parametrize(
    ("opens", "closes", "why"),
    [
        (Happening.HOLD, Happening.RETRIEVE, MarkKind.HOLD),
        (Happening.CONSULT, Happening.CONSULT_OVER, MarkKind.CONSULT),
        (Happening.TRANSFER, Happening.ANSWER, MarkKind.RINGING),
    ],
)
def test_hold_consultation_and_ringing_are_gaps(
    opens: Happening, closes: Happening, why: MarkKind
) -> None:
    decisions = run(TOLD, happened(opens, 30), happened(closes, 44))

    assert decisions == [*OPENED, Gap(at(30), None, why), Resume(at(44), tone=False)]


def test_a_pause_ends_when_the_agent_ends_it() -> None:
    decisions = run(
        TOLD, (30.2, PauseEvidence(S.API, at(30))), (41.1, ResumeEvidence(S.API, at(41)))
    )

    assert decisions == [*OPENED, Gap(at(30), None, MarkKind.PAUSE), Resume(at(41), tone=False)]


def test_a_pause_that_is_forgotten_ends_after_its_time_with_a_tone() -> None:
    gate, _ = Gate.of(CALL)
    gate, _ = gate.told(PROMPT, at(16.4))
    gate, _ = gate.told(PauseEvidence(S.API, at(30)), at(30))

    assert gate.deadline() == at(150)
    gate, early = gate.tick(at(149.9))
    gate, due = gate.tick(at(150.3))
    assert (early, due) == ((), (Resume(at(150), tone=True),))
    assert gate.deadline() is None


def test_pressing_pause_again_begins_its_time_anew() -> None:
    pause = [(s, PauseEvidence(S.API, at(s))) for s in (30.0, 100.0)]

    decisions = run(TOLD, *pause, (151.0, None), (220.0, None))

    assert decisions == [*OPENED, Gap(at(30), None, MarkKind.PAUSE), Resume(at(220), tone=True)]


def test_a_forgotten_pause_does_not_end_a_hold() -> None:
    decisions = run(
        TOLD,
        (30.0, PauseEvidence(S.API, at(30))),
        happened(Happening.HOLD, 40),
        (151.0, None),
        happened(Happening.RETRIEVE, 200),
    )

    assert decisions == [*OPENED, Gap(at(30), None, MarkKind.PAUSE), Resume(at(200), tone=False)]


def test_a_pause_before_the_evidence_is_told_with_it() -> None:
    decisions = run(
        (18.0, PauseEvidence(S.API, at(18))),
        (19.0, ResumeEvidence(S.API, at(19))),
        (22.0, replace(PROMPT, source=S.HEARD, full=True)),
    )

    assert decisions == [*OPENED, Gap(at(18), at(19), MarkKind.PAUSE)]


def test_a_pause_counts_from_the_moment_it_names_though_it_is_reported_later() -> None:
    assert run(TOLD, (33.0, PauseEvidence(S.HEADER, at(30))))[-1] == Gap(
        at(30), None, MarkKind.PAUSE
    )


def test_who_joins_is_told_first() -> None:
    again = replace(PROMPT, start=at(41), end=at(56.7))

    decisions = run(TOLD, happened(Happening.JOIN, 40), (57, again))

    assert decisions == [
        *OPENED,
        Gap(at(40), None, MarkKind.UNANNOUNCED),
        Announce("announce.fi@1"),
        Resume(at(56.7), tone=False),
    ]


def test_a_refusal_at_the_prompt_burns_and_leaves_a_count() -> None:
    cut = replace(PROMPT, end=at(9), full=False)
    gate, _ = Gate.of(CALL)

    gate, decided = gate.told(refusal(9, Way.KEY)[1], at(9))
    gate, after = gate.told(cut, at(9.2))

    assert decided == (Drop(Nothing(Reason.REFUSED_AT_PROMPT), tone=False),)
    assert [type(one) for one in after] == [Unbelieved]
    gate, _ = gate.told(happened(Happening.HANGUP, 20)[1], at(20))
    assert gate.verdict() == Nothing(Reason.REFUSED_AT_PROMPT)


def test_a_refusal_that_the_exchange_took_before_the_call_began_leaves_a_count() -> None:
    early = Refusal(S.HEADER, at(-4), By.CALLER, Way.KEY)

    assert run((0, early), TOLD)[1:] == [
        Drop(Nothing(Reason.REFUSED_AT_PROMPT), tone=False),
    ]


def test_a_refusal_in_mid_call_burns_what_was_captured_and_both_hear_it() -> None:
    decisions = run(TOLD, refusal(60), happened(Happening.RESUME, 61), (70, replace(PROMPT)))

    assert decisions == [*OPENED, Drop(Refused(), tone=True)]


def test_a_threat_marked_before_the_refusal_parks_the_call_for_24_hours() -> None:
    decisions = run(TOLD, happened(Happening.THREAT, 50), refusal(60))

    assert decisions == [*OPENED, Close(at(60)), Park(at(60) + timedelta(hours=24))]


def test_a_threat_marked_after_the_refusal_saves_nothing() -> None:
    assert run(TOLD, refusal(60), happened(Happening.THREAT, 61))[-1] == Drop(Refused(), tone=True)


def test_nothing_is_kept_after_the_hang_up_and_nothing_said_later_changes_that() -> None:
    decisions = run(TOLD, happened(Happening.HANGUP, 60), refusal(62), (63, None))

    assert decisions == [*OPENED, Close(at(60))]


def test_a_refusal_after_capture_stopped_but_before_the_hang_up_still_burns() -> None:
    decisions = run(TOLD, happened(Happening.CAPTURE_STOP, 60), refusal(62))

    assert decisions == [*OPENED, Close(at(60)), Drop(Refused(), tone=True)]


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ((), Reason.NOT_ANNOUNCED),
        ((TOLD, happened(Happening.HANGUP, 17)), Reason.NO_CONVERSATION),
    ],
)
def test_a_call_that_ends_with_nothing_to_keep_is_burnt(
    steps: tuple[tuple[float, Evidence], ...], reason: Reason
) -> None:
    assert run(*steps, happened(Happening.HANGUP, 90))[-1] == Drop(Nothing(reason), tone=False)


def test_evidence_later_than_the_window_still_opens_from_its_end() -> None:
    late = replace(PROMPT, start=at(300), end=at(315.7))

    assert run((70, None), (316, late)) == [Wait(WINDOW), Keep(at(315.7), "announce.fi@1")]


def test_a_clock_of_the_exchange_that_runs_fast_moves_nothing_into_the_future() -> None:
    assert run(TOLD, (30, Happened(S.HEADER, Happening.HOLD, at(34))))[-1] == Gap(
        at(30), None, MarkKind.HOLD
    )


def test_an_exchange_that_reports_without_end_gets_nothing_more_kept() -> None:
    flood = [happened(Happening.COMPLAINT, 20 + n / 100) for n in range(MOST_EVENTS + 1)]

    assert run(TOLD, *flood, happened(Happening.HANGUP, 60))[len(OPENED) :] == [
        Close(at(20 + MOST_EVENTS / 100))
    ]

"""What is kept of a call, and what is not (REGISTER 6.3-6.9, 8.1, 13.2, 15.1-15.6; I9, I10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from talteen.life.capture.facts import (
    CallFacts,
    Direction,
    Doubt,
    Event,
    Happening,
    KnownAnnouncement,
    Played,
    Standing,
    Told,
)
from talteen.life.capture.rules import (
    PROMPT_ANSWER_MS,
    Capture,
    Mark,
    MarkKind,
    Nothing,
    Parked,
    Quarantine,
    Reason,
    Refused,
    Span,
    Verdict,
    wanted,
)

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NOW = START + timedelta(hours=1)
BOTH = frozenset(Direction)
KNOWN = {
    "announce.fi@1": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 15_658),
    "announce.sv@1": KnownAnnouncement("sv", BOTH, 15_517),
    "outbound_agent.fi@1": KnownAnnouncement("fi", frozenset({Direction.OUTBOUND}), None),
}
PROMPT = Played("announce.fi@1", "fi", 559, 16_217)
CALL = CallFacts(
    started_at=START,
    agent_ms=60_000,
    caller_ms=60_000,
    direction=Direction.INBOUND,
    language="fi",
    line=Standing.RECORDED,
    known=KNOWN,
    announcements=(PROMPT,),
)


def cutoff_of(start: datetime) -> datetime:
    return start + timedelta(days=85)


def decide(facts: CallFacts, now: datetime = NOW) -> Verdict:
    return wanted(facts, now, cutoff_of=cutoff_of)


def with_events(*events: tuple[Happening, int]) -> CallFacts:
    return replace(CALL, events=tuple(Event(kind, at_ms) for kind, at_ms in events))


def captured(facts: CallFacts) -> Capture:
    verdict = decide(facts)
    assert isinstance(verdict, Capture)
    return verdict


def test_a_recording_begins_at_the_end_of_its_announcement() -> None:
    capture = captured(CALL)

    assert capture.kept == Span(16_217, 60_000)
    assert capture.announced_until == START + timedelta(milliseconds=16_217)
    assert capture.started_at == START
    assert capture.announcement == "announce.fi@1"


@pytest.mark.parametrize(
    "announcements",
    [
        (),
        (replace(PROMPT, end_ms=8_900),),
        (replace(PROMPT, version="lookalike.fi"),),
        (replace(PROMPT, end_ms=PROMPT.end_ms - 201),),
        (Told("announce.fi@1", "fi", 16_217),),
        (Told("outbound_agent.fi@1", "fi", 16_217),),
        (Played("announce.sv@1", "sv", 559, 16_217),),
        (replace(PROMPT, version="announce.sv@1"),),
    ],
    ids=[
        "missing",
        "half",
        "look-alike",
        "cut at the last word",
        "a prompt that somebody says was read aloud",
        "the script of the other direction",
        "in a language that the caller did not choose",
        "a version that is not in the language it claims",
    ],
)
def test_a_call_that_was_not_announced_leaves_only_a_count(
    announcements: tuple[Played | Told, ...],
) -> None:
    facts = replace(CALL, announcements=announcements)

    assert decide(facts) == Nothing(Reason.NOT_ANNOUNCED)


def test_a_prompt_played_again_to_its_end_opens_the_recording_there() -> None:
    cut = replace(PROMPT, end_ms=5_000)
    again = replace(PROMPT, start_ms=20_000, end_ms=35_658)

    capture = captured(replace(CALL, announcements=(cut, again)))

    assert capture.kept == Span(35_658, 60_000)


def test_an_agent_who_reads_the_script_opens_an_outbound_call_with_a_button() -> None:
    told = Told("outbound_agent.fi@1", "fi", 16_515)
    facts = replace(CALL, direction=Direction.OUTBOUND, announcements=(told,))

    capture = captured(facts)

    assert capture.kept == Span(16_515, 60_000)


@pytest.mark.parametrize(
    ("opens", "closes", "kind"),
    [
        (Happening.PAUSE, Happening.RESUME, MarkKind.PAUSE),
        (Happening.HOLD, Happening.RETRIEVE, MarkKind.HOLD),
        (Happening.CONSULT, Happening.CONSULT_OVER, MarkKind.CONSULT),
        (Happening.CONSULT, Happening.RETRIEVE, MarkKind.CONSULT),
        (Happening.TRANSFER, Happening.ANSWER, MarkKind.RINGING),
        (Happening.HOLD, Happening.ANSWER, MarkKind.HOLD),
    ],
)
def test_what_is_not_captured_is_a_gap_of_exact_length(
    opens: Happening, closes: Happening, kind: MarkKind
) -> None:
    capture = captured(with_events((opens, 31_146), (closes, 44_995)))

    assert capture.gaps == (Mark(kind, 31_146 - 16_217, 44_995 - 16_217),)
    assert capture.length_ms == 60_000 - 16_217


def test_a_pause_that_nobody_ends_lasts_to_the_end() -> None:
    capture = captured(with_events((Happening.PAUSE, 40_000)))

    assert capture.gaps == (Mark(MarkKind.PAUSE, 40_000 - 16_217, capture.length_ms),)


def test_a_hold_inside_a_pause_does_not_end_the_pause() -> None:
    capture = captured(
        with_events(
            (Happening.PAUSE, 20_000),
            (Happening.HOLD, 22_000),
            (Happening.RETRIEVE, 24_000),
            (Happening.RESUME, 30_000),
        )
    )

    assert Mark(MarkKind.PAUSE, 20_000 - 16_217, 30_000 - 16_217) in capture.gaps


def test_who_joins_is_not_captured_before_being_told() -> None:
    again = replace(PROMPT, start_ms=31_000, end_ms=46_658)
    facts = replace(with_events((Happening.JOIN, 30_000)), announcements=(PROMPT, again))

    capture = captured(facts)

    assert capture.gaps == (Mark(MarkKind.UNANNOUNCED, 30_000 - 16_217, 46_658 - 16_217),)


def test_who_joins_in_the_middle_of_a_prompt_has_not_heard_it() -> None:
    again = replace(PROMPT, start_ms=29_000, end_ms=44_658)
    facts = replace(with_events((Happening.JOIN, 30_000)), announcements=(PROMPT, again))

    capture = captured(facts)

    assert capture.gaps == (Mark(MarkKind.UNANNOUNCED, 30_000 - 16_217, capture.length_ms),)


@pytest.mark.parametrize("stop", [Happening.HANGUP, Happening.CAPTURE_STOP])
def test_nothing_is_captured_after_the_end_of_the_call(stop: Happening) -> None:
    capture = captured(with_events((stop, 50_000)))

    assert capture.kept == Span(16_217, 50_000)


def test_sound_that_the_source_lost_is_a_named_gap_and_the_recording_is_incomplete() -> None:
    capture = captured(with_events((Happening.HANGUP, 90_000)))

    assert capture.kept.end_ms == 90_000
    assert capture.gaps == (Mark(MarkKind.LOST, 60_000 - 16_217, 90_000 - 16_217),)
    assert capture.incomplete


def test_a_side_that_ends_early_makes_the_recording_incomplete() -> None:
    capture = captured(replace(CALL, caller_ms=40_000))

    assert capture.incomplete
    assert capture.kept.end_ms == 60_000


def test_marks_stand_in_recording_time_and_only_inside_the_recording() -> None:
    capture = captured(
        with_events(
            (Happening.COMPLAINT, 10_000),
            (Happening.COMPLAINT, 19_659),
            (Happening.HANGUP, 50_000),
            (Happening.OBJECTION, 55_000),
        )
    )

    assert capture.marks == (Mark(MarkKind.COMPLAINT, 19_659 - 16_217, 19_659 - 16_217),)


def test_a_refusal_as_the_first_words_leaves_only_a_count() -> None:
    facts = with_events((Happening.REFUSAL, 16_217 + PROMPT_ANSWER_MS))

    assert decide(facts) == Nothing(Reason.REFUSED_AT_PROMPT)


def test_key_nine_during_the_prompt_is_a_refusal_and_not_a_missing_announcement() -> None:
    cut = replace(PROMPT, end_ms=7_000)
    facts = replace(with_events((Happening.REFUSAL, 6_900)), announcements=(cut,))

    assert decide(facts) == Nothing(Reason.REFUSED_AT_PROMPT)


def test_a_refusal_after_waiting_with_music_is_still_an_answer_to_the_prompt() -> None:
    facts = with_events(
        (Happening.HOLD, 16_300), (Happening.RETRIEVE, 50_000), (Happening.REFUSAL, 54_000)
    )

    assert decide(facts) == Nothing(Reason.REFUSED_AT_PROMPT)


def test_a_refusal_in_mid_call_leaves_nothing_of_what_was_captured() -> None:
    facts = with_events((Happening.REFUSAL, 40_358), (Happening.CAPTURE_STOP, 45_073))

    assert decide(facts) == Refused()


def test_a_refusal_in_a_call_that_was_never_announced_is_counted_as_not_announced() -> None:
    facts = replace(with_events((Happening.REFUSAL, 40_000)), announcements=())

    assert decide(facts) == Nothing(Reason.NOT_ANNOUNCED)


def test_a_threat_marked_before_the_refusal_is_parked_for_24_hours() -> None:
    facts = with_events((Happening.THREAT, 35_068), (Happening.REFUSAL, 53_919))

    verdict = decide(facts)

    assert isinstance(verdict, Parked)
    assert verdict.until == START + timedelta(milliseconds=53_919) + timedelta(hours=24)
    assert verdict.capture.kept == Span(16_217, 53_919)


def test_a_threat_marked_after_the_refusal_saves_nothing() -> None:
    facts = with_events((Happening.REFUSAL, 40_000), (Happening.THREAT, 40_001))

    assert decide(facts) == Refused()


def test_a_threat_that_arrives_when_its_24_hours_are_over_is_not_kept() -> None:
    facts = with_events((Happening.THREAT, 35_068), (Happening.REFUSAL, 53_919))

    assert decide(facts, START + timedelta(hours=25)) == Refused()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (with_events((Happening.PRIVATE, 0)), Reason.PRIVATE),
        (with_events((Happening.PRIVATE, 50_000)), Reason.PRIVATE),
        (replace(CALL, line=Standing.EXCLUDED), Reason.EXCLUDED_LINE),
        (with_events((Happening.VOICEMAIL, 300)), Reason.VOICEMAIL),
        (with_events((Happening.HANGUP, 17_000)), Reason.NO_CONVERSATION),
        (with_events((Happening.HANGUP, 9_000)), Reason.NO_CONVERSATION),
        (with_events((Happening.HOLD, 16_300)), Reason.NO_CONVERSATION),
    ],
)
def test_calls_that_are_never_captured(facts: CallFacts, reason: Reason) -> None:
    assert decide(facts) == Nothing(reason)


def test_a_call_that_arrives_after_its_cutoff_is_not_kept() -> None:
    cutoff = cutoff_of(START)

    assert decide(CALL, cutoff) == Nothing(Reason.LATE)
    assert isinstance(decide(CALL, cutoff - timedelta(milliseconds=1)), Capture)


def test_an_unknown_start_is_quarantined_and_counted_from_the_earliest_that_is_borne_out() -> None:
    earliest = NOW - timedelta(days=3)
    facts = replace(CALL, started_at=None, earliest_at=earliest)

    verdict = decide(facts)

    assert isinstance(verdict, Quarantine)
    assert verdict.doubt is Doubt.TIME
    assert verdict.capture.started_at == earliest


def test_a_start_in_the_future_is_quarantined_and_counted_from_arrival() -> None:
    verdict = decide(CALL, START - timedelta(minutes=6))

    assert isinstance(verdict, Quarantine)
    assert verdict.capture.started_at == START - timedelta(minutes=6)


def test_a_clock_that_is_a_little_ahead_moves_no_date_later() -> None:
    now = START - timedelta(minutes=2)

    verdict = decide(CALL, now)

    assert isinstance(verdict, Capture)
    assert verdict.started_at == now


def test_a_doubtful_identity_is_quarantined() -> None:
    verdict = decide(replace(CALL, doubts=frozenset({Doubt.IDENTITY})))

    assert isinstance(verdict, Quarantine)
    assert verdict.doubt is Doubt.IDENTITY
    assert verdict.capture.started_at == START

"""What holds for whatever is reported of a call, in whatever order (I9, I10)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from talteen.life.capture.facts import (
    CallFacts,
    Doubt,
    Event,
    Happening,
    Played,
)
from talteen.life.capture.rules import (
    LEAST_CONVERSATION_MS,
    Capture,
    Nothing,
    Parked,
    Quarantine,
    Refused,
    Verdict,
)
from tests.life.capture.test_rules import CALL, KNOWN, NOW, START, decide

offsets = st.integers(0, 80_000)
events = st.lists(st.builds(Event, st.sampled_from(Happening), offsets), max_size=12)
prompts = st.builds(
    lambda version, start, length: Played(version, "fi", start, start + length),
    st.sampled_from(["announce.fi@1", "lookalike.fi"]),
    st.integers(0, 30_000),
    st.sampled_from([7_000, 15_457, 15_458, 15_658, 16_000]),
)
calls = st.builds(
    lambda events, announcements, agent_ms, caller_ms, started_at, doubts: replace(
        CALL,
        events=tuple(events),
        announcements=tuple(announcements),
        agent_ms=agent_ms,
        caller_ms=caller_ms,
        started_at=started_at,
        doubts=doubts,
    ),
    events,
    st.lists(prompts, max_size=3),
    st.integers(0, 70_000),
    st.integers(0, 70_000),
    st.none() | st.just(START) | st.just(NOW + timedelta(days=2)),
    st.frozensets(st.sampled_from(Doubt)),
)


def kept_by(verdict: Verdict) -> Capture | None:
    match verdict:
        case Capture():
            return verdict
        case Parked(capture=capture) | Quarantine(capture=capture):
            return capture
        case Nothing() | Refused():
            return None


@given(calls)
def test_no_kept_moment_comes_before_the_end_of_a_whole_announcement(facts: CallFacts) -> None:
    """I9, first half."""
    capture = kept_by(decide(facts))

    whole = [
        p.end_ms
        for p in facts.announcements
        if isinstance(p, Played) and p.version in KNOWN and p.end_ms - p.start_ms >= 15_458
    ]
    assert capture is None or capture.kept.start_ms >= min(whole)


@given(calls)
def test_no_kept_moment_lies_where_the_call_was_paused_held_or_over(facts: CallFacts) -> None:
    """I9, second half: replay the events moment by moment and compare."""
    capture = kept_by(decide(facts))
    if capture is None:
        return

    for at_ms in {e.at_ms + step for e in facts.events for step in (-1, 0, 1)}:
        if not capture.kept.start_ms <= at_ms < capture.kept.end_ms:
            continue
        moment = at_ms - capture.kept.start_ms
        in_gap = any(gap.start_ms <= moment < gap.end_ms for gap in capture.gaps)
        assert in_gap or not closed_at(facts, at_ms)


def closed_at(facts: CallFacts, at_ms: int) -> bool:
    """Whether the line is closed to capture at ``at_ms``, by replaying what happened so far."""
    paused = held = consulting = ringing = over = False
    for event in sorted(facts.events, key=lambda e: e.at_ms):
        if event.at_ms > at_ms:
            break
        kind = event.kind
        paused = (paused or kind is Happening.PAUSE) and kind is not Happening.RESUME
        back = kind in (Happening.RETRIEVE, Happening.ANSWER)
        held = (held or kind is Happening.HOLD) and not back
        consulting = (
            (consulting or kind is Happening.CONSULT)
            and not back
            and kind is not Happening.CONSULT_OVER
        )
        ringing = (ringing or kind is Happening.TRANSFER) and kind is not Happening.ANSWER
        over = over or kind in (Happening.HANGUP, Happening.CAPTURE_STOP, Happening.REFUSAL)
    return paused or held or consulting or ringing or over


@given(calls)
def test_a_refused_call_is_kept_only_after_a_threat_and_only_parked(facts: CallFacts) -> None:
    """I10."""
    verdict = decide(facts)
    refused = any(e.kind is Happening.REFUSAL for e in facts.events)

    if refused and kept_by(verdict) is not None:
        assert isinstance(verdict, Parked)
        assert any(e.kind is Happening.THREAT for e in facts.events)


@given(calls)
def test_due_never_counts_from_later_than_the_start_or_the_arrival(facts: CallFacts) -> None:
    capture = kept_by(decide(facts))

    if capture is not None:
        assert capture.started_at <= NOW
        assert facts.started_at is None or capture.started_at <= facts.started_at


@given(calls)
def test_gaps_and_marks_lie_inside_the_recording_and_in_order(facts: CallFacts) -> None:
    capture = kept_by(decide(facts))
    if capture is None:
        return

    assert capture.length_ms > 0
    assert all(0 <= g.start_ms < g.end_ms <= capture.length_ms for g in capture.gaps)
    assert all(0 <= m.start_ms == m.end_ms <= capture.length_ms for m in capture.marks)
    assert list(capture.gaps) == sorted(capture.gaps, key=lambda g: g.start_ms)
    if not isinstance(decide(facts), Parked):
        assert capture.length_ms >= LEAST_CONVERSATION_MS

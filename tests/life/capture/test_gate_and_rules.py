"""The gate, while a call runs, keeps exactly what the rules keep of the same call (I9, I10)."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.capture import rules
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    CallFacts,
    Direction,
    Event,
    Evidence,
    Happened,
    Happening,
    Played,
    Refusal,
    Standing,
)
from talteen.life.capture.gate import (
    Close,
    Decision,
    Drop,
    Gap,
    Gate,
    Keep,
    Park,
    Resume,
)
from talteen.life.capture.rules import (
    Capture,
    Nothing,
    Parked,
    Quarantine,
    Refused,
)
from tests.life.capture.test_gate import CALL, KNOWN, PROMPT, START, S, at, run


def kept(decisions: list[Decision], end: datetime) -> list[tuple[int, int]]:
    """What an obedient holder of the sound has in the end: spans of source time."""
    since: datetime | None = None
    gaps: list[tuple[datetime, datetime]] = []
    open_since: datetime | None = None
    for decision in decisions:
        match decision:
            case Keep(since=start):
                since = start
            case Gap(start=start, until=None):
                open_since = start
            case Gap(start=start, until=until):
                assert until is not None
                gaps.append((start, until))
            case Resume(at=until):
                assert open_since is not None
                gaps.append((open_since, until))
                open_since = None
            case Close(at=closed):
                end = min(end, closed)
            case Drop():
                return []
            case _:
                pass
    if since is None:
        return []
    if open_since is not None:
        gaps.append((open_since, end))
    return spans(ms(since), ms(end), [(ms(a), ms(b)) for a, b in gaps])


def spans(start: int, end: int, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """``start`` to ``end`` without ``gaps``."""
    parts = []
    for a, b in sorted(gap for gap in gaps if gap[0] < gap[1]):
        if start < min(a, end):
            parts.append((start, min(a, end)))
        start = max(start, b)
    return [*parts, (start, end)] if start < end else parts


def ms(instant: datetime) -> int:
    return (instant - START) // timedelta(milliseconds=1)


offsets = st.integers(0, 200_000)
SILENCES = [
    kind
    for kind in Happening
    if kind.value in "pause resume hold retrieve consult consult_over transfer answer join".split()
]
STOPS = [Happening.REFUSAL, Happening.THREAT, Happening.CAPTURE_STOP, Happening.PRIVATE]
# Mostly silences: most calls that were refused or private have little else to tell.
kinds = st.integers(0, 19).flatmap(lambda n: st.sampled_from(STOPS if n == 0 else SILENCES))
events = st.lists(st.builds(Event, kinds, offsets), max_size=12)
prompts = st.builds(
    lambda start, length: Played("announce.fi@1", "fi", start, start + length),
    st.integers(0, 60_000),
    st.sampled_from([7_000, 15_457, 15_458, 15_658, 16_000]),
)


@settings(max_examples=200)
@given(
    events,
    st.lists(prompts, min_size=1, max_size=3),
    st.integers(30_000, 220_000),
    st.sampled_from([None, 20_000, 120_000]),
    st.sets(st.integers(0, 220_000), max_size=6),
)
def test_the_gate_keeps_exactly_what_the_rules_keep_of_the_same_call(
    happenings: list[Event],
    played: list[Played],
    hangup_ms: int,
    limit: int | None,
    ticks: set[int],
) -> None:
    happenings = [event for event in happenings if event.at_ms <= hangup_ms]
    played = [prompt for prompt in played if prompt.end_ms <= hangup_ms]
    facts = CallFacts(
        started_at=START,
        agent_ms=hangup_ms,
        caller_ms=hangup_ms,
        direction=Direction.INBOUND,
        language="fi",
        line=Standing.RECORDED,
        known=KNOWN,
        announcements=tuple(played),
        events=(*happenings, Event(Happening.HANGUP, hangup_ms)),
        pause_ends_after_ms=limit,
    )

    gate, decisions = replayed(facts, hangup_ms, ticks)

    verdict = rules.wanted(facts, at(hangup_ms / 1000), cutoff_of=lambda s: s + timedelta(days=85))
    assert kept(decisions, at(hangup_ms / 1000)) == kept_by(verdict)
    assert any(isinstance(one, Park) for one in decisions) == isinstance(verdict, Parked)
    dropped = [one.why for one in decisions if isinstance(one, Drop)]
    assert len(dropped) == (1 if isinstance(verdict, Nothing | Refused) else 0)
    # Who reads the call later and knows no limit of pauses comes to the same.
    sound = replace(gate.facts, agent_ms=hangup_ms, caller_ms=hangup_ms, pause_ends_after_ms=None)
    later = rules.wanted(sound, at(hangup_ms / 1000), cutoff_of=lambda s: s + timedelta(days=85))
    assert kept_by(later) == kept_by(verdict)


def replayed(facts: CallFacts, hangup_ms: int, ticks: set[int]) -> tuple[Gate, list[Decision]]:
    """The call as the gate would have met it: everything when it happened, the clock between."""
    limit = facts.pause_ends_after_ms
    gate, decided = Gate.of(
        replace(CALL, pause_ends_after=None if limit is None else timedelta(milliseconds=limit))
    )
    met: list[tuple[int, int, Evidence | None]] = [(tick, 2, None) for tick in ticks]
    for prompt in facts.announcements:
        assert isinstance(prompt, Played)
        start, end = (at(edge / 1000) for edge in (prompt.start_ms, prompt.end_ms))
        evidence = AnnouncementEvidence(S.AMI, prompt.version, prompt.language, start, end)
        met.append((prompt.end_ms, 0, evidence))
    for event in facts.events:
        last = 3 if event.kind is Happening.HANGUP else 1
        met.append((event.at_ms, last, Happened(S.API, event.kind, at(event.at_ms / 1000))))
    decisions = list(decided)
    for moment, _, evidence_or_none in sorted(met, key=lambda one: one[:2]):
        now = at(moment / 1000)
        gate, decided = (
            gate.tick(now) if evidence_or_none is None else gate.told(evidence_or_none, now)
        )
        decisions += decided
    return gate, decisions


def kept_by(verdict: rules.Verdict) -> list[tuple[int, int]]:
    match verdict:
        case Capture() as capture:
            pass
        case Parked(capture=capture) | Quarantine(capture=capture):
            pass
        case Nothing() | Refused():
            return []
    shift = capture.kept.start_ms
    gaps = [(gap.start_ms + shift, gap.end_ms + shift) for gap in capture.gaps]
    return spans(shift, capture.kept.end_ms, gaps)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 90_000),
            st.one_of(
                st.builds(lambda kind, ms: Happened(S.API, kind, at(ms / 1000)), kinds, offsets),
                st.builds(lambda ms: replace(PROMPT, end=at(ms / 1000)), offsets),
                st.builds(lambda ms: Refusal(S.API, at(ms / 1000)), offsets),
                st.just(Happened(S.API, Happening.HANGUP, at(60))),
                st.none(),
            ),
        ),
        max_size=12,
    )
)
def test_whatever_is_reported_in_whatever_order_the_decisions_make_sense(
    steps: list[tuple[int, Evidence | None]],
) -> None:
    decisions = run(*((ms_ / 1000, one) for ms_, one in sorted(steps, key=lambda s: s[0])))

    state = "waiting"
    for decision in decisions:
        match decision:
            case Keep():
                assert state == "waiting"
                state = "kept"
            case Gap(until=None):
                assert state == "kept"
                state = "gap"
            case Gap():
                assert state in ("kept", "gap")
            case Resume():
                assert state == "gap"
                state = "kept"
            case Close():
                assert state in ("kept", "gap")
                state = "closed"
            case Drop():
                assert state != "dropped"
                state = "dropped"
            case Park():
                assert state == "closed"
                state = "dropped"
            case _:
                pass

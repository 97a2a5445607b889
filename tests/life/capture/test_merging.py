"""Two accounts of one session: whatever forbids counts, whoever was told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.capture import merging, rules
from talteen.life.capture.facts import Direction, Happening
from talteen.life.capture.rules import (
    Capture,
    Mark,
    MarkKind,
    Nothing,
    Reason,
    SoFar,
    Span,
)
from talteen.life.capture.sidecar import Numbers, Sidecar, Source, SourceKind, TimedEvent

BEGAN = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
H = Happening


def account(*events: tuple[Happening, int], caller: str | None = "+358505550147") -> Sidecar:
    return Sidecar(
        format=1,
        started_at=BEGAN,
        direction=Direction.INBOUND,
        line="rooms",
        agents=("a03",),
        language="fi",
        source=Source(SourceKind.DIRECT),
        numbers=Numbers(caller),
        events=tuple(TimedEvent(kind, at_ms) for kind, at_ms in events),
    )


def told(of: Sidecar) -> list[tuple[Happening, int]]:
    return [(one.type, one.at_ms) for one in of.events]


def kept(start_ms: int = 8_000, end_ms: int = 60_000, *gaps: Mark) -> Capture:
    return Capture(
        BEGAN,
        BEGAN + timedelta(milliseconds=start_ms),
        "announce.fi@1",
        Span(start_ms, end_ms),
        gaps,
        (Mark(MarkKind.COMPLAINT, 30_000 - start_ms, 30_000 - start_ms),),
        incomplete=False,
    )


def test_a_stop_that_only_the_other_heard_stands_in_the_account() -> None:
    both = merging.both(
        account((H.HANGUP, 60_000)), account((H.CAPTURE_STOP, 20_000), (H.HANGUP, 59_000)), 500
    )

    assert told(both) == [(H.CAPTURE_STOP, 20_500), (H.HANGUP, 60_000)]


def test_what_both_heard_stands_there_once() -> None:
    one = account((H.COMPLAINT, 20_000), (H.HANGUP, 60_000))
    other = account((H.COMPLAINT, 20_300), (H.HANGUP, 60_100))

    assert told(merging.both(one, other, 0)) == [(H.COMPLAINT, 20_000), (H.HANGUP, 60_100)]


def test_after_the_hang_up_of_a_dead_node_the_other_tells_all() -> None:
    dead = account((H.PAUSE, 10_000), (H.HANGUP, 15_000))
    living = account(
        (H.PAUSE, 10_100), (H.RESUME, 20_000), (H.TRANSFER, 30_000), (H.HANGUP, 60_000)
    )

    assert told(merging.both(dead, living, 0)) == [
        (H.PAUSE, 10_000),
        (H.RESUME, 20_000),
        (H.TRANSFER, 30_000),
        (H.HANGUP, 60_000),
    ]


def test_a_number_that_only_the_other_knew_is_not_lost() -> None:
    both = merging.both(account(caller=None), account(), 0)

    assert both.numbers.caller == "+358505550147"


@given(st.integers(0, 90_000))
def test_a_refusal_heard_elsewhere_stands_before_the_end(at_ms: int) -> None:
    events = told(merging.refused_elsewhere(account((H.THREAT, 5_000), (H.HANGUP, 60_000)), at_ms))

    assert events[-1] == (H.HANGUP, 60_000)
    assert (H.REFUSAL, min(at_ms, 60_000)) in events
    assert [at for _, at in events] == sorted(at for _, at in events)


def test_the_later_announcement_opens_the_recording() -> None:
    other = SoFar(9_000, "announce.fi@2", (), None)
    found = merging.narrowed(kept(), other, 500, ())

    assert isinstance(found, Capture)
    assert found.kept == Span(9_500, 60_000)
    assert (found.announced_until - BEGAN, found.announcement) == (
        timedelta(milliseconds=9_500),
        "announce.fi@2",
    )
    assert found.marks == (Mark(MarkKind.COMPLAINT, 20_500, 20_500),)


def test_an_earlier_announcement_of_the_other_opens_nothing_sooner() -> None:
    found = merging.narrowed(kept(), SoFar(1_000, "announce.fi@2", (), None), 0, ())

    assert found == kept()


@pytest.mark.parametrize("reason", [Reason.PRIVATE, Reason.DO_NOT_RECORD, Reason.EXCLUDED_LINE])
def test_what_the_other_may_never_keep_is_kept_by_none(reason: Reason) -> None:
    assert merging.narrowed(kept(), reason, 0, ()) == Nothing(reason)


def test_a_node_without_evidence_of_its_own_forbids_nothing() -> None:
    assert merging.narrowed(kept(), None, 0, ()) == kept()


spans = st.tuples(st.integers(-5_000, 70_000), st.integers(1, 30_000)).map(
    lambda one: Mark(MarkKind.PAUSE, one[0], one[0] + one[1])
)


@given(st.lists(spans, max_size=4), st.integers(0, 20_000))
def test_every_silence_of_the_other_is_one_and_nothing_else_is_lost(
    silences: list[Mark], opened_ms: int
) -> None:
    own = kept(8_000, 60_000, Mark(MarkKind.HOLD, 10_000, 12_000))
    found = merging.narrowed(own, SoFar(opened_ms, "announce.fi@1", (), None), 0, silences)
    start_ms = max(8_000, opened_ms)

    def silent(at_ms: int) -> bool:
        return any(one.start_ms <= at_ms < one.end_ms for one in silences) or (
            18_000 <= at_ms < 20_000
        )

    heard = [at for at in range(start_ms, 60_000, 250) if not silent(at)]
    if isinstance(found, Nothing):
        assert len(heard) * 250 <= rules.LEAST_CONVERSATION_MS + 250 * (len(silences) + 2)
        return
    assert isinstance(found, Capture)
    assert found.kept == Span(start_ms, 60_000)
    gaps = [
        replace(g, start_ms=g.start_ms + start_ms, end_ms=g.end_ms + start_ms) for g in found.gaps
    ]
    for at in range(start_ms, 60_000, 250):
        assert any(one.start_ms <= at < one.end_ms for one in gaps) == silent(at)

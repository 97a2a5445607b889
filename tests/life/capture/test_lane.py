"""The course of a running call as stretches: together they are the whole of it, once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from talteen.life.capture.console import Stretch
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Direction,
    EvidenceSource,
    Happened,
    Happening,
    KnownAnnouncement,
    PauseEvidence,
    PauseReason,
    ResumeEvidence,
    Standing,
    Way,
)
from talteen.life.capture.gate import Call, Gate
from talteen.life.capture.lane import pieces
from talteen.life.capture.note import Fate

T0 = datetime(2026, 11, 24, 12, tzinfo=UTC)
API = EvidenceSource.API
KNOWN = {"announce.fi@1": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 15_000)}


def at(ms: int) -> datetime:
    return T0 + timedelta(milliseconds=ms)


def live(*evidence: tuple[int, Any], fate: Fate | None = None) -> Any:
    """What ``lane`` looks at of a running call: its gate and its fate."""
    gate, _ = Gate.of(Call(T0, Direction.INBOUND, Standing.RECORDED, KNOWN, language="fi"))
    for ms, one in evidence:
        gate, _ = gate.told(one, at(ms))
    return SimpleNamespace(gate=gate, fate=fate)


def announced(end_ms: int = 15_500) -> tuple[int, Any]:
    start = at(end_ms - 15_000)
    return end_ms, AnnouncementEvidence(
        API, "announce.fi@1", "fi", start, at(end_ms), Way.IVR, True, None
    )


def paused(ms: int) -> tuple[int, Any]:
    return ms, PauseEvidence(API, at(ms), By.AGENT, PauseReason.OTHER)


def resumed(ms: int) -> tuple[int, Any]:
    return ms, ResumeEvidence(API, at(ms), By.AGENT)


def drawn(call: Any, now_ms: int) -> list[tuple[str, int, int]]:
    return [(one.stretch.value, one.start_ms, one.end_ms) for one in pieces(call, now_ms)]


def test_before_evidence_all_of_a_call_is_announcement() -> None:
    assert drawn(live(), 4_000) == [("told", 0, 4_000)]


def test_a_pause_is_a_hole_between_what_is_kept() -> None:
    call = live(announced(), paused(20_000), resumed(30_000))

    assert drawn(call, 40_000) == [
        ("told", 0, 15_500),
        ("kept", 15_500, 20_000),
        ("gap", 20_000, 30_000),
        ("kept", 30_000, 40_000),
    ]


def test_a_pause_that_lasts_reaches_to_now() -> None:
    assert drawn(live(announced(), paused(20_000)), 26_000)[-1] == ("gap", 20_000, 26_000)


def test_a_refused_call_has_nothing_that_is_drawn_as_kept() -> None:
    call = live(announced(), fate=Fate.REFUSED)

    assert drawn(call, 20_000) == [("told", 0, 15_500), ("refused", 15_500, 20_000)]


def test_what_comes_after_the_stop_is_left_out() -> None:
    stop = Happened(API, Happening.CAPTURE_STOP, at(18_000))

    assert drawn(live(announced(), (18_000, stop)), 25_000)[-1] == ("left", 18_000, 25_000)


@given(
    st.lists(st.tuples(st.integers(15_501, 200_000), st.booleans()), max_size=12),
    st.integers(1, 250_000),
)
def test_the_stretches_cover_a_call_once_and_in_order(
    presses: list[tuple[int, bool]], later_ms: int
) -> None:
    steps = [paused(ms) if pause else resumed(ms) for ms, pause in sorted(presses)]
    call = live(announced(), *steps)
    now_ms = max([15_500, *(ms for ms, _ in presses)]) + later_ms

    found = pieces(call, now_ms)

    assert [one.start_ms for one in found] == [0, *(one.end_ms for one in found[:-1])]
    assert found[-1].end_ms == now_ms
    assert {one.stretch for one in found} <= {Stretch.TOLD, Stretch.KEPT, Stretch.GAP}

"""Waves, dials and rings, as numbers that a browser draws."""

import re

from hypothesis import given
from hypothesis import strategies as st

from talteen.desk.page import drawing
from talteen.desk.page.drawing import Tick
from talteen.life.use.listen import Lanes

PEAKS = st.lists(st.floats(min_value=0, max_value=1), max_size=2000)


def lanes(agent: list[float], caller: list[float]) -> Lanes:
    return Lanes(agent, caller)


def bars(path: str) -> list[tuple[int, int, int]]:
    found = re.findall(r"M(-?\d+) (-?\d+)v(-?\d+)", path)
    return [(int(x), int(y), int(length)) for x, y, length in found]


def test_the_agent_rises_above_the_water_and_the_caller_is_its_reflection() -> None:
    drawn = drawing.shore(lanes([0.5, 1.0], [1.0, 0.25]), 2, width=100, height=40)

    assert all(y < drawn.water and length < 0 for _, y, length in bars(drawn.agent))
    assert all(y > drawn.water and length > 0 for _, y, length in bars(drawn.caller))


def test_silence_is_drawn_as_nothing() -> None:
    drawn = drawing.shore(lanes([0.0] * 10, [0.0, 0.01, 1.0]), 10, width=100, height=40)

    assert drawn.agent == ""
    assert len(bars(drawn.caller)) == 1


@given(PEAKS, PEAKS)
def test_a_drawing_stays_on_its_field_whatever_was_said(
    agent: list[float], caller: list[float]
) -> None:
    drawn = drawing.shore(lanes(agent, caller), 66, width=330, height=40)

    for x, y, length in bars(drawn.agent) + bars(drawn.caller):
        assert 0 <= x <= 330
        assert 0 <= y <= 40
        assert 0 <= y + length <= 40
    assert len(bars(drawn.agent)) <= 66


@given(PEAKS.filter(bool), st.integers(min_value=1, max_value=500))
def test_thinning_keeps_the_loudest_moment(peaks: list[float], count: int) -> None:
    kept = drawing.thinned(peaks, count)

    assert len(kept) == min(count, len(peaks))
    assert max(kept) == max(peaks)


def test_a_ring_has_a_tick_for_each_day_and_begins_at_twelve() -> None:
    drawn = drawing.ring([Tick.KEYLESS] * 8 + [Tick.NEXT] + [Tick.ON] * 83)

    ticks = {tick: path.count("M") for tick, path in drawn.paths}
    assert ticks == {Tick.KEYLESS: 8, Tick.NEXT: 1, Tick.ON: 83}
    assert dict(drawn.paths)[Tick.KEYLESS].startswith("M50.0 11.0L50.0 2.0")


def test_a_dial_is_never_more_than_full_and_never_less_than_empty() -> None:
    assert [drawing.dial(days) for days in (-3, 0, 46, 200)] == ["0 92", "0 92", "46 92", "92 92"]

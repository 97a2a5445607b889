"""A process that stands back for others comes to its end all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from talteen.desk.ground.standing_back import LOOKS_BACK_S, Spent, StandingBack

AUTOGROUP = Path("/proc/self/autogroup")


def fares(standing: StandingBack, *minutes: tuple[float, float]) -> list[bool]:
    """Whether it starves after each minute, of which it ran and waited so many seconds."""
    ran = waited = 0.0
    told = []
    for minute, (more, longer) in enumerate(minutes):
        ran, waited = ran + more, waited + longer
        standing.judge(minute * 60.0, Spent(ran, waited))
        told.append(standing.starving)
    return told


def test_who_gets_next_to_nothing_for_minutes_stands_back_no_longer_until_it_thrives() -> None:
    minutes = int(LOOKS_BACK_S / 60)

    starved = fares(StandingBack(10), *[(0.5, 59.0)] * (minutes + 1))
    assert starved == [*[False] * minutes, True]

    # A tenth of a core is what standing back means; nothing to do is no starving either.
    assert not any(fares(StandingBack(10), *[(6.0, 54.0)] * 12))
    assert not any(fares(StandingBack(10), *[(0.01, 0.5)] * 12))

    again = fares(StandingBack(10), *[(0.5, 59.0)] * (minutes + 1), *[(30.0, 30.0)] * 12)
    assert again[minutes]
    assert not again[-1]


def test_a_session_of_its_own_stands_back_as_a_whole_and_comes_forward_again() -> None:
    if not AUTOGROUP.exists():
        pytest.skip("this kernel does not share by sessions")
    says = """
import time
from pathlib import Path
from talteen.desk.ground import place
from talteen.desk.ground.standing_back import set_back
shown = lambda: print(Path("/proc/self/autogroup").read_text().split("nice")[1].strip())
place.stand_back(7)
shown()
time.sleep(0.3)  # the kernel takes one such word in a tenth of a second, from anybody
set_back(0)
shown()
"""
    told = subprocess.run(
        [sys.executable, "-c", says],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )

    assert told.stdout.split() == ["7", "0"]

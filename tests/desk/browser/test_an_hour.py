"""A call of an hour in the player: sealed, drawn, read, found and followed like any other.

``./run test`` takes four minutes of it. The long drill takes the whole hour with its nine thousand
words, some minutes long: sealing it is what costs. What is a matter of time (long tasks,
first sound) is measured by ``./run bench player``.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker

from talteen import wiring
from talteen.engine.postgres.cluster import Cluster
from talteen.life.seal.waveform import PEAKS_PER_SECOND
from talteen.life.use import listen
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.staff.people import SignIn
from tests.desk.browser import doing
from tests.desk.browser.conftest import place
from tests.kit import browser, hour_house, hours, serving
from tests.kit.browser import Window
from tests.kit.depth import LONG
from tests.kit.hour_house import Hour

pytestmark = [pytest.mark.browser, pytest.mark.sampled, pytest.mark.timeout(1800)]
LENGTH_MS = hours.HOUR_MS if LONG else 240_000
PLACES = (0.003, 0.31, 0.62, 0.87, 0.98)
"""Where one jumps to, in shares of the call; the last lies where the fourth has just been read."""
INKED = """() => {
  const word = document.querySelector('.word-now');
  if (!word) return null;
  const covered = word.closest('.masked') !== null || word.querySelector('.masked') !== null;
  return [Number(word.closest('.turn').dataset.start), covered ? null : word.textContent.trim()];
}"""
"""The turn and the word that sounds; no word where it is covered."""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""What had changed is on the screen."""
IN_SIGHT = """() => [...document.querySelectorAll('.turn[aria-current]')].map((turn) => {
  const place = turn.getBoundingClientRect();
  return place.bottom > 0 && place.top < innerHeight;
})"""
"""Of every turn that is told to be the current one, whether it can be seen."""


@pytest.fixture(scope="module")
def hour(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hour]:
    """A house of its own with nothing but the long call."""
    with (
        django_db_blocker.unblock(),
        place(postgres, tmp_path_factory, "browser_hour") as (home, patch),
    ):
        made = hour_house.build(home, tmp_path_factory.mktemp("drop"), LENGTH_MS)
        patch.setattr(wiring, "house", lambda: made.house)
        yield made


@pytest.fixture(scope="module")
def base(hour: Hour) -> Iterator[str]:
    with serving.serving() as address:
        yield address


def granted(hour: Hour) -> Grant:
    """Eila works in the case of the call."""
    return access.grant(
        hour.case.opened_by,
        Purpose.RIGHTS_OF_PARTIES,
        hour.id,
        case=hour.case.reference,
        sign_in=SignIn.DEMO,
        at=hour.house.now(),
    )


def opened(window: Window, hour: Hour) -> Page:
    """Eila before the open call."""
    doing.enter(window, "Eila")
    page = window.go("/purpose")
    page.locator('input[value="rights_of_parties"]').check()
    page.select_option("#asia", hour.case.reference)
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    page = window.go(f"/calls/{hour.id}")
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


def resident_kb() -> int:
    """What this process has in memory."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in one)
    return int(line.split()[1])


def test_it_is_sealed_drawn_and_written_whole(hour: Hour) -> None:
    grant, vault, now = granted(hour), hour.house.vault, hour.house.now()
    kept_ms = hour.call.length_ms
    lanes, words = listen.open_peaks(vault, grant, now), listen.open_words(vault, grant, now)

    assert 0 < LENGTH_MS - kept_ms < 20_000, "the announcement alone is not kept"
    assert len(lanes.agent) == pytest.approx(kept_ms * PEAKS_PER_SECOND / 1000, abs=2)
    for share in PLACES:  # both speak in every part of it
        at = int(share * len(lanes.agent))
        assert max(lanes.agent[at : at + 600], default=0) > 0
    assert words is not None
    assert sum(len(one.words) for one in words.transcript.segments) > 2 * LENGTH_MS / 1000
    assert max(one.end_ms for one in words.transcript.segments) <= kept_ms


def test_listening_to_its_end_takes_no_more_memory_than_its_beginning(hour: Hour) -> None:
    grant, now = granted(hour), hour.house.now()
    wav = listen.open_view(hour.house.vault, grant, now)
    minute = wav.offset_of(60_000) - wav.offset_of(0)
    assert sum(len(block) for block in wav.read(0, minute)) == minute
    before_kb, heard, loud = resident_kb(), minute, 0
    for block in wav.read(minute, wav.size):
        heard, loud = heard + len(block), loud + any(block)

    assert heard == wav.size == wav.offset_of(hour.call.length_ms)
    assert loud > 0
    assert resident_kb() - before_kb < 16_000, "the whole of it would be a hundred megabytes"


def test_a_hit_near_its_end_opens_it_there(hour: Hour, base: str, chromium: Browser) -> None:
    with browser.window(chromium, base) as window:
        page = opened(window, hour)
        window.go("/calls")
        page.fill("#q", "varaus")
        page.locator(".searchbar .primary").click()
        found = page.locator(".found .plain").last
        found.click()
        page.wait_for_load_state()

        asked = int(page.url.split("#o=")[1].split(",")[0])
        assert abs(page.evaluate("document.getElementById('aani').currentTime") * 1000 - asked) < 5
        assert page.locator(".hit").count() >= 1


def word_at(starts: Sequence[int], said: Sequence[str], ms: float) -> str:
    return said[bisect_right(starts, ms) - 1]


def test_one_jumps_anywhere_and_the_words_follow(hour: Hour, base: str, chromium: Browser) -> None:
    told = hours.transcript(hour.call.length_ms, LENGTH_MS)
    with browser.window(chromium, base) as window:
        page = opened(window, hour)
        assert page.locator(".turn p[data-words]").count() > LENGTH_MS / 10_000
        for share in PLACES:
            segment = told.segments[int(share * len(told.segments))]
            page.evaluate(
                f"document.getElementById('aani').currentTime = {segment.start_ms / 1000}"
            )
            page.keyboard.press("l")
            window.until("document.querySelector('.word-now') !== null")
            begun = page.evaluate(INKED)
            window.until(
                f"document.getElementById('aani').currentTime * 1000 > {segment.start_ms + 700}"
            )
            page.keyboard.press("k")
            window.until("document.getElementById('aani').paused")
            page.evaluate(DRAWN)
            turn, word = page.evaluate(INKED)
            ms = page.evaluate("document.getElementById('aani').currentTime") * 1000

            own = next(one for one in told.segments if one.start_ms == segment.start_ms).words
            if turn == segment.start_ms and word:
                assert word == word_at([one.start_ms for one in own], [o.text for o in own], ms)
            assert begun is not None
            assert page.evaluate(IN_SIGHT) == [True]
        slider = page.get_by_role("slider")
        slider.focus()
        page.keyboard.press("End")
        assert int(slider.get_attribute("aria-valuenow") or 0) == pytest.approx(
            hour.call.length_ms / 1000, abs=1
        )
        assert window.troubles == []

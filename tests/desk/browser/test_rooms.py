"""What the rooms show besides what ``test_every_address`` meets at their addresses, looked at as
``test_pages`` does: in Finnish by day on a desk and in Swedish by night on a phone. And on paper.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.browser import doing, looking
from tests.desk.browser.conftest import Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.browser.looking import A4, HTML_BYTES
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.kit import browser
from tests.kit.browser import Glass, Window

pytestmark = pytest.mark.browser
Steps = Callable[[Window, Served, Furnished], Page]


def room(path: str, name: str) -> Steps:
    """The page at ``path``, before which the person of this name sits."""

    def steps(window: Window, served: Served, made: Furnished) -> Page:
        doing.enter(window, name)
        return window.go(
            path.format(
                breach=made.breach,
                round=made.round,
                revealed=made.revealed,
                study=made.study,
                frozen=made.frozen,
                article=made.article,
                call=served.spoken.pk,
            )
        )

    return steps


def a_blind_answer(window: Window, served: Served, _made: Furnished) -> Page:
    doing.enter(window, "Leena")
    page = window.go(f"/calls/{served.spoken.pk}")
    page.locator('input[value="service_quality"]').check()
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


def a_sample(window: Window, served: Served, made: Furnished) -> Page:
    page = room("/evidence", "Mauri")(window, served, made)
    page.fill("#word", "koivu")
    page.locator("main form button").click()
    page.wait_for_load_state()
    return page


ROOMS: dict[str, Steps] = {
    "calibration-open": room("/calibration/{round}", "Leena"),
    "calibration-answer": a_blind_answer,
    "study-report": room("/studies/{frozen}", "Leena"),
    "statement-requests": room("/statements/requests/2026", "Mauri"),
    "statement-access": room("/statements/access/2026-Q4", "Mauri"),
    "statement-people": room("/statements/people/today", "Mauri"),
    "evidence-sample": a_sample,
}


@pytest.mark.parametrize("glass", [DESK, PHONE], ids=["fi-light-desk", "sv-dark-phone"])
@pytest.mark.parametrize("name", ROOMS)
def test_a_room_is_clean_and_quiet(
    name: str, glass: Glass, chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, glass) as window:
        page = ROOMS[name](window, served, furnished)
        window.draw(f"{name}-{glass.language}-{glass.light.value}")

        assert window.axe() == []
        assert window.overflow() == []
        assert window.troubles == []
        assert len(page.content().encode()) < HTML_BYTES
        assert page.locator("h1").count() == 1
        assert page.locator("main .primary:visible").count() <= 1, "one deed a page"
        if glass is DESK:
            assert sticks_out(window) == {}


@pytest.mark.parametrize("name", ["study-report", "statement-access"])
def test_paper_holds_what_is_read_and_nothing_to_press(
    name: str, chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, Glass(**A4)) as window:
        page = ROOMS[name](window, served, furnished)

        assert list(looking.paper(window)) == []
        assert page.locator("h1").is_visible()


TOUCHING = """(pairs) => pairs.flatMap(([cells, within]) =>
  [...document.querySelectorAll(cells)].flatMap((cell) => {
    const shown = (e) => getComputedStyle(e).visibility !== 'hidden' && e.getClientRects().length;
    const parts = [...cell.querySelectorAll(within)].filter(shown);
    const boxes = parts.map((e) => e.getBoundingClientRect());
    return parts.filter((_, i) => i && boxes[i].left < boxes[i - 1].right + 2)
      .map((e) => e.textContent.trim());
  }))"""


def test_on_paper_no_date_runs_into_its_neighbour(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, Glass(**A4)) as window:
        page = room("/vault", "Ossi")(window, served, furnished)
        page.emulate_media(media="print")
        assert page.locator(".lives .scale > span").count() > 4
        assert page.evaluate(TOUCHING, [[".lives .scale", ":scope > span"]]) == []
        window.go("/calendar")
        assert page.locator(".day .pin").count() > 0
        assert page.evaluate(TOUCHING, [[".day:has(.pin)", "b, .pin"]]) == []


def test_a_word_is_explained_in_place_by_keyboard(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = room("/holds", "Eila")(window, served, furnished)
        said = page.locator("#sana-hold")
        assert not said.is_visible()
        page.locator(".term-opener").focus()
        page.keyboard.press("Enter")

        assert said.is_visible()
        assert window.axe() == []
        assert window.overflow() == []
        page.keyboard.press("Escape")
        assert not said.is_visible()
        assert page.evaluate("document.activeElement.className") == "term-opener"


def test_the_tour_goes_step_by_step_by_keyboard_and_stays_away(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, DESK) as window:
        page = room("/", "Petra")(window, served, furnished)
        for number in range(1, 4):
            assert f"{number} / 4" in page.locator("#opastus").inner_text()
            page.locator("#opastus a.button").last.focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/?tour={number + 1}*")
        page.locator("#opastus form button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.base}/")
        assert page.locator("#opastus").count() == 0

    with browser.window(chromium, served.base, PHONE) as window:
        page = room("/", "Petra")(window, served, furnished)
        assert page.locator("#opastus").count() == 0
        assert window.troubles == []

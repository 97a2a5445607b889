"""What a page becomes by what somebody has just done on it, in Finnish by day on a desk and in
Swedish by night on a phone. What an address shows by itself is looked at in ``test_every_address``.

axe-core finds nothing (WCAG 2.0 to 2.2, A and AA, and best practice), nothing sticks out sideways
at five widths, the strict CSP refuses nothing, and no request leaves the machine.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.looking import HTML_BYTES
from tests.kit import browser
from tests.kit.browser import WIDTHS, Glass, Light, Window

pytestmark = pytest.mark.browser
DESK = Glass("fi", Light.LIGHT, 1440, 900)
PHONE = Glass("sv", Light.DARK, 390, 844)


def staff(path: str, name: str = "Eila") -> Callable[[Window, Served], Page]:
    def steps(window: Window, served: Served) -> Page:
        doing.enter(window, name)
        return window.go(path.format(gone=served.gone, day=served.day_gone, call=served.spoken.pk))

    return steps


def calls_of_case(window: Window, served: Served) -> Page:
    doing.enter(window, "Eila")
    return doing.choose_case(window, served)


def found(window: Window, served: Served) -> Page:
    page = calls_of_case(window, served)
    page.fill("#q", "varaus")
    page.locator(".searchbar .primary").click()
    page.wait_for_load_state()
    page.locator('.searchbar [formaction="/calls/saved"]').click()
    page.wait_for_load_state()
    return page


def an_open_call(window: Window, served: Served) -> Page:
    return doing.before_call(window, served)


def a_lifted_call(window: Window, served: Served) -> Page:
    page = an_open_call(window, served)
    page.keyboard.press("p")
    page.wait_for_selector("#peita", state="attached")
    page.locator("details:has(#peita) summary").click()
    return page


def an_evaluation(window: Window, served: Served) -> Page:
    doing.enter(window, "Leena")
    page = window.go(f"/calls/{served.spoken.pk}")
    page.locator('input[value="service_quality"]').check()
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


def a_refusal(window: Window, served: Served) -> Page:
    doing.enter(window, "Ilkka")
    page = window.go(f"/calls/{served.spoken.pk}")
    page.locator('input[value="rights_of_parties"]').check()
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


PAGES: dict[str, Callable[[Window, Served], Page]] = {
    "calls-of-case": calls_of_case,
    "calls-found": found,
    "call-refused": a_refusal,
    "call-lifted": a_lifted_call,
    "evaluation": an_evaluation,
    "why": staff("/why?at=2026-11-16T12:03&line=rooms", "Mauri"),
    "month-waiting": staff("/certificates/2026-11", "Mauri"),
    "missing": staff("/tyhjää"),
    "destroyed": staff("/calls/{gone}"),
}
LONGEST_WORDS = "calls-of-case"
"""Swedish words are the longest in the masthead, which is the same on every page."""
TOLD_BY_STATUS = {"missing": "404", "destroyed": "410", "call-refused": "403"}
"""Pages that a browser reports because of their status, which is meant."""


def troubles(window: Window, name: str) -> list[str]:
    status = TOLD_BY_STATUS.get(name)
    return [one for one in window.troubles if status is None or f"status of {status}" not in one]


@pytest.mark.parametrize("glass", [DESK, PHONE], ids=["fi-light-desk", "sv-dark-phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_and_quiet(
    name: str, glass: Glass, chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base, glass) as window:
        page = PAGES[name](window, served)
        window.draw(f"{name}-{glass.language}-{glass.light.value}")

        assert window.axe() == []
        assert window.overflow() == []
        assert troubles(window, name) == []
        assert len(page.content().encode()) < HTML_BYTES
        if glass is DESK or name == LONGEST_WORDS:
            assert sticks_out(window) == {}


def sticks_out(window: Window) -> dict[int, list[str]]:
    """What sticks out of the window sideways, by the width at which it does."""
    found = {}
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 800})
        found[width] = window.overflow()
    return {width: elements for width, elements in found.items() if elements}


@pytest.mark.parametrize("opener", [".person", ".palette-opener", ".menu-button"])
def test_what_opens_over_a_page_is_clean_too(
    opener: str, chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = staff("/calls")(window, served)
        page.locator(opener).click()

        assert window.axe() == []
        assert window.overflow() == []


def test_the_filters_are_a_drawer_on_a_phone(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = staff("/calls")(window, served)
        assert not page.locator("#rajaa").is_visible()
        page.locator(".filters-button").click()
        window.draw("filters-sv-dark")

        assert page.locator("#rajaa").is_visible()
        assert window.axe() == []
        page.keyboard.press("Escape")
        assert not page.locator("#rajaa").is_visible()


def test_the_checks_find_what_is_planted_for_them(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/notice")
        page.evaluate(
            """() => {
              document.querySelector('main').insertAdjacentHTML('beforeend',
                '<input><p style="color: red">x</p><div class="planted">wide</div>'
                + '<img src="https://elsewhere.example/x.png" alt="">');
              document.querySelector('.planted').style.width = '900px';
            }"""
        )
        page.wait_for_timeout(200)

        assert any(found.startswith("label:") for found in window.axe())
        assert window.overflow() == ["DIV.planted"]
        assert any("Content Security Policy" in trouble for trouble in window.troubles)
        assert any("elsewhere.example" in trouble for trouble in window.troubles)

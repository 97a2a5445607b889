"""By keyboard alone, on paper, and without script: the other ways to meet the same pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.kit import browser
from tests.kit.browser import Glass

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        doing.enter(window, "Eila")
        page = window.go("/")
        page.keyboard.press("Tab")
        skip = page.evaluate(f"{FOCUSED}.className")
        page.keyboard.press("Enter")

        assert skip == "skip"
        assert page.evaluate(f"{FOCUSED}.id") == "sisalto"


def test_from_the_door_to_the_sound_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        page = window.go("/sign-in")
        _tab_to(page, "Eila")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"://[^/]+/$"))
        _tab_to(page, "Puhelut")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls")
        _tab_to(page, "Valitse tarkoitus")
        page.keyboard.press("Enter")
        page.wait_for_url("**/purpose")
        _tab_to(page, "", kind="radio")
        page.keyboard.press("Space")
        _tab_to(page, served.case, kind="select-one")
        page.keyboard.type(served.case)
        _tab_to(page, "Valitse tarkoitus", kind="submit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls")
        _tab_to(page, served.spoken.agent.name, kind="submit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls/*")
        page.keyboard.press("Space")
        window.until("document.getElementById('aani')?.currentTime > 0.3")

        assert window.troubles == []


def test_control_k_opens_the_palette_and_enter_goes_there(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        doing.enter(window, "Eila")
        page = window.go("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("kal")
        assert page.evaluate(f"{FOCUSED}.value") == "kal"
        page.keyboard.press("Enter")
        page.wait_for_url("**/calendar")

        assert window.troubles == []


def test_where_the_keyboard_stands_is_seen(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        doing.enter(window, "Eila")
        page = window.go("/calls")
        unseen = []
        for _ in range(25):
            page.keyboard.press("Tab")
            shown = page.evaluate(
                f"""() => {{
                  const ring = (e) => getComputedStyle(e).outlineStyle !== 'none'
                    && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
                  const e = {FOCUSED};
                  const labels = document.querySelectorAll('label:has(:focus-visible)');
                  return ring(e) || [...labels].some(ring);
                }}"""
            )
            if not shown:
                unseen.append(page.evaluate(f"{FOCUSED}.outerHTML.slice(0, 80)"))

    assert unseen == []


def test_a_certificate_fits_on_one_sheet_of_a4(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    for language in ("fi", "sv", "en"):
        with browser.window(chromium, served.base, Glass(language)) as window:
            doing.enter(window, "Mauri")
            page = window.go(f"/certificates/{served.gone}")
            sheet = page.pdf(format="A4")

        assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1, language


def test_the_words_of_a_call_do_not_print(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        assert page.locator(".turn").first.is_visible()
        page.emulate_media(media="print")

        assert not page.locator(".turn").first.is_visible()
        assert page.locator(".print-only").is_visible()
        assert page.locator("h1").is_visible()


def test_without_script_languages_and_light_are_still_a_choice(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base, Glass(script=False)) as window:
        page = doing.sign_in(window, "Eila")
        page.locator(".person").click()
        page.locator('.panel button[value="sv"]').click()
        page.wait_for_load_state()
        assert page.locator("html").get_attribute("lang") == "sv"
        page.locator(".person").click()
        page.locator('.panel button[value="dark"]').click()
        page.wait_for_load_state()

        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_while_a_demo_fills_its_figures_grow_by_themselves(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = window.go("/demo")
        with page.expect_response("**/demo/progress", timeout=15_000) as asked:
            pass

        assert asked.value.status == 200
        page.wait_for_timeout(300)
        assert page.locator("#tayttyy").count() == 1
        assert window.troubles == []


def _tab_to(page: "Page", text: str, *, kind: str = "") -> None:
    """Press Tab until the element that says ``text``, and is of ``kind``, has the keyboard."""
    for _ in range(80):
        page.keyboard.press("Tab")
        said, *kinds = page.evaluate(
            f"[{FOCUSED}.innerText ?? '', {FOCUSED}.type ?? '', {FOCUSED}.tagName.toLowerCase()]"
        )
        if (not kind or kind in kinds) and text in said:
            return
    raise AssertionError(f"the keyboard never reached {text or kind!r}")

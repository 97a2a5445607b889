"""One walk before a real browser: a blind round from opening to other anchors, and the editor, by
keyboard where people work by keyboard.
"""

import pytest
from playwright.sync_api import Browser, Page

from talteen.life.use.quality.models import EvaluationDraft
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import DESK, PHONE
from tests.desk.evaluation.test_calibration import analysts, past_rounds
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
AXE = frozenset(
    """calibration-open-fi calibration-answering-fi calibration-room-fi calibration-fi form-fi
    form-edit-fi calibration-room-sv form-edit-sv evaluation-sv""".split()
)
"""One of each kind of page, in one of both lights: an axe a page costs half a second."""
WHOLE = frozenset({"calibration-room-fi", "form-edit-fi", "calibration-fi"})
"""Long pages that are drawn whole."""


def clean(window: Window, name: str) -> None:
    """A picture of the page for eyes; nothing on it that a narrow window or axe-core minds."""
    window.draw(name, whole=name in WHOLE)
    assert window.overflow() == [], name
    if name in AXE:
        assert window.axe() == [], name


def open_for_quality(window: Window, served: Served, name: str) -> Page:
    doing.enter(window, name)
    page = window.go(f"/calls/{served.spoken.pk}")
    if page.locator('input[value="service_quality"]').count():
        page.locator('input[value="service_quality"]').check()
        page.locator(".purpose-form .primary").click()
        page.wait_for_load_state()
    return page


def answer_all(page: Page, first: str) -> None:
    """The whole form by keys: one key a question, the first of them ``first``."""
    page.locator("h1").click()
    page.keyboard.press("e")
    page.keyboard.press(first)
    for _ in range(page.locator(".question").count() - 1):
        page.keyboard.press("5")


def hand_in(page: Page) -> None:
    page.locator(".evaluation .primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calibration/*")


def test_a_round_and_the_editor_by_keyboard(chromium: Browser, served: Served) -> None:
    past_rounds(*analysts())
    with browser.window(chromium, served.base, DESK) as window:
        page = open_for_quality(window, served, "Leena")
        page.locator("details:has(#kalibrointi-lomake) summary").click()
        for box in page.locator('input[name="who"]').all():
            box.check()
        page.locator("form:has(#kalibrointi-lomake) .button").press("Enter")
        page.wait_for_url("**/calibration/*")
        room = page.url
        clean(window, "calibration-open-fi")

        page.locator(".title .primary").press("Enter")
        page.wait_for_selector(".evaluation")
        answer_all(page, "1")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("c")
        page.keyboard.type("Nimi jäi sanomatta heti alussa")
        page.locator("#luonnos").get_by_text("Luonnos tallessa.").wait_for()
        assert EvaluationDraft.objects.count() == 1
        page.locator(".evaluation .primary").scroll_into_view_if_needed()
        player = page.locator("#soitin").bounding_box()
        assert player is not None
        assert 0 <= player["y"] < 200, "the player stays in sight at the end of a long form"
        window.draw("evaluation-scrolled-fi-light")
        clean(window, "calibration-answering-fi")
        page.locator('[name="r-greeting"]').evaluate("one => one.closest('details').open = true")
        page.locator('[name="r-greeting"]').fill("Nimi jäi sanomatta")
        hand_in(page)

        open_for_quality(window, served, "Ritva")
        answer_all(page, "5")
        hand_in(page)
        page.wait_for_selector(".scores")
        clean(window, "calibration-room-fi")
        for field in page.locator("#ankkuri textarea").all():
            field.fill(f"{field.input_value()}, sanottu ennen kuin soittaja kysyy")
        page.locator("#ankkuri .primary").press("Enter")
        page.wait_for_url("**/quality/forms/hotel/1/2")
        clean(window, "form-diff-fi")
        for name, path in (
            ("calibration", "/calibration"),
            ("form", "/quality/forms/hotel"),
            ("form-edit", "/quality/forms/hotel/edit"),
        ):
            window.go(path)
            clean(window, f"{name}-fi")
        window.go("/quality/forms/hotel/edit")
        page.locator('[name="s0-weight"]').fill("21")
        page.locator('[name="s0-weight"]').press("Enter")
        page.wait_for_selector(".fault")
        assert window.overflow() == []

        assert [one for one in window.troubles if "422" not in one] == []

    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Leena")
        for name, path in (
            ("calibration-room", room.removeprefix(served.base)),
            ("form-edit", "/quality/forms/hotel/edit"),
            ("home-analyst", "/"),
        ):
            window.go(path)
            clean(window, f"{name}-sv")
        open_for_quality(window, served, "Leena")
        clean(window, "evaluation-sv")
        assert window.troubles == []

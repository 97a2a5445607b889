"""An analyst evaluates a drawn call by keyboard alone, beside the player."""

import pytest
from playwright.sync_api import Browser

from talteen.life.use.quality.models import Evaluation
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import an_evaluation
from tests.kit import browser

pytestmark = pytest.mark.browser


def test_a_call_is_evaluated_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        page = an_evaluation(window, served)
        assert window.axe() == []  # later pages meet the call after it was evaluated
        questions = page.locator(".question").count()
        page.evaluate("document.getElementById('aani').currentTime = 12.3")
        page.keyboard.press("2")
        page.keyboard.press("Shift+Tab")
        for _ in range(questions - 2):
            page.keyboard.press("5")
        assert page.locator(".question[aria-current]").get_attribute("data-question") == "wishes"
        page.keyboard.press("0")
        page.locator("h1").click()
        page.keyboard.press("e")
        page.keyboard.press("c")
        page.keyboard.type("Toiveet 5 kpl jäivät kirjaamatta")
        assert page.locator(".remark-now").count() == 1
        window.draw("evaluation-filled-fi-light", whole=True)
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.className") != "button primary":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".evaluation .fault, #arviointi .notice")
        # Two of five needs words: everything that was answered is still there.
        assert page.locator(".fault").all_inner_texts() == [" Perustele näin matala arvio."]
        assert page.locator(".rate input:checked").count() == questions
        page.locator('[name="r-greeting"]').fill("Nimi jäi sanomatta")
        page.locator(".evaluation .primary").click()
        page.wait_for_selector("text=Arvioit tämän puhelun.")
        window.draw("evaluation-given-fi-light")

        (row,) = Evaluation.objects.all()
        assert row.answers["greeting"] == 2
        assert row.answers["wishes"] == "na"
        assert [one for one in window.troubles if "422" not in one] == []

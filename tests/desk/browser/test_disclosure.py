"""One visit: a police letter is written down, cut, let go by two and fetched on a phone; and the
way of data by country is read."""

import pytest
from playwright.sync_api import Browser

from talteen import ids
from talteen.life.answer.disclose import article19
from tests.desk.browser import doing
from tests.desk.browser.conftest import TODAY, Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser

pytestmark = pytest.mark.browser


def test_a_disclosure_is_taken_cut_let_go_and_fetched(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Eila")
        page = window.go("/disclosures/new")
        clean(window, "disclosure-new")
        page.fill("#name", "Sisä-Suomen poliisilaitos")
        page.fill("#reach", "kirjaamo.sisa-suomi@poliisi.example")
        page.fill("#known_phone", "0295 555 000")
        page.fill("#reference", "5680/R/1234/26")
        page.fill("#asked", "Varauspuhelu, jossa uhattiin vastaanottovirkailijaa")
        page.check("input[name=signed]")
        press(window, "Kirjaa pyyntö")
        clean(window, "disclosure-taken")
        page.locator("a").filter(has_text="Avaa luovutus").click()
        page.wait_for_load_state()
        room = page.url.removeprefix(served.base)
        page.fill("#how", "Soitin vaihteeseen, tutkinnanjohtaja vahvisti")
        press(window, "Lähettäjä on varmistettu")
        page.fill("#statute", "Pakkokeinolaki 7 luku 1 §, takavarikko")
        page.locator("summary").filter(has_text="ei saa vielä kertoa").click()
        clean(window, "disclosure-ground")
        page.locator("summary").filter(has_text="ei saa vielä kertoa").click()
        press(window, "Kirjaa peruste")
        page.fill("#first", served.spoken.day.isoformat())
        press(window, "Etsi puhelut")
        page.locator(f"input[value='{served.spoken.pk}']").check()
        clean(window, "disclosure-scope")
        press(window, "Rajaa näihin")
        press(window, "Ehdota luovutettavaksi")

        doing.enter(window, "Dina")
        page = window.go("/")
        clean(window, "home-disclosure")
        page = window.go(room)
        page.locator('input[name="stand"][value="for"]').check()
        page.fill("#opinion-text", "Peruste on riittävä, rajaus suppea")
        press(window, "Kirjaa lausunto")
        doing.enter(window, "Ilkka")
        page = window.go(room)
        clean(window, "disclosure-second")
        press(window, "Hyväksy luovutus")
        doing.enter(window, "Eila")
        page = window.go(room)
        press(window, "Sulje paketti")
        clean(window, "disclosure-sealed")
        package, follow = page.locator(".notice .num").all_inner_texts()
        window.go("/disclosures")
        clean(window, "disclosures")
        window.go("/recipients")
        clean(window, "recipients")
        window.go("/processors")
        clean(window, "processors")
        assert sticks_out(window) == {}
        window.go("/processing-record")
        clean(window, "processing-record")
    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/handover")
        page.fill("#code", follow)
        page.locator("main button.primary").click()
        page.wait_for_load_state()
        clean(window, "handover")
        assert sticks_out(window) == {}
        page.fill("#package", package)
        with page.expect_download() as fetched:
            page.locator("main button.primary").click()
        assert fetched.value.suggested_filename.endswith(".zip")
    # A restriction of the call that left: its receiver is to be told.
    assert article19.arise("restriction_set", ids.new(), [served.spoken.pk], TODAY) == 1
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Eila")
        page = window.go("/recipients")
        for summary in page.locator("main summary").all():
            summary.click()
        clean(window, "recipients-task")
        assert sticks_out(window) == {}
        page.set_viewport_size({"width": 1440, "height": 900})
        window.go("/processors")
        clean(window, "processors-given")
        window.go("/")
        clean(window, "home-task")

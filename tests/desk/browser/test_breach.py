"""One visit: an agent reports, the data protection officer looks and drafts, a second person reads
it at night on a phone; and a held call is proposed for release."""

import pytest
from playwright.sync_api import Browser

from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser

pytestmark = pytest.mark.browser


def test_a_breach_is_reported_looked_at_and_read(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Anna")
        page = window.go(f"/breaches/report?call={served.spoken.pk}")
        clean(window, "breach-report")
        page.select_option("#kind", "lost_device")
        page.fill("#words", "Kannettava ja varmuuslevy varastettiin autosta")
        press(window, "Ilmoita")
        clean(window, "breach-reported")

        doing.enter(window, "Dina")
        page = window.go("/breaches")
        clean(window, "breaches")
        reported = page.locator("li").filter(has_text="Laite tai levy")
        reported = reported.filter(has_text="Odottaa ensimmäistä katsojaa")
        reported.locator("a").click()
        page.wait_for_load_state()
        room = page.url.removeprefix(served.base)
        page.locator("summary").filter(has_text="Mistä laajuus katsotaan").first.click()
        page.fill("#occurred_from", "2026-11-15T08:00")
        page.fill("#calls_from", "2026-08-20")
        page.fill("#calls_to", "2026-11-29")
        page.locator("label").filter(has_text="Kyllä").first.click()
        press(window, "Katso lokista ja avaimista")
        clean(window, "breach-reached")
        page.fill("#aware-reasons", "Kuljettaja huomasi lukon rikotuksi")
        press(window, "Se on loukkaus")
        page.locator('input[name="stand"][value="none"]').check()
        page.fill("#opinion-text", "Levy on salattu, istunto oli lukittu")
        press(window, "Kirjaa lausunto")
        clean(window, "breach-room")
        assert sticks_out(window) == {}
        page.set_viewport_size({"width": 1440, "height": 900})
        window.go(f"{room}/dossier")
        clean(window, "breach-dossier")

        doing.enter(window, "Eila")
        page = window.go("/holds")
        page.locator("details summary").filter(has_text="Jatka tai pura").first.click()
        press(window, "Ehdota purkamista")
        clean(window, "hold-proposed")
        doing.enter(window, "Ilkka")
        page = window.go("/holds")
        press(window, "Pura pito")
        clean(window, "hold-release")
        assert sticks_out(window) == {}

    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Eila")
        window.go(room)
        clean(window, "breach-room-phone")

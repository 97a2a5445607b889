"""One visit: a person asks on their phone, a register contact answers, the person reads it."""

import pytest
from playwright.sync_api import Browser

from talteen.life.answer.models import SubjectRequest
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
WALKED = frozenset(
    """account breach-dossier breach-report breaches disclosure-new disclosures evidence form
    form-edit guidance-article home-analyst join my-data my-use notice-changes officer-message
    officer-write processing-record processors prove prove-clause prove-table request-new requests
    safeguards statement-access statement-month statements uses""".split()
)
"""What an address shows by itself."""


def clean(window: Window, name: str) -> None:
    """What every page must be, and a picture of it. axe-core looks at what stands at an address in
    ``test_every_address`` already: it costs more than all else here."""
    window.draw(name, whole=True)
    if name.removesuffix("-phone") not in WALKED:
        assert window.axe() == [], name
    assert window.overflow() == [], name
    assert window.troubles == [], name


def press(window: Window, text: str) -> None:
    window.page.locator("main button, main a.button").filter(has_text=text).first.click()
    window.page.wait_for_load_state()


def test_a_request_is_made_answered_and_read(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/my-data")
        clean(window, "my-data")
        page.locator('input[value="access"]').check()
        page.fill("#name", "Kaisa Lehtovaara")
        page.fill("#number", "040 999 8887")
        page.fill("#day", "2026-11-20")
        press(window, "Skicka begäran")
        clean(window, "my-data-sent")
        code = page.locator(".facts .mono").inner_text()

    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Eila")
        page = window.go("/requests/new")
        clean(window, "request-new")
        window.go("/requests")
        clean(window, "requests")
        assert sticks_out(window) == {}
        page.set_viewport_size({"width": 1440, "height": 900})
        newest = SubjectRequest.objects.filter(via="portal").latest("received_at")
        page.locator(f'.hold-list a[href$="{newest.pk}"]').click()
        clean(window, "request-received")
        page.fill("#how", "varausnumero ja soittoaika täsmäävät")
        press(window, "Henkilö on varmistettu")
        page.fill("#number", "040 999 8887")
        page.fill("#first", "2026-11-19")
        page.fill("#last", "2026-11-21")
        press(window, "Etsi")
        clean(window, "request-searched")
        press(window, "Puhelut ovat tiedossa, jatka")
        page.select_option("#answer", "nothing_found.nothing_found")
        press(window, "Valitse vastaus")
        page.fill("#search-criteria", "sökningen gjordes med numret och tre dagar")
        clean(window, "request-preparing")
        press(window, "Valmistele kirje")
        clean(window, "request-letter")
        assert sticks_out(window) == {}
        press(window, "Päätä ja lähetä")

    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/my-data")
        page.fill("#code", code)
        press(window, "Visa")
        assert "Vi har inga samtal" in page.content() or page.locator(".letter").count() == 2
        clean(window, "my-data-status")

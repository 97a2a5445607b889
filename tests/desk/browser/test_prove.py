"""One visit: the officer reads proofs and statements, and what was written to them alone."""

import pytest
from playwright.sync_api import Browser

from talteen import wiring
from talteen.register.models import Staff
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser

pytestmark = pytest.mark.browser


def test_the_officer_sees_what_holds_and_what_does_not(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/my-data/officer")
        clean(window, "officer-write")
        window.go("/notice/employees")
        clean(window, "employees-notice-phone")
        assert sticks_out(window) == {}
        window.go("/my-data/officer")
        page.fill("#text", "Min chef lyssnar på mina samtal.")
        press(window, "Skicka meddelandet")
        code = page.locator(".facts .mono").inner_text()

    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Dina")
        page = window.go("/prove")
        clean(window, "prove")
        # The house of these tests draws every call by lot, and says so.
        assert "5.s6" in page.locator("[aria-labelledby=rikki]").inner_text()
        assert page.locator(".proofs .cell").count() == page.locator(".proofs i").count() > 130
        assert sticks_out(window) == {}
        page.set_viewport_size({"width": 1440, "height": 900})
        page.locator(".proofs a").nth(12).click()
        clean(window, "prove-clause")
        window.go("/prove/table")
        clean(window, "prove-table")
        window.go("/assessments")
        clean(window, "assessments")
        assert sticks_out(window) == {}
        window.go("/notice/balancing-tests")
        clean(window, "balancing-tests")
        window.go("/statements")
        clean(window, "statements")
        page.locator(".statements a").first.click()
        clean(window, "statement-month")
        window.go("/statements/access/2026-Q4")
        clean(window, "statement-access")
        window.go("/officer")
        page.locator(".hold-list a").first.click()
        assert "Min chef" in page.content()
        page.fill("#text", "Jag utreder saken.")
        press(window, "Anna vastaus")
        page.locator(".hold-list a").first.click()
        clean(window, "officer-message")

    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Mauri")
        page = window.go("/evidence")
        page.fill("#word", "koivu")
        press(window, "Arvo näyte")
        assert "todiste pitää" in page.locator("h1").inner_text()
        clean(window, "evidence")

    register = wiring.house().config.paths.register / "register.toml"
    told = register.read_text(encoding="utf-8")
    register.write_text(told.replace("050 555 0182", "050 555 0199"), encoding="utf-8")
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Pirkko")
        page = window.go("/notice/changes")
        page.fill("#number", "2026-2")
        page.fill("#begins", "2026-12-05")
        clean(window, "notice-changes")
        press(window, "Ehdota")
        clean(window, "notice-proposed")
        press(window, "Peru ehdotus")
    register.write_text(told, encoding="utf-8")

    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Dina")
        page = window.go("/prove")
        clean(window, "prove-phone")
        window.go("/prove/13")
        clean(window, "prove-clause-phone")
        page = window.go("/my-data/officer")
        page.fill("#code", code)
        press(window, "Visa")
        assert "Jag utreder saken." in page.content()
        clean(window, "officer-answer")


def test_an_agent_answers_the_employees_notice_and_the_owner_sees_it(
    chromium: Browser, served: Served
) -> None:
    Staff.objects.create(code="a77", name="Uusi Tulokas", role="agent")
    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Uusi")
        page = window.go("/notice/employees")
        clean(window, "employees-answer-phone")
        page.locator("input[value=yes]").check()
        press(window, "Kvittera")  # the telephone is in Swedish
        assert "Din kvittering är antecknad." in page.locator("[role=status]").inner_text()
        clean(window, "employees-answered-phone")
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Pirkko")
        window.go("/notice/employees/answers")
        clean(window, "employees-answers")
        window.go("/delegations")
        clean(window, "delegations-alone")
        doing.enter(window, "Dina")
        Staff.objects.create(code="a78", name="Toinen Tulokas", role="agent")
        window.go("/notice/employees/answers")
        clean(window, "employees-answers-missing")

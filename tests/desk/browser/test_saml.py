"""A real browser is brought back by a form of another site, with none of our cookies, and enters
all the same: the cookie of its question comes along from our own page."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from talteen import wiring
from talteen.register.models import Staff
from talteen.register.staff import credentials, invitations
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_requests import clean, press
from tests.kit import saml as providers
from tests.kit.browser import Window

pytestmark = pytest.mark.browser


def at_service(page: Page, name: str) -> None:
    """Say the name where the service asks for it, and let its form bring us back."""
    page.fill("input[name=person]", name)
    page.click("button")
    page.click("button:text-is('On')")


def test_a_person_joins_and_enters_by_a_form_of_another_site(
    chromium: Browser, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = served.base.replace("127.0.0.1", "localhost")  # the service is at 127.0.0.1
    built, eila = wiring.house(), Staff.objects.filter(role="trainer")[0]
    with providers.running(tmp_path, f"{base}/sign-in/saml/callback") as provider:
        config = replace(built.config, saml=provider.section)
        monkeypatch.setattr(wiring, "house", lambda: replace(built, config=config))
        context = chromium.new_context(ignore_https_errors=True, locale="fi-FI")
        context.add_cookies([{"name": "language", "value": "fi", "url": base}])
        window = Window(context.new_page(), base)
        page = window.page

        by = ("pirkko", "r01")  # others may have a way in already: then two decide
        window.go(f"/join#{invitations.at_terminal(eila.code, by, datetime.now(UTC))}")
        press(window, "Jatka")
        press(window, "Käytä organisaation tunnuksia")
        at_service(page, "aino")
        page.wait_for_url(f"{base}/", wait_until="load")
        window.go("/account")
        clean(window, "account-saml")

        context.clear_cookies(name="session")
        window.go("/sign-in?next=/account")
        clean(window, "sign-in-saml")
        page.get_by_text("Jatka organisaation tunnuksilla").click()
        at_service(page, "aino")
        page.wait_for_url(f"{base}/account", wait_until="load")

        stranger = chromium.new_context(ignore_https_errors=True, locale="fi-FI")
        other = stranger.new_page()
        other.goto(f"{base}/sign-in/saml/done")
        assert "Aloita uudelleen" in other.content()
        stranger.close()
        context.close()
    credentials.end_sessions(eila.pk, datetime.now(UTC))

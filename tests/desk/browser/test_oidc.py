"""A real browser goes away to a sign-in service on another site and comes back: strict cookies and
the content security policy let it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from talteen import wiring
from talteen.register.models import Staff
from talteen.register.staff import credentials, invitations
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import PHONE
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser
from tests.kit import provider as providers
from tests.kit.browser import Window

pytestmark = pytest.mark.browser


def at_service(page: Page, name: str) -> None:
    """Type name and password where the service asks for them."""
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", f"{name} on nimeni")
    page.click("button")


def test_a_person_joins_and_enters_at_the_service_of_another_site(
    chromium: Browser, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = served.base.replace("127.0.0.1", "localhost")  # the service is at 127.0.0.1
    built, eila = wiring.house(), Staff.objects.filter(role="trainer")[0]
    with providers.running(tmp_path, f"{base}/sign-in/oidc/callback") as provider:
        provider.says("aino", **providers.MFA)
        config = replace(built.config, oidc=provider.section)
        monkeypatch.setattr(wiring, "house", lambda: replace(built, config=config))
        context = chromium.new_context(ignore_https_errors=True, locale="fi-FI")
        context.add_cookies([{"name": "language", "value": "fi", "url": base}])
        window = Window(context.new_page(), base)
        page = window.page

        by = ("pirkko", "r01")  # others may have a way in already: then two decide
        window.go(f"/join#{invitations.at_terminal(eila.code, by, datetime.now(UTC))}")
        press(window, "Jatka")
        clean(window, "join-service")
        press(window, "Käytä organisaation tunnuksia")
        at_service(page, "aino")
        page.wait_for_url(f"{base}/", wait_until="load")
        window.go("/account")
        clean(window, "account-service")
        assert "Kirjaudut organisaation tunnuksilla" in page.content()

        context.clear_cookies(name="session")
        window.go("/sign-in?next=/account")
        clean(window, "sign-in-service")
        page.get_by_text("Jatka organisaation tunnuksilla").click()
        page.wait_for_url(f"{base}/account", wait_until="load")

        window.go("/confirm?next=/account")
        clean(window, "confirm-service")
        press(window, "Vahvista organisaation tunnuksilla")
        at_service(page, "aino")
        page.wait_for_url(f"{base}/account", wait_until="load")

        page.locator('form[action="/sign-out"]').first.evaluate("form => form.requestSubmit()")
        page.wait_for_url(f"{provider.issuer}/logout/**", wait_until="load")
        context.close()

        with browser.window(chromium, base, PHONE) as phone:
            phone.go("/sign-in")
            clean(phone, "sign-in-service-phone")
    credentials.end_sessions(eila.pk, datetime.now(UTC))

"""One visit: somebody is invited by two, joins with a passkey of a real browser, comes back with
it, and sees what they have opened."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from talteen.notice.purposes import Purpose
from talteen.oversight.use import checks
from talteen.oversight.use.models import OddUse
from talteen.register.models import AccessEntry, Staff
from talteen.register.staff import factors
from tests.desk.browser import doing
from tests.desk.browser.conftest import TODAY, Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
PASSWORD = "kolme pientä porsasta"


def with_device(window: Window) -> None:
    """A security key in the browser, whose person is always there (CDP WebAuthn)."""
    wire = window.page.context.new_cdp_session(window.page)
    wire.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": told})


def used(aino: Staff, served: Served) -> None:
    """What Aino opened in a week in which nobody else did, as the log would say it: who is asked
    why is drawn by chance, and other tests open calls in the week of TODAY."""
    for ahead in (timedelta(days=2), timedelta(days=3)):
        AccessEntry.objects.create(
            at=TODAY + ahead,
            staff=aino.pk,
            role=aino.role,
            purpose=Purpose.RIGHTS_OF_PARTIES.value,
            recording=served.spoken.pk,
            case=served.case,
            action="grant",
        )
    checks.draw(TODAY + timedelta(days=14))
    OddUse.objects.create(rule="night", staff=aino.pk, day=TODAY.date(), count=1, found_at=TODAY)


def test_two_persons_invite_and_a_passkey_lets_in(chromium: Browser, served: Served) -> None:
    base = served.base.replace("127.0.0.1", "localhost")  # a passkey needs a name
    admin, dpo = (Staff.objects.filter(role=role)[0] for role in ("admin", "dpo"))
    aino = Staff.objects.filter(role="agent").order_by("code")[0]
    used(aino, served)

    with browser.window(chromium, base, DESK) as window:
        doing.enter(window, admin.name)
        window.go("/people")
        press(window, f"Kutsu, {aino.code}")
        clean(window, "people-asked")
        doing.enter(window, dpo.name)
        window.go("/people")
        press(window, f"Hyväksy kutsu, {aino.code}")
        window.go("/uses")
        clean(window, "uses")
        assert sticks_out(window) == {}
        doing.enter(window, admin.name)
        window.go("/people")
        press(window, f"Näytä linkki, {aino.code}")
        clean(window, "people-link")
        assert sticks_out(window) == {}
        link = re.search(r"(/join#[0-9a-f]{32})", window.page.content())
        assert link is not None

    with browser.window(chromium, base, DESK) as window:
        with_device(window)
        page = window.go(link[1])
        assert "#" not in page.url  # the code is in the form, and nowhere else
        clean(window, "join")
        press(window, "Jatka")
        page.fill("#password", PASSWORD)
        page.fill("#again", PASSWORD)
        clean(window, "join-password")
        press(window, "Jatka")
        clean(window, "join-factor")
        assert sticks_out(window) == {}
        press(window, "Lisää pääsyavain")
        page.wait_for_selector(".paper-codes")
        clean(window, "join-codes")
        assert factors.of(aino)[0].kind is factors.Kind.PASSKEY
        press(window, "Koodit ovat tallessa")
        window.go("/account")
        clean(window, "account")
        assert sticks_out(window) == {}
        page = window.go("/my-use")
        clean(window, "my-use")
        assert sticks_out(window) == {}
        page.fill("#why-1", "Reklamaatio, asia kesken.")
        press(window, "Vastaa")
        window.page.context.clear_cookies()
        window.go("/sign-in?next=/my-use")
        clean(window, "sign-in-passkey")
        press(window, "Jatka pääsyavaimella")  # and the device is asked at once
        page.wait_for_url(lambda url: "/sign-in" not in url, wait_until="load")
        assert "Reklamaatio, asia kesken." in page.content()

    with browser.window(chromium, base, PHONE) as window:
        page = window.go("/sign-in")
        page.fill("#code", aino.code)
        page.fill("#password", PASSWORD)
        press(window, "Fortsätt med lösenord")
        clean(window, "second-step")
        page.fill("#code", "000000")
        press(window, "Fortsätt med kod")
        assert window.axe() == []
        window.troubles.clear()  # the console tells of 422, which is what was wanted
        doing.enter(window, aino.name)
        for path, name in (("/my-use", "my-use-phone"), ("/account", "account-phone")):
            window.go(path)
            clean(window, name)
            assert sticks_out(window) == {}

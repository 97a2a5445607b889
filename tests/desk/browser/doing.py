"""What people do in front of the screens, as steps for the browser tests."""

from collections.abc import Mapping

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from talteen.desk.page.visit import SIGN_IN
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff.people import SignIn
from tests.desk.browser.conftest import Served
from tests.kit.browser import Window


def sign_in(window: Window, name: str) -> Page:
    """One click as the person of this name."""
    page = window.go("/sign-in")
    person = page.locator(".asks button").filter(has_text=name).first
    if not person.is_visible():
        page.locator("summary").click()
    person.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def at_desk(name: str) -> Client:
    """A browser without script before which the person of this name sits."""
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(Staff.objects.filter(name__startswith=name, is_active=True)[0])
    session = client.session
    session[SIGN_IN] = SignIn.DEMO.value
    session.save()
    return client


def send(client: Client, path: str, form: Mapping[str, str | list[str]], status: int = 302) -> None:
    """Hand a form in; the answer is the one that is meant."""
    answer = client.post(path, form)
    assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[:2000])


def enter(window: Window, name: str) -> None:
    """Be signed in as the person of this name already, behind the door."""
    _sit_down(window, at_desk(name))


def _sit_down(window: Window, client: Client) -> None:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    window.page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": window.base}]
    )


def choose_case(window: Window, served: Served) -> Page:
    """Work for the rights of the parties, in the case of the house."""
    page = window.go("/purpose")
    page.locator('input[value="rights_of_parties"]').check()
    page.select_option("#asia", served.case)
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


def before_call(window: Window, served: Served) -> Page:
    """Be Eila, who has opened the spoken call for the case: how she does it is seen where pages are
    looked at, and would be three of them more each time."""
    client, asked = at_desk("Eila"), {"purpose": "rights_of_parties", "case": served.case}
    send(client, "/purpose", asked)
    send(client, f"/calls/{served.spoken.pk}/open", asked)
    _sit_down(window, client)
    return window.go(f"/calls/{served.spoken.pk}")


def open_call(window: Window, served: Served) -> Page:
    """Open the spoken call for the case."""
    choose_case(window, served)
    page = window.go(f"/calls/{served.spoken.pk}")
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


NAMES = {Role.REGISTER_CONTACT: "Eila", Role.QUALITY_ANALYST: "Leena", Role.AUDITOR: "Mauri"}


def person(role: Role) -> str:
    """The first name by which the door of the demo calls somebody in this role."""
    return NAMES[role] if role in NAMES else Staff.objects.filter(role=role.value)[0].name

"""The masthead of every role fits, in every language, where a desk is narrowest: in Finnish
``test_every_address`` sees it, which looks at the home of every role there."""

import pytest
from playwright.sync_api import Browser

from talteen.notice.purposes import Role
from talteen.register.models import Staff
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.kit import browser
from tests.kit.browser import Glass

pytestmark = pytest.mark.browser
NARROWEST = 1024
"""Pixels; below, the sections are a menu (``house.css``)."""


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_role_has_its_places_beside_each_other(
    language: str, chromium: Browser, served: Served
) -> None:
    wide: dict[str, list[str]] = {}
    with browser.window(chromium, served.base, Glass(language, width=NARROWEST)) as window:
        for role in Role:
            if person := Staff.objects.filter(role=role.value, is_active=True).first():
                doing.enter(window, person.name)
                window.go("/account")
                wide[role.value] = window.overflow()

    assert len(wide) > 4
    assert {role: elements for role, elements in wide.items() if elements} == {}


def test_one_escape_closes_the_palette_that_was_typed_into(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        doing.enter(window, "Eila")
        page = window.go("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("kal")
        page.keyboard.press("Escape")

        assert not page.locator("#paletti").is_visible()

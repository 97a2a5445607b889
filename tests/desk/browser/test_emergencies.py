"""Break-glass and the page of people in a real browser: asked, approved, running, over."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from talteen import wiring
from talteen.notice.purposes import Role
from talteen.oversight import emergencies
from talteen.register.models import Staff
from talteen.register.staff.review_models import AccessReview, RightReview
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.kit import browser

pytestmark = pytest.mark.browser


def of(role: Role) -> Staff:
    return Staff.objects.filter(role=role.value)[0]


def test_the_glass_is_broken_by_two_and_looked_at_by_a_third(
    chromium: Browser, served: Served
) -> None:
    house, admin = wiring.house(), of(Role.ADMIN)
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, admin.name)
        window.go("/emergencies")
        clean(window, "emergencies-none")
        page = window.page
        page.fill("#call", str(served.spoken.pk))
        page.fill("#why", "Puhelu avautui väärästä asiasta. Varmistetaan, mitä kuultiin.")
        press(window, "Pyydä")
        window.go("/people")
        clean(window, "people-roles")
        assert sticks_out(window) == {}
        doing.enter(window, of(Role.REGISTER_CONTACT).name)
        window.go("/emergencies")
        press(window, "Hyväksy HA-")
        doing.enter(window, admin.name)
        window.go("/emergencies")
        clean(window, "emergencies-running")
        assert sticks_out(window) == {}
        press(window, "Avaa puhelu")
        assert page.url.endswith(str(served.spoken.pk))
        assert page.locator(".grant").count() >= 1
        clean(window, "emergency-call")
        doing.enter(window, of(Role.DPO).name)
        window.go("/")
        clean(window, "home-dpo-emergency")

    row = emergencies.standing(house.now())[0].row
    emergencies.end(row.pk, admin, house.now() + timedelta(minutes=1))
    row.refresh_from_db()
    with browser.window(chromium, served.base, PHONE) as phone:
        doing.enter(phone, of(Role.DPO).name)
        phone.go("/emergencies")
        clean(phone, "emergencies-phone")


def test_rights_are_kept_and_withdrawn(chromium: Browser, served: Served) -> None:
    try:
        with browser.window(chromium, served.base, DESK) as window:
            doing.enter(window, of(Role.OWNER).name)
            window.go("/reviews")
            clean(window, "reviews-none")
            press(window, "Aloita ensimmäinen katselmus")
            clean(window, "reviews")
            assert sticks_out(window) == {}
            press(window, "Peru, kaarlo")
            clean(window, "reviews-withdrawn")
            window.go("/")
            clean(window, "home-owner-reviews")
        with browser.window(chromium, served.base, PHONE) as phone:
            doing.enter(phone, of(Role.TEAM_LEADER).name)
            phone.go("/reviews")
            clean(phone, "reviews-phone")
    finally:  # other tests open calls in this house
        RightReview.objects.all().delete()
        AccessReview.objects.all().delete()

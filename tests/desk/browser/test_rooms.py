"""Every page of the rooms, with what people have done in them, as ``test_pages`` looks at the
others: in Finnish by day on a desk and in Swedish by night on a phone.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from talteen.register.models import Staff
from tests.desk.browser import doing, furnishing
from tests.desk.browser.conftest import SCREENS, Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.browser.test_pages import DESK, HTML_BYTES, PHONE, anybody
from tests.kit import browser
from tests.kit.browser import Glass, Window

pytestmark = pytest.mark.browser
Steps = Callable[[Window, Served, Furnished], Page]


def room(path: str, name: str) -> Steps:
    """The page at ``path``, before which the person of this name sits."""

    def steps(window: Window, served: Served, made: Furnished) -> Page:
        doing.enter(window, name)
        return window.go(
            path.format(
                breach=made.breach,
                round=made.round,
                revealed=made.revealed,
                study=made.study,
                frozen=made.frozen,
                article=made.article,
                call=served.spoken.pk,
            )
        )

    return steps


def outside(path: str) -> Steps:
    """The page at ``path``, for anybody."""
    return lambda window, served, _made: anybody(path)(window, served)


def a_blind_answer(window: Window, served: Served, _made: Furnished) -> Page:
    doing.enter(window, "Leena")
    page = window.go(f"/calls/{served.spoken.pk}")
    page.locator('input[value="service_quality"]').check()
    page.locator(".purpose-form .primary").click()
    page.wait_for_load_state()
    return page


def a_sample(window: Window, served: Served, made: Furnished) -> Page:
    page = room("/evidence", "Mauri")(window, served, made)
    page.fill("#word", "koivu")
    page.locator("main button").filter(has_text="").first.click()
    page.wait_for_load_state()
    return page


def an_officers_message(window: Window, served: Served, made: Furnished) -> Page:
    page = room("/officer", "Dina")(window, served, made)
    page.locator("main .hold-list a").first.click()
    page.wait_for_load_state()
    return page


def a_refused_article(window: Window, served: Served, made: Furnished) -> Page:
    page = room("/guidance/new", "Leena")(window, served, made)
    page.fill("#title", "Ehto ennen hintaa")
    page.fill("#text", "Kerro ehto ensin. Soita 040 1234567, jos et tiedä.")
    page.fill("#review_on", "2027-02-20")
    page.locator("main .primary").click()
    page.wait_for_selector(".gate")
    return page


ROOMS: dict[str, Steps] = {
    "people": room("/people", "Ossi"),
    "people-second": room("/people", "Dina"),
    "uses": room("/uses", "Dina"),
    "my-use": room("/my-use", "Eila"),
    "my-use-empty": room("/my-use", "Mauri"),
    "account": room("/account", "Eila"),
    "join": outside("/join"),
    "breach-report": room("/breaches/report?call={call}", "Anna"),
    "breaches": room("/breaches", "Dina"),
    "breach": room("/breaches/{breach}", "Dina"),
    "breach-contact": room("/breaches/{breach}", "Eila"),
    "breach-dossier": room("/breaches/{breach}/dossier", "Dina"),
    "holds-release": room("/holds", "Ilkka"),
    "holds-own": room("/holds", "Riitta"),
    "calibration": room("/calibration", "Leena"),
    "calibration-open": room("/calibration/{round}", "Leena"),
    "calibration-revealed": room("/calibration/{revealed}", "Leena"),
    "calibration-answer": a_blind_answer,
    "form": room("/quality/forms/hotel", "Leena"),
    "form-edit": room("/quality/forms/hotel/edit", "Leena"),
    "sample-disputed": room("/quality", "Anna"),
    "home-agent": room("/", "Anna"),
    "home-leader": room("/", "Tuomas"),
    "home-analyst": room("/", "Leena"),
    "home-trainer": room("/", "Kaarlo"),
    "home-handler": room("/", "Riitta"),
    "home-contact": room("/", "Eila"),
    "home-dpo": room("/", "Dina"),
    "home-admin": room("/", "Ossi"),
    "home-auditor": room("/", "Mauri"),
    "home-owner": room("/", "Pirkko"),
    "studies": room("/studies", "Leena"),
    "study-new": room("/studies/new", "Leena"),
    "study": room("/studies/{study}", "Leena"),
    "study-report": room("/studies/{frozen}", "Leena"),
    "guidance": room("/guidance", "Anna"),
    "guidance-article": room("/guidance/{article}", "Anna"),
    "guidance-own": room("/guidance/{article}", "Leena"),
    "guidance-refused": a_refused_article,
    "lessons": room("/guidance/lessons", "Leena"),
    "coaching": room("/coaching", "Tuomas"),
    "coaching-agent": room("/coaching", "Sari"),
    "coaching-trainer": room("/coaching", "Kaarlo"),
    "survives": room("/survives", "Anna"),
    "prove": room("/prove", "Dina"),
    "prove-table": room("/prove/table", "Dina"),
    "prove-clause": room("/prove/13", "Mauri"),
    "statements": room("/statements", "Mauri"),
    "statement-month": room("/statements/month/2026-11", "Mauri"),
    "statement-requests": room("/statements/requests/2026", "Mauri"),
    "statement-access": room("/statements/access/2026-Q4", "Mauri"),
    "statement-people": room("/statements/people/today", "Mauri"),
    "evidence": room("/evidence", "Dina"),
    "evidence-sample": a_sample,
    "officer": room("/officer", "Dina"),
    "officer-message": an_officers_message,
    "officer-write": outside("/my-data/officer"),
    "notice-changes": room("/notice/changes", "Pirkko"),
}

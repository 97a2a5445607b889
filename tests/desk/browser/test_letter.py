"""A letter that came by mail is read and named; its writer shows that the number is theirs."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser

from talteen import wiring
from talteen.life.answer import calls, canary, letter, mailbox, posting
from talteen.life.answer.models import SubjectRequest
from talteen.register.post import messages
from talteen.register.post.imap import Lying
from tests.desk.browser import doing
from tests.desk.browser.conftest import TODAY, Served
from tests.desk.browser.test_pages import DESK, PHONE, sticks_out
from tests.desk.browser.test_requests import clean, press
from tests.desk.rights.test_letter_page import CODE
from tests.kit import browser

pytestmark = pytest.mark.browser
WORDS = """Hei,

soitin teille viime viikolla huonevarauksesta ja nyt minua mietityttää, mitä puhelustani on jäänyt
talteen. Haluaisin sen tekstinä. Kun olen lukenut sen, sen voi minun puolestani poistaa.

Kaisa Lehtovaara, 040 999 8887"""


def came() -> SubjectRequest:
    """A letter with a picture of a card, taken in by the house."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Kaisa Lehtovaara <kaisa@post.example>", "Puheluni teille"
    made.set_content(WORDS)
    made.add_attachment(b"scan", maintype="image", subtype="png", filename="kortti.png")
    raw = made.as_bytes()
    mailbox.receive(wiring.house(), letter.read(raw), Lying("1", TODAY, raw, whole=True), TODAY)
    return SubjectRequest.objects.filter(via="email").latest("received_at")


def test_a_letter_is_read_and_its_writer_identified(chromium: Browser, served: Served) -> None:
    row, house = came(), wiring.house()
    code = calls.asked_of(house.vault, row)["code"]
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Eila")
        page = window.go(f"/requests/{row.pk}")
        clean(window, "request-unread")
        press(window, "Lue kirje")
        clean(window, "request-mail")
        assert sticks_out(window) == {}
        page.locator('input[value="access"]').check()
        page.fill("#number", "040 999 8887")
        page.fill("#fact", "huonevaraus viime viikolla")
        press(window, "Poista liitteet")
        page.go_back()
        page.locator('input[value="access"]').check()
        page.locator('input[value="erasure"]').check()
        page.fill("#number", "040 999 8887")
        page.fill("#fact", "huonevaraus viime viikolla")
        press(window, "Kirjaa, mitä pyydetään")
        clean(window, "request-identity")

    with browser.window(chromium, served.base, PHONE) as window:
        page = window.go("/my-data")
        page.fill("#code", code)
        press(window, "Visa")
        clean(window, "my-data-identity")
        press(window, "Skicka koden som textmeddelande")
        clean(window, "my-data-code")
        unseal = posting.opener(house.vault)
        messages.deliver(house.sender, TODAY, text=house.text_sender, unseal=unseal)
        told = (CODE.search(one.body) for one in messages.newest(20, unseal))
        page.fill("#proof", next(one[0] for one in told if one))
        press(window, "Bekräfta")
        clean(window, "my-data-proved")
        assert "Numret är bekräftat." in page.content()

    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Eila")
        page = window.go(f"/requests/{row.pk}")
        assert "Taso 1 täyttyy" in page.content()
        clean(window, "request-proved")
        canary.write("a@b.example", TODAY - timedelta(days=2))
        window.go("/")
        clean(window, "home-mailbox")
        canary.forget()
        window.go("/notice/safeguards")
        clean(window, "safeguards")

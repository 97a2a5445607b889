"""REGISTER I.4: a complaint one minute after the cutoff comes too late, and the house says so."""

import pytest
from playwright.sync_api import Page

from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.register.models import Hold
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_complaint_a_minute_after_the_cutoff_is_answered_by_the_end_and_its_proof(
    story: Story,
) -> None:
    story.on("2026-11-24 13:00")
    call = story.call_in("002")
    story.on("2027-02-16 23:55")
    open_page = story.desk("Jussi", f"/calls/{call.pk}")
    assert "Reklamoiko soittaja?" in told(open_page)

    # He presses the button at a minute past midnight, on the page of last evening.
    story.wait_until("2027-02-17 00:01")
    press(open_page, "Reklamaatio")
    assert "Puhelu ei enää avaudu, eikä sitä voi enää pitää." in told(open_page)
    assert "kuolee viimeistään 24.2.2027, eikä siitä palauteta mitään." in told(open_page)
    story.work()
    assert not Hold.objects.exists()
    said = told(story.desk("Jussi", f"/calls/{call.pk}"))
    assert "Puhelu hävitettiin 17.2.2027" in said
    assert "kuolee viimeistään 24.2.2027" in said

    # The caller asks in writing, and is told the day.
    story.on("2027-02-17 09:00")
    code = _ask(story)
    _answer(story)
    said = told(_follow(story, code))
    assert "Puhelun tallennetta ei voi enää avata" in said
    assert "Viimeinenkin avain häviää viimeistään 24.2.2027." in said
    assert story.caller().locator('button[name="file"]').count() == 0

    # The ring still has a copy of the key. Nobody has fetched it, and a week later it is dead.
    wanted = [RecordingId(call.pk)]
    assert attempt.attempt(story.house.vault, wanted).found == frozenset()
    assert attempt.attempt(story.house.vault, wanted, restore=story.restore).found
    story.night(7)
    assert not attempt.attempt(story.house.vault, wanted, restore=story.restore).found

    # The proof is where the letter said, and needs nobody to be believed.
    page = _follow(story, code)
    with page.expect_download() as file:
        press(page, "Hävittämistodistus 2026-11-24")
    key = str(story.house.log.signer.key)
    checked = story.verified(file.value.path().read_text(), key=key)
    (verdict,) = checked.verdicts
    assert (checked.status, verdict["recordings"]) == (0, [str(call.pk)])


def _ask(story: Story) -> str:
    """The caller's request on the public page; gives the code with which they follow it."""
    page = story.caller("/my-data")
    page.locator('input[value="access"]').check()
    page.fill("#name", "Kaisa Lehtovaara")
    page.fill("#number", "+358505550118")
    page.fill("#day", "2026-11-24")
    page.locator("main button.primary").last.click()
    page.wait_for_load_state()
    return page.locator(".facts .mono").inner_text()


def _answer(story: Story) -> None:
    """Eila looks for the call, and answers that it opens no more."""
    page = story.desk("Eila", "/requests")
    page.locator(".hold-list a").first.click()
    page.wait_for_load_state()
    page.fill("#how", "varausnumero ja soittoaika täsmäävät")
    press(page, "Henkilö on varmistettu")
    press(page, "Etsi")
    assert "24.11.2026: katsottu 0, osui 0, aiemmin hävitetty 1" in told(page)
    press(page, "Puhelut ovat tiedossa, jatka")
    page.select_option("#answer", "no_longer_opens.nothing_found")
    press(page, "Valitse vastaus")
    assert page.locator("textarea").count() == 0  # the house knows the day
    press(page, "Valmistele kirje")
    press(page, "Päätä ja lähetä vastaus")


def _follow(story: Story, code: str) -> Page:
    page = story.caller("/my-data")
    page.fill("#code", code)
    press(page, "Katso")
    return page

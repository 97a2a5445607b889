"""REGISTER I.11: a notice with two months and a purpose that callers were not told of before: old
calls die earlier and stay closed for it; a notice with six months is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from talteen.notice.purposes import Purpose
from talteen.register.models import Recording
from tests.stories import folder
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = Purpose.CORRECTNESS
SPOKEN = {
    "fi": ("kolmen kuukauden kuluessa", "kahden kuukauden kuluessa"),
    "sv": ("inom tre månader", "inom två månader"),
    "en": ("within three months", "within two months"),
}
"""What is said before a call is recorded; the sounds are recorded anew with it."""


@pytest.fixture
def written() -> Callable[[Path], object]:
    """The house was founded on a register that does without the new purpose."""
    return folder.do_without_correctness


def test_two_months_end_old_calls_earlier_a_new_purpose_never_opens_them_and_six_are_refused(
    story: Story,
) -> None:
    story.on("2026-11-24 10:30")
    assert "Palvelun oikeellisuus:" not in (said := told(story.caller("/notice")))
    assert "Osapuolten oikeudet:" in said
    old = story.call_in("001", whole=False)
    assert "Häviää viimeistään 24.2.2027" in told(story.desk("Eila", f"/calls/{old.pk}"))

    story.on("2026-12-15 09:00")
    folder.take_it_up(story)
    assert "adopted the words of LIA-2" in told(story.desk("Pirkko", "/notice/changes"))
    balanced(story)
    folder.edit(story, "register.toml", ("months = 3 ", "months = 6 "))
    page = told(story.desk("Pirkko", "/notice/changes"))
    assert "Ei voi julkaista" in page
    assert "no register keeps longer than 3 months" in page
    shorter = ("months = 6 ", "months = 2 ")
    folder.edit(story, "register.toml", shorter, folder.SECOND_ANNOUNCEMENT)
    assert "announce.sv@2" in told(story.desk("Pirkko", "/notice/changes")), "it says three months"
    for language, edit in SPOKEN.items():
        folder.edit(story, f"texts/{language}/announcements.toml", edit)
    published(story)

    # On its first day it ends what is older, and not a minute before.
    story.on("2026-12-31 23:00")
    evening = story.call_in("004", whole=False)
    assert refused_to_the_agent(story, evening)
    assert Recording.objects.get(pk=old.pk).due_at == old.due_at
    story.night()
    assert "Häviää viimeistään 24.1.2027" in told(story.desk("Eila", f"/calls/{old.pk}"))

    # What callers were not told of is closed for their calls, and open for those who were.
    story.on("2027-01-01 10:00")
    assert "Palvelun oikeellisuus:" in told(story.caller("/notice"))
    new = story.call_in("004", whole=False)
    assert new.notice_id == "2027-1"
    assert refused_to_the_agent(story, evening)
    assert not refused_to_the_agent(story, new)

    story.on("2027-01-16 23:50")
    story.night()
    assert "hävitettiin 17.1.2027" in told(story.desk("Eila", f"/calls/{old.pk}"))
    story.night(6)
    story.on("2027-01-23 00:30")  # a worker looks every few seconds, not at midnights alone
    story.night()
    proved(story, old)


def balanced(story: Story) -> None:
    """Pirkko proposes the balancing test of the new purpose, Dina advises, Ilkka adopts it."""
    page = story.desk("Pirkko", "/assessments")
    page.locator('form[action="/assessments/LIA-2/propose"] button').click()
    page = story.desk("Dina", "/assessments")
    own = page.locator('form[action="/assessments/LIA-2/opinion"]')
    own.locator('input[name="stand"][value="for"]').check()
    page.fill("#opinion-LIA-2", "Virhe varauksessa haittaa soittajaa enemmän kuin tarkistus.")
    own.locator("button").click()
    page = story.desk("Ilkka", "/assessments")
    page.locator('form[action="/assessments/LIA-2/adopt"] button').click()
    page.get_by_text("Jokaisella käytöllä on perusteensa").wait_for()


def published(story: Story) -> None:
    """Pirkko sees what it would do and proposes it, Dina advises, Ilkka approves."""
    page = story.desk("Pirkko", "/notice/changes")
    said = told(page)
    assert "Häviäisi aiemmin 1" in said
    assert "Uusi tarkoitus, ei aiemmille puheluille Palvelun oikeellisuus" in said
    page.fill('[name="number"]', "2027-1")
    page.fill('[name="begins"]', "2027-01-01")
    press(page, "Ehdota")
    page = story.desk("Dina", "/notice/changes")
    page.locator('input[name="stand"][value="for"]').check()
    page.fill("#opinion", "Lyhyempi aika riittää: reklamaatiot tulevat kuukaudessa.")
    press(page, "Anna lausunto")
    press(story.desk("Ilkka", "/notice/changes"), "Hyväksy ja julkaise kolmella kielellä")
    # The agents' notice says two months as well: until she has read it, no call of hers is kept.
    page = story.desk("Anna", "/notice/employees")
    page.locator('input[name="answer"][value="yes"]').check()
    press(page, "Kuittaa")


def refused_to_the_agent(story: Story, call: Recording) -> bool:
    """Anna wants to check a booking in her own call; whether the page says that its caller was not
    told of that."""
    page = story.desk("Anna", f"/calls/{call.pk}")
    page.locator(f'input[value="{NEW.value}"]').check()
    press(page, "Avaa puhelu")
    return "Soittajalle ei kerrottu tästä tarkoituksesta" in told(page)


def proved(story: Story, call: Recording) -> None:
    """The certificate holds the house to the shorter promise."""
    page: Page = story.desk("Mauri", f"/certificates/{call.pk}")
    said = told(page)
    assert "Luvattu hävittää viimeistään 24.1.2027 klo 0.00.00" in said
    key = re.search(r"Tämän talon avain: (\S+)", said)
    assert key
    with page.expect_download() as got:
        page.locator('a[href*=".cert"]').first.click()
    (verdict,) = story.verified(got.value.path().read_text(), key=key[1]).verdicts
    assert verdict["holds"]
    assert verdict["promise_kept"]
    assert verdict["due"] == "2027-01-23T22:00:00.000Z"

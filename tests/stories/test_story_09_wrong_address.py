"""REGISTER I.9: a copy goes to the wrong address on 23 December at 15.50 and is noticed at 16.00:
72 hours run through Christmas, the authority's form is filled, the person is told, and her copy
comes to her in the end, checked by a second person and within her month."""

import pytest
from playwright.sync_api import Page

from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.desk.browser.test_requests import clean
from tests.stories import answering
from tests.stories.answering import unhurried  # noqa: F401  (the fixture)
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRONG, RIGHT = "Koivukatu 3 A 4, 33100 Tampere", "Koivukuja 3 A 4, 33100 Tampere"


def test_a_copy_at_the_wrong_address_is_a_breach_that_is_told_within_72_hours_of_christmas(
    story: Story,
) -> None:
    story.on("2026-12-15 10:00")
    call = story.call_in("001", whole=False)
    story.on("2026-12-23 09:00")
    request = answered_by_post(story, call)

    story.on("2026-12-23 16:00")
    page = story.desk("Eila", request)
    page.locator("summary").filter(has_text="Meni väärälle henkilölle").click()
    press(page, "Sulje paketti ja ilmoita")
    room = assessed(story)
    page = story.desk("Eila", room)
    assert "1 puhelu oli luettavissa" in told(page)
    assert "Ilmoita viimeistään la 26.12. klo 16.00" in told(page)
    judged(page)

    # Nobody sits here at Christmas: the house says how the hours go.
    for at, said in (("24 16:01", 1), ("25 16:01", 2), ("26 04:01", 3)):
        assert reminders(story) == said - 1
        story.on(f"2026-12-{at}")
        assert reminders(story) == said
    story.on("2026-12-26 09:00")
    notified(story.desk("Dina", room))
    found_again(story, request)
    people_told(story.desk("Eila", room))
    story.on("2026-12-26 16:01")
    assert reminders(story) == 3, "the authority knows: nobody is reminded any more"

    story.on("2026-12-28 09:00")
    assert "Kirje, joka ei ole perillä" in told(story.desk("Dina", room))
    page = story.desk("Eila", room)
    clean(story.windows["Eila"], "breach-letters")
    press(page, "Postitettu")
    arrived(story, request)

    closed(story, room)
    listed = told(story.desk("Mauri", "/breaches"))
    assert "Tietoja meni väärälle henkilölle" in listed
    assert "Korkea riski" in listed
    assert "kerrottu" in listed


def reminders(story: Story) -> int:
    """How often the officer was written to."""
    to = story.house.register.dpo.email
    return OutgoingMessage.objects.filter(key__startswith="breach-clock:", to=to).count()


def answered_by_post(story: Story, call: Recording) -> str:
    """Kaisa's request came by letter, and Eila wrote a street down that is not hers; the copy is in
    its envelope at ten to four. The address of the request."""
    page = story.desk("Eila", "/requests/new")
    page.locator('input[name="right"][value="access"]').check()
    page.select_option("#via", "letter")
    page.fill("#name", "Kaisa Lehtovaara")
    page.fill("#reach", WRONG)
    page.fill("#number", answering.number_of(story, call))
    page.fill("#day", call.day.isoformat())
    press(page, "Kirjaa pyyntö")
    reference = page.locator(".facts .num").first.inner_text()
    asked = answering.Asked("Kaisa Lehtovaara", reference, "")
    story.work()
    press(page, "Avaa pyyntö")
    path = page.url.removeprefix(story.base)
    answering.identified(page, "varausnumero ja osoite varauksessa")
    answering.read_by_two(story, call, asked, "Eila", "Ilkka")
    page = story.desk("Eila", path)
    answering.packed(page)
    answering.prepared(page, "access_cover.granted")
    answering.decided(story, "Ilkka", path)
    story.on("2026-12-23 15:50")
    page = story.desk("Eila", path)
    assert WRONG in told(page)
    press(page, "Tulosta jäljennös postiin")
    return path


def assessed(story: Story) -> str:
    """Dina says when the house knew, and what the log says of it; the address of the room."""
    page = story.desk("Dina", "/breaches")
    page.locator("main li a").first.click()
    page.wait_for_load_state()
    room = page.url.removeprefix(story.base)
    assert page.locator("#aware_at").input_value() == "2026-12-23T16:00"
    page.fill("#aware-reasons", "Eila huomasi osoitteen heti postituksen jälkeen")
    press(page, "Se on loukkaus")
    page.locator("summary").filter(has_text="Mistä laajuus katsotaan").first.click()
    page.fill("#occurred_from", "2026-12-23T15:50")
    press(page, "Katso lokista ja avaimista")
    page.locator('input[name="stand"][value="high"]').check()
    page.fill("#opinion-text", "Koko keskustelu ulkopuolisella: riski on suuri")
    press(page, "Kirjaa lausunto")
    return room


def judged(page: Page) -> None:
    """Eila decides on the risk: nobody but a stranger has the whole conversation."""
    page.locator('input[name="risk"][value="high"]').check()
    page.fill("#risk-reasons", "Puhelun koko sisältö on tuntemattomalla")
    press(page, "Päätä riskistä")


def notified(page: Page) -> None:
    """Dina fills what only people know, sends the authority's form and writes its number down."""
    assert "Toteutetut ja ehdotetut toimet ____ odottaa ihmistä" in told(page)
    page.locator("summary").filter(has_text="Muokkaa ilmoitusta").click()
    page.fill("#ilmoitus-breach-measures", "Paketti suljettiin, kirjettä pyydettiin takaisin")
    press(page, "Tallenna luonnos")
    form = told(page)
    assert "____" not in form.split("Kirje ihmisille")[0].split("Lomake täytetään")[1]
    assert "Loukkaus tuli ilmi 23.12.2026 klo 16.00; 72 tuntia täyttyy: 26.12.2026" in form
    assert "Viivästyksen syy, jos 72 tuntia on ylittynyt ei ole" in form
    assert "osa tiedoista oli luettavissa, ja niitä salaus ei suojannut" in form
    page.fill("#number", "TSV/9999/2026")
    page.locator('input[name="phase"][value="last"]').check()
    press(page, "Ilmoitus on lähetetty")
    assert "Ilmoitettu viranomaiselle" in told(page)


def people_told(page: Page) -> None:
    """Eila writes to Kaisa, whose street is right by now: the house knows her from her request."""
    page.locator("summary").filter(has_text="Tietoturvaloukkaus, joka koskee puheluasi").click()
    page.fill("#fi-breach-measures", "Suljimme paketin ja pyysimme kirjeen takaisin")
    page.locator("form").filter(has=page.locator("#fi-breach-measures")).locator("button").click()
    page.wait_for_load_state()
    assert f"Kaisa Lehtovaara, {RIGHT}" in told(page)
    press(page, "Kirjoita hänelle")
    assert "Odottaa postitusta" in told(page)
    assert "Kirjoita hänelle" not in told(page), "she was written to"
    page.locator('a[href*="/letters/"]').click()
    page.wait_for_load_state()
    letter = told(page)
    assert RIGHT in letter
    assert "Meillä sattui 23.12.2026 tietoturvaloukkaus" in letter
    assert "Ilmoitimme asiasta tietosuojavaltuutetulle 26.12.2026" in letter
    assert "____" not in letter


def found_again(story: Story, request: str) -> None:
    """The answer is still owed: Eila writes down where Kaisa is, and makes the copy anew."""
    page = story.desk("Eila", request)
    said = told(page)
    assert "Lähetä vastaus oikealle henkilölle" in said
    assert "Lain mukaan viimeistään 25.1.2027" in said, "the month is the one she asked in"
    page.fill("#reach", RIGHT)
    page.fill("#how", "Kaisa luki osoitteensa puhelimessa")
    press(page, "Kirjaa oikea osoite")
    clean(story.windows["Eila"], "request-astray")
    answering.packed(page)
    said = told(story.desk("Eila", request))
    assert f"Oikea osoite {RIGHT}" in said
    assert "Vastaus lähtee paperilla postissa" in said
    assert "Toinen henkilö tarkistaa osoitteen" in said


def arrived(story: Story, request: str) -> None:
    """Ilkka checks the street and sends it; in its envelope it reaches her."""
    page = story.desk("Ilkka", request)
    assert RIGHT in told(page)
    page.fill("#checked", "Sama osoite on varauksessa")
    press(page, "Osoite on oikea: lähetä vastaus")
    page = story.desk("Eila", request)
    press(page, "Tulosta jäljennös postiin")
    page = story.desk("Eila", request)
    press(page, "Vastaus on perillä")
    assert "Päättynyt" in told(page)


def closed(story: Story, room: str) -> None:
    """What stopped it and what was learned stands there; one proposes the end, another ends it."""
    page = story.desk("Dina", room)
    for what, said in (
        ("contained", "Kirje saatiin takaisin"),
        ("lessons", "Osoite luetaan ääneen"),
    ):
        box = page.locator(f"#{what}-text")
        if not box.is_visible():
            page.locator("details").filter(has=box).locator("summary").click()
        box.fill(said)
        page.locator("form").filter(has=box).locator("button").click()
        page.wait_for_load_state()
    page.fill("#closing-reasons", "Kirje takaisin, henkilölle kerrottu")
    press(page, "Ehdota päättämistä")
    page = story.desk("Ilkka", room)
    press(page, "Päätä loukkaus")
    assert "Päätetty" in told(page)

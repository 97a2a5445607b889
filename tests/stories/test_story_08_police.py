"""REGISTER I.8: a letter of the police without a statute is refused; one with an order has the call
kept, let go by two and fetched sealed; the person is told when the secrecy is over."""

import json
import zipfile
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from talteen.life.use import manifest
from talteen.register.models import Recording
from tests.stories import answering
from tests.stories.answering import unhurried  # noqa: F401  (the fixture)
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = "Sisä-Suomen poliisilaitos"
LETTER = {
    "name": OFFICE,
    "reach": "kirjaamo.sisa-suomi@poliisi.example",
    "known_phone": "0295 555 000",
    "reference": "5680/R/1234/26",
}
FIRST_S = 20
"""So much of the call the order names."""
CALLER = "Kaisa Lehtovaara"


def test_a_letter_without_a_statute_is_refused_and_an_order_is_told_once_its_secrecy_is_over(
    story: Story,
) -> None:
    story.on("2026-11-24 10:30")
    call = story.call_in("008")
    story.on("2026-11-27 09:00")
    letter = refused(story, written_down(story, "Asiakkaan kaikki puhelut syksyltä"))
    assert "Syy: säännöstä ei ole nimetty." in letter
    assert f"{OFFICE} Viranomainen Suomi 0 ei vielä" in told(story.desk("Eila", "/recipients"))

    room = written_down(story, "Puhelu 24.11., jossa uhattiin", signed=True)
    approved(story, room, call, secret_until="2027-02-20")
    package, follow = sealed(story, room)
    assert call_of(fetched_by_the_police(story, package, follow), story) == str(call.pk)
    press(story.desk("Eila", room), "Päätä asia")

    # What the person is told meanwhile is complete but for this.
    story.on("2026-12-01 09:00")
    asked, copy = answered(story, call)
    assert OFFICE not in json.dumps(copy, ensure_ascii=False)
    assert "viranomai" not in " ".join(copy["calls"][0]["log"]).lower()
    assert OFFICE not in told(answering.follow(story, asked))

    # Past its cutoff the order keeps the call, and the secrecy ends.
    story.on("2027-02-20 12:00")
    assert OFFICE not in told(answering.follow(story, asked))
    story.on("2027-02-21 00:30")
    page = told(answering.follow(story, asked))
    assert "Puhelusi on luovutettu viranomaiselle" in page
    assert f"Vastaanottaja: {OFFICE}" in page
    assert Recording.objects.get(pk=call.pk).cutoff_at < story.now


def written_down(story: Story, asked: str, *, signed: bool = False) -> str:
    """Eila writes the letter down and calls its sender back; the address of the disclosure."""
    page = story.desk("Eila", "/disclosures/new")
    for name, value in {**LETTER, "asked": asked}.items():
        page.fill(f"#{name}", value)
    page.locator("input[name=signed]").set_checked(signed)
    press(page, "Kirjaa pyyntö")
    press(page, "Avaa luovutus")
    page.fill("#how", "Soitin vaihteeseen, tutkinnanjohtaja vahvisti")
    press(page, "Lähettäjä on varmistettu")
    return page.url.removeprefix(story.base)


def opined(story: Story, room: str, opinion: str, text: str) -> None:
    page = story.desk("Dina", room)
    page.locator(f'input[name="stand"][value="{opinion}"]').check()
    page.fill("#opinion-text", text)
    press(page, "Kirjaa lausunto")


def refused(story: Story, room: str) -> str:
    """It cannot be granted: two refuse it, after the officer; the letter that goes back."""
    page = story.desk("Eila", room)
    page.fill("#statute", " ")
    press(page, "Kirjaa peruste")
    assert "pyyntö ei kanna" in told(page)
    page.locator("summary").filter(has_text="Ehdota epäämistä").click()
    page.locator('input[name="why"][value="no_statute"]').check()
    page.fill("#refusal-reasons", "säännöstä ei ole nimetty")
    press(page, "Ehdota epäämistä")
    opined(story, room, "against", "Ei säännöstä, ei yksilöityä puhelua")
    page = story.desk("Ilkka", room)
    press(page, "Epää ja kirjoita kirje")
    page.locator("summary").filter(has_text="Näin se lähti").click()
    return told(page)


def approved(story: Story, room: str, call: Recording, *, secret_until: str) -> None:
    """The order has its ground and its secrecy; the call is cut to what it names, kept by two, and
    let go by two."""
    page = story.desk("Eila", room)
    page.fill("#statute", "Pakkokeinolaki 7 luku 1 §, takavarikko")
    page.locator("summary").filter(has_text="ei saa vielä kertoa").click()
    page.fill("#secret_until", secret_until)
    page.fill("#secrecy", "esitutkintalaki 11 luku 5 §: tutkinta vaarantuisi")
    press(page, "Kirjaa peruste")
    page.fill("#first", call.day.isoformat())
    press(page, "Etsi puhelut")
    page.locator(f"input[value='{call.pk}']").check()
    page.fill(f"[name='to-{call.pk}']", f"0:{FIRST_S}")
    press(page, "Rajaa näihin")
    page = story.desk("Ilkka", room)
    page.locator("summary").filter(has_text="Pidä puhelut tallessa").click()
    press(page, "Pidä puhelut")
    press(story.desk("Eila", room), "Ehdota luovutettavaksi")
    opined(story, room, "for", "Peruste on riittävä, rajaus suppea")
    press(story.desk("Ilkka", room), "Hyväksy luovutus")


def sealed(story: Story, room: str) -> tuple[str, str]:
    page = story.desk("Eila", room)
    press(page, "Sulje paketti")
    package, follow = page.locator(".notice .num").all_inner_texts()
    return package, follow


def fetched_by_the_police(story: Story, package: str, follow: str) -> zipfile.ZipFile:
    """They fetch it with two codes and sign for it."""
    page = story.caller("/handover", who=OFFICE)
    page.fill("#code", follow)
    press(page, "Katso")
    page.fill("#package", package)
    with page.expect_download() as got:
        page.locator("main button.primary").click()
    files = zipfile.ZipFile(got.value.path())
    page = story.caller("/handover", who=OFFICE)
    page.fill("#code", follow)
    press(page, "Katso")
    page.fill("#text", f"{OFFICE}, 5680/R/1234/26")
    press(page, "Kuittaa")
    assert "Vastaanotto on kuitattu" in told(page)
    return files


def call_of(files: zipfile.ZipFile, story: Story) -> object:
    """The call that the signed manifests of the package name; each fits its file and the cut."""
    said = [
        manifest.checked(files.read(beside), files.read(name), [story.house.log.signer.key])
        for name, beside in pairwise(files.namelist())
        if beside == f"{name}.manifest"
    ]
    assert {(one["range-ms"], one["receiver"]) for one in said} == {
        (f"0-{FIRST_S * 1000}", "authority")
    }
    assert all(one["approved-by"] not in ("-", one["asked-by"]) for one in said)
    assert json.loads(files.read("1.json"))["turns"], "the words of the stretch"
    return said[0]["recording"]


def answered(story: Story, call: Recording) -> tuple[answering.Asked, dict[str, object]]:
    """The person asks for their copy and gets it."""
    number = answering.number_of(story, call)
    asked = answering.ask(story, "access", call, who=CALLER, number=number)
    path = answering.found(story, "Eila", asked)
    page: Page = story.desk("Eila")
    answering.identified(page, "varausnumero ja soittoaika täsmäävät")
    answering.read_by_two(story, call, asked, "Eila", "Ilkka")
    page = story.desk("Eila", path)
    package = answering.packed(page)
    answering.prepared(page, "access_cover.granted")
    answering.decided(story, "Ilkka", path)
    return asked, answering.fetched(answering.follow(story, asked), package)

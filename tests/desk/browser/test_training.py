"""A passage from its mark to its list, without a mouse; what is looked at by day and by night."""

import pytest
from playwright.sync_api import Browser

from talteen.life.use.coach.models import Playlist
from talteen.register.models import AccessEntry, Staff
from talteen.register.passage_models import Passage
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.browser.test_jobs import Keys
from tests.desk.browser.test_pages import DESK, PHONE, an_evaluation
from tests.desk.browser.test_studies import clean
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
TEACHES = "Rauhallinen tapa kertoa ehdot ennen maksamista"


def marks(window: Window, served: Served) -> Passage:
    """[ and ] where the sound is, T to the form, what it teaches, Enter."""
    page = an_evaluation(window, served)
    page.evaluate("document.getElementById('aani').currentTime = 3")
    page.locator("h1").click()
    page.keyboard.press("i")
    page.evaluate("document.getElementById('aani').currentTime = 11.5")
    page.keyboard.press("o")
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.id") == "ote-miksi"
    assert page.locator("#ote-alkaa").input_value() == "0:03"
    assert page.locator("#ote-paattyy").input_value() == "0:11,5"
    page.keyboard.type(TEACHES)
    clean(window, "passage-mark")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return Passage.objects.get(teaches=TEACHES)


def approves(keys: Keys, row: Passage) -> None:
    keys.window.go("/")
    keys.press('section[aria-labelledby="otteet"] > p > a')
    keys.press(f'a[href="/passages/{row.pk}"]')
    keys.press("main .primary")
    keys.type("#reason", "Opettaa, ja peitot riittävät")
    clean(keys.window, "passage-decide")
    keys.press("main .primary")
    row.refresh_from_db()
    assert row.state == "approved"


def builds(keys: Keys, row: Passage) -> Playlist:
    keys.window.go("/passages")
    keys.to(f'input[value="{row.pk}"]')
    keys.page.keyboard.press("Space")
    keys.type("#title", "Ehdot ensin")
    clean(keys.window, "passages-trainer")
    keys.press("main .primary")
    made = Playlist.objects.get(title="Ehdot ensin")
    assert [one.passage_id for one in made.entries.all()] == [row.pk]
    return made


def plays(keys: Keys, made: Playlist) -> None:
    page = keys.page
    keys.press("main .primary")
    keys.to("#soita-kaikki")
    with page.expect_response(lambda one: one.url.endswith("/sound")) as sounded:
        page.keyboard.press("Enter")
    assert sounded.value.status == 206
    page.wait_for_function("!document.querySelector('audio').paused")
    page.wait_for_function("document.getElementById('soi').textContent !== ''")
    page.wait_for_selector(".word-now")
    page.keyboard.press("k")
    page.wait_for_function("document.querySelector('audio').paused")
    slider = page.get_by_role("slider").first
    page.keyboard.press("j")
    assert slider.get_attribute("aria-valuenow") == "0"
    page.keyboard.press(".")
    assert page.evaluate("document.querySelector('audio').currentTime") > 0
    assert not page.evaluate("document.querySelector('audio').controls"), "our player, not its own"
    played = AccessEntry.objects.filter(action="play", purpose="training", role="trainer")
    assert played.exists()
    clean(keys.window, "playlist", widths=True)


def test_a_passage_is_marked_approved_listed_and_played_without_a_mouse(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, DESK) as window:
        row = marks(window, served)
        assert window.troubles == []
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Ritva")
        approves(Keys(window, served, furnished), row)
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Kaarlo")
        keys = Keys(window, served, furnished)
        plays(keys, builds(keys, row))
        assert window.troubles == []


def test_passages_and_lists_are_clean_on_a_telephone_at_night(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Kaarlo")
        window.go(f"/playlists/{furnished.playlist}").locator("main .primary").first.click()
        window.page.wait_for_selector(".player .play")
        clean(window, "playlist-trainer")
    agent = Staff.objects.get(pk=served.spoken.agent_id)
    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, agent.name)
        window.go("/passages")
        clean(window, "passages-agent")
        window.go(f"/passages/{furnished.passage}")
        clean(window, "passage-agent")
        assert window.troubles == []

"""The player in a real browser: sound in ranges, words that follow it, an end of its own."""

import pytest
from playwright.sync_api import Browser, Page, Response

from talteen.desk.listening import player
from talteen.register.models import AccessEntry
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.kit import browser
from tests.kit.browser import Glass, Window

pytestmark = pytest.mark.browser
HEARD = "document.getElementById('aani').currentTime"
RATE = "document.getElementById('aani').playbackRate"


def heard_ms(page: Page) -> float:
    return float(page.evaluate(HEARD)) * 1000


def play_until(window: Window, ms: float) -> None:
    window.until(f"{HEARD} * 1000 > {ms}")


def test_nothing_is_fetched_before_somebody_presses_play(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        asked: list[str] = []
        window.page.on("request", lambda request: asked.append(request.url))
        page = doing.before_call(window, served)
        before = [url for url in asked if url.endswith("/sound")]
        page.locator('[data-do="toggle"]').click()
        play_until(window, 500)

        after = [url for url in asked if url.endswith("/sound")]
        assert (before, bool(after)) == ([], True)
        assert AccessEntry.objects.filter(recording=served.spoken.pk, action="play").exists()


def test_the_sound_comes_in_ranges_and_says_that_it_must_not_be_kept(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        answers: list[tuple[int, dict[str, str]]] = []

        def answered(response: Response) -> None:
            if response.url.endswith("/sound"):
                answers.append((response.status, response.headers))

        window.page.on("response", answered)
        page = doing.before_call(window, served)
        page.locator('[data-do="toggle"]').click()
        play_until(window, 500)
        page.evaluate("document.getElementById('aani').currentTime = 30")
        play_until(window, 30_500)

        assert answers
        assert {status for status, _ in answers} == {206}
        assert all(headers["cache-control"] == "no-store" for _, headers in answers)
        assert all(int(headers["content-length"]) <= 1 << 20 for _, headers in answers)


def test_the_current_turn_is_lifted_and_the_current_word_is_inked(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        turn = page.locator(".turn[data-start]").nth(2)
        start = int(turn.get_attribute("data-start") or 0)
        text = turn.locator("p").inner_text()
        turn.locator("a").click()
        page.locator('[data-do="toggle"]').click()
        play_until(window, start + 600)
        page.keyboard.press("k")
        window.draw("call-playing-fi-light")

        current = page.locator(".turn[aria-current]")
        assert current.count() == 1
        inked = page.locator(".word-now")
        assert inked.count() == 1
        assert inked.inner_text().strip() in text
        assert turn.locator("p").inner_text() == text, "inking changes no letter"


def test_the_slider_speaks_its_place_and_moves_by_keys(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        slider = page.get_by_role("slider")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")

        assert slider.get_attribute("aria-valuetext") == "3 s"
        page.keyboard.press("Home")
        assert slider.get_attribute("aria-valuenow") == "0"
        page.keyboard.press("End")
        end = int(slider.get_attribute("aria-valuemax") or 0)
        assert abs(int(slider.get_attribute("aria-valuenow") or 0) - end) <= 1


def test_k_stops_and_brings_back_the_voices_own_speed(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        page.keyboard.press("l")
        play_until(window, 300)
        page.keyboard.press("l")
        faster = page.evaluate(RATE)
        page.keyboard.press("k")

        assert faster == 1.25
        assert page.evaluate(RATE) == 1
        assert page.evaluate("document.getElementById('aani').paused")


def test_comma_and_period_step_from_word_to_word_and_r_says_the_last_sentence_again_slowly(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        places = []
        for _ in range(4):
            page.keyboard.press(".")
            places.append(heard_ms(page))
        page.keyboard.press(",")

        assert places == sorted(places)
        assert len(set(places)) == 4
        assert heard_ms(page) < places[-1]

        turn = page.locator(".turn[data-start]").nth(2)
        start, end = (int(turn.get_attribute(f"data-{edge}") or 0) for edge in ("start", "end"))
        page.evaluate(f"document.getElementById('aani').currentTime = {end / 1000}")
        page.keyboard.press("r")
        assert start - 20 <= heard_ms(page) < end
        assert page.evaluate(RATE) == 0.75
        play_until(window, end)
        window.until(f"{RATE} === 1")


def test_silence_is_skipped_and_the_time_that_it_saves_is_counted(
    chromium: Browser, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "SILENCE_MS", 800)  # nobody in the spoken call is silent for long
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        told = page.locator(".player").get_attribute("data-silences") or ""
        silences = [tuple(map(int, one.split("-"))) for one in told.split()]
        start, end = max(silences, key=lambda one: one[1] - one[0])
        page.keyboard.press("s")
        assert page.locator('[data-do="skip"]').get_attribute("aria-pressed") == "true"
        for _ in range(8):
            page.evaluate(f"document.getElementById('aani').currentTime = {(start + 300) / 1000}")
            page.keyboard.press(" ")
            play_until(window, end - 250)
            page.keyboard.press("k")

        saved_s = 8 * (end - 200 - start - 300) / 1000
        minutes, seconds = page.locator("[data-saved]").inner_text().split(":")
        assert saved_s - 1.5 < 60 * int(minutes) + int(seconds) <= saved_s


def test_single_keys_rest_where_one_types_and_can_be_turned_off(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        page.locator(".palette-opener").click()
        window.until("document.activeElement.id === 'paletti-haku'")
        page.keyboard.type("kl. ")
        page.keyboard.press("Escape")
        page.locator("#yhden-nappaimen").uncheck()
        page.locator("h1").click()
        page.keyboard.press("l")

        assert page.evaluate("document.getElementById('aani').paused")
        assert heard_ms(page) == 0


def test_when_the_grant_is_over_the_sound_stops_and_the_page_says_so(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        window.page.clock.install()
        page = doing.before_call(window, served)
        page.clock.fast_forward("31:00")
        page.wait_for_selector("#lupa-ohi:not([hidden])")

        assert page.evaluate("document.getElementById('aani').getAttribute('src')") is None
        assert not page.locator("#lupa").is_visible()
        assert "Pyydä uusi lupa" in page.locator("#lupa-ohi").inner_text()


def test_without_script_a_call_is_opened_read_and_heard(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base, Glass(script=False)) as window:
        doing.sign_in(window, "Eila")
        page = doing.open_call(window, served)

        assert page.locator("audio[controls]").is_visible()
        assert not page.locator(".controls").is_visible()
        assert page.locator(".turn").count() > 5
        assert window.troubles == []


def test_a_hit_of_a_search_opens_the_call_at_its_place(chromium: Browser, served: Served) -> None:
    with browser.window(chromium, served.base) as window:
        doing.enter(window, "Eila")
        page = doing.choose_case(window, served)
        page.fill("#q", "varaus")
        page.locator(".searchbar .primary").click()
        page.locator(".found .plain").first.click()
        page.wait_for_load_state()

        asked = int(page.url.split("#o=")[1])
        assert abs(heard_ms(page) - asked) < 5
        assert page.locator(".hit").count() == 1
        assert "varau" not in page.url


def test_a_span_repeats_marks_are_found_again_and_all_keys_are_listed(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        status = page.locator("#muistiinpanot [role=status]")
        page.evaluate("document.getElementById('aani').currentTime = 20")
        page.keyboard.press("[")
        page.keyboard.press("m")
        page.evaluate("document.getElementById('aani').currentTime = 20.6")
        page.keyboard.press("o")
        assert status.inner_text() == "Väli 0:20–0:20 toistuu."
        page.evaluate("document.getElementById('aani').currentTime = 5")
        page.keyboard.press(" ")
        window.until(f"{HEARD} > 20.4")
        window.until(f"{HEARD} < 20.3")  # it has come to the end of the span and begun anew
        window.draw("call-span-fi-light")
        page.keyboard.press("k")
        page.keyboard.press("Escape")
        assert not page.locator(".span-now").is_visible()

        page.evaluate("document.getElementById('aani').currentTime = 30.5")
        page.locator('[data-note="mark"]').click()
        assert page.locator("#muistiinpanot li").all_inner_texts() == ["0:20\n×", "0:30\n×"]
        page.keyboard.press("Shift+N")
        assert heard_ms(page) == pytest.approx(20_000, abs=20)
        page.keyboard.press("n")
        page.keyboard.press("n")
        assert heard_ms(page) == pytest.approx(30_500, abs=20)
        assert status.inner_text() == "Edessä ei ole merkkejä."
        page.get_by_label("Poista merkki 0:30").click()
        assert page.locator(".mark-now").count() == 1

        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Kaikki näppäimet")
        assert "0,75–3×" in keys.inner_text()
        page.keyboard.press("l")
        assert page.evaluate("document.getElementById('aani').paused"), "keys rest behind a dialog"
        window.draw("call-keys-fi-light")
        page.keyboard.press("Escape")
        for _ in range(8):
            page.keyboard.press("l")
        assert page.evaluate(RATE) == 3
        assert page.evaluate("document.getElementById('aani').preservesPitch")
        assert window.troubles == []


def test_words_that_a_pointer_is_drawn_over_are_where_a_cover_lies(
    chromium: Browser, served: Served
) -> None:
    with browser.window(chromium, served.base) as window:
        page = doing.before_call(window, served)
        page.keyboard.press("p")
        page.wait_for_selector("#peita", state="attached")
        turn = page.locator(".turn.agent:has(p[data-words]:not(:has(span)))").first
        start = int(turn.get_attribute("data-start") or 0)
        words = [start + int(ms) for ms in (turn.locator("p").get_attribute("data-words")).split()]
        drawn = turn.locator("p").evaluate(
            """(text) => {
              const node = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode();
              const second = node.data.search(/\\S/) + node.data.trimStart().search(/\\s/) + 1;
              const box = (at) => {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const place = range.getBoundingClientRect();
                return [place.x + 1, place.y + place.height / 2];
              };
              text.scrollIntoView({ block: 'center' });
              return [box(second), box(second + node.data.slice(second).search(/\\s/) - 1)];
            }"""
        )
        page.mouse.move(*drawn[0])
        page.mouse.down()
        page.mouse.move(*drawn[1], steps=4)
        page.mouse.up()
        window.until("document.querySelector('#peita [name=from]').value !== ''")

        field = "document.querySelector('#peita').elements"
        assert page.evaluate(f"{field}.from.value") == f"{words[1] / 1000:.2f}"
        assert page.evaluate(f"{field}.to.value") == f"{words[2] / 1000:.2f}"
        assert page.evaluate(f"{field}.side.value") == "agent"
        assert page.locator("details:has(#peita)").get_attribute("open") is not None
        assert window.troubles == []

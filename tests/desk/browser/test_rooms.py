"""Every page of the rooms, with what people have done in them, as ``test_pages`` looks at the
others: in Finnish by day on a desk and in Swedish by night on a phone. And on paper.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.browser import doing, furnishing
from tests.desk.browser.conftest import SCREENS, Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.browser.test_pages import DESK, HTML_BYTES, PHONE, anybody, sticks_out
from tests.kit import browser
from tests.kit.browser import Glass, Window

pytestmark = pytest.mark.browser
Steps = Callable[[Window, Served, Furnished], Page]


@pytest.fixture(scope="module")
def furnished(served: Served) -> Furnished:
    """The house after a day of work in its rooms."""
    return furnishing.furnish(served)


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
    page.locator("main form button").click()
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
    "programs": room("/programs", "Ossi"),
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
    "go-live": room("/go-live", "Pirkko"),
}
NIGHT_ONLY = frozenset(
    """people programs my-use-empty breach-contact holds-own guidance-own coaching-agent
    coaching-trainer
    statement-requests statement-people home-leader home-analyst home-trainer home-handler
    home-contact home-admin home-auditor home-owner go-live""".split()
)
"""The same templates with other words: a phone at night is the harder of both, and enough."""
LOOKS = [
    pytest.param(name, glass, id=f"{name}-{told}")
    for glass, told in ((DESK, "fi-light-desk"), (PHONE, "sv-dark-phone"))
    for name in ROOMS
    if glass is PHONE or name not in NIGHT_ONLY
]
ANSWERED = {"guidance-refused": "422"}
"""Pages that a browser reports because of their status, which is meant."""


@pytest.mark.parametrize(("name", "glass"), LOOKS)
def test_a_room_is_clean_and_quiet(
    name: str, glass: Glass, chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, glass) as window:
        page = ROOMS[name](window, served, furnished)
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}-{glass.language}-{glass.light.value}.png")
        status = ANSWERED.get(name)
        told = [one for one in window.troubles if status is None or f"of {status}" not in one]

        assert window.axe() == []
        assert window.overflow() == []
        assert told == []
        assert len(page.content().encode()) < HTML_BYTES
        assert page.locator("h1").count() == 1
        assert page.locator("main .primary:visible").count() <= 1, "one deed a page"
        if glass is DESK:
            assert sticks_out(window) == {}


PAPER = """() => {
  const wide = document.documentElement;
  const shown = (e) => e.checkVisibility() && e.getClientRects().length;
  const pressed = document.querySelectorAll(
    '.masthead, .dayline, main .button, main textarea, main select, main input:not([type=hidden])');
  return {
    sideways: wide.scrollWidth - wide.clientWidth,
    cut: [...document.querySelectorAll('main .table')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1).length,
    pressed: [...pressed].filter(shown).map((e) => e.outerHTML.slice(0, 80)),
  };
}"""
A4_WIDE = 672
"""CSS pixels between the margins of a sheet (210 mm less twice 16 mm)."""


@pytest.mark.parametrize(
    "name",
    [
        *("people-second", "breach-contact", "calibration-revealed", "study-report"),
        *("holds-release", "prove-table", "statement-access", "home-dpo", "account"),
    ],
)
def test_paper_holds_what_is_read_and_nothing_to_press(
    name: str, chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, Glass(width=A4_WIDE, height=950)) as window:
        page = ROOMS[name](window, served, furnished)
        page.emulate_media(media="print")

        assert page.evaluate(PAPER) == {"sideways": 0, "cut": 0, "pressed": []}
        assert page.locator("h1").is_visible()


TOUCHING = """(pairs) => pairs.flatMap(([cells, within]) =>
  [...document.querySelectorAll(cells)].flatMap((cell) => {
    const shown = (e) => getComputedStyle(e).visibility !== 'hidden' && e.getClientRects().length;
    const parts = [...cell.querySelectorAll(within)].filter(shown);
    const boxes = parts.map((e) => e.getBoundingClientRect());
    return parts.filter((_, i) => i && boxes[i].left < boxes[i - 1].right + 2)
      .map((e) => e.textContent.trim());
  }))"""


def test_on_paper_no_date_runs_into_its_neighbour(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, Glass(width=A4_WIDE, height=950)) as window:
        page = room("/vault", "Ossi")(window, served, furnished)
        page.emulate_media(media="print")
        assert page.locator(".lives .scale > span").count() > 4
        assert page.evaluate(TOUCHING, [[".lives .scale", ":scope > span"]]) == []
        window.go("/calendar")
        assert page.locator(".day .pin").count() > 0
        assert page.evaluate(TOUCHING, [[".day:has(.pin)", "b, .pin"]]) == []


def test_a_word_is_explained_in_place_by_keyboard(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, PHONE) as window:
        page = room("/holds", "Eila")(window, served, furnished)
        said = page.locator("#sana-hold")
        assert not said.is_visible()
        page.locator(".term-opener").focus()
        page.keyboard.press("Enter")

        assert said.is_visible()
        assert window.axe() == []
        assert window.overflow() == []
        page.keyboard.press("Escape")
        assert not said.is_visible()
        assert page.evaluate("document.activeElement.className") == "term-opener"


def test_the_tour_goes_step_by_step_by_keyboard_and_stays_away(
    chromium: Browser, served: Served, furnished: Furnished
) -> None:
    with browser.window(chromium, served.base, DESK) as window:
        page = room("/", "Petra")(window, served, furnished)
        for number in range(1, 4):
            assert f"{number} / 4" in page.locator("#opastus").inner_text()
            page.locator("#opastus a.button").last.focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/?tour={number + 1}*")
        page.locator("#opastus form button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.base}/")
        assert page.locator("#opastus").count() == 0

    with browser.window(chromium, served.base, PHONE) as window:
        page = room("/", "Petra")(window, served, furnished)
        assert page.locator("#opastus").count() == 0
        assert window.troubles == []

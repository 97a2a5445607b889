"""Each role does its three jobs of the day from its home, and touches no mouse.

A job begins with its link in its part of the home, reached by Tab, and ends with what it was done
for: a row that says so, or the answer on the page. What is longer than a page has a walk of its own
besides (``test_evaluating``, ``test_requests``, ``test_disclosure``, ``test_breach``, ...).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker

from talteen.engine.postgres.cluster import Cluster
from talteen.life.answer.models import SubjectRequest
from talteen.life.use.coach.models import Goal, Script
from talteen.life.use.guide.models import Article
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.life.use.study.models import Study
from talteen.oversight.use.models import OddUse
from talteen.register.models import AccessEntry, Hold, Recording, Staff, Training
from talteen.register.personnel_opening_models import PersonnelOpening
from tests.desk.browser import doing, furnishing
from tests.desk.browser.conftest import TODAY, Served, house
from tests.desk.browser.furnishing import Furnished
from tests.kit import browser, builders
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement"
WORDS = "Kerro ehto aina ennen hintaa ja odota, että soittaja vastaa."
AHEAD = (TODAY + timedelta(days=60)).date().isoformat()


@pytest.fixture(scope="module")
def served(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """A house of its own: a day's work uses up what the others would find."""
    with django_db_blocker.unblock():
        yield from house(postgres, tmp_path_factory, "browser_jobs")


@dataclass(frozen=True, slots=True)
class Keys:
    """Somebody before the screen who has a keyboard and nothing else."""

    window: Window
    served: Served
    made: Furnished

    @property
    def page(self) -> Page:
        return self.window.page

    def to(self, css: str, says: str = "") -> None:
        """Press Tab until what ``css`` names, and ``says`` this, has the keyboard."""
        found = f"{FOCUSED}.matches({css!r}) && {FOCUSED}.innerText.includes({says!r})"
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(found):
                return
        there = self.page.locator(css).evaluate_all("(all) => all.map((one) => one.outerHTML)")
        raise AssertionError(f"{self.page.url}: the keyboard never reached {css} {says}: {there}")

    def press(self, css: str, says: str = "") -> None:
        """Go there and press Enter; the next page is there afterwards."""
        self.to(css, says)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, css: str, text: str) -> None:
        """Write ``text`` there."""
        self.to(css)
        self.page.keyboard.type(text)

    def choose(self, css: str) -> None:
        """Take a box, or one of several: the group is one stop, and arrows move in it."""
        name = self.page.locator(css).get_attribute("name")
        self.to(f'input[name="{name}"]')
        for _ in range(8):
            if self.page.evaluate(f"{FOCUSED}.matches({css!r})"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")

    def date(self, css: str, day: str = AHEAD) -> None:
        """A day, two months ahead if no other: reached by keyboard, and filled, as what is typed
        into a date differs by machine."""
        self.to(css)
        self.page.locator(css).fill(day)

    def unfold(self, css: str) -> None:
        """Open what is folded around ``css``."""
        self.to(f"details:has({css}) > summary")
        self.page.keyboard.press("Enter")

    def reads(self, text: str) -> None:
        """The page says ``text``."""
        assert text in self.page.locator("main").inner_text(), text


Deed = Callable[[Keys], None]


def rows(model: type, **found: object) -> int:
    """How many there are."""
    return int(model.objects.filter(**found).count())  # type: ignore[attr-defined]


def evaluate(keys: Keys) -> None:
    """The whole form, a key a question, beside the player."""
    page = keys.page
    page.keyboard.press("e")
    for _ in range(page.locator(".question").count()):
        page.keyboard.press("5")
    keys.press(".evaluation .primary")


def open_for_quality(keys: Keys) -> None:
    keys.choose('input[value="service_quality"]')
    keys.press(".purpose-form .primary")


# --- agent --------------------------------------------------------------------------------


def reads_and_answers(keys: Keys) -> None:
    keys.press('button[value="acknowledge"]')
    assert rows(Evaluation, agent__name__startswith="Anna", state="acknowledged")


def sees_who_listened(keys: Keys) -> None:
    heard = keys.page.locator('section[aria-labelledby="kuunneltu"]')
    assert "Tuomas Rinne" in heard.inner_text()


def computes_the_draw(keys: Keys) -> None:
    keys.reads("Laskettu uudelleen juuri nyt")


# --- team leader, analyst, trainer ------------------------------------------------------------


def evaluates_the_sample(keys: Keys) -> None:
    keys.press("main .hold-list a")
    open_for_quality(keys)
    evaluate(keys)
    by = EvaluatedCall.objects.get(recording=keys.served.spoken.pk).evaluation.evaluator
    assert by.name.startswith("Tuomas")


def sets_a_goal(keys: Keys) -> None:
    before = rows(Goal)
    keys.type("#tavoite", WORDS)
    keys.date('form:has(#tavoite) [name="review_on"]')
    keys.press('button[value="goal"]')
    assert rows(Goal) == before + 1


def sees_the_rounds(keys: Keys) -> None:
    keys.reads("Kierros")


def answers_blind(keys: Keys) -> None:
    number = keys.made.round
    keys.press(f'main a[href="/calibration/{number}"]')
    keys.press(".title .primary")
    open_for_quality(keys)
    evaluate(keys)
    assert keys.page.url.endswith(f"/calibration/{number}")
    keys.reads("1/2")


def begins_a_study(keys: Keys) -> None:
    before = rows(Study)
    keys.press('a[href="/studies/new"]')
    keys.type("#question", "Sanotaanko hinta ennen varausta?")
    keys.type("#means_yes", "Hinta sanotaan ääneen ennen kuin varaus tehdään.")
    keys.press('button[value="look"]')
    keys.press('button[value="begin"]')
    assert rows(Study) == before + 1


def sees_the_sample(keys: Keys) -> None:
    keys.reads("Viikko 2026-W")


def opens_a_list(keys: Keys) -> None:
    keys.press(f'a[href="/playlists/{keys.made.playlist}"]')
    keys.press("main .primary")
    keys.reads("Soittaja, vain tekstinä")


def enters_a_training(keys: Keys) -> None:
    before = rows(Training)
    keys.unfold('form[action="/coaching/train"]')
    keys.date('form[action="/coaching/train"] input[type="date"]', TODAY.date().isoformat())
    keys.press('form[action="/coaching/train"] button')
    assert rows(Training) == before + 1


def approves_a_scene(keys: Keys) -> None:
    keys.press('form[action*="/scripts/"] button')
    assert rows(Script, approved_by__name__startswith="Kaarlo")


def writes_guidance(keys: Keys) -> None:
    before = rows(Article)
    keys.press('a[href="/guidance/new"]')
    keys.type("#title", "Odota vastausta")
    keys.type("#text", WORDS)
    keys.date("#review_on")
    keys.press("main .primary")
    assert rows(Article) == before + 1


# --- those who answer people -------------------------------------------------------------------


def takes_a_request(keys: Keys) -> None:
    before = rows(SubjectRequest)
    keys.press('a[href="/requests/new"]')
    keys.choose('input[name="right"][value="access"]')
    keys.press("main .primary")
    assert rows(SubjectRequest) == before + 1


def confirms_a_hold(keys: Keys) -> None:
    keys.press('form[action$="/confirm"] button')
    assert rows(Hold, state="active", provisional_until=None) > 0
    keys.reads("pito")


def sees_the_night(keys: Keys) -> None:
    assert keys.page.url.endswith("/calendar")
    keys.reads("yö")


def works_in_a_case(keys: Keys) -> None:
    keys.choose('input[value="rights_of_parties"]')
    keys.type("#asia", keys.served.case)
    keys.press(".purpose-form .primary")
    keys.press("main button", keys.served.spoken.agent.name)
    keys.page.keyboard.press("Space")
    keys.window.until("document.getElementById('aani')?.currentTime > 0.3")
    riitta = Staff.objects.get(name__startswith="Riitta").pk
    heard = {"staff": riitta, "recording": keys.served.spoken.pk}
    assert rows(AccessEntry, action="play", **heard)


def proposes_a_release(keys: Keys) -> None:
    keys.unfold('form[action$="/propose"]')
    keys.press('form[action$="/propose"] button')
    keys.reads("toista henkilöä")


# --- those who look after the house -------------------------------------------------------------


def answers_in_confidence(keys: Keys) -> None:
    keys.press("main .hold-list a")
    keys.type("#text", "Esihenkilösi kuulee vain sen, minkä arpa on valinnut.")
    keys.press('button[value="answer"]')
    keys.reads("Vastattu")


def judges_an_odd_use(keys: Keys) -> None:
    before = rows(OddUse, seen_at=None)
    keys.press('form[action*="/odd/"] button[value="follows"]')
    assert rows(OddUse, seen_at=None) == before - 1


def looks_at_a_breach(keys: Keys) -> None:
    keys.press("main .hold-list a, main td a, main th a")
    keys.reads("T-2026-")
    keys.reads("72")


def sees_the_uses(keys: Keys) -> None:
    assert keys.page.url.endswith("/uses")


def sees_the_notice(keys: Keys) -> None:
    keys.reads("seloste")


def sees_the_recording(keys: Keys) -> None:
    assert keys.page.url.endswith("/live")


def invites(keys: Keys) -> None:
    keys.press('form[action$="/invite"] button')
    keys.reads("hyväksy")


def sees_the_vault(keys: Keys) -> None:
    assert keys.page.url.endswith("/vault")


def enters_it_for_personnel(keys: Keys) -> None:
    before = rows(Training)
    keys.date('form[action="/people/standings"] input[type="date"]', TODAY.date().isoformat())
    keys.press('form[action="/people/standings"] button')
    keys.reads("Koulutus on kirjattu")
    assert rows(Training) == before + 1


def sees_who_is_told(keys: Keys) -> None:
    assert keys.page.url.endswith("/notice/employees/answers")
    keys.reads("Kuitannut")


def hears_a_call_by_two(keys: Keys) -> None:
    """She asks, Eila says yes in a browser of her own, and the normal player opens."""
    keys.type("#why", "Mitä soittajalle luvattiin hinnasta")
    keys.press("form:has(#why) button")
    keys.reads("odottaa toista henkilöä")
    row = PersonnelOpening.objects.get()
    eila = furnishing.at_desk("Eila")
    furnishing.send(eila, f"/people/openings/{row.pk}/approve", {})
    keys.window.go("/people/openings")
    keys.window.draw("personnel-openings-running", whole=True)
    assert keys.window.overflow() == []
    assert keys.window.axe() == []
    keys.press('main form[action$="/open"] button')
    assert (
        "peitetyt kohdat pysyvät peitossa" in keys.page.locator(".grant .view").first.inner_text()
    )
    assert keys.page.locator("#soitin").count() == 1
    assert "sai luvan kuulla puhelusi" in furnishing.at_desk("Anna").get("/").content.decode()


def sees_what_is_open(keys: Keys) -> None:
    keys.reads("avoinna henkilöstöhallinnolle")


def proves_anew(keys: Keys) -> None:
    keys.press("main a.button.primary")
    keys.reads("lausetta koeteltu")


def sees_the_balance(keys: Keys) -> None:
    assert keys.page.url.endswith("/balance")


JOBS: Mapping[str, Mapping[str, Deed]] = {
    "Anna": {
        "arvioinnit": reads_and_answers,
        "kuunneltu": sees_who_listened,
        "otos": computes_the_draw,
    },
    "Tuomas": {
        "otos": evaluates_the_sample,
        "vastaukset": sets_a_goal,
        "kierrokset": sees_the_rounds,
    },
    "Leena": {
        "kierrokset": answers_blind,
        "otos": sees_the_sample,
        "tutkimukset": begins_a_study,
    },
    "Kaarlo": {
        "otteet": lambda keys: keys.reads("hyväksytty koulutukseen"),
        "listat": opens_a_list,
        "koulutus": enters_a_training,
        "kohtaukset": approves_a_scene,
        "ohjeet": writes_guidance,
    },
    "Riitta": {"asiat": works_in_a_case, "pidot": proposes_a_release, "yo": sees_the_night},
    "Eila": {"pyynnot": takes_a_request, "pidot": confirms_a_hold, "yo": sees_the_night},
    "Dina": {
        "kysytaan": answers_in_confidence,
        "loukkaukset": looks_at_a_breach,
        "havainnot": judges_an_odd_use,
    },
    "Pirkko": {
        "loukkaukset": looks_at_a_breach,
        "seloste": sees_the_notice,
        "havainnot": sees_the_uses,
    },
    "Ossi": {"tallennus": sees_the_recording, "kutsut": invites, "halytykset": sees_the_vault},
    "Helka": {
        "edellytykset": enters_it_for_personnel,
        "kuittaukset": sees_who_is_told,
        "asiat": hears_a_call_by_two,
        "avaukset": sees_what_is_open,
    },
    "Mauri": {
        "lauseet": proves_anew,
        "tasmaytys": sees_the_balance,
        "halytykset": sees_the_vault,
    },
}
"""By the person and the part of their home."""


@pytest.fixture(scope="module")
def made(served: Served) -> Furnished:
    """The house after a day of work, with one evaluation that waits to be read."""
    furnished = furnishing.furnish(served)
    leader, agent = Staff.objects.get(name__startswith="Tuomas"), served.spoken.agent
    Staff.objects.filter(pk=leader.pk).update(team=agent.team)
    return furnished


def unread(served: Served) -> None:
    """Tuomas' evaluation of the call is the only one, and waits; Leena is asked in a round."""
    EvaluatedCall.objects.filter(recording=served.spoken.pk).delete()
    tuomas = furnishing.at_desk("Tuomas")
    furnishing.send(tuomas, f"/calls/{served.spoken.pk}/open", {"purpose": "service_quality"})
    assert tuomas.get(f"/calls/{served.spoken.pk}").status_code == 200  # and reads it
    furnishing.send(tuomas, f"/calls/{served.spoken.pk}/evaluate", furnishing.answers())


def named(served: Served) -> None:
    """Helka is named in a dispute about a call of Anna's."""
    eila, helka = (Staff.objects.get(name__startswith=name) for name in ("Eila", "Helka"))
    builders.case(eila, helka, calls=[served.spoken], opened_at=TODAY)
    Recording.objects.filter(pk=served.spoken.pk).update(special_category=False)


BEFORE: Mapping[str, Callable[[Served], None]] = {
    "Anna": unread,
    "Helka": named,
    "Tuomas": lambda served: EvaluatedCall.objects.filter(recording=served.spoken.pk).delete(),
}


@pytest.mark.parametrize("name", JOBS)
def test_a_day_of_work_without_a_mouse(
    name: str, chromium: Browser, served: Served, made: Furnished
) -> None:
    if name in BEFORE:
        BEFORE[name](served)
    with browser.window(chromium, served.base) as window:
        doing.enter(window, name)
        keys = Keys(window, served, made)
        parts = (
            window.go("/")
            .locator(".homes section")
            .evaluate_all("(all) => all.map((one) => one.getAttribute('aria-labelledby'))")
        )
        assert set(parts[:3]) <= set(JOBS[name])
        for part, deed in JOBS[name].items():
            window.go("/")
            keys.press(f'section[aria-labelledby="{part}"] > p > a')
            deed(keys)
        assert window.troubles == []

"""What people do about a request, as steps of a story: it is asked for, the person is made sure of,
two read the words, one writes the answer, another decides, and it is fetched."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from talteen.clock import HELSINKI
from talteen.desk.ground.rates import Buckets
from talteen.desk.outflow import handover
from talteen.desk.page import documents
from talteen.desk.rights import portal
from talteen.ids import RecordingId
from talteen.register.models import Recording
from tests.stories.conftest import Story, press


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody outside sits at one address here, and months pass in a minute. Drawing PDF, which
    ``desk/rights/test_packing`` does, would be most of that minute."""
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)
    for page in (portal, handover):
        buckets = Buckets(per_second=1000, at_once=1000)
        monkeypatch.setattr(page, "buckets", buckets, raising=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person takes home from the public page."""

    who: str
    reference: str
    code: str


def number_of(story: Story, call: Recording) -> str:
    """The number that somebody called from, as they know it themselves."""
    return story.house.vault.entry(RecordingId(call.pk), story.now).number


def ask(story: Story, right: str, call: Recording, *, who: str, **typed: str) -> Asked:
    """Somebody asks for a right of theirs at the public page and tells about when they called; the
    worker has looked for the call."""
    page = story.caller("/my-data", who=who)
    page.locator(f'input[name="right"][value="{right}"]').check()
    day = call.started_at.astimezone(HELSINKI).date().isoformat()
    for name, value in {"name": who, "day": day, **typed}.items():
        page.fill(f"#{name}", value)
    press(page, "Lähetä pyyntö")
    reference = page.locator(".facts .num").first.inner_text()
    asked = Asked(who, reference, page.locator(".facts .mono").inner_text())
    story.work()
    return asked


def follow(story: Story, asked: Asked) -> Page:
    """The page of their request, by its code."""
    page = story.caller("/my-data", who=asked.who)
    page.fill("#code", asked.code)
    press(page, "Katso")
    return page


def found(story: Story, name: str, asked: Asked) -> str:
    """The address of the request, as somebody finds it in their list."""
    page = story.desk(name, "/requests")
    page.locator("main a").filter(has_text=asked.reference).click()
    page.wait_for_load_state()
    return page.url.removeprefix(story.base)


def identified(page: Page, how: str) -> None:
    """Who asks is known, and which calls it is about."""
    page.fill("#how", how)
    press(page, "Henkilö on varmistettu")
    press(page, "Etsi")
    press(page, "Nämä ovat pyynnön puhelut")
    press(page, "Puhelut ovat tiedossa, jatka")


def opened(story: Story, name: str, call: Recording, asked: Asked) -> Page:
    """The call, opened for the request and uncovered."""
    page = story.desk(name, f"/calls/{call.pk}")
    page.locator('input[value="data_subject_request"]').check()
    page.select_option("#asia", asked.reference)
    press(page, "Avaa puhelu")
    press(page, "Avaa peitetty")
    return page


def read_by_two(story: Story, call: Recording, asked: Asked, first: str, second: str) -> None:
    """One person writes what was said, another reads it against the sound."""
    page = opened(story, first, call, asked)
    press(page, "Korjaa litteraattia")
    press(page, "Tallenna korjaukset")
    press(opened(story, second, call, asked), "Luin ja kuuntelin")


def packed(page: Page) -> str:
    """The package is made; its code, which is shown once."""
    press(page, "Tee paketti")
    return page.locator(".notice strong.mono").inner_text()


def prepared(page: Page, answer: str, **typed: str) -> None:
    """An answer is chosen and its letter is written."""
    page.select_option("#answer", answer)
    press(page, "Valitse vastaus")
    for name, value in typed.items():
        page.fill(f"#{name.replace('_', '-')}", value)
    press(page, "Valmistele kirje")


def decided(story: Story, name: str, path: str) -> Page:
    """Another person decides, and the answer leaves."""
    page = story.desk(name, path)
    press(page, "Päätä ja lähetä vastaus")
    return page


def fetched(page: Page, package: str) -> dict[str, Any]:
    """What lies in the package, by its own code."""
    page.fill("#package", package)
    with page.expect_download() as got:
        page.locator('button[value="json"]').click()
    told: dict[str, Any] = json.loads(got.value.path().read_text())
    return told

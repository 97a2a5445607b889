"""One way to tell a story of REGISTER I: a house of its own with a clock that is moved, a worker,
people at their desks in a real browser, and a caller at the public page.

``story`` is a house that was born as a demo on an autumn day, so that its clock is the one that
``demo-day`` moves: forward only, each step by the house's own act. A house costs a third of a
second of a core and a window one; so each story begins in a new one, on the day on which it begins,
and any story can be told alone. The browser is launched once for all. A file says::

    pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

    story.on("2026-11-24 10:30")     the clock stands there in Helsinki, and the worker has worked
    story.call_in("019")             that spoken call begins now, and is handed in when it ends
    story.desk("Eila", "/requests")  the page of Eila, signed in; the same window each time
    story.caller("/my-data")         the page of somebody from outside, on a phone
    story.night()                    midnight passes, and the worker works
    story.work()                     the sweep and the jobs, as the worker does them

A leap over many days is a house that was off: what should have died meanwhile dies late, and the
certificate says so. Where keys die, live through the nights.
"""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page

from talteen import config as configs
from talteen import course, founding, keyholders, wiring
from talteen.clock import HELSINKI, SystemClock, helsinki_date, start_of_day
from talteen.demo import days, material
from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.engine.vault.holders import RestoreHolder
from talteen.engine.vault.holders.credential import Share
from talteen.ids import RecordingId
from talteen.life.seal.acts import Outcome
from talteen.register import house as house_row
from talteen.register.database import jobs
from talteen.register.models import Recording
from talteen.wiring import House
from tests.desk.browser import doing
from tests.kit import browser, database, houses, serving, transcripts
from tests.kit.browser import Glass, Window
from tests.verifier import process

BORN = "2026-11-22 09:00"
"""Its notice is in force on the day after."""
PHONE = Glass(width=390, height=844)
OUTSIDE = "somebody from outside"
_REFUSED = re.compile(r"status of (403|404|409|410|422)")


def moment(told: str) -> datetime:
    """``2026-11-24 10:30`` by the clock on the wall in Helsinki."""
    return datetime.fromisoformat(told).replace(tzinfo=HELSINKI)


@dataclass(slots=True)
class Story:
    """The house of one story, and everybody in it."""

    house: House
    shares: tuple[Share, Share]
    base: str
    chromium: Browser
    folder: Path
    """For what somebody takes home."""
    windows: dict[str, Window] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    # --- time -----------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.house.now()

    def on(self, told: str) -> None:
        """Move the clock of the house on to this moment; then its worker works."""
        self.wait_until(told)
        self.work()

    def wait_until(self, told: str) -> None:
        """The same before the worker has come."""
        house_row.set_clock(moment(told), machine_at=SystemClock().now())

    def night(self, nights: int = 1) -> None:
        """Live through so many midnights, as ``talteen demo-day`` does."""
        for _ in range(nights):
            tomorrow = start_of_day(helsinki_date(self.now) + timedelta(days=1))
            house_row.send_clock(tomorrow, machine_at=SystemClock().now())
            self.arrive()

    def arrive(self) -> None:
        """Live through the noons and midnights of a clock that was sent on."""
        while house_row.next_turn(SystemClock().now()):
            self.work()

    def work(self) -> None:
        """What the worker does every few seconds: the sweep, and the jobs that wait. It has a
        thread and rights of its own; the browser's driver keeps an event loop in ours."""
        with ThreadPoolExecutor(1) as apart:
            apart.submit(self._work).result()

    def _work(self) -> None:
        try:
            with database.as_the_worker():
                course.sweep(self.house, self.now)
            assert jobs.drain() == ()
        finally:
            connection.close()

    # --- calls ----------------------------------------------------------------------------

    def hand_in(self, name: str, *, whole: bool = True, number: str = "") -> Outcome:
        """The spoken call ``name`` of the demo begins now and is handed in when it has ended; its
        beginning, or the ``whole`` of it. ``number``: from another telephone."""
        call = houses.spoken(name, self.now, whole=whole)
        call = replace(call, started_at=self.now)
        house_row.set_clock(call.ends_at, machine_at=SystemClock().now())
        found, sidecar = material.drop(call, self.folder / "drop"), f"drop/{call.name}.json"
        if number:
            written = json.loads((self.folder / sidecar).read_text())
            written["numbers"]["caller"] = number
            (self.folder / sidecar).write_text(json.dumps(written))
        return course.take_in(self.house, found, self.now)

    def call_in(self, name: str, *, whole: bool = True, number: str = "") -> Recording:
        """The same of a call that is kept; its words are there as the machine would write them."""
        outcome = self.hand_in(name, whole=whole, number=number)
        assert outcome.recording is not None, outcome
        made = Recording.objects.get(pk=outcome.recording)
        said = transcripts.of_call(name, made)
        transcripts.write(self.house.vault, RecordingId(made.pk), said, self.now)
        return made

    # --- people ---------------------------------------------------------------------------

    def desk(self, name: str, path: str = "") -> Page:
        """The window of the person of this name, signed in; on ``path`` where one is given."""
        new = name not in self.windows
        page = self._window(name, browser.GLASS).page
        if new:
            doing.enter(self.windows[name], name)
        return self.windows[name].go(path) if path else page

    def caller(self, path: str = "", *, who: str = OUTSIDE, language: str = "fi") -> Page:
        """The window of somebody who has no account here."""
        page = self._window(who, replace(PHONE, language=language)).page
        return self.windows[who].go(path) if path else page

    def _window(self, who: str, glass: Glass) -> Window:
        if who not in self.windows:
            opened = browser.window(self.chromium, self.base, glass)
            self.windows[who] = self._open.enter_context(opened)
        return self.windows[who]

    def close(self) -> None:
        """Everybody goes home; nobody met a fault that people do not see. That a page refuses is
        said by the page."""
        self._open.close()
        met = [(who, one) for who, window in self.windows.items() for one in window.troubles]
        assert [one for one in met if not _REFUSED.search(one[1])] == []

    # --- proofs ---------------------------------------------------------------------------

    @property
    def restore(self) -> RestoreHolder:
        """The ring, opened by two persons."""
        return keyholders.restore(self.house.config, *self.shares, None)

    def verified(self, *texts: str, key: str) -> process.Told:
        """What the authority's program says of these files, with the key of the house that
        somebody has; it asks nobody."""
        folder = self.folder / "proof"
        folder.mkdir(exist_ok=True)
        return process.check(folder, *texts, keys=[key])


def press(page: Page, text: str) -> None:
    """The button or link of the page that says so."""
    page.locator("main button, main a.button").filter(has_text=text).first.click()
    page.wait_for_load_state()


def told(page: Page) -> str:
    """The words of the page, a space between them."""
    return re.sub(r"\s+", " ", page.inner_text("main"))


@pytest.fixture(scope="package")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """One browser for all stories."""
    with pytest.MonkeyPatch.context() as patch, browser.launched() as opened:
        # The browser's driver keeps an event loop in this thread; our queries are not in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield opened


@pytest.fixture
def written() -> Callable[[Path], object]:
    """What somebody wrote into the register folder before the house was founded on it."""
    return lambda _folder: None


@pytest.fixture
def story(
    chromium: Browser,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[Path], object],
) -> Iterator[Story]:
    """A house at its beginning."""
    config = configs.load(home)
    founded = founding.prepare(config, material.root() / material.REGISTER)
    written(config.paths.register)
    days.found(config, at=moment(BORN), machine_at=SystemClock().now())
    house = wiring.build(config)
    monkeypatch.setattr(wiring, "house", lambda: house)
    # Between two presses of a person in a story lie minutes, and days between stories.
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1, at_once=1000))
    folder = home.parent / "outside"
    folder.mkdir()
    with serving.serving() as base:
        told = Story(house, founded.shares, base, chromium, folder)
        try:
            yield told
        finally:
            told._open.close()
    told.close()

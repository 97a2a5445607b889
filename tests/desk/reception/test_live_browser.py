"""A real call of a foreign client, seen and steered in a real browser: the live page and the strip.

The page follows without being loaded again, the agent pauses, goes on and refuses, and after the
refusal nothing is left. Every state is looked at by axe-core, and drawn with ``SCREENS=1``.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, Route

from talteen import ids, wiring
from talteen.clock import helsinki_date, start_of_day
from talteen.engine.vault.journals import Journals
from talteen.life.capture.console import Client
from talteen.life.capture.models import Promise
from talteen.notice.purposes import Role
from talteen.oversight.models import LostCall
from talteen.register.models import Recording, Staff
from tests.desk.browser import doing
from tests.kit import browser, builders, livings, serving
from tests.kit.browser import WIDTHS, Glass, Light, Window
from tests.kit.livings import AGENT, Living
from tests.kit.processes import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = Glass("fi", Light.LIGHT, 1440, 900)
PHONE = Glass("sv", Light.DARK, 390, 844)
SIDE = Glass("fi", Light.LIGHT, 320, 800)


@dataclass(frozen=True, slots=True)
class At:
    """The house, its node, its address, and a browser."""

    living: Living
    base: str
    chromium: Browser

    @contextlib.contextmanager
    def open(self, who: str, path: str, glass: Glass) -> Iterator[Window]:
        """``path`` as the person of this staff code."""
        with browser.window(self.chromium, self.base, glass) as window:
            doing.enter(window, Staff.objects.get(code=who).name)
            window.go(path)
            yield window

    def running(self) -> list[dict[str, object]]:
        with Client(self.living.node.folder.path) as asker:
            return list(asker.calls()["calls"])


@pytest.fixture
def at(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[At]:
    """All of it, for one test."""
    # The browser's driver keeps an event loop in this thread; our queries are not in it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with livings.living(home, tmp_path, silent_after_s=4.0) as living, serving.serving() as base:
        monkeypatch.setattr(wiring, "house", lambda: living.built.house)
        with browser.launched() as chromium:
            yield At(living, base, chromium)
            # The driver's loop has a connection of its own, which no fixture knows of.
            connections.close_all()


def seen(page: Page, text: str) -> None:
    """Wait until the page says it, by itself."""
    page.get_by_text(text).first.wait_for(timeout=20_000)


def looked_at(window: Window, name: str, glass: Glass) -> None:
    """Draw it for eyes, and let axe-core look."""
    window.draw(f"{name}-{glass.language}-{glass.light.value}-{glass.width}", whole=True)
    assert window.axe() == []
    assert window.overflow() == []
    assert window.troubles == []


def lived(living: Living) -> None:
    """A day behind it: calls at their hours, a few lawfully not kept, one lost."""
    now = living.built.clock.now()
    midnight = start_of_day(helsinki_date(now))
    so_far = max((now - midnight) // timedelta(hours=1), 1)
    agent = Staff.objects.get(code=AGENT)
    for hour in range(so_far):
        at = midnight + timedelta(hours=hour, minutes=5)
        for _ in range(1 + 5 * hour % 7):
            builders.recording(agent=agent, started_at=at)
        if hour % 3 == 0:
            Promise.objects.create(
                mac=ids.new().bytes,
                arrived_at=at,
                day=helsinki_date(at),
                outcome="refused",
                keep_until=now,
            )
    last = builders.recording(agent=agent, started_at=now - timedelta(minutes=3))
    for minutes, outcome in ((2, "recorded"), (4, "refused"), (6, "not_announced"), (9, "lost")):
        Promise.objects.create(
            mac=ids.new().bytes,
            arrived_at=now - timedelta(minutes=minutes + 2),
            ended_at=now - timedelta(minutes=minutes),
            day=helsinki_date(now),
            line=last.line,
            outcome=outcome,
            recording=last.pk if outcome == "recorded" else None,
            keep_until=now,
        )
    LostCall.objects.create(
        day=helsinki_date(now),
        began_at=now,
        source="cucm-cdr",
        reason="never_arrived",
        found_at=now,
    )


def code_of(role: Role) -> str:
    return Staff.objects.filter(role=role.value).order_by("code")[0].code


def test_an_agent_pauses_goes_on_and_refuses_with_single_keys(at: At) -> None:
    with at.open(AGENT, "/my-call", SIDE) as window:
        page = window.page
        seen(page, "Odotetaan puhelua")
        looked_at(window, "my-call-none", SIDE)

        with at.living.call(60):
            seen(page, "Tallentaa")
            looked_at(window, "my-call-recording", SIDE)
            page.keyboard.press("t")
            seen(page, "Tallennus on keskeytetty.")
            assert at.running()[0]["state"] == "paused"
            assert page.locator("#kuultu").text_content() == "Tallennus on keskeytetty."
            looked_at(window, "my-call-paused", SIDE)
            page.keyboard.press("j")
            seen(page, "Tallennus jatkuu.")
            assert at.running()[0]["state"] == "recording"

            page.keyboard.press("k")
            seen(page, "Kieltäytyikö soittaja?")
            looked_at(window, "my-call-asks", SIDE)
            page.keyboard.press("Escape")
            page.get_by_text("Kieltäytyikö soittaja?").wait_for(state="detached")
            assert at.running()[0]["state"] == "recording"

            page.keyboard.press("k")
            seen(page, "Kieltäytyikö soittaja?")
            page.keyboard.press("k")
            seen(page, "Soittaja kieltäytyi. Mitään ei jäänyt.")
            looked_at(window, "my-call-refused", SIDE)
            until(lambda: not at.running(), within_s=60)

    at.living.carried()
    assert Journals(at.living.node.folder.journals).recordings() == set()
    assert not Recording.objects.exists()


def test_a_look_from_before_a_press_brings_back_no_question_that_was_answered(at: At) -> None:
    """The next letter would answer it: all of the call would be destroyed."""
    asks, held = re.compile(r"\?refusal="), list[Route]()
    with at.open(AGENT, "/my-call", SIDE) as window, at.living.call(60):
        page = window.page
        seen(page, "Tallentaa")
        page.keyboard.press("k")
        question = page.get_by_text("Kieltäytyikö soittaja?")
        question.wait_for()

        page.route(asks, lambda route: held.append(route))
        with page.expect_request(asks):
            pass  # the page looks by itself, and its answer is long in coming
        page.keyboard.press("Escape")
        question.wait_for(state="detached")
        with page.expect_response(asks):
            held[0].continue_()
        page.unroute(asks)
        with page.expect_response(re.compile("/my-call/")) as next_look:
            pass

        assert "refusal" not in next_look.value.url
        assert question.count() == 0
        assert at.running()[0]["state"] == "recording"


def test_the_live_page_follows_a_call_by_itself_and_keeps_the_focus(at: At) -> None:
    with at.open(code_of(Role.ADMIN), "/live", DESK) as window:
        page = window.page
        seen(page, "Ei puheluita juuri nyt")
        looked_at(window, "live-none", DESK)
        at.living.carried()
        page.locator("#tasmaytys").focus()

        with at.living.call(60):
            seen(page, "Tallentaa")
            (call,) = at.running()
            with Client(at.living.node.folder.path) as asker:
                asker.say("pause", str(call["recording"]), {"by": "agent"})
            seen(page, "Keskeytetty")
            looked_at(window, "live-paused", DESK)
            with Client(at.living.node.folder.path) as asker:
                asker.say("resume", str(call["recording"]), {"by": "agent"})
            seen(page, "Asiakaspalvelijan ääni puuttuu")
            assert "puuttuu" in str(page.locator("#puuttuvat").text_content())
            looked_at(window, "live-missing", DESK)
            assert page.evaluate("document.activeElement.id") == "tasmaytys"
            assert page.locator("#kadonneet").text_content() == ""

            lived(at.living)
            seen(page, "2 puhelua on kateissa")
            assert "kateissa" in str(page.locator("#kadonneet").text_content())
            page.locator("#tunnit-auki").click()
            page.wait_for_timeout(2_500)
            assert page.locator("#tunnit").get_attribute("open") is not None
            looked_at(window, "live-lost", DESK)


def test_every_state_is_whole_on_a_phone_at_night_in_swedish(at: At) -> None:
    lived(at.living)
    with at.living.call(90):
        with at.open(code_of(Role.ADMIN), "/live", PHONE) as window:
            looked_at(window, "live-recording", PHONE)
            sticking = {}
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 800})
                sticking[width] = window.overflow()
            assert not any(sticking.values()), sticking
        with at.open(AGENT, "/my-call", PHONE) as window:
            looked_at(window, "my-call-recording", PHONE)
            window.page.locator('[data-key="k"]').click()
            window.page.locator("[data-focus]").wait_for()
            looked_at(window, "my-call-asks", PHONE)
            window.page.keyboard.press("Escape")
            window.page.locator("[data-focus]").wait_for(state="detached")
            with at.living.placed(60):
                window.page.locator(".script").wait_for()
                window.page.locator(".script summary").first.click()
                looked_at(window, "my-call-told", PHONE)

"""A real browser for the tests: Debian's chromium, kept from every network but loopback. Its build
without a window of its own is taken where it is there: the same engine for two fifths of the cores.

``Window`` is one page in one language and one light. It remembers what a person would never see and
a test must: refused content (CSP), script errors, answers of 500, and requests to anywhere but this
machine.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SCREENS = Path(__file__).parents[2] / ".cache" / "screens"
DRAWS = "SCREENS" in os.environ
"""Pictures are for eyes, and cost as much as all that is asked of a page: with SCREENS=1."""
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
WIDTHS = (320, 390, 768, 1024, 1440)
FLAGS = [
    "--no-sandbox",  # tests run as root in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--font-render-hinting=none",
    # A page lives for a second: neither a process of its own nor code made fast pays for itself.
    "--renderer-process-limit=1",
    "--js-flags=--no-opt --no-maglev --no-flush-bytecode",
]
# What the house asks of a page: WCAG 2.0 to 2.2, A and AA, and axe's best practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Light(Enum):
    """Which scheme the reader's system asks for."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Glass:
    """Through what a page is looked at."""

    language: str = "fi"
    light: Light = Light.LIGHT
    width: int = 1440
    height: int = 900
    script: bool = True


GLASS = Glass()


@dataclass
class Window:
    """One open page, and everything that went wrong behind it."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)
    session: str | None = None
    """Whose it is, where people take turns before it (``looking.opened``)."""

    def go(self, path: str) -> Page:
        """Open ``path`` of the house under test."""
        self.page.goto(f"{self.base}{path}")
        return self.page

    def bring_axe(self) -> None:
        """axe-core comes with every page: half a megabyte travels once, not for each."""
        self.page.add_init_script(path=AXE)

    def until(self, expression: str, *, seconds: float = 20) -> None:
        """Wait until ``expression`` is true on the page, from outside: the strict CSP allows no
        waiting inside.
        """
        ends = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if time.monotonic() > ends:
                raise AssertionError(f"never came true: {expression}")
            self.page.wait_for_timeout(50)

    def draw(self, name: str, *, whole: bool = False) -> None:
        """A picture of what is seen, or of the ``whole`` page, where somebody will look at it."""
        if DRAWS:
            SCREENS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)

    def overflow(self) -> list[str]:
        """Elements that stick out of the window sideways; none on a page that fits."""
        return list(self.page.evaluate(_OVERFLOW))

    def axe(self, *, colours: str = "*", only: Sequence[str] = ()) -> list[str]:
        """What axe-core holds against the page, a line each. Colours cost the most of it:
        ``colours`` says of which elements they are asked, ``only`` asks these rules."""
        run = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": _RULES}
        asked = {"colours": colours, "options": {"runOnly": run, "resultTypes": ["violations"]}}
        found: list[dict[str, Any]] | None = self.page.evaluate(_AXE, asked)
        if found is None:
            self.page.evaluate(_axe())
            found = self.page.evaluate(_AXE, asked)
        assert found is not None
        return [f"{one['id']}: {node}" for one in found for node in one["nodes"]]


@cache
def _axe() -> str:
    return AXE.read_text()


# A part that scrolls by itself may be wider than the window; the page may not.
_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const clips = (e) => /(auto|scroll|hidden|clip)/.test(getComputedStyle(e).overflowX);
  const scrolls = (e) => e && (clips(e) || scrolls(e.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
    .map((e) => `${e.tagName}.${e.getAttribute('class')}`);
}"""
# Scrolled half under a bar that stays, a link is small for as long as nobody scrolls.
_AXE = """async (asked) => {
  if (!('axe' in window)) return null;
  scrollTo(0, 0);
  axe.configure({ rules: [{ id: 'color-contrast', selector: asked.colours }] });
  const result = await axe.run(document, asked.options);
  const told = (node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '');
  return result.violations.map((one) => ({ id: one.id, nodes: one.nodes.map(told) }));
}"""


def chromium() -> str:
    """Where the browser is; the test is skipped, with the line that installs it, where there is
    none.
    """
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.skip("no browser here: apt-get install chromium-headless-shell")
    return found


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser for the time of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def window(browser: Browser, base: str, glass: Glass = GLASS) -> Iterator[Window]:
    """A fresh window with no cookie but the language."""
    context = browser.new_context(
        viewport={"width": glass.width, "height": glass.height},
        color_scheme=glass.light.value,
        java_script_enabled=glass.script,
        reduced_motion="reduce",
        locale={"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[glass.language],
    )
    context.add_cookies([{"name": "language", "value": glass.language, "url": base}])
    opened = Window(context.new_page(), base)
    _watch(opened)
    try:
        yield opened
    finally:
        context.close()


def _watch(opened: Window) -> None:
    page, own = opened.page, urlsplit(opened.base).netloc

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            opened.troubles.append(message.text)

    def asked(request: Any) -> None:
        if urlsplit(request.url).netloc not in ("", own):
            opened.troubles.append(f"asked {request.url}")

    def answered(response: Any) -> None:
        if response.status >= 500:
            opened.troubles.append(f"{response.status} {response.url}")

    page.on("console", said)
    page.on("request", asked)
    page.on("response", answered)
    page.on("pageerror", lambda error: opened.troubles.append(str(error)))

"""What is held against a page: by axe-core, by its width, by its weight, by what it says, on paper.

A page is opened once a language; light, width and paper are changed under it. axe-core costs the
most of it: it is asked again only what a light, a width or another language can change, and of
colours only where text stands as it stood on no page before.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.desk.browser.addresses import Answered, Sight
from tests.kit.browser import Light, Window

NARROW, TABLET, LAPTOP, DESK, UHD = (
    {"width": wide, "height": high}
    for wide, high in ((320, 800), (768, 1024), (1024, 768), (1280, 800), (3840, 2160))
)
HTML_BYTES = 60_000
LONG = dict.fromkeys(("notice", "notice-version", "notice-text"), 90000) | {"styleguide": 200_000}
"""The notice is one text of 142 sentences, each with its address; every part stands on one page."""
PAGE_KB = 150
"""Everything that a page brings but sound, gzipped (issue 6)."""
COLOURS = ("color-contrast",)
WIDTH = ("target-size", "scrollable-region-focusable")
"""Rules whose answer a width changes."""
POLLS = re.compile("/(live|my-call|demo)")
"""Pages that ask again by themselves."""
ALIKE = """() => {
  const text = (id) => document.getElementById(id)?.textContent.trim() ?? '';
  const by = (e) => (e.getAttribute('aria-labelledby') ?? '').split(' ').map(text).join(' ');
  const parts = document.querySelectorAll('section, nav, aside, form, dialog');
  const shown = [...parts].filter((e) => e.checkVisibility());
  const names = shown.map((e) => [e.tagName, e.getAttribute('aria-label') ?? by(e)]);
  const said = names.filter(([, name]) => name).map((one) => one.join(' '));
  return said.filter((one, at) => said.indexOf(one) !== at);
}"""
"""Parts of a page that are called alike: a screen reader's list of them tells nobody which."""
SHADES = """() => {
  const told = (e) => e ? [e.tagName, e.getAttribute('class'), e.getAttribute('aria-current'),
    e.matches(':disabled')].join(' ') : '';
  const says = (e) => e.matches('input, select, textarea')
    || [...e.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
  window.shades = new Map();
  for (const one of document.body.querySelectorAll('*')) {
    if (!says(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    const chain = [];
    for (let e = one; e && chain.length < 4; e = e.parentElement) chain.push(told(e));
    const shade = chain.join(' < ');
    if (!window.shades.has(shade)) window.shades.set(shade, []);
    window.shades.get(shade).push(one);
  }
  return [...window.shades.keys()];
}"""
"""In what text is seen to stand: in an element of this kind within three others."""
NEW = "data-shade"
MARK = f"""(told) => {{
  for (const one of document.querySelectorAll('[{NEW}]')) one.removeAttribute('{NEW}');
  for (const shade of told)
    for (const one of window.shades.get(shade)) one.setAttribute('{NEW}', '');
}}"""
A4 = {"width": 672, "height": 950}
"""CSS pixels between the margins of a sheet (210 mm less twice 16 mm)."""
PAPER = """() => {
  const wide = document.documentElement;
  const shown = (e) => e.checkVisibility() && e.getClientRects().length;
  const pressed = document.querySelectorAll(
    '.masthead, .dayline, nav, main .button, main textarea, main select, '
    + 'main input:not([type=hidden])');
  return {
    sideways: wide.scrollWidth - wide.clientWidth,
    cut: [...document.querySelectorAll('main .table')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1).length,
    pressed: [...pressed].filter(shown).map((e) => e.outerHTML.slice(0, 80)),
  };
}"""
SAID = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  const foreign = (e) => e.closest('[lang]')?.lang !== document.documentElement.lang;
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (foreign(within) || within.closest('script, style')) continue;
    said.push(walker.currentNode.data.trim());
  }
  return said.filter(Boolean);
}"""

LAY = """(html) => {
  const said = new DOMParser().parseFromString(html, 'text/html');
  document.documentElement.lang = said.documentElement.lang;
  document.body.replaceWith(said.body);
}"""
TOLD = f"""() => {{
  const deeds = [...document.querySelectorAll('main .primary')].filter((e) =>
    e.checkVisibility({{ visibilityProperty: true }}) && e.getBoundingClientRect().width > 0);
  return {{
    headings: document.querySelectorAll('h1').length,
    deeds: deeds.length,
    language: document.documentElement.getAttribute('lang'),
    said: ({SAID})(),
    alike: ({ALIKE})(),
    files: performance.getEntriesByType('resource').map((one) => one.name),
    html: document.documentElement.outerHTML,
  }};
}}"""
"""All that is asked of a page by itself, in one question."""


@dataclass(slots=True)
class Shades:
    """Whose colours were looked at in which light: text in the same parts has the same ones, and
    to look at colours is most of what axe-core costs."""

    _seen: dict[Light, set[str]] = field(default_factory=dict)

    def new(self, page: Page, light: Light) -> str:
        """Those that are seen as on no page before in this light (CSS selector)."""
        seen = self._seen.setdefault(light, set())
        here = set(page.evaluate(SHADES))
        page.evaluate(MARK, sorted(here - seen))
        seen |= here
        return f"[{NEW}]"


def opened(window: Window, sight: Sight, language: str) -> HTTPStatus:
    """Open the page as its reader, in this language, by day on a desk."""
    page = window.page
    _sit_down(window, sight, language)
    shine(page, Light.LIGHT)
    page.set_viewport_size(DESK)
    window.troubles.clear()
    answer = page.goto(f"{window.base}{sight.path}")
    assert answer is not None
    return HTTPStatus(answer.status)


def _sit_down(window: Window, sight: Sight, language: str) -> None:
    """Its reader is before the window. From page to page of one reader the browser keeps its
    process; what asks again by itself is left before the next one comes, and at once."""
    cookie = sight.client.cookies.get(settings.SESSION_COOKIE_NAME)
    session = cookie.value if cookie else ""
    if session != window.session or POLLS.search(window.page.url):
        window.page.goto("about:blank")
    if session != window.session:
        own = {settings.SESSION_COOKIE_NAME: session} if session else {}
        window.page.context.clear_cookies()
        window.page.context.add_cookies(
            [
                {"name": name, "value": value, "url": window.base}
                for name, value in {**own, "language": language}.items()
            ]
        )
        window.session = session


def laid(window: Window, sight: Sight, language: str) -> HTTPStatus:
    """Put what the address says in another language in place of the page that is open: all but what
    a script adds, for a fifth of what opening it costs."""
    sight.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = sight.client.get(sight.path)
    del sight.client.cookies[settings.LANGUAGE_COOKIE_NAME]
    window.page.evaluate(LAY, answer.content.decode())
    return HTTPStatus(answer.status_code)


def shown(window: Window, answered: Answered) -> None:
    """The browser at the address of a form, with the answer that the house gave to it."""
    page, url = window.page, f"{window.base}{answered.sight.path}"

    def give(route: Route) -> None:
        route.fulfill(
            status=answered.sight.status, headers=dict(answered.headers), body=answered.body
        )

    page.goto("about:blank")
    shine(page, Light.LIGHT)
    page.set_viewport_size(DESK)
    window.troubles.clear()
    page.route(url, give)
    page.goto(url)
    page.unroute(url)


def shine(page: Page, light: Light) -> None:
    """The reader's system asks for this light."""
    page.emulate_media(color_scheme=light.value)


def wide(window: Window, size: dict[str, int]) -> Iterator[str]:
    """What sticks out at this width."""
    window.page.set_viewport_size(size)
    yield from (f"{size['width']} px: {one} sticks out" for one in window.overflow())


def dark(window: Window, *sizes: dict[str, int], shades: Shades | None = None) -> Iterator[str]:
    """What the night shows at these widths; its colours where ``shades`` has not seen them."""
    shine(window.page, Light.DARK)
    rules = (*WIDTH, *COLOURS)
    for size in sizes:
        yield from wide(window, size)
        colours = shades.new(window.page, Light.DARK) if shades else "*"
        found = window.axe(only=rules, colours=colours)
        yield from (f"{size['width']} px, dark: {one}" for one in found)


def light(window: Window, *sizes: dict[str, int]) -> Iterator[str]:
    """What the day shows at these widths."""
    shine(window.page, Light.LIGHT)
    for size in sizes:
        window.page.set_viewport_size(size)
        yield from (f"{size['width']} px: {one}" for one in window.axe(only=(*WIDTH, *COLOURS)))


def paper(window: Window) -> Iterator[str]:
    """Something to press on a sheet, or a table that is cut."""
    window.page.emulate_media(media="print", color_scheme=Light.LIGHT.value)
    window.page.set_viewport_size(A4)
    told = window.page.evaluate(PAPER)
    window.page.emulate_media(media="screen")
    yield from (f"on paper {what}: {found}" for what, found in told.items() if found)


def troubles(window: Window, status: HTTPStatus) -> list[str]:
    """What the browser told; that a page answers as it is meant to is none."""
    told = f"status of {status.value}"
    return [one for one in window.troubles if status < 400 or told not in one]


def said(page: Page, language: str, name: str) -> Iterator[str]:
    """What holds of the page of this name at any light and width."""
    told = page.evaluate(TOLD)
    yield from outline(told, language)
    known = finnish(language)  # what has a translation, on a page in another language
    yield from sorted({f"in Finnish: {one}" for one in told["said"] if one in known})
    yield from (f"twice called {one}" for one in told["alike"])
    yield from long(told, name)
    yield from heavy(told)


def outline(told: dict[str, Any], language: str) -> Iterator[str]:
    """One heading, at most one deed, and its own language."""
    if told["headings"] != 1:
        yield f"{told['headings']} headings of the page"
    if told["deeds"] > 1:
        yield "more than one deed"
    if told["language"] != language:
        yield f"says that it is in {told['language']}"


@cache
def finnish(language: str) -> frozenset[str]:
    """What is said otherwise in ``language``, as it is said in Finnish."""
    if language == "fi":
        return frozenset()
    path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        entries = [(one.id, one.string) for one in read_po(file) if isinstance(one.id, str)]
    return frozenset(id_ for id_, string in entries if id_ and id_ != string)


def long(told: dict[str, Any], name: str) -> Iterator[str]:
    """More HTML than a page of this name may have."""
    if (size := len(told["html"].encode())) > LONG.get(name, HTML_BYTES):
        yield f"{size} bytes of HTML"


def heavy(told: dict[str, Any]) -> Iterator[str]:
    """A page that brings more than it may."""
    static = [name.partition("/static/")[2] for name in told["files"]]
    weight = len(gzip.compress(told["html"].encode())) + sum(map(packed, static))
    if weight > PAGE_KB * 1000:
        yield f"{weight / 1000:.0f} kB"


@cache
def packed(static: str) -> int:
    """Gzipped bytes of a file that pages bring with them; what is not one of ours is refused by the
    policy and told by the window."""
    found = finders.find(static) if static else None
    return len(gzip.compress(Path(found).read_bytes())) if found else 0

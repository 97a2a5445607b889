"""Every address that answers with a page, in three languages, in both lights, from 320 px to 4K,
and on paper.

The addresses are those of the route table itself (``addresses``): a new page is looked at here
without being named, and one that cannot be reached with what the furnished house holds fails until
it has an example. Always: every page in Finnish by day on a desk, at 320 px and at one of three
other widths in turn, by night at the narrow one, on paper, and then its words in Swedish or in
English, in turn, on a phone; colours of text that stands as on no page before (``looking.Shades``).
Where others see other things at an address, theirs by day on a desk and by night at the narrow one.
``PAGES=all`` (``./run drill pages``) looks at every page in every language, light and width, some
minutes long.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from talteen.desk import urls
from talteen.desk.ground.rates import Buckets
from talteen.desk.page.doors import DOORS
from talteen.desk.rights import portal
from tests.desk.browser import addresses, looking
from tests.desk.browser.addresses import ELSEWHERE, FILES, PARTS, SEEN_BY, STATUS, People, Sight
from tests.desk.browser.conftest import Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.browser.looking import DESK, LAPTOP, NARROW, TABLET, UHD, Shades
from tests.kit import browser
from tests.kit.browser import Glass, Light, Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(3600)]
ALL = os.environ.get("PAGES") == "all"
LANGUAGES = ("fi", "sv", "en")
Sizes = Sequence[dict[str, int]]
BETWEEN: Sizes = (UHD, LAPTOP, TABLET)


@pytest.fixture(scope="module")
def made(served: Served, furnished: Furnished) -> Furnished:
    """The house after a day of work in its rooms, and what else the addresses need."""
    addresses.asked(served)
    return furnished


@pytest.fixture(scope="module")
def people(served: Served, made: Furnished) -> People:
    return People(served)


@pytest.fixture(scope="module")
def pages(served: Served, made: Furnished, people: People) -> Sequence[Sight]:
    return list(addresses.sights(served, made, people))


def whole(
    window: Window, sight: Sight, language: str, shades: Shades, between: Sizes = BETWEEN
) -> Iterator[str]:
    """By day on a desk, on paper, at the widths ``between`` and at the narrow one, by night at
    that: each width costs the page anew, and the last is the one at which it is asked on."""
    page = window.page
    yield from looking.said(page, language, sight.name)
    yield from window.axe(colours="*" if ALL else shades.new(page, Light.LIGHT))
    yield from looking.wide(window, DESK)
    yield from looking.paper(window)
    for size in (*between, NARROW):
        yield from looking.wide(window, size)
    if ALL:
        yield from looking.dark(window, NARROW, DESK, UHD)
        yield from looking.light(window, NARROW, UHD)
    else:
        yield from looking.dark(window, NARROW, shades=shades)


def in_other_words(window: Window, sight: Sight, language: str) -> Iterator[str]:
    """The words of another language where there is the least room for them; colours are the same in
    every language, and so is nearly all that axe-core asks."""
    status = looking.laid(window, sight, language)
    if status != sight.status:
        yield f"answers {status} in {language}"
    yield from (f"{language}, {one}" for one in looking.wide(window, NARROW))
    yield from looking.said(window.page, language, sight.name)


def before_another(window: Window, sight: Sight, language: str, shades: Shades) -> Iterator[str]:
    """What another role sees at an address that was looked at whole: what they find there, by day
    on a desk and by night at the narrow one."""
    yield from looking.said(window.page, language, sight.name)
    yield from window.axe(colours=shades.new(window.page, Light.LIGHT))
    yield from looking.wide(window, DESK)
    yield from looking.dark(window, NARROW, shades=shades)


def by_phone(window: Window, sight: Sight, language: str, shades: Shades) -> Iterator[str]:
    """At night, where there is the least room."""
    looking.shine(window.page, Light.DARK)
    yield from looking.wide(window, NARROW)
    yield from looking.said(window.page, language, sight.name)
    yield from window.axe(colours=shades.new(window.page, Light.DARK))


def walk(window: Window, pages: Sequence[Sight], language: str) -> dict[str, list[str]]:
    """What is wrong, by the page."""
    wrong, shades, others, met = {}, Shades(), cycle(LANGUAGES[1:]), set[str]()
    widths = cycle([BETWEEN] if ALL else [(one,) for one in BETWEEN])
    for sight in sorted(pages, key=lambda one: (one.reader, one.opened)):
        status = looking.opened(window, sight, language)
        window.draw(f"walk-{sight.slug}-{language}")
        found = [] if status == sight.status else [f"answers {status}"]
        first = ALL or sight.name not in met
        met.add(sight.name)
        if first:
            found += whole(window, sight, language, shades, next(widths))
        else:
            found += before_another(window, sight, language, shades)
        found += looking.troubles(window, status)
        if first and not ALL:
            found += in_other_words(window, sight, next(others))
        if found:
            wrong[str(sight)] = found
    return wrong


@pytest.mark.parametrize("language", LANGUAGES if ALL else LANGUAGES[:1])
def test_every_page_is_clean_in_every_language_light_and_width_and_on_paper(
    language: str, chromium: Browser, served: Served, pages: Sequence[Sight]
) -> None:
    with browser.window(chromium, served.base, Glass(language)) as window:
        window.bring_axe()
        assert walk(window, pages, language) == {}


@pytest.mark.parametrize("language", LANGUAGES if ALL else LANGUAGES[:1])
def test_what_a_form_is_answered_with_is_clean(
    language: str,
    chromium: Browser,
    served: Served,
    made: Furnished,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))
    wrong, met, shades = {}, set(), Shades()
    with browser.window(chromium, served.base, Glass(language)) as window:
        window.bring_axe()
        for one in addresses.answers(served, made, language):
            if not ALL and one.template in met:
                continue  # the same page with another fault marked in it
            met.add(one.template)
            looking.shown(window, one)
            look = whole if ALL else by_phone
            found = list(look(window, one.sight, language, shades))
            found += looking.troubles(window, one.sight.status)
            if found:
                wrong[str(one.sight)] = found
    assert wrong == {}
    assert len(met) > 25


def test_no_page_is_left_out_unseen(pages: Sequence[Sight]) -> None:
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    assert names >= {*ELSEWHERE, *FILES, *PARTS, *STATUS, *SEEN_BY}
    read = {name for name, door in DOORS.items() if door.reads is not None}
    assert read - {one.name for one in pages} == (FILES | PARTS | ELSEWHERE.keys()) & read

"""What a browser keeps on its disk after somebody listened to a call: nothing of the call.

The folder of a real profile is hunted once the browser is closed: words, number, key, and the very
bytes of sound that were played. That the hunt sees what a browser keeps is shown by a file that it
may keep, the style sheet.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from talteen import wiring
from talteen.engine.hunt import hunt
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import words
from tests.desk.browser import doing
from tests.desk.browser.conftest import Served
from tests.desk.browser.test_player import play_until
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser
LETTERS = 9
"""Of a word that is not met by chance."""
KEPT_GLADLY = b"--paper"
"""A name from the style sheet, which any browser may keep."""


@contextmanager
def own_profile(chromium: Browser, folder: Path, base: str) -> Iterator[Window]:
    """A window of a browser that keeps its profile in ``folder``, as a person's does."""
    launched = chromium.browser_type.launch_persistent_context(
        folder, executable_path=browser.chromium(), args=browser.FLAGS, locale="fi-FI"
    )
    with closing(launched):
        yield Window(launched.pages[0], base)


def listened(window: Window, served: Served) -> tuple[bytes, list[str]]:
    """Somebody opens the call, plays and reads it; 64 bytes of the sound, and every answer but
    files that may be kept, where it does not say that it must not be."""
    kept: list[str] = []

    def answered(response: Response) -> None:
        if "no-store" not in response.headers.get("cache-control", ""):
            kept.append(response.url.removeprefix(served.base))

    doing.sign_in(window, "Eila")
    window.page.on("response", answered)
    page = doing.open_call(window, served)
    page.locator('[data-do="toggle"]').click()
    play_until(window, 1000)
    page.locator(".turn[data-start]").nth(2).locator("a").click()
    assert page.locator(".turn[data-start]").count() > 2
    return sound(page), [path for path in kept if not path.startswith("/static/")]


def sound(page: Page) -> bytes:
    """Bytes out of the first seconds, as they are played: fetched beside the browser's own disk."""
    source = page.evaluate("document.getElementById('aani').currentSrc")
    answer = page.context.request.get(source, headers={"Range": "bytes=16000-96000"})
    assert answer.status == 206
    body = answer.body()
    pieces = [body[at : at + 64] for at in range(0, len(body) - 64, 64)]
    return max(pieces, key=lambda piece: len(set(piece)))


def markers(served: Served) -> dict[str, bytes]:
    """What of the call must stand in no file."""
    house = wiring.house()
    recording = RecordingId(served.spoken.pk)
    opened = door.open_for_step(house.vault, recording, Step.DRILL, house.now())
    told = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    said = {word.text.strip(".,?!:;") for one in told.segments for word in one.words}
    long = {f"word {word}": word.encode() for word in said if len(word) >= LETTERS}
    assert len(long) >= 3
    return long | {"number": opened.entry.number.encode(), "key": opened.entry.dek}


@pytest.mark.long
def test_a_browser_keeps_nothing_of_a_call_that_was_listened_to(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    with own_profile(chromium, tmp_path / "profile", served.base) as window:
        played, may_be_kept = listened(window, served)

    assert may_be_kept == []
    met = hunt(tmp_path / "profile", {**markers(served), "sound": played, "style": KEPT_GLADLY})
    assert {one.marker for one in met} == {"style"}, met

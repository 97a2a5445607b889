"""REGISTER I.2: a caller does not want to be recorded after all, in the middle of a call that a
foreign client records to a real node. It is told in the time of the machine, as telephones are; the
next caller stays, and the clock of the house is moved on until that call is certified dead."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from talteen import course, wiring
from talteen.clock import helsinki_date
from talteen.desk.page import wording
from talteen.engine.hunt import hunt
from talteen.engine.vault.journals import Journals
from talteen.life.capture.models import Promise
from talteen.register.models import Recording
from tests.desk.browser.test_requests import clean
from tests.kit import livings, serving
from tests.kit.livings import Living
from tests.kit.nodes import caller_says
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPEAKS_S = 12.0
"""What the caller says, before and after; the story's 40 seconds would only be waited for."""
HEADER = 12
"""Bytes of RTP before the sound (RFC 3550, 5.1)."""


def test_a_refusal_in_the_middle_of_a_call_leaves_one_count_and_no_word(
    chromium: Browser, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with livings.living(home, tmp_path) as living, serving.serving() as base:
        house = living.built.house
        monkeypatch.setattr(wiring, "house", lambda: house)
        story = Story(house, living.built.shares, base, chromium, tmp_path)
        try:
            _told(story, living, tmp_path)
            _certified(story, living)
        finally:
            story.close()


def _told(story: Story, living: Living, outside: Path) -> None:
    canary = {"what the caller said": caller_says(1.0)[25][HEADER:]}
    journals = Journals(living.node.folder.journals)
    before = _left_nothing(story)

    with living.call(seconds=SPEAKS_S) as ends:
        page = story.desk("Jussi", "/my-call")
        assert "Tallentaa" in told(page)
        assert journals.recordings() != set()
        assert _seen(outside, canary) == {"sound.pcap"}  # the telephone's own file
        page.locator("a").filter(has_text="Kieltäytyi").click()
        page.get_by_text("Kieltäytyikö soittaja?").wait_for()
        press(page, "Kyllä, kieltäytyi")
        page.locator("#nyt").get_by_text("Mitään ei jäänyt.").wait_for()

        # Jussi reads the other ways aloud, from the register of the notice in force.
        said = told(page)
        assert "Sähköpostilla myyntipalvelu@mara.example" in said
        assert "Verkossa https://varaa.mara.example" in said
        assert "Sovelluksessa Varaukseni" in said
        assert "050 555 0183, linja jota ei tallenneta" in said
        clean(story.windows["Jussi"], "my-call-refused")
        ends()

    living.carried()
    story.work()
    assert journals.recordings() == set()
    assert not Recording.objects.exists()
    assert _seen(outside, canary) == {"sound.pcap"}
    assert _left_nothing(story) == before + 1


def _certified(story: Story, living: Living) -> None:
    """From the telephone to the certificate: the way of every other call."""
    with living.call(seconds=2.0, session="e") as ends:
        ends()
    living.carried()
    course.receive.run(recording=Promise.objects.get(outcome="captured").recording)
    story.work()
    call = Recording.objects.get()
    said = told(story.desk("Eila", f"/calls/{call.pk}"))
    assert "Ilmoitus kuultu kokonaan" in said
    assert f"Häviää viimeistään {wording.full_day(helsinki_date(call.due_at))}" in said

    for at in (call.cutoff_at, call.due_at):
        living.built.clock.at = at + timedelta(minutes=30)
        story.work()
    page = story.desk("Mauri", f"/certificates/{call.pk}")
    said = told(page)
    assert "Todiste pitää" in said
    assert "Lupaus ei pitänyt" not in said
    key = re.search(r"Tämän talon avain: (\S+)", said)
    with page.expect_download() as file:
        page.locator('a[href$=".cert?language=fi"]').click()
    assert key
    checked = story.verified(file.value.path().read_text(), key=key[1])
    assert (checked.status, checked.verdicts[0]["recordings"]) == (0, [str(call.pk)])


def _left_nothing(story: Story) -> int:
    """Of how many calls of today nothing was kept, by law: the page of the running calls."""
    page = story.desk("Ossi", "/live")
    line = page.locator(".counts div").filter(has_text="Ei jäänyt tallennetta, lain mukaan")
    return int(line.locator("dd").inner_text())


def _seen(outside: Path, canary: dict[str, bytes]) -> set[str]:
    """In which files below the house and beside it what she said stands, in any spelling."""
    return {Path(one.place).name for one in hunt(outside, canary)}

"""REGISTER I.12: the notice of 2022 stands in history with its findings; no house begins with its
words and no version goes out with them; corrected, it is published in three languages with the
sound of its announcement, and the change is shown."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from talteen import course
from talteen.clock import SystemClock
from talteen.demo import material
from talteen.register import house as house_row
from talteen.register.models import Recording
from tests.kit import houses
from tests.notice.test_findings import UNSAID, UNTRUE
from tests.stories import folder
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OLD, NEW = "050 555 0182", "050 555 0199"
SILENT = ('sound = "announce.fi.wav"', "# no sound yet")


def test_the_notice_of_2022_is_refused_and_a_corrected_one_goes_out_in_three_languages(
    story: Story,
) -> None:
    seed = story.folder / "seed"
    shutil.copytree(material.root() / material.REGISTER, seed)
    folder.say_what_2022_said(seed)
    none = story.folder / "none"
    refused = folder.talteen("init", str(seed), "--approver", "pirkko", "r01", home=none)
    assert refused.returncode == 2
    assert all(f"missing.{one}.fi" in refused.stderr for one in UNSAID)
    assert not (none / "keys-house").exists(), "no house without a notice"

    # The house has it as history: its 12 gaps and 11 sentences, by their names.
    story.on("2026-12-01 09:00")
    page = story.desk("Pirkko", "/notice/changes")
    page.locator("summary").filter(has_text="Vanha seloste 2022-01-21: 23 löydöstä").click()
    listed = page.locator("details .notes strong").all_inner_texts()
    assert set(listed) == {f"missing.{one}" for one in UNSAID} | UNTRUE

    # Nobody can publish its words either, in this house.
    register = story.house.config.paths.register
    mended = (register / "texts/fi/notice.toml").read_text()
    folder.say_what_2022_said(register)
    assert {one for one in findings(story) if one.startswith("missing.")} == {
        f"missing.{one}.fi" for one in UNSAID
    }

    # The words are mended, and the announcement has lost its sound.
    (register / "texts/fi/notice.toml").write_text(mended)
    folder.edit(story, "register.toml", (OLD, NEW), folder.SECOND_ANNOUNCEMENT)
    folder.edit(story, "texts/fi/announcements.toml", SILENT)
    assert findings(story) == ["announcement.announce.fi@2"]
    folder.edit(story, "texts/fi/announcements.toml", SILENT[::-1])
    changed(story)
    story.night()

    for language, says in (("fi", "hävitetään"), ("sv", "förstörs"), ("en", "destroyed")):
        page = story.caller(f"/notice/2026-2/{language}")
        assert NEW in told(page)
        assert says in told(page)
    assert "2022-01-21" in told(story.caller("/notice/versions"))
    story.on("2026-12-02 10:00")
    call = called(story)
    assert (call.notice_id, call.announcement_id) == ("2026-2", "announce.fi@2")


def findings(story: Story) -> list[str]:
    """What the page holds against the folder; nothing can be proposed."""
    page: Page = story.desk("Pirkko", "/notice/changes")
    assert "Ei voi julkaista" in told(page)
    assert page.locator('[name="begins"]').count() == 0
    return page.locator('section[aria-labelledby="esteet"] strong').all_inner_texts()


def changed(story: Story) -> None:
    """Pirkko reads what changes and proposes it; Ilkka reads the same and approves."""
    page = story.desk("Pirkko", "/notice/changes")
    change = page.locator("article").filter(has_text="3.s1")
    assert OLD in change.locator("del").inner_text()
    assert NEW in change.locator("ins").inner_text()
    page.fill('[name="number"]', "2026-2")
    page.fill('[name="begins"]', "2026-12-02")
    press(page, "Ehdota")
    page = story.desk("Ilkka", "/notice/changes")
    assert NEW in told(page)
    press(page, "Hyväksy ja julkaise kolmella kielellä")


def called(story: Story) -> Recording:
    """A call whose announcement was the new one, as the exchange says."""
    call = houses.spoken("001", story.now)
    found = material.drop(replace(call, started_at=story.now), story.folder / "drop")
    sidecar = story.folder / "drop" / f"{call.name}.json"
    sidecar.write_text(sidecar.read_text().replace("announce.fi@1", "announce.fi@2"))
    ends_at = story.now + timedelta(milliseconds=call.length_ms)
    house_row.set_clock(ends_at, machine_at=SystemClock().now())
    outcome = course.take_in(story.house, found, story.now)
    assert outcome.recording is not None, outcome
    return Recording.objects.get(pk=outcome.recording)

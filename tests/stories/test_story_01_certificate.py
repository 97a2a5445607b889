"""REGISTER I.1: a caller hears the announcement in Swedish, books, hangs up; three months later
nothing opens, and a certificate says so that anybody can check."""

import re

import pytest

from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from tests.stories import complaints
from tests.stories.conftest import Story, moment, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_booked_in_swedish_is_unplayable_on_its_day_and_certified_a_week_later(
    story: Story,
) -> None:
    story.on("2026-11-24 10:07")
    call = story.call_in("019")
    # It is bound to what stood in force that day: the notice, and the announcement that was heard.
    said = told(story.desk("Emma", f"/calls/{call.pk}"))
    assert "ruotsi Häviää viimeistään 24.2.2027" in said
    assert "kuunneltavissa 16.2.2027 asti" in said
    assert "Ilmoitus kuultu kokonaan 10." in said
    assert "Seloste 2026-1" in said
    assert call.announcement_id == "announce.sv@1"

    # Somebody may listen until the last minute: she asks about her bill, and it is no complaint.
    story.on("2027-02-10 12:00")
    case = complaints.complain(story, "Emma", call)
    page = story.desk("Eila", "/holds")
    press(page, "Älä vahvista")
    press(page, "Kyllä, päätä pito")
    story.night()
    story.on("2027-02-16 23:50")
    assert "Litteraatti" in complaints.open_for(story, "Eila", call, case)
    page = story.desk("Eila", f"/calls/{call.pk}")
    assert "Litteraatti" in told(page)
    sound = f"/calls/{call.pk}/sound"
    assert page.request.get(f"{story.base}{sound}", headers={"Range": "bytes=0-99"}).status == 206

    # Midnight. The worker has not come yet, and the door is shut all the same.
    story.wait_until("2027-02-17 00:00")
    assert page.request.get(f"{story.base}{sound}", headers={"Range": "bytes=0-99"}).status == 410
    story.work()
    assert "Puhelu hävitettiin 17.2.2027" in told(story.desk("Eila", f"/calls/{call.pk}"))
    certificate = story.desk("Mauri", f"/certificates/{call.pk}")
    assert "viimeistään 24.2.2027" in told(certificate)
    assert attempt.attempt(story.house.vault, [RecordingId(call.pk)]).found == frozenset()
    in_the_ring = attempt.attempt(story.house.vault, [RecordingId(call.pk)], restore=story.restore)
    assert in_the_ring.found == {call.pk}

    # Until 24 February the copies of its key die, and then nobody has it.
    story.night(7)
    assert story.now >= moment("2027-02-24 00:00")
    tried = attempt.attempt(story.house.vault, [RecordingId(call.pk)], restore=story.restore)
    assert tried.opened
    assert tried.found == frozenset()
    page = story.desk("Mauri", f"/certificates/{call.pk}")
    said = told(page)
    assert "Todiste pitää" in said
    assert "Luvattu hävittää viimeistään 24.2.2027 klo 0.00.00" in said
    assert "Lupaus ei pitänyt" not in said
    with page.expect_download() as file:
        page.locator('a[href$=".cert?language=sv"]').click()
    text = file.value.path().read_text()
    key = re.search(r"Tämän talon avain: (\S+)", said)
    assert key
    checked = story.verified(text, key=key[1])
    assert (checked.status, [one["recordings"] for one in checked.verdicts]) == (
        0,
        [[str(call.pk)]],
    )

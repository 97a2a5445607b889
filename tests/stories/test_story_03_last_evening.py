"""REGISTER I.3: a complaint on the last evening before the cutoff keeps the call for its case, for
nobody else, and not a day longer than the case."""

import pytest

from talteen.register.models import Recording
from talteen.register.states import Lot
from tests.desk.browser.test_requests import clean
from tests.stories import complaints
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_complaint_on_the_last_evening_keeps_the_call_for_its_case_and_no_longer(
    story: Story,
) -> None:
    # A week in which the lot draws one call of twenty, and an analyst opens it.
    story.on("2026-11-22 12:00")
    story.on("2026-11-24 09:00")
    for _ in range(20):
        story.call_in("002", whole=False)
    story.on("2026-12-01 09:00")
    call = Recording.objects.get(lot=Lot.DRAWN.value)
    leena = story.desk("Leena", f"/calls/{call.pk}")
    leena.locator('input[value="service_quality"]').check()
    press(leena, "Avaa puhelu")
    assert "Litteraatti" in told(leena)

    # The last evening. The caller rings Jussi, and from his press on it opens for its case alone.
    story.on("2027-02-16 22:30")
    story.desk("Jussi", f"/calls/{call.pk}")
    clean(story.windows["Jussi"], "call-complaint")
    case = complaints.complain(story, "Jussi", call)
    assert "Sivua ei ole" in told(story.desk("Leena", f"/calls/{call.pk}"))
    story.night()
    assert list(Recording.objects.all()) == [call]

    # Four days later the register contact confirms it; until then one person's word kept it alive.
    story.on("2027-02-20 14:00")
    page = story.desk("Eila", "/holds")
    assert "Tallenne elää enää tämän pidon varassa" in told(page)
    complaints.confirm(story, case, until="2027-05-20")
    assert "Litteraatti" in complaints.open_for(story, "Riitta", call, case)

    # Day 140: the case is closed, and two persons let go of the call.
    story.on("2027-04-13 15:00")
    complaints.close(story, case)
    said = complaints.release(story, case, to="Kaisa Lehtovaara")
    assert "Hei Kaisa Lehtovaara" in said
    assert "Puhelu ei avaudu enää kenellekään 13.4.2027 alkaen." in said
    assert "on tuhottu viimeistään 20.4.2027" in said
    assert "Puhelua hävitetään" in told(story.desk("Riitta", f"/calls/{call.pk}"))
    story.work()
    ended = told(story.desk("Eila", f"/calls/{call.pk}"))
    assert "kuolee viimeistään 20.4.2027" in ended

    story.night(7)
    said = told(story.desk("Mauri", f"/certificates/{call.pk}"))
    assert "Todiste pitää" in said
    assert "Viimeinen kopio avaimesta tuhottu 20.4.2027" in said
    assert "Syy pito päättyi säilytysajan jälkeen" in said

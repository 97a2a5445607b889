"""The clock of the demo: whoever presses *the next due date* sees a promise kept."""

import pytest

from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_dies_on_the_way_to_a_date_dies_on_its_own_day(story: Story) -> None:
    """A leap would pass over the cutoff, and the certificate would say that a promise broke."""
    story.on("2026-11-24 09:00")
    call = story.call_in("019", whole=False)
    story.on("2027-02-12 09:00")  # the days before its cutoff, the 17th, are as in every story

    press(story.caller("/demo"), "Seuraava määräpäivä")
    assert "Talo elää yön kerrallaan. Vielä" in told(story.caller())
    story.arrive()

    said = told(story.desk("Mauri", f"/certificates/{call.pk}"))
    assert "Todiste pitää" in said
    assert "Lupaus ei pitänyt" not in said
    assert "Vielä" not in told(story.caller("/demo"))

"""REGISTER I.5: two complaints on one call, closed in either order."""

from datetime import date

import pytest

from talteen.register.models import Hold
from tests.stories import complaints
from tests.stories.conftest import Story, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_complaints_keep_one_call_until_the_last_is_closed_whichever_it_is(
    story: Story,
) -> None:
    story.on("2026-11-24 13:00")
    calls = [story.call_in("002", whole=False), story.call_in("002", whole=False)]
    story.on("2027-02-10 12:00")
    people = ("Jussi", "Tuomas")
    cases = [
        [complaints.complain(story, who, calls[0]) for who in people],
        [complaints.complained(story, who, calls[1]) for who in people],
    ]
    for case in cases[0]:
        complaints.confirm(story, case, until="2027-03-30")
    for case in cases[1]:
        complaints.confirmed(case, date(2027, 3, 30), story.now)
    story.on("2027-02-17 00:00")

    for call, (first, last) in zip(calls, (cases[0], cases[1][::-1]), strict=True):
        complaints.close(story, first)
        said = complaints.release(story, first)
        assert "Pito on purettu." in said
        assert "Lähetä tämä kirje" not in said  # the other hold keeps it: nothing to tell (13.8)
        story.work()
        assert "Litteraatti" in complaints.open_for(story, "Riitta", call, last)
        complaints.close(story, last)
        said = complaints.release(story, last)
        assert "24.2.2027" in said
        story.work()
        page = story.desk("Riitta", f"/calls/{call.pk}")
        assert "Puhelu hävitettiin 17.2.2027" in told(page)
    assert not Hold.objects.filter(state="active").exists()

"""What people do about a complaint, on the pages: it is said, confirmed, closed, and let go of."""

from datetime import date, datetime

from playwright.sync_api import Locator, Page

from talteen import course
from talteen.life.hold import complaint, provisional
from talteen.register.models import Hold, Recording, Staff
from tests.stories.conftest import Story, press, told


def complain(story: Story, name: str, call: Recording) -> str:
    """The person of this name says that the caller complains of ``call``; gives the case."""
    page = story.desk(name, f"/calls/{call.pk}")
    press(page, "Reklamaatio")
    assert "Merkitsit tämän reklamaatioksi. Puhelu on pidossa" in told(page)
    made = Hold.objects.filter(recording=call, opened_by__name__startswith=name)
    return made.latest("opened_at").case.reference


def confirm(story: Story, reference: str, *, until: str) -> None:
    """Eila makes the hold of one person a hold of two, to be looked at again on a day."""
    page = story.desk("Eila", "/holds")
    line = _line(page, reference)
    line.locator('input[name="review_on"]').fill(until)
    line.locator("button").filter(has_text="Vahvista pito").click()
    page.wait_for_load_state()
    assert f"{reference} reklamaatio" in told(page).split("Vahvistetut pidot")[1]


def complained(story: Story, name: str, call: Recording) -> str:
    """The same as ``complain`` by what its page does: once seen, it need not be pressed again."""
    row, by = Recording.objects.get(pk=call.pk), Staff.objects.get(name__startswith=name)
    complaint.mark_later(row, by, story.now)
    course.settle_complaints(story.house, story.now)
    return Hold.objects.filter(recording=call, opened_by=by).latest("opened_at").case.reference


def confirmed(reference: str, until: date, now: datetime) -> None:
    """The same as ``confirm``."""
    hold = Hold.objects.get(case__reference=reference)
    provisional.confirm(hold.pk, Staff.objects.get(name__startswith="Eila"), until, now)


def close(story: Story, reference: str) -> None:
    """Riitta has dealt with the case: she says so, which proposes the release of its hold."""
    page = story.desk("Riitta", "/holds")
    line = _line(page, reference)
    line.locator("summary").click()
    line.locator("button").filter(has_text="Tapaus on päättynyt").click()
    page.wait_for_load_state()


def release(story: Story, reference: str, *, to: str = "") -> str:
    """Eila lets go of the hold that Riitta proposed to release; what the page says then."""
    page = story.desk("Eila", "/holds")
    _line(page, reference).locator("a").filter(has_text="Pura pito").click()
    page.wait_for_load_state()
    if to:
        page.fill('[name="name"]', to)
    press(page, "Kyllä, pura pito")
    return told(page)


def open_for(story: Story, name: str, call: Recording, reference: str) -> str:
    """Somebody opens ``call`` for a case; what the page says then."""
    page = story.desk(name, f"/calls/{call.pk}/purpose")
    page.locator('input[value="rights_of_parties"]').check()
    page.select_option("#asia", reference)
    press(page, "Avaa puhelu")
    return told(page)


def _line(page: Page, reference: str) -> Locator:
    """The hold of this case in the list."""
    named = page.get_by_text(reference, exact=True)
    return page.locator(".hold-list > li").filter(has=named)

"""REGISTER I.7: a caller asks for erasure while the agent's own request for a copy of the same call
is open: the copy is served first, then two erase, and the confirmation comes when it is proved."""

import pytest

from talteen.register.models import Recording
from tests.stories import answering
from tests.stories.answering import unhurried  # noqa: F401  (the fixture)
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANNA, CALLER = "Anna Salmela", "Kaisa Lehtovaara"


def test_an_erasure_waits_until_the_agent_has_their_copy_and_is_then_proved(story: Story) -> None:
    story.on("2026-11-24 10:30")
    call = story.call_in("001", whole=False)
    hers = asked_by_the_agent(story, call)
    story.on("2026-11-26 09:00")
    number = answering.number_of(story, call)
    erasure = answering.ask(story, "erasure", call, who=CALLER, number=number)
    path = answering.found(story, "Eila", erasure)
    page = story.desk("Eila")
    answering.identified(page, "koodi numeroon ja varausnumero")
    answering.prepared(page, "erasure_decided.granted")

    # The agent has asked first: nobody can erase it from under her.
    waits = "tallessa toisen asian vuoksi"
    assert waits in told(answering.decided(story, "Ilkka", path))
    copy = served(story, call, hers)
    assert copy["calls"][0]["transcript"]["turns"]
    assert waits in told(answering.decided(story, "Ilkka", path))

    # Once her days with it are over, two may; and her copy does not outlive the call.
    story.on("2026-12-10 09:30")
    assert waits not in told(answering.decided(story, "Ilkka", path))
    assert "Puhelua hävitetään" in told(story.desk("Eila", f"/calls/{call.pk}"))
    letter = told(answering.follow(story, erasure))
    assert "Puhelu 1 ei enää avaudu kenellekään" in letter
    assert "häviävät viimeistään 17.12.2026" in letter
    assert answering.follow(story, hers).locator("#package").count() == 0

    story.night(7)
    assert_proved(story, erasure, call)


def assert_proved(story: Story, erasure: answering.Asked, call: Recording) -> None:
    """The confirmation came by itself, and its certificate holds wherever it is checked."""
    page = answering.follow(story, erasure)
    assert "Puhelusi on poistettu" in told(page)
    assert "tuhottiin 16.12.2026" in told(page)
    with page.expect_download() as got:
        press(page, "Hävittämistodistus")
    key = str(story.house.log.signer.key)
    (verdict,) = story.verified(got.value.path().read_text(), key=key).verdicts
    assert verdict["holds"]
    assert verdict["promise_kept"]
    assert verdict["recordings"] == [str(call.pk)]
    assert (verdict["outlived_a_hold"], verdict["delivered_copies"]) == (1, 1)


def asked_by_the_agent(story: Story, call: Recording) -> answering.Asked:
    """Anna asks for her own calls from the page of the call that has just ended."""
    page = story.desk("Anna", f"/requests/new?call={call.pk}")
    page.locator('input[name="right"][value="access"]').check()
    page.fill("#name", ANNA)
    press(page, "Kirjaa pyyntö")
    reference = page.locator(".facts .num").first.inner_text()
    code = page.locator(".facts .mono").inner_text()
    story.work()
    return answering.Asked(ANNA, reference, code)


def served(story: Story, call: Recording, asked: answering.Asked) -> dict[str, object]:
    """Her copy: read by two, decided by two, fetched with two codes."""
    path = answering.found(story, "Eila", asked)
    page = story.desk("Eila")
    page.fill("#how", "on töissä täällä, oma puhelu")
    press(page, "Henkilö on varmistettu")
    press(page, "Puhelut ovat tiedossa, jatka")
    answering.read_by_two(story, call, asked, "Eila", "Ilkka")
    page = story.desk("Eila", path)
    package = answering.packed(page)
    answering.prepared(page, "access_cover.granted")
    answering.decided(story, "Ilkka", path)
    return answering.fetched(answering.follow(story, asked), package)

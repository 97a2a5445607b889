"""The agent's strip against a real node that records a call of a foreign client."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from talteen import course, wiring
from talteen.engine.vault.journals import Journals
from talteen.life.capture.console import Client as Asker
from talteen.life.capture.models import ComplaintMark, Promise
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, Recording, Staff
from tests.desk.conftest import Desk
from tests.kit import livings
from tests.kit.livings import AGENT, OTHER, Living
from tests.kit.processes import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def living(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    """A house of this minute, its node, and screens that find both."""
    with livings.living(home, tmp_path) as made:
        monkeypatch.setattr(wiring, "house", lambda: made.built.house)
        yield made


def at_desk(code: str) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(Staff.objects.get(code=code))
    return client


def read(client: Client, path: str = "/my-call") -> str:
    return client.get(path).content.decode()


def press(client: Client, what: str, **hidden: str) -> str:
    """Find the form on the page and send it, as a browser without script does."""
    found = re.search(rf'action="(/my-call/[0-9a-f-]+/{what})"', read(client))
    assert found, f"no {what} here"
    return client.post(found[1], hidden, follow=True).content.decode()


def running(living: Living) -> list[dict[str, object]]:
    with Asker(living.node.folder.path) as asker:
        return list(asker.calls()["calls"])


def test_an_agent_pauses_and_goes_on_and_the_page_says_what_the_node_says(living: Living) -> None:
    agent = at_desk(AGENT)
    with living.call():
        assert "Tallentaa" in read(agent)

        paused = press(agent, "pause")
        assert "Tallennus on keskeytetty." in paused
        assert "Jatkuu itsestään" in paused
        assert running(living)[0]["state"] == "paused"

        assert "Tallennus jatkuu." in press(agent, "resume")
        assert running(living)[0]["state"] == "recording"


def test_a_refusal_asks_once_and_leaves_nothing_not_even_a_complaint(living: Living) -> None:
    agent = at_desk(AGENT)
    with living.call():
        press(agent, "complaint")
        (call,) = running(living)
        asked = read(agent, f"/my-call?refusal={call['recording']}")
        assert "Kieltäytyikö soittaja?" in asked

        done = agent.post(f"/my-call/{call['recording']}/refusal", follow=True).content.decode()
        assert "Soittaja kieltäytyi." in done
        until(lambda: not running(living), within_s=60)
        assert "Mitään ei jäänyt." in read(agent)
    living.carried()

    assert Journals(living.node.folder.journals).recordings() == set()
    assert Promise.objects.get().outcome in ("refused", "refused_at_prompt")
    assert not Recording.objects.exists()
    assert not ComplaintMark.objects.exists()
    assert not Case.objects.exists()


def test_another_agent_sees_no_call_and_can_do_nothing_to_it(living: Living) -> None:
    other = at_desk(OTHER)
    with living.call():
        (call,) = running(living)
        assert "Sinulla ei ole puhelua" in read(other)
        for what in ("pause", "refusal", "threat", "complaint"):
            said = other.post(f"/my-call/{call['recording']}/{what}", follow=True).content.decode()
            assert "ei ole sinun" in said

        (still,) = running(living)
        assert (still["state"], still["threat"]) == ("recording", False)
        assert not ComplaintMark.objects.exists()


def test_a_complaint_becomes_a_case_when_the_call_is_sealed(living: Living) -> None:
    agent = at_desk(AGENT)
    with living.call(seconds=6) as ends:
        said = press(agent, "complaint")
        assert "Kun puhelu on sinetöity, siitä avataan tapaus" in said
        assert "Reklamaatio merkitty" in said
        ends()
    living.carried()
    assert not Case.objects.exists()

    (mark,) = ComplaintMark.objects.all()
    course.receive.run(recording=mark.call)
    living.carried()

    case = Case.objects.get()
    assert list(case.recordings.all()) == [Recording.objects.get(pk=mark.call)]
    assert case.opened_by.code == AGENT
    hold = Hold.objects.get()
    assert (hold.state, hold.approved_by) == ("active", None)
    assert "Pidossa" in read(agent)
    roles = {person.role for person in case.people.all()}
    assert roles == {Role.COMPLAINT_HANDLER.value, Role.REGISTER_CONTACT.value}
    assert not ComplaintMark.objects.exists()


def test_a_threat_marked_before_the_refusal_keeps_the_call_shut(living: Living) -> None:
    agent = at_desk(AGENT)
    with living.call(seconds=8) as ends:
        assert "Uhkaus merkitty" in press(agent, "threat")
        (call,) = running(living)
        assert call["threat"] is True
        said = agent.post(f"/my-call/{call['recording']}/refusal", follow=True).content.decode()
        assert "kaksi henkilöä päättää" in said
        ends()
    living.carried()

    (promise,) = Promise.objects.all()
    assert promise.outcome == "captured"
    assert promise.recording is not None
    course.receive.run(recording=promise.recording)
    assert Promise.objects.get().outcome == "parked"


def test_who_was_called_is_recorded_from_when_the_agent_said_that_they_had_been_told(
    living: Living,
) -> None:
    agent = at_desk(AGENT)
    with living.placed(seconds=20) as ends:
        until(lambda: "Odottaa ilmoitusta" in read(agent))
        page = read(agent)
        assert "Hei, täällä" in page  # the script, with the agent's own name
        assert "Tallenne ei ole sopimus" in page  # 6.4: what is sold is confirmed in writing
        assert "{" not in page.split("<blockquote", 1)[1].split("</blockquote>", 1)[0]
        assert Journals(living.node.folder.journals).recordings() == set()

        said = press(agent, "told", language="fi")
        assert "Kerroit tallennuksesta, ja tallennus alkoi." in said
        assert "Kerroin tallennuksesta" not in said
        assert running(living)[0]["state"] == "recording"
        ends()
    living.carried()

    promise = Promise.objects.get()
    assert promise.outcome == "captured"
    assert promise.recording is not None
    course.receive.run(recording=promise.recording)
    row = Recording.objects.get()
    assert (row.direction, row.announcement_id) == ("outbound", "outbound_agent.fi@1")


def test_of_a_private_call_and_of_a_voicemail_nothing_is_left_but_a_count(living: Living) -> None:
    agent = at_desk(AGENT)
    with living.call(seconds=6):
        (call,) = running(living)
        asked = read(agent, f"/my-call?private={call['recording']}")
        assert "Onko tämä yksityispuhelusi?" in asked
        assert running(living)[0]["state"] == "recording"  # asking destroys nothing
        said = agent.post(f"/my-call/{call['recording']}/private", follow=True).content.decode()
        assert "sitä ei tallenneta, eikä siitä jää mitään" in said
        until(lambda: not running(living), within_s=60)
    with living.placed():
        until(lambda: "Vastaaja vastasi" in read(agent))
        said = press(agent, "voicemail")
        assert "Vastaajaan jätettyä viestiä ei tallenneta." in said
        until(lambda: not running(living), within_s=60)
    living.carried()

    assert Journals(living.node.folder.journals).recordings() == set()
    assert {one.outcome for one in Promise.objects.all()} == {"private", "voicemail"}
    assert not Recording.objects.exists()


def test_the_strip_is_the_agents_and_without_a_node_it_says_what_to_do(desk: Desk) -> None:
    said = desk.client(Role.AGENT).get("/my-call").content.decode()
    assert "Tallennin ei vastaa" in said
    assert "Kerro päivystäjälle" in said
    assert desk.client(Role.TEAM_LEADER).get("/my-call").status_code == 403
    assert desk.client(Role.ADMIN).get("/my-call/part").status_code == 403
    assert desk.client().get("/my-call")["Location"].startswith("/sign-in")


def test_a_press_without_a_node_changes_nothing_and_says_so(desk: Desk) -> None:
    agent = desk.client(Role.AGENT)
    call = "0197a000-0000-7000-8000-000000000000"

    said = agent.post(f"/my-call/{call}/pause", follow=True).content.decode()

    assert "Tallennin ei vastannut." in said
    assert agent.get(f"/my-call/{call}/pause").status_code == 405
    assert agent.post(f"/my-call/{call}/erase").status_code == 404

"""Evaluating beside the player: whole or sent back, read, disputed, outliving the call unnamed."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.test import Client

from talteen import course
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.use.quality import calibrated, evaluating, published, remarks
from talteen.life.use.quality.form import POINTS
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import AccessEntry, Recording, Staff
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import as_person, drawn, read

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Soittaja Lahtinen suuttui hinnasta"


def answers(**others: str) -> dict[str, str]:
    """All of the hotel form at its best, but for ``others`` (a hyphen is written as _)."""
    form = {f"q-{one.id}": str(POINTS) for one in published.shipped("hotel").questions}
    return {**form, "form": "hotel", **{key.replace("_", "-"): v for key, v in others.items()}}


def opened(desk: Desk, role: Role, call: Recording) -> Client:
    client = desk.client(role)
    form = {"purpose": Purpose.SERVICE_QUALITY.value}
    assert client.post(f"/calls/{call.pk}/open", form).status_code == 302
    return client


def sent(client: Client, call: Recording, form: Mapping[str, str]) -> tuple[int, str]:
    answer = client.post(f"/calls/{call.pk}/evaluate", form)
    return answer.status_code, answer.content.decode()


def own(call: Recording, what: str, **form: str) -> str:
    (first,) = Evaluation.objects.exclude(state="second")
    path = f"/evaluations/{first.pk}/answer"
    client = as_person(call.agent)
    return client.post(path, {"what": what, **form}, follow=True).content.decode()


def test_an_evaluation_is_given_disputed_decided_and_outlives_its_call_without_naming_it(
    desk: Desk,
) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leena = opened(desk, Role.QUALITY_ANALYST, call)
    assert "Hotellivaraus puhelimessa" in read(leena, f"/calls/{call.pk}")

    # What is missing comes back marked, with everything else kept; nothing is stored.
    low = answers(q_greeting="2", r_hold=SECRET, at_hold="12345")
    status, said = sent(leena, call, {k: v for k, v in low.items() if k != "q-farewell"})
    assert status == 422
    assert "2 kohtaa puuttuu" in said
    assert said.count("Perustele näin matala arvio.") == 1
    assert said.count("Vastaa tähän.") == 1
    assert SECRET in said
    assert 'name="q-greeting" value="2" checked' in said
    assert not Evaluation.objects.exists()

    given = {**low, "r-greeting": "Nimi jäi sanomatta", "q-repeated": "1"}
    assert sent(leena, call, given)[0] == 302
    assert sent(leena, call, given)[0] == 409, "once"
    assert AccessEntry.objects.filter(action="evaluate", recording=call.pk).exists()
    assert "arvioit tämän" in read(leena)

    # The agent reads all of it, and disputes one question.
    page = read(as_person(call.agent))
    assert "1 uusi arviointi" in page
    assert SECRET in page
    assert "0:12" in page
    assert "Valitse kysymys" in own(call, "dispute", why="Kyllä toistin")
    assert "Toinen henkilö arvioi" in own(call, "dispute", why="Kyllä toistin", question="repeated")
    assert "Mikään ei muuttunut" in own(call, "acknowledge")

    Staff.objects.filter(role=Role.TEAM_LEADER.value).update(team=call.agent.team)
    # The second evaluator sees neither answers nor remarks of the first.
    tuomas = opened(desk, Role.TEAM_LEADER, call)
    blind = read(tuomas, f"/calls/{call.pk}")
    assert "ensimmäisiä vastauksia et näe" in blind
    assert SECRET not in blind
    form = blind[blind.index('class="stack evaluation"') :]
    assert "checked" not in form[: form.index("</form>")]
    assert sent(tuomas, call, answers())[0] == 302
    decided = read(as_person(call.agent))
    assert "Toinen arviointi on tehty" in decided
    assert "Tulos 100 %" in decided
    changed = calibrated.overturned(published.current("hotel"))
    assert changed == {"repeated": calibrated.Overturned(disputed=1, changed=1)}

    # The words die with the key, the link with the row; the answers stay.
    vault = desk.built.house.vault
    kept = door.open_for_step(vault, RecordingId(call.pk), Step.DRILL, desk.now)
    assert SECRET in str(remarks.of(kept))
    desk.built.clock.at = call.cutoff_at + timedelta(minutes=30)
    course.sweep(desk.built.house, desk.now)

    assert not Recording.objects.filter(pk=call.pk).exists()
    assert not EvaluatedCall.objects.exists()
    rows = list(Evaluation.objects.values())
    assert len(rows) == 2
    for row in rows:
        said = str(row)
        assert call.pk.hex not in said.replace("-", "")
        assert SECRET not in said
        assert str(call.day) not in said
    after = read(as_person(call.agent))
    assert "Puhelu on hävinnyt" in after
    assert "Tulos 100 %" in after
    assert SECRET not in after


def test_otso_neither_evaluates_nor_answers_for_another(desk: Desk) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leena = opened(desk, Role.QUALITY_ANALYST, call)
    sent(leena, call, answers())
    (row,) = Evaluation.objects.all()

    for role in (Role.TEAM_LEADER, Role.ADMIN, Role.DPO):
        client = desk.client(role)
        assert sent(client, call, answers())[0] == 403, "without a grant"
        assert client.post(f"/evaluations/{row.pk}/answer", {}).status_code == 403
    stranger = as_person(other_agent(call))
    said = stranger.post(f"/evaluations/{row.pk}/answer", follow=True).content.decode()
    assert "Mikään ei muuttunut" in said
    assert Evaluation.objects.get().state == "given"

    assert evaluating.end(row.ends_on - timedelta(days=1)) == 0
    evaluating.end(row.ends_on)
    assert not Evaluation.objects.exists()
    assert Recording.objects.filter(pk=call.pk).exists()


def other_agent(call: Recording) -> Staff:
    return Staff.objects.filter(role=Role.AGENT.value).exclude(pk=call.agent_id)[0]

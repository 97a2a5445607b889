"""``talteen holds``: what disputes hold, and who is waited for."""

from uuid import uuid4

import pytest

from talteen.desk.commands import holds as command
from talteen.life.hold import rules
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold
from tests.desk.commands.test_cli_ledger import house as house
from tests.desk.conftest import Desk
from tests.desk.recordings.test_complaining import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_more_is_named_by_its_id_and_the_officer_is_waited_for(
    house: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, contact = house.call("008"), house.call("001"), Role.REGISTER_CONTACT
    press(house.reader(contact), first)
    case = Case.objects.get(kind="complaint")
    monkeypatch.setattr(rules, "MANY_CALLS", 1)

    assert command.holds() == 0
    assert capsys.readouterr().out.split() == [case.reference, "1", "calls"]
    page, eila = f"/holds/cases/{case.pk}/hold", house.client(contact)
    refused = eila.post(page, {"ids": f"{second.pk} {uuid4()}"})
    assert refused.status_code == 422
    assert str(second.pk) in refused.content.decode()  # what was typed is kept
    assert eila.post(page, {"ids": "7"}).status_code == 422
    assert eila.post(page, {"ids": f"{second.pk}\n{first.pk}"}).status_code == 302
    assert Hold.objects.filter(case=case, opened_by=house.reader(contact)).count() == 2
    assert Hold.objects.filter(case=case, provisional_until=None).count() == 0
    assert command.holds() == 1
    assert "2 calls, waits for the data protection officer" in capsys.readouterr().out

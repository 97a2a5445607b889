"""``talteen holds``: what disputes hold, who is waited for, and one more call by its id."""

from uuid import uuid4

import pytest

from talteen.desk.commands import holds as command
from talteen.errors import InputError
from talteen.life.hold import rules
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold
from tests.desk.conftest import Desk
from tests.desk.test_cli_ledger import house as house
from tests.desk.test_complaining import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_more_is_named_by_its_id_and_the_officer_is_waited_for(
    house: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, contact = house.call("008"), house.call("001"), Role.REGISTER_CONTACT
    press(house.reader(contact), first)
    case, by = Case.objects.get(kind="complaint"), house.reader(contact).code
    monkeypatch.setattr(rules, "MANY_CALLS", 1)

    assert command.holds() == 0
    assert capsys.readouterr().out.split() == [case.reference, "1", "calls"]
    for reference, calls, code in (
        (case.reference, [], by),
        (case.reference, [uuid4()], by),
        ("X-1", [second.pk], by),
        (case.reference, [second.pk], "nobody"),
    ):
        with pytest.raises(InputError):
            command.add(reference, *calls, by=code)
    command.add(case.reference, second.pk, first.pk, by=by)
    assert capsys.readouterr().out.startswith("1 held for")
    assert Hold.objects.filter(case=case, provisional_until=None).count() == 0
    assert command.holds() == 1
    assert "2 calls, waits for the data protection officer" in capsys.readouterr().out

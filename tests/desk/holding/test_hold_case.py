"""The page of a dispute: its calls are named, many of them wait for the officer, two decide
(13.7, 13.12)."""

import pytest

from talteen.life.hold import rules
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold
from tests.desk.conftest import Desk
from tests.desk.recordings.test_complaining import press
from tests.desk.rights.test_requests_page import second_contact

pytestmark = pytest.mark.django_db(transaction=True)


def test_more_calls_are_named_the_officer_speaks_and_another_confirms(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MANY_CALLS", 1)
    first, second = desk.call("008"), desk.call("001")
    contact, officer = desk.reader(Role.REGISTER_CONTACT), desk.client(Role.DPO)
    other = second_contact(desk)
    press(contact, first)
    case = Case.objects.get(kind="complaint")
    path, eila = f"/holds/cases/{case.pk}", desk.client(Role.REGISTER_CONTACT)
    assert path in eila.get("/holds").content.decode()
    assert officer.post(f"{path}/hold", {"call": str(second.pk)}).status_code == 403

    days = {"first": str(second.day), "last": str(second.day)}
    found = eila.post(f"{path}/find", {**days, "line": second.line_id}).content.decode()
    assert str(second.pk) in found
    assert "checked" not in found.split(str(second.pk))[1].split(">")[0]  # nobody ticked it yet
    none = eila.post(f"{path}/hold", {**days, "line": second.line_id})
    assert none.status_code == 422  # a line is not held as such
    page = none.content.decode()
    assert "ainakin yksi puhelu on merkitty" in page
    assert f'value="{second.day}"' in page  # where they looked is kept
    assert eila.post(f"{path}/hold", {"call": str(second.pk)}).status_code == 302
    assert "pitää 2 puhelua" in eila.get(path).content.decode()

    confirm = {"review_on": str(desk.now.date().replace(day=28))}
    own = eila.post(f"{path}/confirm", confirm)
    assert (own.status_code, "Teit odottavat pidot itse" in own.content.decode()) == (403, True)
    assert other.post(f"{path}/confirm", confirm).status_code == 409
    assert "odottaa lausuntoasi" in officer.get("/").content.decode()
    said = {"stand": "on_terms", "text": "Toisen puhelun vieras peitetään."}
    lacking = officer.post(f"{path}/opinion", {"text": "Kanta puuttuu."})
    assert lacking.status_code == 422
    assert "Kanta puuttuu." in lacking.content.decode()
    assert officer.post(f"{path}/opinion", said).status_code == 302
    page = other.get(path).content.decode()
    assert "puoltaa ehdoin" in page
    assert "Miten tietosuojavastaavan ehdot täyttyvät" in page
    assert other.post(f"{path}/confirm", confirm).status_code == 422
    answered = {**confirm, "against": "Peitetään ennen avaamista."}
    assert other.post(f"{path}/confirm", answered).status_code == 302

    assert not Hold.objects.exclude(provisional_until=None).exists()
    again = other.post(f"{path}/confirm", confirm)
    assert again.status_code == 409
    assert "Yksikään pito ei odota vahvistusta" in again.content.decode()
    assert "Peitetään ennen avaamista." in officer.get(path).content.decode()
    assert desk.client(Role.COMPLAINT_HANDLER).get(path).status_code == 200
    assert desk.client(Role.AGENT).get(path).status_code == 403

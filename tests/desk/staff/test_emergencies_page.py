"""What the page of broken glass says to whom (17.4)."""

import pytest

from talteen.notice.purposes import Role
from talteen.register.emergency_models import Emergency
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, WAITS = "/emergencies", "Pyyntö odottaa toista henkilöä tunnin"


def test_a_wish_waits_only_until_the_second_person_has_answered(desk: Desk) -> None:
    call = desk.call("001")
    admin, contact = desk.client(Role.ADMIN), desk.client(Role.REGISTER_CONTACT)
    asked = admin.post(PAGE, {"call": str(call.pk), "why": "Puhelu avautui väärästä asiasta."})
    assert asked.status_code == 302
    assert WAITS in read(admin, PAGE)

    contact.post(f"{PAGE}/{Emergency.objects.get().pk}/approve")

    assert WAITS not in read(admin, PAGE)
    assert "Avaa puhelu" in read(admin, PAGE)

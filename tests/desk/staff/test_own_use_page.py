"""One's own openings: a call is named while it lives, and not a moment longer."""

import pytest

from talteen.ids import RecordingId
from talteen.notice.purposes import Role
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read
from tests.kit import houses

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dead_call_is_named_in_no_line_of_ones_openings(desk: Desk) -> None:
    call = desk.call("008")
    case = desk.case(call)
    eila = desk.client(Role.REGISTER_CONTACT)
    rights = {"purpose": "rights_of_parties", "case": case.reference}
    assert eila.post(f"/calls/{call.pk}/open", rights).status_code == 302
    assert f'href="/calls/{call.pk}"' in read(eila, "/my-use")

    houses.erase(desk.built, RecordingId(call.pk))

    said = read(eila, "/my-use")
    assert "Puhelu on hävinnyt" in said
    assert case.reference in said, "the line itself stays"
    assert str(call.pk) not in said
    assert str(call.pk)[:8] not in said

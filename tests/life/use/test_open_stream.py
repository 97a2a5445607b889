"""An open player stops when its call dies elsewhere (keys-review 17)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course
from talteen.demo import cast
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.rules import Reason
from talteen.life.seal.memory import Memory
from talteen.life.use import listen
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.models import Case, CaseRecording, Staff
from talteen.register.staff.people import SignIn
from tests.kit import houses

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BLOCK = 32 * 1024


def test_open_stream_stops_after_erasure_on_other_node(tmp_path: Path) -> None:
    """The node that plays has its pages in memory; the next range is refused all the same."""
    built = houses.build(tmp_path / "house", born_at=BORN)
    call = RecordingId(built.take_in(houses.spoken("022", NEWEST)).recording)
    course.roll(built.house, built.clock.now())
    now, plays_here = built.clock.now(), built.house.vault
    erases_there = replace(plays_here, _memory=Memory())
    handler = cast.first_of(Role.COMPLAINT_HANDLER)
    case = Case.objects.create(
        reference="R-2026-001", kind="complaint", opened_at=now, opened_by=handler
    )
    case.people.set([handler])
    CaseRecording.objects.create(case=case, recording_id=call)
    grant = access.grant(
        handler,
        Purpose.RIGHTS_OF_PARTIES,
        call,
        case=case.reference,
        sign_in=SignIn.DEMO,
        at=now,
    )
    assert b"".join(listen.open_view(plays_here, grant, now).read(0, BLOCK))

    one, other = Staff.objects.filter(is_active=True)[:2]
    destroy.erase(erases_there, call, Reason.REQUEST, decided_by=one, approved_by=other, now=now)

    with pytest.raises(NoLongerOpens):
        listen.open_view(plays_here, grant, now)

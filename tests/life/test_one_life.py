"""One call lives its whole life: handed in, sealed, opened for a case, destroyed on its day,
certified."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.demo import cast
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.seal.acts import What
from talteen.life.use import listen
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, ledger
from talteen.register.access import Closed
from talteen.register.models import Recording
from talteen.register.people import SignIn
from tests.kit import builders, houses

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_call_is_sealed_opened_for_its_case_and_destroyed_with_a_certificate(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("001", TODAY))
    assert outcome.what is What.RECORDED
    recording = RecordingId(outcome.recording)
    eila = cast.first_of(Role.REGISTER_CONTACT)
    row = Recording.objects.get(pk=recording)
    case = builders.case(eila, calls=(row,), opened_at=built.clock.now())

    grant = access.grant(
        eila,
        Purpose.RIGHTS_OF_PARTIES,
        recording,
        case=case.reference,
        sign_in=SignIn.DEMO,
        at=built.clock.now(),
    )
    wav = listen.open_view(built.house.vault, grant, built.clock.now())
    assert b"".join(wav.read(0, 1 << 16))[:4] == b"RIFF"

    built.clock.at = row.cutoff_at + timedelta(minutes=30)
    swept = course.sweep(built.house, built.clock.now())

    assert swept.destroyed == 1
    with pytest.raises(Closed):
        access.grant(
            eila,
            Purpose.RIGHTS_OF_PARTIES,
            recording,
            case=case.reference,
            sign_in=SignIn.DEMO,
            at=built.clock.now(),
        )
    built.clock.at = row.due_at
    course.sweep(built.house, built.clock.now())

    gone = Destruction.objects.get(pk=recording)
    assert gone.backup_dead_at <= row.due_at
    assert ledger.certificate_text(built.house.log, bytes(gone.certificate_leaf))
    tried = attempt.attempt(built.house.vault, [recording], restore=built.restore)
    assert tried.files > 2
    assert not tried.found
    assert not any(Kind) or not list(built.house.vault.blobs.keys("blobs/"))

"""The sweep holds what people have asked for before it ends anything, and nothing of it stops the
end of the rest (I13, decision 230)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.answer import intake
from talteen.life.answer.intake import Asked, Taking, Via
from talteen.life.answer.models import RequestPaper
from talteen.life.destroy.models import Destruction
from talteen.notice.rights import Right
from talteen.register.models import Hold, Recording
from tests.kit import houses
from tests.kit.flipped import flipped
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def asks(built: Built, call: RecordingId, now: datetime) -> RequestPaper:
    """Whoever called asks for it, on the public page; what they wrote, sealed."""
    row = Recording.objects.get(pk=call)
    number = built.house.vault.entry(call, now).number
    asked = Asked(number=number, day=helsinki_date(row.started_at).isoformat())
    taking = Taking((Right.ACCESS,), Via.PORTAL, "fi", now, asked)
    taken = intake.receive(built.house.vault, taking, now)
    return taken.request.papers.get(kind="asked")


def test_who_asked_before_the_cutoff_keeps_the_call_though_the_sweep_comes_after_it(
    tmp_path: Path,
) -> None:
    built = houses.build(tmp_path / "house", born_at=BORN)
    kept, other = (
        RecordingId(built.take_in(houses.spoken(name, NEWEST)).recording) for name in ("001", "022")
    )
    course.roll(built.house, built.clock.now())
    cutoffs = Recording.objects.filter(pk__in=[kept, other]).values_list("cutoff_at", flat=True)
    built.clock.at = min(cutoffs) - timedelta(seconds=5)
    asks(built, kept, built.clock.at)
    unreadable = asks(built, other, built.clock.at)
    unreadable.sealed = flipped(bytes(unreadable.sealed))
    unreadable.save()

    built.clock.at = max(cutoffs) + timedelta(hours=3)  # the worker was down
    course.sweep(built.house, built.clock.at)

    assert Hold.objects.get().recording_id == kept
    assert built.house.vault.entry(kept, built.clock.at).dek
    assert set(Destruction.objects.values_list("recording", flat=True)) == {other}

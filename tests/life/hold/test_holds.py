"""A hold keeps a call for one case, narrows it from activation on, and ends with two persons
(13.6-13.9)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course, ids
from talteen.demo import cast
from talteen.errors import Conflict, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.capture.acts import TWIN
from talteen.life.capture.models import Promise
from talteen.life.destroy import acts as destroy
from talteen.life.hold import acts as hold
from talteen.life.hold import complaint
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.notice.purposes import Role
from talteen.register.log import ledger, ledger_kinds
from talteen.register.models import Case, Hold, Recording
from tests.kit import builders, houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def held_call(home: Path) -> tuple[Built, RecordingId, Hold]:
    """A house in which one call is held for a complaint."""
    built = houses.build(home, born_at=BORN)
    recording = RecordingId(built.take_in(houses.spoken("008", TODAY)).recording)
    course.roll(built.house, built.clock.now())
    placed = hold.place(built.house.vault, recording, placing(built, recording), built.clock.now())
    return built, recording, placed


def placing(built: Built, recording: RecordingId) -> Placing:
    handler, contact = cast.first_of(Role.COMPLAINT_HANDLER), cast.first_of(Role.REGISTER_CONTACT)
    row = Recording.objects.get(pk=recording)
    case = builders.case(handler, contact, calls=(row,), opened_at=built.clock.now())
    return Placing(
        case=case,
        ground=Ground.COMPLAINT,
        people=[handler],
        review_on=built.clock.now().date() + timedelta(days=30),
        opened_by=handler,
        approved_by=contact,
    )


def test_a_held_recording_outlives_its_due_date_and_dies_when_its_hold_is_released(
    home: Path,
) -> None:
    built, recording, placed = held_call(home)
    row = Recording.objects.get(pk=recording)
    built.clock.at = row.due_at + timedelta(days=10)

    course.sweep(built.house, built.clock.now())
    assert built.house.vault.entry(recording, built.clock.now()).dek

    contact, second = cast.person("r01"), cast.person("r02")
    destroy.release(
        built.house.vault,
        placed,
        proposed_by=contact,
        approved_by=second,
        now=built.clock.now(),
    )
    with pytest.raises(NoLongerOpens):
        built.house.vault.entry(recording, built.clock.now())
    assert not Recording.objects.exists()


def test_a_hold_is_told_in_the_ledger_when_it_comes_into_force(home: Path) -> None:
    _, recording, placed = held_call(home)

    (told,) = ledger.find(ledger_kinds.HoldPlaced, recording=recording)

    assert told.entered.entry.hold == placed.pk  # type: ignore[union-attr]
    assert placed.state == "active"


def test_after_the_cutoff_it_is_too_late_for_a_hold(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    recording = RecordingId(built.take_in(houses.spoken("008", TODAY)).recording)
    built.clock.at = Recording.objects.get(pk=recording).cutoff_at

    with pytest.raises(NoLongerOpens, match="too late"):
        hold.place(built.house.vault, recording, placing(built, recording), built.clock.now())


def test_nobody_releases_the_hold_that_they_proposed_to_release(home: Path) -> None:
    built, _, placed = held_call(home)
    contact = cast.person("r01")

    with pytest.raises(Conflict, match="own proposal"):
        destroy.release(
            built.house.vault,
            placed,
            proposed_by=contact,
            approved_by=contact,
            now=built.clock.now(),
        )


def test_a_held_recording_is_not_erased(home: Path) -> None:
    built, recording, _ = held_call(home)

    with pytest.raises(Conflict, match="held"):
        destroy.erase(
            built.house.vault,
            recording,
            destroy.Reason.REQUEST,
            decided_by=cast.person("r01"),
            approved_by=cast.person("r02"),
            now=built.clock.now(),
        )


def test_an_erasure_by_two_persons_ends_a_call_before_its_time(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    recording = RecordingId(built.take_in(houses.spoken("001", TODAY)).recording)
    course.roll(built.house, built.clock.now())

    destroy.erase(
        built.house.vault,
        recording,
        destroy.Reason.REQUEST,
        decided_by=cast.person("r01"),
        approved_by=cast.person("r02"),
        now=built.clock.now(),
    )
    course.sweep(built.house, built.clock.now())

    with pytest.raises(NoLongerOpens):
        built.house.vault.entry(recording, built.clock.now())
    assert not list(built.house.vault.blobs.keys("blobs/"))


def test_a_complaint_about_a_call_that_another_node_recorded_is_about_that_recording(
    home: Path,
) -> None:
    built = houses.build(home, born_at=BORN)
    recorded = built.take_in(houses.spoken("008", TODAY)).recording
    twin, now = RecordingId(ids.new()), built.clock.now()
    complaint.mark(twin, cast.first_of(Role.AGENT), now)
    Promise.objects.create(
        mac=built.house.vault.origin_mac(twin.bytes),
        arrived_at=now,
        day=now.date(),
        outcome=TWIN,
        recording=recorded,
        keep_until=now + timedelta(days=1),
    )

    (reference,) = complaint.settle(built.house.vault, now, held_for=timedelta(days=7))

    case = Case.objects.get(reference=reference)
    assert [row.pk for row in case.recordings.all()] == [recorded]
    assert not complaint.marked(twin)

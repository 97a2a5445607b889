"""A small house that holds one long call, sealed by the ordinary import, with its words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talteen import course
from talteen.demo import cast, material
from talteen.ids import RecordingId
from talteen.life.transcribe import indexing
from talteen.notice.purposes import Role
from talteen.register.models import Case, Recording
from talteen.wiring import House
from tests.kit import builders, hours, houses, transcripts

TODAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hour:
    """The call and the case in which it may be heard."""

    house: House
    call: Recording
    case: Case

    @property
    def id(self) -> RecordingId:
        return RecordingId(self.call.pk)


def taken_in(house: House, folder: Path, length_ms: int = hours.HOUR_MS) -> Hour:
    """The call as ``house`` keeps it, which is what follows the announcement, with its words beside
    it and in the index of its day: no machine listens for an hour. The telephone system leaves it
    in ``folder``.
    """
    now = house.now()
    spoken = hours.call(folder, now - timedelta(milliseconds=length_ms), length_ms)
    outcome = course.take_in(house, material.drop(spoken, house.config.home / "drop"), now)
    assert outcome.recording is not None, outcome
    call = Recording.objects.get(pk=outcome.recording)
    course.roll(house, now)
    told = hours.transcript(call.length_ms, length_ms)
    transcripts.write(house.vault, RecordingId(call.pk), told, now)
    indexing.index_one(house.vault, house.shards, RecordingId(call.pk), now)
    eila, riitta = (cast.first_of(r) for r in (Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER))
    return Hour(house, call, builders.case(eila, riitta, calls=(call,), opened_at=now))


def build(home: Path, folder: Path, length_ms: int = hours.HOUR_MS) -> Hour:
    """A house of its own for it."""
    built = houses.build(home, born_at=TODAY - timedelta(days=9))
    built.clock.at = TODAY
    return taken_in(built.house, folder, length_ms)

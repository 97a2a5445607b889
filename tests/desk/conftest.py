"""A real house behind the screens: founded, with people and calls, on the test database.

The house is built once a test where calls are needed; ``desk`` alone has people and a notice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from talteen import course, wiring
from talteen.demo import cast
from talteen.desk.page.visit import SIGN_IN
from talteen.ids import RecordingId
from talteen.life.use.reach import Reader
from talteen.notice.purposes import Role
from talteen.register.models import Case, Recording
from talteen.register.staff.people import SignIn
from tests.kit import builders, houses, transcripts
from tests.kit.houses import Built

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The screens of a house, and those who sit at them."""

    built: Built

    @property
    def now(self) -> datetime:
        return self.built.clock.now()

    def reader(self, role: Role) -> Reader:
        """The first of the cast in this role."""
        return cast.first_of(role)

    def client(self, role: Role | None = None, sign_in: SignIn = SignIn.DEMO) -> Client:
        """A browser without script, signed in as somebody of the cast; in Finnish."""
        client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
        if role is not None:
            client.force_login(self.reader(role))
            session = client.session
            session[SIGN_IN] = sign_in.value
            session.save()
        return client

    def call(self, name: str, *, whole: bool = False) -> Recording:
        """One spoken call, taken in and sealed; its beginning, or the ``whole`` of it."""
        outcome = self.built.take_in(houses.spoken(name, TODAY, whole=whole))
        assert outcome.recording is not None
        return Recording.objects.get(pk=outcome.recording)

    def transcribed(self, call: Recording, name: str = "001") -> None:
        """``call``, the spoken one of that ``name``, has its words, as the machine would have
        written them, after the roll that gives its day a key of its own."""
        house = self.built.house
        course.roll(house, self.now)
        said = transcripts.of_call(name, call)
        transcripts.write(house.vault, RecordingId(call.pk), said, self.now)
        course.tend_index(house, self.now)

    def case(self, *calls: Recording) -> Case:
        """A complaint about these calls, of the complaint handler and the register contact."""
        people = (self.reader(Role.COMPLAINT_HANDLER), self.reader(Role.REGISTER_CONTACT))
        return builders.case(*people, calls=calls, opened_at=self.now)


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A founded house whose notice is in force; its clock stands until a test moves it."""
    built = houses.build(home, born_at=BORN)
    monkeypatch.setattr(wiring, "house", lambda: built.house)
    return Desk(built)

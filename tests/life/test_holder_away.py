"""A key holder is away: calls are recorded, nothing opens or dies that needs it, people are told;
it comes back, and what waited is done (DESIGN 16, "Capture goes on").
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import config, course, keyholders, wiring
from talteen.engine.vault.holders import HolderSealed, NoReaper
from talteen.engine.vault.holders.health import Condition
from talteen.ids import RecordingId
from talteen.life.capture.note import About
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.models import RollRecord
from talteen.oversight import holders, key_alarms
from talteen.oversight.holders import Health, Place
from talteen.oversight.keys import Kind
from talteen.register.database import jobs
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.states import Progress
from tests.kit import houses, livings
from tests.kit.hearing_engine import Says
from tests.kit.keyrings import Places
from tests.kit.keyrings.bao import Bao

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def server(keyring: Callable[[str], Places]) -> Iterator[Bao]:
    made = keyring("openbao")
    assert isinstance(made, Bao)
    yield made
    made.unseal()


def found(place: Place) -> Health:
    return next(one for one in holders.states() if one.place is place)


def alarms() -> set[str]:
    return {row.subject for row in OutgoingMessage.objects.filter(key__startswith="holder")}


def test_with_its_live_holder_sealed_a_house_records_opens_nothing_and_catches_up(
    home: Path, tmp_path: Path, server: Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = server.setting(tmp_path).toml
    with livings.living(home, tmp_path, settings=settings) as living:
        built, house = living.built, living.built.house
        # What is said in these calls is nothing to this: no model is loaded.
        monkeypatch.setattr(wiring, "house", lambda: replace(house, speech=Says))
        earlier = RecordingId(built.take_in(houses.spoken("001", built.clock.now())).recording)
        course.roll(house, built.clock.now())
        n = house.vault.row().n

        with living.call(seconds=4) as ends:
            server.seal()
            house.vault.forget()
            began = built.clock.now()
            for minutes in range(7):
                with pytest.raises(HolderSealed):
                    course.sweep(house, began + minutes * MINUTE)
            ends()

        assert len([note for note in living.node.notes() if note.about is About.ENDED]) == 1
        with pytest.raises(HolderSealed, match="unseal"):
            door.open_for_step(house.vault, earlier, Step.TRANSCRIBE, built.clock.now())
        with pytest.raises(HolderSealed):
            course.roll(house, built.clock.now())
        assert house.vault.row().n == n
        assert found(Place.LIVE).condition is Condition.SEALED
        assert found(Place.LIVE).since == began
        assert alarms() == {"Talteen: avaimenhaltija ei palvele"}

        server.unseal()
        built.clock.at = max(datetime.now(UTC), began + 8 * MINUTE)
        course.sweep(house, built.clock.now())
        jobs.drain()

        assert found(Place.LIVE).condition is Condition.ANSWERS
        assert "Talteen: avaimenhaltija palvelee taas" in alarms()
        later = Recording.objects.exclude(pk=earlier).get()
        assert later.progress == Progress.SEALED.value
        course.roll(house, built.clock.now())
        for recording in (earlier, RecordingId(later.pk)):
            assert door.open_for_step(house.vault, recording, Step.TRANSCRIBE, built.clock.now())


def test_with_its_ring_away_a_house_destroys_unbacked_and_tells_so(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    gone = Recording.objects.get(pk=built.take_in(houses.spoken("001", TODAY)).recording)
    course.sweep(built.house, built.clock.now())
    place = built.house.config.paths.keys_ring
    away = place.rename(home / "unplugged")

    built.clock.at = gone.cutoff_at + timedelta(minutes=30)
    swept = course.sweep(built.house, built.clock.now())

    assert swept.destroyed == 1
    assert newest().backup_name == ""
    assert found(Place.RING).condition is Condition.AWAY
    assert found(Place.LIVE).condition is Condition.ANSWERS
    built.clock.at += 6 * MINUTE
    course.sweep(built.house, built.clock.now())
    assert {one.kind for one in key_alarms.standing()} >= {Kind.RING_AWAY, Kind.ROLL_UNBACKED}
    told = OutgoingMessage.objects.filter(key__startswith="keys:").values_list("body", flat=True)
    assert any("Varmuusavainten säilytin ei vastaa" in body for body in told)
    assert alarms() == set()

    away.rename(place)
    built.clock.at += 6 * MINUTE
    course.roll(built.house, built.clock.now())
    course.sweep(built.house, built.clock.now())
    assert newest().backup_name in built.house.vault.backup.names()
    assert found(Place.RING).condition is Condition.ANSWERS
    # The dates of death that could not be told are told now.
    assert set(built.house.vault.backup.deaths()) == built.house.vault.backup.names() - {
        newest().backup_name
    }
    built.clock.at = gone.due_at
    assert course.sweep(built.house, built.clock.now()).certified == 1


def test_a_certificate_waits_for_a_reaper_on_another_machine(
    home: Path, tmp_path: Path, server: Bao
) -> None:
    setting = server.setting(tmp_path)
    lines = setting.toml.splitlines()
    kept = [line for line in lines if not line.startswith("reaper_credential_file")]
    (home / "talteen.toml").write_text("\n".join(kept))
    built = houses.build(home, born_at=BORN)
    assert isinstance(built.house.reaper, NoReaper)
    gone = Recording.objects.get(pk=built.take_in(houses.spoken("001", TODAY)).recording)
    course.sweep(built.house, built.clock.now())
    built.clock.at = gone.cutoff_at + timedelta(minutes=30)
    assert course.sweep(built.house, built.clock.now()).destroyed == 1

    built.clock.at = gone.due_at
    assert course.sweep(built.house, built.clock.now()).certified == 0

    (home / "talteen.toml").write_text(setting.toml)
    assert keyholders.reaper(config.load(home)).reap(gone.due_at)
    assert course.sweep(built.house, built.clock.now()).certified == 1


def newest() -> RollRecord:
    return RollRecord.objects.latest("n")

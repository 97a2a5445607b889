"""A whole house on the test database: founded, its notice published, its people hired. All of it
real."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talteen import config as configs
from talteen import course, founding, keyholders, wiring
from talteen.clock import MovableClock, SystemClock
from talteen.config import Config
from talteen.demo import days, material
from talteen.demo.material import SpokenCall
from talteen.engine.vault.holders import RestoreHolder
from talteen.engine.vault.holders.credential import Share
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.rules import Reason
from talteen.life.seal.acts import Outcome
from talteen.register.models import Staff
from talteen.wiring import House
from tests.kit import remembered, shortened, sounds

EXAMPLE = material.root() / material.REGISTER
"""The register of a house that names no other."""


@dataclass(frozen=True, slots=True)
class Built:
    """A house, its clock, and where its telephone system drops calls."""

    house: House
    clock: MovableClock
    drop: Path
    shares: tuple[Share, Share]
    restore_secret: Path | None = None
    """What a restore brings beside the shares, where the ring is a service."""

    @property
    def restore(self) -> RestoreHolder:
        """The ring, opened by two persons."""
        return keyholders.restore(self.house.config, *self.shares, self.restore_secret)

    def take_in(self, call: SpokenCall) -> Outcome:
        """Hand one spoken call in at the moment at which it ends."""
        at = max(call.ends_at, self.clock.now())
        self.clock.at = at
        with sounds.once():
            return course.take_in(self.house, material.drop(call, self.drop), at)


def build(
    home: Path,
    *,
    born_at: datetime,
    register: Path | None = None,
    restore_secret: Path | None = None,
    anew: bool = False,
) -> Built:
    """A demo house that was born at ``born_at`` and lives one day later, so that its notice is in
    force. ``anew``: how a house is founded has been changed by the test."""
    config = configs.load(home)
    if register is None and not anew:
        shares = remembered.laid(config, born_at, lambda: _founded(config, born_at, EXAMPLE))
    else:
        shares = _founded(config, born_at, register or EXAMPLE)
    clock = MovableClock(born_at + timedelta(days=1))
    house = wiring.build(config, clock=clock)
    return Built(house, clock, home / "drop", shares, restore_secret)


def _founded(config: Config, born_at: datetime, register: Path) -> tuple[Share, Share]:
    made = founding.prepare(config, register)
    days.found(config, at=born_at, machine_at=SystemClock().now())
    return made.shares


def of_now(home: Path) -> Built:
    """A house that lives now, so that a call of this minute is of today."""
    now = datetime.now(UTC)
    made = build(home, born_at=now - timedelta(days=30))
    made.clock.at = now
    return made


def spoken(name: str, day: datetime, *, whole: bool = False) -> SpokenCall:
    """The spoken call that begins with ``name``, on the calendar of ``day`` as the newest day.

    A call in which nothing but its end happens is cut short some seconds after its announcement,
    unless its ``whole`` is asked for: sealing sound is what a house's tests spend most of a core
    on.
    """
    found = next(c for c in material.calls(day.date()) if c.name.startswith(name))
    return found if whole else shortened.cut(found)


def recorded(built: Built, name: str, day: datetime) -> RecordingId:
    """The recording that the spoken call ``name`` of ``day`` has become."""
    outcome = built.take_in(spoken(name, day))
    assert outcome.recording is not None
    return RecordingId(outcome.recording)


def erase(built: Built, recording: RecordingId) -> None:
    """Two persons grant a request for erasure, and the house sweeps."""
    one, other = Staff.objects.filter(is_active=True)[:2]
    now = built.clock.now()
    destroy.erase(
        built.house.vault, recording, Reason.REQUEST, decided_by=one, approved_by=other, now=now
    )
    course.sweep(built.house, now)

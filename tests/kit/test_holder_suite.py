"""The contract suite of key holders can fail: each planted fault is found by the test of its duty.

The faults are those of real services: a deletion that waits, a key that is made again on the quiet,
a reaper that is too good.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.file import (
    FileBackupHolder,
    FileLiveHolder,
    FileReaper,
    open_live,
    open_restore,
)
from talteen.errors import KeyGone, TalteenError
from tests.kit.keyrings.files import SECRET
from tests.kit.suites.holders import BackupHolderSuite, LiveHolderSuite

FOUND = (AssertionError, pytest.fail.Exception, TalteenError)


@dataclass(frozen=True, slots=True)
class Keeps(FileLiveHolder):
    """Says that it destroyed, and did not."""

    def destroy(self, name: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class HidesOnly(FileLiveHolder):
    """Takes the name off its list, and opens all the same: a deletion that waits."""

    def destroy(self, name: str) -> None:
        path = self.folder / f"{name}.key"
        if path.exists():
            path.rename(path.with_suffix(".hidden"))

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        hidden = self.folder / f"{name}.hidden"
        if hidden.exists():
            hidden.rename(hidden.with_suffix(".key"))
        return FileLiveHolder.unwrap(self, name, wrapped)


@dataclass(frozen=True, slots=True)
class MakesWhatItLacks(FileLiveHolder):
    """Makes a key on the quiet when it is asked to lock by one that is gone."""

    def wrap(self, name: str, key: bytes) -> bytes:
        try:
            return FileLiveHolder.wrap(self, name, key)
        except KeyGone:
            self.create(name)
            return FileLiveHolder.wrap(self, name, key)


@dataclass(frozen=True, slots=True)
class Replaces(FileLiveHolder):
    """Makes a key of a name that is taken."""

    def create(self, name: str) -> None:
        self.destroy(name)
        FileLiveHolder.create(self, name)


@dataclass(frozen=True, slots=True)
class OneKey(FileLiveHolder):
    """Uses one key under every name."""

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return FileLiveHolder.unwrap(self, "live-1-a", wrapped)


@dataclass(frozen=True, slots=True)
class Forgets(FileLiveHolder):
    """Names nothing."""

    def names(self) -> frozenset[str]:
        return frozenset()


LIVE = LiveHolderSuite()
LIVE_FAULTS = [
    (Keeps, LIVE.test_destroy_is_final_on_all_nodes),
    (HidesOnly, LIVE.test_destroy_is_final_on_all_nodes),
    (MakesWhatItLacks, LIVE.test_destroy_is_final_on_all_nodes),
    (Keeps, LIVE.test_a_new_key_of_an_old_name_opens_nothing_old),
    (Replaces, LIVE.test_a_key_is_never_replaced),
    (OneKey, LIVE.test_another_generation_opens_nothing),
    (Forgets, LIVE.test_it_names_what_exists),
]


@pytest.mark.parametrize(
    ("fault", "duty"), LIVE_FAULTS, ids=[f"{f.__name__}-{d.__name__}" for f, d in LIVE_FAULTS]
)
def test_a_live_holder_with_a_fault_is_found(
    fault: type[FileLiveHolder], duty: Callable[[FileLiveHolder], None], tmp_path: Path
) -> None:
    whole = open_live(tmp_path / "whole", SECRET, cost=2**4)
    duty(whole)
    held = open_live(tmp_path / "keys", SECRET, cost=2**4)

    with pytest.raises(FOUND):
        duty(fault(held.folder, held.declared, held._sealing))


@dataclass(frozen=True, slots=True)
class MovesLater(FileBackupHolder):
    """Takes any date."""

    def schedule_death(self, name: str, at: datetime) -> None:
        (self.folder / f"{name}.dies").unlink(missing_ok=True)
        FileBackupHolder.schedule_death(self, name, at)


@dataclass(frozen=True, slots=True)
class DatesTheDead(FileBackupHolder):
    """Keeps dates of keys that are gone."""

    def deaths(self) -> Mapping[str, datetime]:
        return {path.stem: datetime.now(UTC) for path in self.folder.glob("*.dies")}

    def schedule_death(self, name: str, at: datetime) -> None:
        (self.folder / f"{name}.dies").write_text("946684800000")


@dataclass(frozen=True, slots=True)
class MadeAgain(FileBackupHolder):
    """Makes a key of a name that is taken."""

    def create(self, name: str) -> None:
        (self.folder / f"{name}.key").unlink(missing_ok=True)
        FileBackupHolder.create(self, name)


@dataclass(frozen=True, slots=True)
class TooGood(FileReaper):
    """Deletes whatever has no date, too."""

    def reap(self, now: datetime) -> tuple[str, ...]:
        for path in self.folder.glob("*.key"):
            if not path.with_suffix(".dies").exists():
                path.with_suffix(".dies").write_text("946684800000")
        return FileReaper.reap(self, now)


@dataclass(frozen=True, slots=True)
class Early(FileReaper):
    """Goes by a clock that is ahead."""

    def reap(self, now: datetime) -> tuple[str, ...]:
        return FileReaper.reap(self, now + timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Dead(FileReaper):
    """Deletes nothing, and says so."""

    def reap(self, now: datetime) -> tuple[str, ...]:
        return ()


RING = BackupHolderSuite()


@pytest.mark.parametrize(
    ("backup", "duty"),
    [
        (MovesLater, "test_a_death_moves_earlier_never_later"),
        (DatesTheDead, "test_a_death_of_a_dead_key_is_no_error"),
        (MadeAgain, "test_a_key_is_never_replaced"),
    ],
)
def test_a_ring_with_a_fault_is_found(
    backup: type[FileBackupHolder], duty: str, tmp_path: Path
) -> None:
    with pytest.raises(FOUND):
        _ring_duty(duty, tmp_path, backup=backup)


@pytest.mark.parametrize(
    ("reaper", "duty"),
    [
        (TooGood, "test_a_key_without_a_date_lives"),
        (Early, "test_reaper_alone"),
        (Dead, "test_reaper_alone"),
    ],
)
def test_a_reaper_with_a_fault_is_found(
    reaper: type[FileReaper], duty: str, tmp_path: Path
) -> None:
    with pytest.raises(FOUND):
        _ring_duty(duty, tmp_path, reaper=reaper)


def _ring_duty(
    duty: str,
    folder: Path,
    *,
    backup: type[FileBackupHolder] = FileBackupHolder,
    reaper: type[FileReaper] = FileReaper,
) -> None:
    """Run a duty of the ring with one of its parties replaced; without a fault it must hold."""
    made = credential.make_restore_credential()
    whole, place = folder / "whole", folder / "ring"
    for at, parts in ((whole, (FileBackupHolder, FileReaper)), (place, (backup, reaper))):
        at.mkdir()
        has = {
            "backup": parts[0](at, made.public),
            "reaper": parts[1](at),
            "restore": open_restore(at, *made.shares),
        }
        method = getattr(RING, duty)
        try:
            method(**{name: has[name] for name in method.__annotations__ if name in has})
        except FOUND:
            assert at == place, "the duty must hold where there is no fault"
            raise

"""File holders in folders."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.file import (
    FileBackupHolder,
    FileLiveHolder,
    FileReaper,
    open_live,
    open_restore,
)
from tests.kit.keyrings import Ring, Setting

SECRET = b"correct horse battery staple"


@dataclass(frozen=True, slots=True)
class FilePlaces:
    """Places below ``folder``."""

    folder: Path

    def live(self) -> Callable[[], FileLiveHolder]:
        place = self.folder / uuid4().hex
        return lambda: open_live(place, SECRET, cost=2**4)

    def ring(self, made: RestoreCredential) -> Ring:
        place = self.folder / uuid4().hex
        place.mkdir()
        backup = FileBackupHolder(place, made.public)
        return Ring(backup, FileReaper(place), open_restore(place, *made.shares))

    def setting(self, folder: Path) -> Setting:
        return Setting("")


@contextmanager
def places(folder: Path) -> Iterator[FilePlaces]:
    """Below ``folder``."""
    yield FilePlaces(folder)

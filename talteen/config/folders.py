"""The folders of a house, and which of them may lie in which."""

from dataclasses import dataclass
from pathlib import Path

from talteen.config.sections import PathsSection
from talteen.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of a house, absolute. None of them need exist yet."""

    state: Path
    blobs: Path
    keys_live: Path
    keys_ring: Path
    keys_restore: Path
    register: Path
    """register.toml and its texts.

    Always in the house: it is the law of it, not a matter of disks.
    """

    @property
    def run(self) -> Path:
        """Locks, sockets, passwords: what belongs to this machine and this start."""
        return self.state / "run"

    @property
    def words(self) -> Path:
        """What makes the word lists quick to open: derived, the same for every call."""
        return self.run / "words"

    @property
    def index(self) -> Path:
        """Word shards: derived, per node, never backed up."""
        return self.state / "index"

    @property
    def log(self) -> Path:
        """Log files, where no journal of the system takes them."""
        return self.state / "log"


def placed(section: PathsSection, home: Path) -> Paths:
    """Absolute paths; key folders that a copy of the data would take along are refused."""
    at = {name: (home / path.expanduser()).resolve() for name, path in section}
    for key in ("keys_live", "keys_ring", "keys_restore"):
        for other, path in at.items():
            if other != key and (at[key].is_relative_to(path) or path.is_relative_to(at[key])):
                raise ConfigError(
                    f"paths.{key}: shares a folder with paths.{other}",
                    remedy="write a folder of its own: a copy of the data must never hold a key",
                )
    return Paths(**at, register=home / "register")

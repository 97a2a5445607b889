"""What a running node is told of its house: a file, read again whenever it has changed."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from talteen.errors import ConfigError
from talteen.life.capture import node_log as log
from talteen.life.capture.house_file import HouseFile
from talteen.life.capture.parties import OwnSide


@dataclass(slots=True)
class Rule:
    """The rules of the house as they are now, and what belongs to it."""

    path: Path
    own: OwnSide
    file: HouseFile = field(init=False)
    _seen: float = 0.0

    def __post_init__(self) -> None:
        self.file = HouseFile.read(self.path)
        self._seen = self.path.stat().st_mtime

    def look(self) -> bool:
        """Read the file again if it is another one; gives whether it was. One that cannot be read
        is said, and the node goes on with what it knew: calls run on it."""
        with contextlib.suppress(OSError):
            seen = self.path.stat().st_mtime
            if seen == self._seen:
                return False
            self._seen = seen
            try:
                self.file = HouseFile.read(self.path)
            except ConfigError as error:
                log.error("house_file.unreadable", reason=error.slug)
                return False
            return True
        return False

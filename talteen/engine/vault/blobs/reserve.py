"""Room to destroy on a full disk: intake stops at a reserve, and a ballast file is given up last.

Forgetting writes too: a roll file, a few pages, a commit. So intake ends while there is still
``reserve_bytes`` free, and if others filled the disk, the ballast goes and leaves its room to the
roll (measured: on a full ext4 even a DELETE fails).
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from talteen.errors import DiskFull

RESERVE_BYTES = 512 * 1024 * 1024
BALLAST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve of the disk that holds ``folder``."""

    folder: Path
    reserve_bytes: int = RESERVE_BYTES
    ballast_bytes: int = BALLAST_BYTES

    @property
    def _ballast(self) -> Path:
        return self.folder / ".ballast"

    def admit(self) -> None:
        """Raise DiskFull where the reserve is reached: nothing new is taken in."""
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < self.reserve_bytes:
            raise DiskFull(
                "the disk reserve is reached: nothing new is taken in, destruction goes on",
                remedy="make room on the disk of paths.blobs",
            )

    def fill(self) -> bool:
        """Set the ballast up again, if there is room for it and for the reserve; whether it
        stands.
        """
        disk = os.statvfs(self.folder)
        free = disk.f_bavail * disk.f_frsize
        if self._ballast.exists() or free < self.reserve_bytes + self.ballast_bytes:
            return self._ballast.exists()
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self.ballast_bytes)
            os.fsync(file.fileno())
        return True

    def make_room(self) -> bool:
        """Free the ballast where hardly anything else is free; whether it was freed now.

        Keys, roll file and rows may all lie on this disk, so it is done before the first of them.
        """
        disk = os.statvfs(self.folder)
        full = disk.f_bavail * disk.f_frsize < self.ballast_bytes // 4
        return full and self.give_up()

    def give_up(self) -> bool:
        """Free the ballast so that a roll has room; whether there was one."""
        with contextlib.suppress(FileNotFoundError):
            self._ballast.unlink()
            return True
        return False

"""Room on the disks of a house. The reserve of the blobs is the line at which intake stops."""

import os
from dataclasses import dataclass
from pathlib import Path

from talteen.config import Config
from talteen.engine.vault.blobs.reserve import BALLAST_BYTES, RESERVE_BYTES
from talteen.operations.findings import Finding, doubtful, well, wrong

LEAST_BYTES = 64 << 20
"""On a disk that holds keys or rows: a roll and its commit need some megabytes."""
_ENOUGH = 4
"""So many times the least is no cause to act yet."""
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Disk:
    """One folder and the disk under it."""

    name: str
    folder: Path
    least_bytes: int
    """Below this much free, what it is for stops."""

    @property
    def room(self) -> tuple[int, int]:
        """Bytes that are free for us, and bytes in all. OSError where the folder is not there."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize


def disks(config: Config, reserve_bytes: int = RESERVE_BYTES) -> list[Disk]:
    """Those of this house, one for each folder that the settings place."""
    paths = config.paths
    return [
        Disk("blobs", paths.blobs, reserve_bytes + BALLAST_BYTES),
        Disk("state", paths.state, LEAST_BYTES),
        Disk("keys_live", paths.keys_live, LEAST_BYTES),
        Disk("keys_ring", paths.keys_ring, LEAST_BYTES),
    ]


def look(disk: Disk) -> Finding:
    """How much room is left on it."""
    name = f"disk:{disk.name}"
    try:
        free, whole = disk.room
    except OSError:
        # Where keys lie in a service, or the machine has another role, there is no such folder.
        return well(name, f"paths.{disk.name} is not on this machine")
    says = f"{free // _MIB} MiB free of {whole // _MIB} below paths.{disk.name}"
    remedy = f"make room on the disk of {disk.folder}, or move paths.{disk.name} to a larger one"
    if free < disk.least_bytes:
        return wrong(name, says, remedy, free_bytes=free)
    if free < _ENOUGH * disk.least_bytes:
        return doubtful(name, says, remedy, free_bytes=free)
    return well(name, says, free_bytes=free)

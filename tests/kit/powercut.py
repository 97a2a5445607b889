"""A power cut for a folder: what nobody flushed is gone, names as well as bytes.

A disk keeps what ``fsync`` has answered for, and need not keep anything else (POSIX). So every
flush of this process is watched: a file has the bytes of its own last flush, a folder the names of
its last one. ``cut`` makes the folder what such a disk would show at the next start.
"""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.kit.processes import Progress, killed_at

Names = dict[str, int]


@dataclass(slots=True)
class Disk:
    """What of ``folder`` would survive now. What stands there at the beginning does."""

    folder: Path
    files: dict[int, bytes] = field(default_factory=dict)
    """By inode: the bytes at its last flush."""
    folders: dict[int, Names] = field(default_factory=dict)
    """By inode: the names at its last flush."""

    def __post_init__(self) -> None:
        for place, _, names in os.walk(self.folder):
            self._keep_folder(Path(place))
            for name in names:
                self._keep_file(Path(place, name))

    def flushed(self, file: int) -> None:
        """Note what the flush of this descriptor has made last."""
        at = Path(f"/proc/self/fd/{file}")
        if at.readlink().is_relative_to(self.folder):
            keep = self._keep_folder if stat.S_ISDIR(os.fstat(file).st_mode) else self._keep_file
            keep(at)

    def cut(self) -> None:
        """The folder as the next start finds it."""
        top = self.folder.stat().st_ino
        for child in self.folder.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        self._lay(self.folder, top)

    def _lay(self, place: Path, inode: int) -> None:
        for name, of in self.folders.get(inode, {}).items():
            if of in self.folders:
                (place / name).mkdir(mode=0o700)
                self._lay(place / name, of)
            else:
                (place / name).write_bytes(self.files.get(of, b""))

    def _keep_folder(self, place: Path) -> None:
        with os.scandir(place) as found:
            names = {one.name: one.inode() for one in found}
        self.folders[place.stat().st_ino] = names

    def _keep_file(self, place: Path) -> None:
        self.files[place.stat().st_ino] = place.read_bytes()


def cut_at(step: str, folder: Path, act: Callable[[Progress], object]) -> bool:
    """Run ``act`` in a process; when ``step`` has become durable, the power of ``folder`` fails.

    The database is another machine's: it keeps what it has committed. Whether it came that far.
    """

    def watched(progress: Progress) -> None:
        disk, flush = Disk(folder), os.fsync

        def fsync(file: int) -> None:
            flush(file)
            disk.flushed(file)

        os.fsync = fsync  # type: ignore[assignment]  # this process ends with the act

        def told(done: str) -> None:
            if done == step:
                disk.cut()
            progress(done)

        act(told)

    return killed_at(step, watched)

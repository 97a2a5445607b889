"""A real disk that is small enough to be full: a file system in memory, of a size of one's own."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_BLOCK = 64 * 1024


@contextlib.contextmanager
def small(at: Path, megabytes: int) -> Iterator[Path]:
    """A disk of so many megabytes, mounted ``at``. Skips where this user may not mount."""
    at.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(at)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system: a full disk cannot be made")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def fill(disk: Path) -> Path:
    """Somebody else takes the last byte; gives the file that holds it all."""
    path = disk / "somebody-elses"
    with path.open("ab", buffering=0) as file:
        for block in (bytes(_BLOCK), bytes(4096), bytes(1)):
            with contextlib.suppress(OSError):
                while True:
                    file.write(block)
    return path

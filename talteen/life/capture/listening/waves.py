"""The sound of the house's prompts at the node: a WAV file an announcement, by its key.

An announcement's sound is no personal data. Old versions stay beside the new ones: whoever shares
sentences with a newer version is told apart from it by sounding even more like itself.
"""

import os
from pathlib import Path

SUFFIX = ".wav"


def keys(folder: Path) -> frozenset[str]:
    """The announcements whose sound is here."""
    return frozenset(path.stem for path in folder.glob(f"*{SUFFIX}"))


def write(folder: Path, key: str, wave: bytes) -> None:
    """Put the sound of ``key`` here, whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{key}.{os.getpid()}"
    unfinished.write_bytes(wave)
    unfinished.rename(folder / f"{key}{SUFFIX}")

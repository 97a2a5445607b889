"""The marker hunt: is a planted word, number or key still readable anywhere below a folder?

Every file is read as bytes, whatever it calls itself, and its name with it: database files and WAL,
roll files, blobs, index shards, logs, sockets' neighbours, temporary leftovers. A marker is looked
for as it is, and in the spellings in which programs like to hide things: hex, base64 at every
alignment, UTF-16.
"""

import base64
import mmap
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sighting:
    """A marker that survived, and where."""

    marker: str
    spelling: str
    path: Path


def hunt(folder: Path, markers: Mapping[str, bytes]) -> list[Sighting]:
    """Every sighting of ``markers`` (name -> bytes, at least 6 of them) in the files below
    ``folder``."""
    spelled = {name: dict(_spellings(marker)) for name, marker in markers.items()}
    return [
        Sighting(name, spelling, path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.stat().st_size
        for name, spellings in spelled.items()
        for spelling in _found(path, spellings)
    ] + [
        Sighting(name, "in a file's name", path)
        for path in sorted(folder.rglob("*"))
        for name, marker in markers.items()
        if marker in os.fsencode(path.name)
    ]


def _found(path: Path, spellings: Mapping[str, bytes]) -> Iterator[str]:
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for spelling, wanted in spellings.items():
            if content.find(wanted) >= 0:
                yield spelling


def _spellings(marker: bytes) -> Iterator[tuple[str, bytes]]:
    if len(marker) < 6:
        raise ValueError("a marker of fewer than six bytes is found by chance")
    yield "as it is", marker
    yield "hex", marker.hex().encode()
    for shift in range(3):
        # The part that does not depend on what stands before and after the marker.
        whole = base64.b64encode(bytes(shift) + marker)
        inner = whole[4 if shift else 0 : -4]
        if len(inner) >= 8:
            yield f"base64+{shift}", inner
    try:
        yield "utf-16", marker.decode().encode("utf-16-le")
    except UnicodeDecodeError:
        return

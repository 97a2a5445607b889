"""The marker hunt: is a word, number or key still readable anywhere below a folder?

Every file is read as bytes, whatever it calls itself, and its name with it: database files and WAL,
roll files, blobs, index shards, logs, dumps, a browser's profile, temporary leftovers. A marker is
looked for as it is, and in the spellings in which programs like to hide things: hex in both cases,
base64 and its URL form at every alignment, UTF-16 in both orders.
"""

import base64
import mmap
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHORTEST = 6
"""A marker of fewer bytes is found by chance."""
_BLOCK = 8 << 20

Spelled = Mapping[str, Mapping[str, bytes]]
"""For each marker by name: its spellings by name."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A marker that survived, and where."""

    marker: str
    spelling: str
    place: str


@dataclass(slots=True)
class Hunted:
    """What a hunt has read so far, and what it has met."""

    files: int = 0
    size_bytes: int = 0
    unread: list[str] = field(default_factory=list)
    """Files that this user may not read: they prove nothing."""
    sightings: list[Sighting] = field(default_factory=list)


def spelled(markers: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Every spelling of each of ``markers`` (name -> at least SHORTEST bytes)."""
    return {name: dict(spellings(marker)) for name, marker in markers.items()}


def hunt(folder: Path, markers: Mapping[str, bytes]) -> list[Sighting]:
    """Every sighting of ``markers`` in the files below ``folder``, and in their names."""
    hunted = Hunted()
    in_folder(folder, spelled(markers), hunted)
    return hunted.sightings


def in_folder(
    folder: Path,
    wanted: Spelled,
    hunted: Hunted,
    *,
    leave_out: Callable[[Path], bool] = lambda _: False,
) -> None:
    """Hunt in everything below ``folder`` that is a file; links are not followed."""
    for path in _files(folder):
        if leave_out(path):
            continue
        hunted.sightings += _in_name(path, wanted)
        _in_file(path, wanted, hunted)


def in_blocks(place: str, blocks: Iterable[bytes], wanted: Spelled, hunted: Hunted) -> None:
    """Hunt in something that is no file, block by block: an object of a bucket, say."""
    longest = max((len(one) for some in wanted.values() for one in some.values()), default=1)
    seen: set[tuple[str, str]] = set()
    tail = b""
    for block in blocks:
        content = tail + block
        for name, spelling in _met(content, wanted):
            if (name, spelling) not in seen:
                seen.add((name, spelling))
                hunted.sightings.append(Sighting(name, spelling, place))
        hunted.size_bytes += len(block)
        tail = content[-(longest - 1) :] if longest > 1 else b""
    hunted.files += 1


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _in_name(path: Path, wanted: Spelled) -> Iterator[Sighting]:
    name = os.fsencode(path.name)
    for marker, some in wanted.items():
        for spelling, form in some.items():
            if form in name:
                yield Sighting(marker, f"{spelling}, in a file's name", str(path))


def _in_file(path: Path, wanted: Spelled, hunted: Hunted) -> None:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    for name, spelling in _met(content, wanted):
                        hunted.sightings.append(Sighting(name, spelling, str(path)))
    except FileNotFoundError:
        return  # it went while we came to it
    except (OSError, ValueError):
        hunted.unread.append(str(path))
        return
    hunted.files += 1
    hunted.size_bytes += size


def _met(content: "mmap.mmap | bytes", wanted: Spelled) -> Iterator[tuple[str, str]]:
    for name, some in wanted.items():
        for spelling, form in some.items():
            if content.find(form) >= 0:
                yield name, spelling


def spellings(marker: bytes) -> Iterator[tuple[str, bytes]]:
    """The forms in which ``marker`` may stand somewhere."""
    if len(marker) < SHORTEST:
        raise ValueError("a marker of fewer than six bytes is found by chance")
    yield "as it is", marker
    yield "hex", marker.hex().encode()
    yield "HEX", marker.hex().upper().encode()
    for shift in range(3):
        # The part that does not depend on what stands before and after the marker.
        whole = base64.b64encode(bytes(shift) + marker)
        inner = whole[4 if shift else 0 : -4]
        if len(inner) >= 8:
            yield f"base64+{shift}", inner
            urlsafe = inner.translate(bytes.maketrans(b"+/", b"-_"))
            if urlsafe != inner:
                yield f"base64url+{shift}", urlsafe
    try:
        text = marker.decode()
    except UnicodeDecodeError:
        return
    yield "utf-16le", text.encode("utf-16-le")
    yield "utf-16be", text.encode("utf-16-be")

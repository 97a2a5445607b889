"""The marker hunt: is a word, number or key still readable anywhere below a folder?

Every file is read as bytes, whatever it calls itself, and its name with it: database files and WAL,
roll files, blobs, index shards, logs, dumps, a browser's profile, temporary leftovers. A marker is
looked for as it is, and in the spellings in which programs like to hide things: hex in both cases,
base64 and its URL form at every alignment, UTF-16 in both orders. All of them are looked for in one
pass (``net``), so that a hunt takes as long as reading does.
"""

import base64
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from talteen.engine.hunt.net import Net

SHORTEST = 6
"""A marker of fewer bytes is found by chance."""
_BLOCK = 4 << 20


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
    in_folder(folder, net_of(markers), hunted)
    return hunted.sightings


def net_of(markers: Mapping[str, bytes]) -> Net:
    """What meets every spelling of ``markers``."""
    return Net(spelled(markers))


def in_folder(
    folder: Path,
    net: Net,
    hunted: Hunted,
    *,
    leave_out: Callable[[Path], bool] = lambda _: False,
) -> None:
    """Hunt in everything below ``folder`` that is a file; links are not followed."""
    for path in _files(folder):
        if not leave_out(path):
            for marker, spelling in net.met(os.fsencode(path.name)):
                name = f"{spelling}, in a file's name"
                hunted.sightings.append(Sighting(marker, name, str(path)))
            _in_file(path, net, hunted)


def in_blocks(place: str, blocks: Iterable[bytes], net: Net, hunted: Hunted) -> None:
    """Hunt in something that comes block by block: a file, an object of a bucket."""
    seen: dict[tuple[str, str], None] = {}
    tail = b""
    for block in blocks:
        content = tail + block
        seen |= dict.fromkeys(net.met(content))
        hunted.size_bytes += len(block)
        tail = content[len(content) - min(len(content), net.longest - 1) :]
    hunted.sightings += [Sighting(marker, spelling, place) for marker, spelling in seen]
    hunted.files += 1


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _in_file(path: Path, net: Net, hunted: Hunted) -> None:
    try:
        with path.open("rb") as file:
            in_blocks(str(path), iter(lambda: file.read(_BLOCK), b""), net, hunted)
    except FileNotFoundError:
        return  # it went while we came to it
    except OSError:
        hunted.unread.append(str(path))


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

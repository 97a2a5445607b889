"""Calls from files: a sidecar ``NAME.json`` beside its sound (docs/formats/sidecar.md).

The sound is ``NAME.agent.EXT`` and ``NAME.caller.EXT``, or one file ``NAME.EXT`` with two channels.
Nothing is opened here but folders; everything given is either handed over or named with a remedy.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from talteen.errors import InputError
from talteen.life.capture.sources import Found, Sides, Sound, Stereo, Unmatched

SOUND_ENDINGS = frozenset({".wav", ".opus", ".ogg", ".mp3", ".flac", ".m4a"})
SIDECAR_ENDING = ".json"
_SIDES = (".agent", ".caller")


def find(paths: Iterable[Path]) -> Iterator[Found | Unmatched]:
    """The calls below ``paths``, each once, in order of the arguments and then of their names.

    A folder is walked to its ground, links to folders are not followed and hidden files are left
    alone. A single file stands for its whole call: the other files are looked for beside it.
    """
    seen: set[Path] = set()
    for path in paths:
        for group in _groups(path):
            if isinstance(group, Unmatched):
                yield group
            elif group.stem not in seen:
                seen.add(group.stem)
                yield group.matched()


@dataclass(slots=True)
class Group:
    """The files of one folder that share a call's name."""

    name: str
    stem: Path
    sidecars: list[Path] = field(default_factory=list)
    sounds: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, path: Path, part: str) -> None:
        """Put ``path`` to the others, as the part that ``split`` says it is."""
        if part == SIDECAR_ENDING:
            self.sidecars.append(path)
        else:
            self.sounds.setdefault(part, []).append(path)

    @property
    def files(self) -> tuple[Path, ...]:
        return (*self.sidecars, *(path for paths in self.sounds.values() for path in paths))

    def matched(self) -> Found | Unmatched:
        """The call that these files are, or what keeps them from being one."""
        return _matched(self)


def _groups(path: Path) -> Iterator[Group | Unmatched]:
    if path.is_dir():
        yield from _walked(path)
    elif not path.exists():
        yield _unmatched(path.name, "is not there", "give the path of a file or a folder")
    elif _call_of(path) is None:
        endings = ", ".join(sorted(SOUND_ENDINGS | {SIDECAR_ENDING}))
        yield _unmatched(path.name, "is no sound and no sidecar", f"give a file with {endings}")
    else:
        stem, _ = split(path)
        yield from (g for g in _grouped(path.parent, path.parent) if g.stem == path.parent / stem)


def _walked(root: Path) -> Iterator[Group | Unmatched]:
    closed: list[OSError] = []
    for folder, below, _ in os.walk(root, onerror=closed.append):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from _grouped(Path(folder), root)
    for error in closed:
        name = Path(str(error.filename)).name
        yield _unmatched(name, "cannot be opened", "let this user read the folder")


def _grouped(folder: Path, root: Path) -> list[Group]:
    """The groups of one folder, by name."""
    groups: dict[str, Group] = {}
    for path in sorted(folder.iterdir()) if os.access(folder, os.R_OK | os.X_OK) else []:
        if path.name.startswith(".") or not path.is_file() or _call_of(path) is None:
            continue
        stem, part = split(path)
        shown = (folder / stem).relative_to(root).as_posix()
        groups.setdefault(stem, Group(shown, folder / stem)).add(path, part)
    return [groups[stem] for stem in sorted(groups)]


def _call_of(path: Path) -> str | None:
    known = path.suffix.lower() in SOUND_ENDINGS | {SIDECAR_ENDING}
    return split(path)[0] if known else None


def split(path: Path) -> tuple[str, str]:
    """A file's call name, and which part of the call it is: ``.json``, a side, or both sides."""
    stem, ending = path.stem, path.suffix.lower()
    if ending == SIDECAR_ENDING:
        return stem, ending
    for side in _SIDES:
        if stem.lower().endswith(side) and len(stem) > len(side):
            return stem[: -len(side)], side
    return stem, "both"


def _matched(group: Group) -> Found | Unmatched:
    sound = _sound(group)
    if isinstance(sound, InputError):
        return Unmatched(group.name, sound)
    if not group.sidecars:
        return _unmatched(group.name, "has no sidecar", f"put {group.stem.name}.json beside it")
    if len(group.sidecars) > 1:
        return _unmatched(group.name, "has two sidecars", "keep one of them")
    oldest = min(path.stat().st_mtime for path in group.files)
    return Found(group.name, sound, group.sidecars[0], datetime.fromtimestamp(oldest, UTC))


def _sound(group: Group) -> Sound | InputError:
    parts = {part: len(paths) for part, paths in group.sounds.items()}
    match sorted(parts):
        case [] | [".agent"] | [".caller"] as found:
            missing = [side for side in _SIDES if side not in found]
            wanted = " and ".join(f"{group.stem.name}{side}.*" for side in missing)
            return InputError(
                f"{group.name} has no sound{'' if not found else f' of the {missing[0][1:]}'}",
                remedy=f"put {wanted} beside it",
            )
        case [".agent", ".caller"] if set(parts.values()) == {1}:
            return Sides(group.sounds[".agent"][0], group.sounds[".caller"][0])
        case ["both"] if parts["both"] == 1:
            return Stereo(group.sounds["both"][0])
        case _:
            return InputError(
                f"{group.name} has more than one sound",
                remedy="keep one file with two channels, or one file a side",
            )


def _unmatched(name: str, what: str, remedy: str) -> Unmatched:
    return Unmatched(name, InputError(f"{name} {what}", remedy=remedy))

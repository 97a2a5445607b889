"""A telephone system's recording folder: which calls lie in it whole, and how they leave it.

A file counts as whole once it has stayed as it is for a while and nobody has it open for writing,
as far as ``/proc`` shows. What a call's files are is said by their names (``pbx_names``) or by a
sidecar (``folder``). Nothing is moved or rewritten here; a call's files are deleted, when somebody
who knows that it is safe asks for it.

The folder carries a mark, ``.talteen-watch``. It tells a folder from the empty place where a disk
is not mounted, and its lock keeps two watchers apart.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from talteen import ids
from talteen.config import Layout, WatchSection
from talteen.errors import Conflict, InputError
from talteen.life.capture.sidecar import Side, Sidecar
from talteen.life.capture.sources import Found, Sides, Sound, Stereo, Unmatched, folder, pbx_facts
from talteen.life.capture.sources import pbx_names as names
from talteen.life.capture.sources.pbx_names import Named

MARK = ".talteen-watch"
GOING = ".talteen-going"
"""The ending of the first file of a call that is being deleted. It goes last: where it is met, a
crash came between, and all that shares its call's name goes too."""
_PARTIAL = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
_KNOWN = folder.SOUND_ENDINGS | {folder.SIDECAR_ENDING}

State = tuple[tuple[str, int, int, int, int], ...]
"""Of each file: name, device, inode, bytes, and when it was last written (ns)."""


@dataclass(frozen=True, slots=True)
class Lot:
    """The files of one call, whole and at rest."""

    key: str = field(repr=False)
    """Its place in the folder. May hold a number: for nobody's eyes."""
    files: tuple[Path, ...] = field(repr=False)
    state: State = field(repr=False)
    found: Found | InputError = field(repr=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What lies in the folder at one moment."""

    lots: Sequence[Lot]
    growing: frozenset[str]
    """Keys of calls that are not yet at rest."""
    whole: bool
    """False if a folder below could not be looked into."""


@dataclass(slots=True)
class _Pile:
    """The files that share one call's name, at rest or not."""

    files: list[tuple[Path, str, Named | None]] = field(default_factory=list)
    """Path, part of the call (``folder.split``), what its name says."""
    going: list[Path] = field(default_factory=list)
    partial: bool = False


@dataclass(slots=True)
class Drop:
    """One watched folder. Made by ``opened``."""

    root: Path
    id: UUID
    table: WatchSection
    _since: dict[str, tuple[State, float]] = field(default_factory=dict)

    def look(self, at_s: float) -> Looked:
        """The calls that lie here whole at ``at_s`` (monotonic seconds), by the time they came."""
        piles, whole = self._piles()
        growing, resting = set[str](), list[tuple[str, State]]()
        for key, pile in piles.items():
            if pile.going:
                _finish(pile)
            elif pile.files:
                state = _state_now([path for path, _, _ in pile.files])
                if state and not pile.partial and self._rests(key, state, at_s):
                    resting.append((key, state))
                else:
                    growing.add(key)
        self._since = {key: seen for key, seen in self._since.items() if key in piles}
        written = open_for_writing({each[1:3] for _, state in resting for each in state})
        lots = []
        for key, state in sorted(resting, key=lambda rest: (min(e[4] for e in rest[1]), rest[0])):
            if written.isdisjoint(each[1:3] for each in state):
                lots.append(self._lot(key, piles[key], state))
            else:
                growing.add(key)
        return Looked(lots, frozenset(growing), whole)

    def remove(self, lot: Lot) -> bool:
        """Delete the files of ``lot``. False, with nothing done, if they are not what they were.

        Raises InputError where this user may not delete here. May be killed anywhere: the next
        look brings it to its end.
        """
        first, *others = lot.files
        try:
            if _state(lot.files) != lot.state:
                return False
            going = first.with_name(first.name + GOING)
            first.rename(going)
            _finish(_Pile([(path, "", None) for path in others], [going]))
        except FileNotFoundError:
            return False
        except OSError:
            raise InputError(
                f"{first.name} cannot be deleted", remedy="let this user write in its folder"
            ) from None
        return True

    def _rests(self, key: str, state: State, at_s: float) -> bool:
        before = self._since.get(key)
        if before is None or before[0] != state:
            self._since[key] = (state, at_s)
            return self.table.quiet_seconds == 0
        return at_s - before[1] >= self.table.quiet_seconds

    def _piles(self) -> tuple[dict[str, _Pile], bool]:
        piles: dict[str, _Pile] = {}
        closed: list[OSError] = []
        for where, below, files in os.walk(self.root, onerror=closed.append):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(files):
                path = Path(where, name)
                # A link's own end would leave the sound where it is.
                if not name.startswith(".") and path.is_file() and not path.is_symlink():
                    self._put(piles, path)
        return piles, not closed

    def _put(self, piles: dict[str, _Pile], path: Path) -> None:
        plain, going = path.name.removesuffix(GOING), path.name.endswith(GOING)
        partial = plain.lower().endswith(_PARTIAL)
        plain = Path(plain).stem if partial else plain
        if Path(plain).suffix.lower() not in _KNOWN:
            return
        key, part, named = self._called(path.with_name(plain))
        pile = piles.setdefault(key, _Pile())
        if going:
            pile.going.append(path)
        elif partial or Path(plain).stem.lower().endswith(_PARTIAL):
            pile.partial = True
        else:
            pile.files.append((path, part, named))

    def _called(self, path: Path) -> tuple[str, str, Named | None]:
        """Key of the call that ``path`` belongs to, its part, and what its name says."""
        stem, part = folder.split(path)
        place = path.with_name(path.stem).relative_to(self.root).as_posix()
        if self.table.layout is Layout.SIDECAR:
            return path.with_name(stem).relative_to(self.root).as_posix(), part, None
        named = names.read(place, self.table.layout, ZoneInfo(self.table.zone))
        if named is not None and named.way is not None:
            place = place.removesuffix(f"-{named.way.value}")
        return place, "", named

    def _lot(self, key: str, pile: _Pile, state: State) -> Lot:
        files = tuple(path for path, _, _ in pile.files)
        made = self._by_sidecar if self.table.layout is Layout.SIDECAR else self._by_name
        try:
            found: Found | InputError = made(key, pile, _oldest(state))
        except InputError as error:
            found = error
        return Lot(key, files, state, found)

    def _by_sidecar(self, key: str, pile: _Pile, oldest: datetime) -> Found:
        group = folder.Group(key, self.root / key)
        for path, part, _ in pile.files:
            group.add(path, part)
        matched = group.matched()
        if isinstance(matched, Unmatched):
            raise matched.why
        return Found(key, matched.sound, matched.sidecar, oldest, self._mine)

    def _by_name(self, key: str, pile: _Pile, oldest: datetime) -> Found:
        told: Sidecar | None = None
        sides: dict[Side | None, list[Path]] = {}
        for path, _, named in pile.files:
            if named is None:
                raise InputError(
                    f"{path.name} is not named as watch.layout says",
                    remedy="correct watch.layout, or take it in with a sidecar",
                )
            told = pbx_facts.facts(named, self.table)
            sides.setdefault(pbx_facts.side(named, self.table), []).append(path)
        if told is None:
            raise InputError("it has no sound", remedy="take it away")
        return Found(key, _sound(key, sides), told, oldest, self._mine)

    @property
    def _mine(self) -> UUID | None:
        return None if self.table.owner else self.id


@contextlib.contextmanager
def opened(root: Path, table: WatchSection) -> Iterator[Drop]:
    """The folder at ``root``, watched by this process alone. Makes its mark at the first time.

    Raises InputError where it cannot be read or marked, Conflict where another process watches it.
    """
    if not root.is_dir():
        raise InputError("the watched folder is not there", remedy="mount it, or name another")
    mark = root / MARK
    try:
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError:
        raise InputError(
            f"the watched folder cannot take its mark {MARK}",
            remedy="let this user write there, or make a file of that name that it may write",
        ) from None
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("another process watches this folder", remedy="stop it first") from None
        yield Drop(root, _marked(file.fileno(), file.read().strip()), table)


def open_for_writing(files: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of ``files`` (device, inode) that a process holds open for writing.

    Only what this user may see of ``/proc``: another user's process stays hidden without rights.
    """
    found = set[tuple[int, int]]()
    if not files:
        return found
    for process in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{process}/fd"):
                with contextlib.suppress(OSError, ValueError):
                    held = os.stat(f"/proc/{process}/fd/{number}")
                    which = (held.st_dev, held.st_ino)
                    if which in files and _writes(process, number):
                        found.add(which)
    return found


def _writes(process: str, number: str) -> bool:
    for line in Path(f"/proc/{process}/fdinfo/{number}").read_text().splitlines():
        if line.startswith("flags:"):
            return int(line.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
    return False


def _sound(key: str, sides: dict[Side | None, list[Path]]) -> Sound:
    """Both sides where they stand apart; a mixture beside them is one more copy and no more."""
    if any(len(paths) > 1 for paths in sides.values()):
        raise InputError(f"{key} has more than one sound", remedy="keep one of them")
    match sides.get(Side.AGENT), sides.get(Side.CALLER), sides.get(None):
        case [agent], [caller], _:
            return Sides(agent, caller)
        case None, None, [both]:
            return Stereo(both)
        case _:
            raise InputError(
                f"{key} has the sound of one side only", remedy="record both, with r() and t()"
            )


def _oldest(state: State) -> datetime:
    return datetime.fromtimestamp(min(each[4] for each in state) / 1e9, UTC)


def _state_now(paths: Sequence[Path]) -> State:
    """The state of ``paths``; empty where one went away meanwhile."""
    try:
        return _state(paths)
    except OSError:
        return ()


def _state(paths: Sequence[Path]) -> State:
    seen = [(path, path.stat()) for path in paths]
    return tuple(sorted((str(p), s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns) for p, s in seen))


def _finish(pile: _Pile) -> None:
    """Delete what is left of a call; the file that says so goes last."""
    gone = [*(path for path, _, _ in pile.files), *pile.going]
    for path in gone:
        path.unlink(missing_ok=True)
    for parent in {path.parent for path in gone}:
        descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _marked(descriptor: int, written: str) -> UUID:
    """The id that the mark holds; a mark that is empty, or was torn, gets one now."""
    with contextlib.suppress(InputError):
        return ids.parse(written)
    made = ids.new()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{made}\n".encode(), 0)
    os.fsync(descriptor)
    return made

"""The word lists of simplemma, and their table of contents kept on disk.

The lists are compressed streams, in which a place is found by a table that simplemma makes by
reading a list through: half a second to a second of a core for each, in every process that looks a
word up (decision 297). The table is the same for everybody and tells of no call, so a house keeps
it beside its other derived files. A file that is missing, of another version or torn is made anew.
"""

import contextlib
import os
import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from talteen.engine.alone import alone

if TYPE_CHECKING:
    from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap

_PARTS = ("_data", "_pos", "_rev", "_count", "_firsts", "_blocks")
"""What a list of simplemma consists of. One that says otherwise is never kept."""
_HEAD = b"talteen words 1\n"
_NOTHING = b"\0"
"""Between two words: no word has it."""


class WordLists:
    """The lists of this process, each read once however many threads ask."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lists: dict[str, Mapping[str, str]] = {}
        self._reading = Lock()

    def keep_in(self, folder: Path) -> None:
        """Keep the tables in ``folder`` and take them from there; who says so first decides."""
        self._folder = self._folder or folder

    def is_open(self, language: str) -> bool:
        """Whether the list of ``language`` has been read already."""
        return language in self._lists

    def get_dictionary(self, language: str) -> Mapping[str, str]:
        """The list of ``language``. Raises ValueError for one that simplemma has no list of."""
        if language not in self._lists:
            with self._reading:
                if language not in self._lists:
                    self._lists[language] = self._read(language)
        return self._lists[language]

    def _read(self, language: str) -> Mapping[str, str]:
        # Rules of nine languages come with it: only who looks a word up pays for them.
        from simplemma.__metadata__ import __version__
        from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap

        if self._folder is None or StreamMap.__slots__ != _PARTS:
            return StreamMap(language)
        path = self._folder / f"{language}-{__version__}"
        if (kept := _taken(path, StreamMap)) is not None:
            return kept
        with _one_at_a_time(path.parent):
            if (kept := _taken(path, StreamMap)) is not None:
                return kept
            made = StreamMap(language)
            _keep(path, made)
            return made


LISTS = WordLists()
"""Those of this process."""


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Processes that start together would each read a list through: the others wait for the first.
    Where there can be no folder, each is on its own."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(alone(folder.with_name(f"{folder.name}.lock")))
        yield


def _taken(path: Path, kind: "type[StreamMap]") -> "StreamMap | None":
    """The list that ``path`` holds whole; None for any other."""
    try:
        return _unpacked(zlib.decompress(path.read_bytes()), kind)
    except (OSError, zlib.error, ValueError):
        return None


def _keep(path: Path, made: "StreamMap") -> None:
    """Write it beside its place first: whoever reads meanwhile finds all of it or nothing."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        # Packed, it is a tenth; and a hunt for the words of a call meets none in it.
        beside.write_bytes(zlib.compress(_packed(made), 1))
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()


def _packed(made: "StreamMap") -> bytes:
    data, pos, rev, count, firsts, blocks = (getattr(made, part) for part in _PARTS)
    starts, keys, values = zip(*blocks, strict=True)
    numbers = array("Q", (pos, rev, count, *starts))
    tables = (numbers.tobytes(), *map(_NOTHING.join, (firsts, keys, values)), data)
    sizes = array("Q", map(len, tables))
    return b"".join((_HEAD, sizes.tobytes(), *tables))


def _unpacked(stored: bytes, kind: "type[StreamMap]") -> "StreamMap":
    if not stored.startswith(_HEAD):
        raise ValueError("no table of words")
    at = len(_HEAD)
    sizes = array("Q", stored[at : (at := at + 5 * 8)])
    tables = [stored[at : (at := at + size)] for size in sizes]
    if at != len(stored):
        raise ValueError("a table of words is torn")
    pos, rev, count, *starts = array("Q", tables[0])
    firsts, keys, values = (one.split(_NOTHING) for one in tables[1:4])
    made = object.__new__(kind)
    told: dict[str, Any] = {
        "_data": tables[4],
        "_pos": pos,
        "_rev": bool(rev),
        "_count": count,
        "_firsts": firsts,
        "_blocks": list(zip(starts, keys, values, strict=True)),
    }
    for part in _PARTS:
        setattr(made, part, told[part])
    return made

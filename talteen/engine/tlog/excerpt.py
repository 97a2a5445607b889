"""A piece of the log as a file: every entry from one place to the end, and the head that they lead
to.

The hashes beside the entries are the peaks of the log before them: the roots of its complete
subtrees, smallest first. Whoever lets that tree grow by the entries arrives at the root of the
checkpoint, or else something was left out, added or changed. So a count over the piece is a count
over *all* entries from that place on.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from talteen.engine.tlog import merkle, note
from talteen.engine.tlog.note import Checkpoint, Note
from talteen.errors import Tampered

EXCERPT_HEADER = "talteen.excerpt/v1"
_AT_ONCE = 256
_EXCERPT = re.compile(
    rf"{re.escape(EXCERPT_HEADER)}\nbegin (\S+)\n((?:\S+\n)*)\n(.+?\n\n.+?\n)\n(.*)\n", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """All entries from ``begin`` to the end of the log that ``checkpoint`` describes."""

    begin: int
    peaks: tuple[bytes, ...]
    """Of the tree of ``begin`` entries, smallest first: one for each bit of it that is set."""
    checkpoint: Note
    entries: tuple[bytes, ...]

    def head(self) -> Checkpoint:
        """What the checkpoint states. Nobody's signature has been checked by this."""
        return note.parse_checkpoint(self.checkpoint.text)

    def leads(self) -> bool:
        """Whether these are all entries from ``begin`` to the end of the checkpoint's log."""
        tree = merkle.Tree(self.begin, list(reversed(self.peaks)))
        for entry in self.entries:
            tree.append(merkle.leaf_hash(entry))
        head = self.head()
        return (tree.size, tree.root()) == (head.size, head.root)

    def text(self) -> Iterator[str]:
        """The file, in pieces: it may be long."""
        return written(self.begin, self.peaks, self.checkpoint, self.entries)


def written(
    begin: int, peaks: Iterable[bytes], checkpoint: Note, entries: Iterable[bytes]
) -> Iterator[str]:
    """An excerpt's file in pieces of some hundred entries, as ``entries`` come."""
    yield f"{EXCERPT_HEADER}\nbegin {begin}\n"
    yield from (f"{base64.b64encode(peak).decode()}\n" for peak in peaks)
    yield f"\n{checkpoint.to_bytes().decode()}\n"
    waiting = iter(entries)
    while some := list(islice(waiting, _AT_ONCE)):
        yield "".join(f"{entry.decode('ascii')}\n" for entry in some)


def parse(raw: bytes) -> Excerpt:
    """The excerpt that ``raw`` writes; Tampered where it writes none, or in another spelling."""
    try:
        match = _EXCERPT.fullmatch(raw.decode())
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise _no_excerpt()
    begin, peaks, checkpoint, entries = match.groups()
    try:
        made = Excerpt(
            begin=note.from_decimal(begin),
            peaks=tuple(map(note.from_base64, peaks.split())),
            checkpoint=note.parse(checkpoint.encode()),
            entries=tuple(entry.encode("ascii") for entry in entries.split("\n")),
        )
    except UnicodeEncodeError:
        raise _no_excerpt() from None
    whole = all(len(peak) == merkle.HASH_BYTES for peak in made.peaks)
    if not whole or len(made.peaks) != made.begin.bit_count():
        raise _no_excerpt()
    return made


def _no_excerpt() -> Tampered:
    return Tampered(
        "this text is no excerpt of a log", remedy="take the file again, whole and unchanged"
    )

"""Small texts under a recording's key that are written again and again: in rows, not in blobs.

A page names at most 255 blobs of a recording and says nothing of their order; what people decide on
a transcript has both many versions and an order. So each version is one row of sealed bytes: its
fresh id, then a slip of that id (``slips``). It opens while its recording does, and dies
with its key.
"""

from uuid import UUID

from talteen import ids
from talteen.engine.vault.entries import Kind
from talteen.errors import Tampered
from talteen.ids import BlobId
from talteen.life.seal import slips
from talteen.life.seal.door import Opened

_ID_BYTES = 16


def seal(opened: Opened, kind: Kind, text: bytes) -> bytes:
    """``text`` sealed as a note of ``kind`` on the open recording."""
    note = BlobId(ids.new())
    return note.bytes + slips.seal(opened.recording, kind, note, text, opened.entry)


def unseal(opened: Opened, kind: Kind, note: bytes) -> bytes:
    """The text of ``note``. Tampered for another recording's, another kind's or bent bytes."""
    if len(note) <= _ID_BYTES:
        raise Tampered("this is no note of ours", remedy="restore the database from its backup")
    slip = BlobId(UUID(bytes=note[:_ID_BYTES]))
    return slips.unseal(opened.recording, kind, slip, note[_ID_BYTES:], opened.entry)

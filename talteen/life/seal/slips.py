"""Small sealed things that stand in the database for as long as work on a recording goes on.

They are sealed as blobs are, under the recording's own key and bound to it, its kind and their own
id, so that a dump, a dead tuple or a log of the database holds ciphertext that dies with the key.
"""

from talteen.engine.vault import cobblestone
from talteen.engine.vault.entries import Entry, Kind
from talteen.ids import BlobId, RecordingId
from talteen.life.seal import stored


def seal(recording: RecordingId, kind: Kind, slip: BlobId, plain: bytes, entry: Entry) -> bytes:
    """``plain`` sealed for this recording, kind and slip."""
    key = cobblestone.key_of_kind(entry.dek, kind.code)
    return cobblestone.seal(key, stored.context(recording, kind, slip), plain)


def unseal(recording: RecordingId, kind: Kind, slip: BlobId, sealed: bytes, entry: Entry) -> bytes:
    """What ``seal`` sealed. Raises Tampered for any other bytes, place or key."""
    key = cobblestone.key_of_kind(entry.dek, kind.code)
    return cobblestone.unseal(key, stored.context(recording, kind, slip), sealed)

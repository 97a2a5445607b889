"""A change of a log's key as a file: the new key, announced by the old one. Pure.

The entry in the proof names the new key by its hash, and a head that the old key signed has that
entry in it. So whoever knows the old key comes to know the new one, without asking anybody.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from talteen.engine.tlog import note, proof
from talteen.engine.tlog.note import VerifierKey
from talteen.engine.tlog.proof import Proof
from talteen.errors import Tampered

HEADER = "talteen.key/v1"
_FILE = re.compile(rf"{re.escape(HEADER)}\nkey (\S+)\n\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """That ``key`` signs the log from the entry on that ``proof`` shows."""

    key: VerifierKey
    proof: Proof

    def text(self) -> str:
        """The file. It needs no signature of its own: the entry binds the key."""
        return f"{HEADER}\nkey {self.key}\n\n{self.proof.text()}"


def parse(raw: bytes) -> KeyChange:
    """The change that ``raw`` writes; Tampered where it writes none, or in another spelling."""
    try:
        match = _FILE.fullmatch(raw.decode())
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise Tampered(
            "this text is no change of a log's key", remedy="take the file again, unchanged"
        )
    return KeyChange(note.parse_key(match[1]), proof.parse_proof(match[2]))


def name_of(key: VerifierKey) -> bytes:
    """How entries name a key: SHA-256 of its text form."""
    return sha256(str(key).encode()).digest()

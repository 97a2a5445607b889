"""A log in memory that grows, forks and proves, as a witness meets it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog import merkle, note
from talteen.engine.tlog.note import Checkpoint, Ed25519Signer, Note
from talteen.engine.tlog.proof import Growth

ORIGIN = "log.example/calls"


class SmallLog:
    """Leaves are numbers; ``salt`` makes another history of the same length."""

    def __init__(self, origin: str = ORIGIN, seed: int = 0) -> None:
        key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.signer = Ed25519Signer(origin, key)
        self.origin = origin

    def leaves(self, size: int, salt: bytes = b"") -> list[bytes]:
        return [merkle.leaf_hash(b"%d" % at + salt) for at in range(size)]

    def head(self, size: int, salt: bytes = b"") -> Note:
        root = merkle.root(self.leaves(size, salt))
        return note.sign(Checkpoint(self.origin, size, root).text(), self.signer)

    def growth(self, old: int, new: int, salt: bytes = b"") -> Growth:
        leaves = self.leaves(new, salt)

        def subtree(height: int, index: int) -> bytes:
            return merkle.root(leaves[index << height : (index + 1) << height])

        hashes = merkle.consistency_proof(subtree, old, new) if old else ()
        return Growth(old, hashes, self.head(new, salt))

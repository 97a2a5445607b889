"""What two persons alone can open: the inner lock of a backup holder that is a service or a token.

A service tells credentials apart by its policies, a token hardly at all (PKCS#11 knows one user).
That the house cannot open its own backups must hang on neither. So what such a holder is given to
lock is a box already: HPKE to the restore credential, whose two shares two persons keep. The key in
the holder makes the box mortal; the shares make it theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from talteen.engine.vault import intake
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import Share
from talteen.errors import Tampered

_BOX = b"talteen ring box v1"


def lock(public: bytes, name: str, key: bytes) -> bytes:
    """``key`` in a box for the holders of both shares of the credential that is ``public``."""
    return intake.SUITE.encrypt(key, intake.public_key(public), _info(name))


@dataclass(frozen=True, slots=True)
class BoxRestoreHolder:
    """A RestoreHolder over a token or a service. Make it with ``open_restore``."""

    open_outer: Callable[[str, bytes], bytes]
    """Takes the holder's own lock off: of which key, and what it locked."""
    _seed: bytes = field(repr=False)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return unlock(self._seed, name, self.open_outer(name, wrapped))


def open_restore(
    open_outer: Callable[[str, bytes], bytes], one: Share, other: Share
) -> BoxRestoreHolder:
    """The ring, opened by two persons, by a credential that may open its outer lock. Raises
    InputError where the shares do not belong together.
    """
    return BoxRestoreHolder(open_outer, credential.join(one, other))


def unlock(seed: bytes, name: str, box: bytes) -> bytes:
    """The key in ``box``. Raises Tampered for a box of another name or another credential."""
    try:
        return intake.SUITE.decrypt(box, intake.private_key(seed), _info(name))
    except (InvalidTag, ValueError):
        raise Tampered(
            "a wrapped key is not for this restore credential, or not of this generation",
            remedy="bring the two shares of this house, and its newest roll files",
        ) from None


def _info(name: str) -> bytes:
    return length_prefixed([_BOX, name.encode()])

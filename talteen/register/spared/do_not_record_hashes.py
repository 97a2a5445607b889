"""How a number stands in the do-not-record list (REGISTER 6.9): as a keyed hash. Pure, no table.

A capture node asks the same question while the database is away. It gets each hash hashed once more
under a key of that node: nobody who has two of these files, or a file and the table, can tell that
they list the same person, unless the list's key is there too. With it all telephone numbers of a
country are tried within the hour, and a slower hash would make it days: what protects is where the
key lies, and nothing else (decision 092).
"""

import hmac
from collections.abc import Callable

from talteen.register.spared.numbers import international

COUNTRY = "+358"
"""Whose numbers begin with a single zero."""
HASH_BYTES = 32


def hash_of(key: bytes, full: str) -> bytes:
    """The keyed hash (32 bytes) of a number in its international form."""
    return hmac.digest(key, full.encode("ascii"), "sha256")


def full_number(number: str) -> str | None:
    """A number in its international form; exchanges also signal it without its plus."""
    if number[:1] in "123456789" and number.isascii() and len(number) >= 10:
        number = "+" + number
    return international(number, COUNTRY)


def among(key: bytes, hashes: frozenset[bytes]) -> Callable[[str], bool]:
    """Asks about one number at a time, of a snapshot of the list. A number that is withheld or no
    number is not listed."""

    def stands(number: str) -> bool:
        full = full_number(number)
        return full is not None and hash_of(key, full) in hashes

    return stands


def for_node(key: bytes, node: str, hashes: frozenset[bytes]) -> frozenset[bytes]:
    """The snapshot as the node called ``node`` gets it."""
    own = _node_key(key, node)
    return frozenset(hmac.digest(own, one, "sha256") for one in hashes)


def among_nodes(key: bytes, node: str, hashes: frozenset[bytes]) -> Callable[[str], bool]:
    """The same question as ``among``, asked of what ``for_node`` gave."""
    own = _node_key(key, node)

    def stands(number: str) -> bool:
        full = full_number(number)
        return full is not None and hmac.digest(own, hash_of(key, full), "sha256") in hashes

    return stands


def mark_of(key: bytes, node: str) -> bytes:
    """Says of a node's list under which key it was made (32 bytes), and nothing of the key."""
    return hmac.digest(_node_key(key, node), b"talteen do-not-record mark 1", "sha256")


def _node_key(key: bytes, node: str) -> bytes:
    return hmac.digest(key, b"talteen do-not-record node 1 " + node.encode(), "sha256")

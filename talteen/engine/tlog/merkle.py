"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162: the same), over bytes and integers.

One root hash of 32 bytes commits to every entry ever made and to their order. A proof of some tens
of hashes shows that one entry is under a root (inclusion), or that an older tree is the beginning
of a newer one (consistency). Proofs are made from a function that gives the hash of any complete
subtree, wherever hashes are kept; they are checked with nothing but the proof.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32

Subtree = Callable[[int, int], bytes]
"""``subtree(height, index)``: the hash over the ``2**height`` leaves from ``index * 2**height``.

It is asked only for subtrees that are complete in the tree that the proof is about.
"""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry. The first byte keeps leaves and nodes apart (RFC 6962 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without entries."""


@dataclass(slots=True)
class Tree:
    """A growing tree, remembered by its peaks: the roots of its complete subtrees, largest first.

    Its whole state is at most 64 hashes, however many leaves it has.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right edge."""
        carry, ones = leaf, self.size
        while ones & 1:
            carry = node_hash(self.peaks.pop(), carry)
            ones >>= 1
        self.peaks.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """The root hash of the tree as it is now."""
        return _fold(self.peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root hash over these leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def tree_at(subtree: Subtree, size: int) -> Tree:
    """The tree of ``size`` leaves, ready to grow further."""
    return Tree(size, [subtree(height, index) for height, index in _cover(0, size)])


def inclusion_proof(subtree: Subtree, index: int, size: int) -> tuple[bytes, ...]:
    """The hashes that lead from leaf ``index`` to the root over ``size`` leaves, leaf first.

    RFC 6962 2.1.1. ValueError unless ``0 <= index < size``.
    """
    if not 0 <= index < size:
        raise ValueError("a leaf is proved only within the tree")
    path: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return tuple(_range_hash(subtree, *sides) for sides in reversed(path))


def consistency_proof(subtree: Subtree, first: int, second: int) -> tuple[bytes, ...]:
    """The hashes that show the tree of ``first`` leaves to be the beginning of that of ``second``.

    RFC 6962 2.1.2. ValueError unless ``0 < first <= second``: every tree begins with the empty one.
    """
    if not 0 < first <= second:
        raise ValueError("consistency runs from a tree with leaves to one at least as large")
    path: list[tuple[int, int]] = []
    start, end = 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    # A whole old tree is left out: whoever checks holds it already, as the old root.
    seed = [(start, end)] if start else []
    return tuple(_range_hash(subtree, *sides) for sides in [*seed, *reversed(path)])


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``proof`` shows ``leaf`` (its hash) at ``index`` under ``root``. RFC 9162 2.1.3.2."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    node, last, result = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(hash_, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(
    *, first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether ``proof`` shows that the tree of ``first`` leaves begins that of ``second``.

    RFC 9162 2.1.4.2.
    """
    if not 0 < first <= second or not _hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    # A first tree of 2**n leaves is itself a node of the second: its root opens the proof.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not proof:
        return False
    old = new = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _hashes(*hashes: bytes) -> bool:
    return all(len(hash_) == HASH_BYTES for hash_ in hashes)


def _split(count: int) -> int:
    """The largest power of two below ``count`` (> 1): where RFC 6962 divides a tree."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(subtree: Subtree, start: int, end: int) -> bytes:
    """The hash over the leaves ``start`` up to ``end``, a range that RFC 6962 divides into."""
    return _fold([subtree(height, index) for height, index in _cover(start, end)])


def _cover(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (height, index) that the range consists of, from left to right."""
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def _fold(peaks: Sequence[bytes]) -> bytes:
    """One hash over peaks: the smallest join first, from the right."""
    if not peaks:
        return EMPTY_ROOT
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result

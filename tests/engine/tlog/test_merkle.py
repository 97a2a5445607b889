"""The tree against the published reference tree, against an independent library, and against
itself.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree  # type: ignore[import-untyped]

from talteen.engine.tlog import merkle

# Eight inputs and the roots after each, as the first RFC 6962 logs published them; logs have been
# tested against them since.
REFERENCE_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, 300)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def subtree_over(hashes: list[bytes]) -> merkle.Subtree:
    """Reads complete subtrees straight from the leaves, and nothing beyond them."""

    def subtree(height: int, index: int) -> bytes:
        part = hashes[index << height : (index + 1) << height]
        assert len(part) == 1 << height
        return merkle.root(part)

    return subtree


def oracle(count: int) -> InmemoryTree:
    return InmemoryTree.init_from_entries([str(number).encode() for number in range(count)])


def flipped(hash_: bytes, bit: int) -> bytes:
    return (int.from_bytes(hash_) ^ (1 << bit)).to_bytes(len(hash_))


def test_the_empty_tree_has_the_published_root() -> None:
    assert merkle.Tree().root() == sha256(b"").digest()


def test_the_tree_grows_through_the_published_roots() -> None:
    tree = merkle.Tree()

    roots = []
    for entry in REFERENCE_LEAVES:
        tree.append(merkle.leaf_hash(entry))
        roots.append(tree.root().hex())

    assert roots == REFERENCE_ROOTS


@given(sizes)
def test_the_root_is_the_one_that_an_independent_library_finds(size: int) -> None:
    assert merkle.root(leaves(size)) == oracle(size).get_root()


@given(sizes, st.data())
def test_an_inclusion_proof_is_the_one_that_an_independent_library_gives(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))

    proof = merkle.inclusion_proof(subtree_over(leaves(size)), index, size)

    theirs = oracle(size).prove_inclusion(index + 1, size)
    assert list(proof) == theirs.path[1:]  # theirs begins with the leaf itself


@given(sizes, st.data())
def test_every_leaf_is_proved_under_its_root_and_under_no_other(
    size: int, data: st.DataObject
) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(subtree_over(hashes), index, size)
    root = merkle.root(hashes)

    def holds(**changed: object) -> bool:
        claim = {"index": index, "size": size, "proof": proof, "root": root, **changed}
        return merkle.verify_inclusion(hashes[index], **claim)  # type: ignore[arg-type]

    assert holds()
    assert not holds(root=flipped(root, data.draw(st.integers(0, 255))))
    assert not holds(index=data.draw(st.integers(0, size).filter(lambda other: other != index)))
    assert not holds(proof=[*proof, root])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = flipped(proof[place], data.draw(st.integers(0, 255)))
        assert not holds(proof=[*proof[:place], bent, *proof[place + 1 :]])
        assert not holds(proof=proof[:-1])
        assert not holds(proof=proof[1:])


@given(sizes, st.data())
def test_an_old_tree_is_the_beginning_of_the_new_one_and_of_no_other(
    second: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, second))
    hashes = leaves(second)
    proof = merkle.consistency_proof(subtree_over(hashes), first, second)
    old, new = merkle.root(hashes[:first]), merkle.root(hashes)

    def holds(**changed: object) -> bool:
        claim = {
            "first": first,
            "second": second,
            "proof": proof,
            "first_root": old,
            "second_root": new,
            **changed,
        }
        return merkle.verify_consistency(**claim)  # type: ignore[arg-type]

    assert holds()
    bit = data.draw(st.integers(0, 255))
    assert not holds(first_root=flipped(old, bit))
    assert not holds(second_root=flipped(new, bit))
    assert not holds(proof=[*proof, new])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = flipped(proof[place], bit)
        assert not holds(proof=[*proof[:place], bent, *proof[place + 1 :]])
        assert not holds(proof=proof[:-1])


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_taken_up_again_grows_as_if_never_left(before: int, more: int) -> None:
    hashes = leaves(before + more)

    tree = merkle.tree_at(subtree_over(hashes[:before]), before)
    for leaf in hashes[before:]:
        tree.append(leaf)

    assert (tree.size, tree.root()) == (before + more, merkle.root(hashes))
    assert len(tree.peaks) == (before + more).bit_count()


@given(st.binary(max_size=40), st.integers(-2, 9), st.integers(-2, 9), st.lists(st.binary()))
def test_bytes_that_are_no_hashes_prove_nothing(
    leaf: bytes, index: int, size: int, proof: list[bytes]
) -> None:
    assert not merkle.verify_inclusion(leaf, index=index, size=size, proof=proof, root=b"short")


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_consistency_is_refused_where_it_says_nothing(first: int, second: int) -> None:
    root = merkle.root(leaves(5))

    assert not merkle.verify_consistency(
        first=first, second=second, proof=[], first_root=root, second_root=root
    )
    with pytest.raises(ValueError, match="consistency"):
        merkle.consistency_proof(subtree_over(leaves(5)), first, second)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="within"):
        merkle.inclusion_proof(subtree_over(leaves(5)), index, size)

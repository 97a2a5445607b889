"""What others have published or written about the same tree and notes, put to the program."""

import pytest
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from tests.verifier.process import VECTORS, load

PROGRAM = load()
ENTRIES = [entry.encode() for entry in VECTORS["entries"]]

# C2SP signed-note, section "Verifier keys", example
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# RFC 6962 test trees of certificate-transparency and sigstore: leaves and roots of sizes 1 to 8
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    bytes(range(96, 112)).hex(),
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_example_of_c2sp_signed_note_is_read_and_its_signature_fits() -> None:
    key = PROGRAM.read_key(C2SP_KEY)
    note = PROGRAM.read_note(C2SP_NOTE, "the example")

    assert PROGRAM.signers(note, [key], "the example") == {key: 0}
    spoilt = PROGRAM.read_note(C2SP_NOTE.replace("example message", "other message"), "it")
    with pytest.raises(PROGRAM.Refused, match="does not fit"):
        PROGRAM.signers(spoilt, [key], "the example")


@pytest.mark.parametrize("size", range(1, 9))
def test_the_trees_of_certificate_transparency_have_their_roots(size: int) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:size]]

    assert PROGRAM.root_of(0, size, 0, leaves, []).hex() == ROOTS[size - 1]


def test_pymerkle_and_the_program_agree_on_every_inclusion_and_growth() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    size = len(ENTRIES)
    root = tree.get_root()
    assert root.hex() == VECTORS["roots"][-1]

    for index, hashes in enumerate(VECTORS["inclusion"]):
        path = [bytes.fromhex(one) for one in hashes]
        assert PROGRAM.root_of(0, size, index, [ENTRIES[index]], list(path)) == root
        proof = tree.prove_inclusion(index + 1, size)
        verify_inclusion(tree.get_leaf(index + 1), root, proof)
        assert [one for one in proof.path[1:] if one not in path] == []
    for old, hashes in VECTORS["consistency"].items():
        before = tree.get_root(int(old))
        path = [bytes.fromhex(one) for one in hashes]
        assert PROGRAM.both_roots(int(old), size, path, before) == (before, root)
        verify_consistency(before, root, tree.prove_consistency(int(old), size))

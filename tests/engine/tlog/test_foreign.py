"""Notes that others signed: the reference of signed notes, real logs, real public witnesses."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Algorithm, Ed25519Signer
from talteen.errors import Tampered
from tests.verifier.process import load

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "foreign-notes.json").read_text(encoding="utf-8")
)
NAMES = [name for name in VECTORS if name != "about"]


def keys_of(vector: dict[str, Any]) -> list[note.VerifierKey]:
    return [note.parse_key(key) for key in vector["keys"]]


@pytest.mark.parametrize("name", NAMES)
def test_what_others_signed_holds(name: str) -> None:
    vector = VECTORS[name]

    signed = note.verify(note.parse(vector["note"].encode()), keys_of(vector))

    assert [one.key for one in signed] == keys_of(vector)
    assert note.parse(vector["note"].encode()).to_bytes() == vector["note"].encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_digit_of_it_changed_does_not(name: str) -> None:
    text, gap, lines = VECTORS[name]["note"].partition("\n\n")
    changed = text[:-2] + ("A" if text[-2] != "A" else "B") + text[-1]
    lines = changed + gap + lines

    with pytest.raises(Tampered):
        note.verify(note.parse(lines.encode()), keys_of(VECTORS[name]))


def test_a_public_witness_states_its_time() -> None:
    vector = VECTORS["cosigned"]

    log, witness = note.verify(note.parse(vector["note"].encode()), keys_of(vector))

    assert (log.at_s, witness.at_s) == (None, vector["cosigned_s"])
    assert witness.key.algorithm is Algorithm.COSIGNATURE_ED25519


def test_we_sign_as_the_reference_does() -> None:
    vector = VECTORS["signed_note"]
    seed = base64.b64decode(vector["seed"].split("+", 4)[4])[1:]
    signer = Ed25519Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))
    text = vector["note"].partition("\n\n")[0] + "\n"

    assert note.sign(text, signer).to_bytes().decode() == vector["note"]
    assert str(signer.key) == vector["keys"][0]


@pytest.mark.parametrize("name", NAMES)
def test_the_authoritys_program_reads_them_alike(name: str) -> None:
    program, vector = load(), VECTORS[name]
    keys = [program.read_key(key) for key in vector["keys"]]

    found = program.signers(program.read_note(vector["note"], "it"), keys, "it")

    assert list(found) == keys

"""Proofs, growths and certificates: the published vectors, and every way to bend them."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.tlog import merkle, note, proof, tiles, verify
from talteen.engine.tlog.note import Ed25519Signer, VerifierKey
from talteen.engine.tlog.proof import Certificate, Growth
from talteen.engine.tlog.verify import Check
from talteen.errors import Tampered
from tests.kit.flipped import flipped

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "log.json").read_text()
)
ENTRIES = [entry.encode() for entry in VECTORS["entries"]]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
KEY, WITNESS = (note.parse_key(VECTORS[name]) for name in ("log_key", "witness_key"))
GOOD = VECTORS["certificate"].encode()


def subtree(height: int, index: int) -> bytes:
    return merkle.root(LEAVES[index << height : (index + 1) << height])


def house() -> Ed25519Signer:
    key = bytes.fromhex(VECTORS["log_seed"])
    return Ed25519Signer(VECTORS["origin"], Ed25519PrivateKey.from_private_bytes(key))


def failing(verdict: verify.Verdict) -> list[Check]:
    return [finding.check for finding in verdict.findings if not finding.holds]


# --- the published vectors ------------------------------------------------------------------------


def test_hashes_and_proofs_are_the_published_ones() -> None:
    size = len(LEAVES)

    assert [leaf.hex() for leaf in LEAVES] == VECTORS["leaf_hashes"]
    assert [merkle.root(LEAVES[:at]).hex() for at in range(size + 1)] == VECTORS["roots"]
    for index, published in enumerate(VECTORS["inclusion"]):
        made = merkle.inclusion_proof(subtree, index, size)
        assert [hash_.hex() for hash_ in made] == published
    for first, published in VECTORS["consistency"].items():
        made = merkle.consistency_proof(subtree, int(first), size)
        assert [hash_.hex() for hash_ in made] == published


def test_the_bundle_is_the_published_one() -> None:
    assert tiles.bundle(ENTRIES).hex() == VECTORS["bundle"]
    assert tiles.unbundle(bytes.fromhex(VECTORS["bundle"])) == ENTRIES


def test_texts_are_the_published_ones() -> None:
    head = note.Checkpoint(VECTORS["origin"], len(LEAVES), merkle.root(LEAVES))
    checkpoint = note.sign(head.text(), house())
    shown = [
        proof.Proof(
            ENTRIES[index],
            index,
            merkle.inclusion_proof(subtree, index, len(LEAVES)),
            checkpoint,
        )
        for index in (16, 17)
    ]
    read = proof.parse_certificate(note.parse(GOOD).text)
    grown = Growth(11, merkle.consistency_proof(subtree, 11, len(LEAVES)), checkpoint)

    assert checkpoint.to_bytes().decode() == VECTORS["checkpoint"]
    assert shown[0].text() == VECTORS["proof"]
    assert grown.text() == VECTORS["growth"]
    for proofs, name in ((shown[:1], "certificate"), (shown, "certificate_of_day")):
        made = Certificate(str(KEY), "en", read.words, tuple(proofs))
        assert note.sign(made.text(), house()).to_bytes().decode() == VECTORS[name]


def test_what_is_written_is_read_again() -> None:
    assert proof.parse_proof(VECTORS["proof"]).text() == VECTORS["proof"]
    assert proof.parse_growth(VECTORS["growth"]).text() == VECTORS["growth"]
    for name in ("certificate", "certificate_of_day", "certificate_cosigned"):
        outer = note.parse(VECTORS[name].encode())
        assert proof.parse_certificate(outer.text).text() == outer.text


def test_the_second_signature_of_the_log_is_verified() -> None:
    second = VerifierKey(
        VECTORS["origin"],
        note.Algorithm.COSIGNATURE_ML_DSA_44,
        bytes.fromhex(VECTORS["ml_dsa_key"]),
    )

    signed = note.verify(note.parse(VECTORS["checkpoint_ml_dsa"].encode()), [KEY, second])

    assert [one.key for one in signed] == [KEY, second]


# --- verdicts -------------------------------------------------------------------------------------


def test_a_good_certificate_holds_and_shows_its_entry() -> None:
    verdict = verify.verify(GOOD, [KEY])

    assert verdict.holds
    assert verdict.entries == (ENTRIES[16],)
    assert verdict.heads[0].size == len(ENTRIES)
    assert verdict.witnessed == ()


def test_a_certificate_holds_under_the_readers_key_only() -> None:
    stranger = Ed25519Signer(VECTORS["origin"], Ed25519PrivateKey.generate()).key

    assert failing(verify.verify(GOOD, [stranger])) == [
        Check.WORDS_SIGNED,
        Check.CHECKPOINT_SIGNED,
    ]
    assert failing(verify.verify(GOOD, [])) == [Check.WORDS_SIGNED, Check.CHECKPOINT_SIGNED]
    assert not verify.verify(VECTORS["certificate_cosigned"].encode(), [WITNESS]).holds


def test_a_trusted_witness_is_told_with_its_time() -> None:
    raw = VECTORS["certificate_cosigned"].encode()

    verdict = verify.verify(raw, [KEY, WITNESS])

    assert verdict.holds
    assert [(one.key, one.at_s) for one in verdict.witnessed] == [(WITNESS, VECTORS["witnessed_s"])]
    assert verify.verify(raw, [KEY]).witnessed == ()


def test_a_trusted_witness_whose_signature_fails_spoils_the_certificate() -> None:
    shown = proof.parse_proof(VECTORS["proof"])
    line = note.parse(VECTORS["checkpoint_cosigned"].encode()).signatures[1]
    bent = note.Signature(line.name, line.key_id, flipped(line.signature))
    signed = note.Note(shown.checkpoint.text, (*shown.checkpoint.signatures, bent))
    made = Certificate(
        str(KEY), "en", "words", (proof.Proof(shown.entry, 16, shown.hashes, signed),)
    )
    raw = note.sign(made.text(), house()).to_bytes()

    assert verify.verify(raw, [KEY]).holds
    assert failing(verify.verify(raw, [KEY, WITNESS])) == [Check.CHECKPOINT_SIGNED]


def test_two_heads_of_one_log_are_one_history() -> None:
    old, growth = VECTORS["checkpoint_of_11"].encode(), VECTORS["growth"].encode()

    assert verify.verify_growth(old, growth, [KEY]).holds
    other = note.sign(note.Checkpoint(VECTORS["origin"], 11, bytes(32)).text(), house())
    assert failing(verify.verify_growth(other.to_bytes(), growth, [KEY])) == [Check.ONLY_GREW]
    later = note.sign(note.Checkpoint(VECTORS["origin"], 12, bytes(32)).text(), house())
    assert failing(verify.verify_growth(later.to_bytes(), growth, [KEY])) == [Check.ONLY_GREW]
    assert failing(verify.verify_growth(old, growth, [WITNESS]))[0] is Check.CHECKPOINT_SIGNED
    assert failing(verify.verify_growth(b"", growth, [KEY])) == [Check.FORM]
    assert failing(verify.verify_growth(old, b"\xff", [KEY])) == [Check.FORM]


# --- every way to bend them -----------------------------------------------------------------------


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_byte_of_a_certificate_can_be_another(place: int, value: int) -> None:
    bent = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]

    assert verify.verify(bent, [KEY]).holds == (bent == GOOD)


@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.binary(max_size=8))
def test_no_stretch_of_a_certificate_can_be_cut_or_filled(
    first: int, second: int, filling: bytes
) -> None:
    start, end = sorted((first, second))
    bent = GOOD[:start] + filling + GOOD[end:]

    assert verify.verify(bent, [KEY]).holds == (bent == GOOD)


def test_no_line_of_a_certificate_can_go_come_twice_or_change_places() -> None:
    lines = GOOD.decode().split("\n")
    bent = []
    for at in range(len(lines)):
        bent.append([*lines[:at], *lines[at + 1 :]])
        bent.append([*lines[:at], lines[at], *lines[at:]])
        bent.append([*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]])
    others = [text for one in bent if (text := "\n".join(one).encode()) != GOOD]

    assert len(others) > 60
    assert not [text for text in others if verify.verify(text, [KEY]).holds]


@given(st.text(max_size=300))
def test_any_text_is_a_proof_a_growth_a_certificate_or_a_plain_refusal(text: str) -> None:
    for parse in (proof.parse_proof, proof.parse_growth, proof.parse_certificate):
        with pytest.raises(Tampered):
            parse(text)


@pytest.mark.parametrize("name", ["proof", "growth"])
@given(data=st.data())
def test_a_bent_proof_or_growth_is_read_as_it_is_written_or_not_at_all(
    name: str, data: st.DataObject
) -> None:
    text = VECTORS[name]
    at = data.draw(st.integers(0, len(text) - 1))
    bent = text[:at] + data.draw(st.text(max_size=2)) + text[at + 1 :]

    try:
        read = proof.parse_proof(bent) if name == "proof" else proof.parse_growth(bent)
    except Tampered:
        return
    assert read.text() == bent

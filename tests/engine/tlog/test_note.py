"""Signed notes and checkpoints: what is signed holds, what is bent does not, what is unknown is
ignored.
"""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.tlog import note
from talteen.engine.tlog.note import (
    Algorithm,
    Checkpoint,
    Ed25519Signer,
    MlDsa44Signer,
    Note,
    Signature,
    VerifierKey,
)
from talteen.errors import InputError, Tampered

# The example of C2SP signed-note v1.0.0.
THEIR_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
THEIR_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm"
    "RKuwHjG1Yu72IneyaQM=\n"
).encode()

HOUSE = Ed25519Signer("log.example/calls", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WITNESS = VerifierKey(
    "witness.example/w1",
    Algorithm.COSIGNATURE_ED25519,
    WITNESS_KEY.public_key().public_bytes_raw(),
)
HEAD = Checkpoint("log.example/calls", 191_244, bytes(range(32)))


def cosigned(text: str, *, at_s: int) -> Signature:
    """What a witness would add, made by the letter of C2SP tlog-cosignature."""
    message = f"cosignature/v1\ntime {at_s}\n{text}".encode()
    return Signature(WITNESS.name, WITNESS.key_id, at_s.to_bytes(8) + WITNESS_KEY.sign(message))


def test_the_published_example_is_verified() -> None:
    key = note.parse_key(THEIR_KEY)

    signed = note.verify(note.parse(THEIR_NOTE), [key])

    assert [one.key for one in signed] == [key]
    assert str(key) == THEIR_KEY
    assert note.parse(THEIR_NOTE).to_bytes() == THEIR_NOTE


def test_a_checkpoint_is_three_lines_and_signed_whole() -> None:
    signed = note.sign(HEAD.text(), HOUSE)

    assert signed.text == (
        "log.example/calls\n191244\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert note.parse_checkpoint(signed.text) == HEAD
    assert note.verify(note.parse(signed.to_bytes()), [HOUSE.key])[0].at_s is None


def test_a_key_survives_its_text_form() -> None:
    assert note.parse_key(str(HOUSE.key)) == HOUSE.key
    assert note.parse_key(str(WITNESS)) == WITNESS


@given(st.integers(0, 10**6), st.integers(0, 7))
def test_a_note_with_one_bent_bit_is_refused(place: int, bit: int) -> None:
    raw = bytearray(note.sign(HEAD.text(), HOUSE).to_bytes())
    raw[place % len(raw)] ^= 1 << bit

    with pytest.raises(Tampered):
        note.verify(note.parse(bytes(raw)), [HOUSE.key])


def test_signatures_of_strangers_are_carried_along_and_ignored() -> None:
    stranger = Signature("stranger.example", b"\xff\x00\x00\x01", b"of a kind that we do not know")
    signed = note.sign(HEAD.text(), HOUSE)
    raw = Note(signed.text, (stranger, *signed.signatures)).to_bytes()

    assert [one.key for one in note.verify(note.parse(raw), [HOUSE.key])] == [HOUSE.key]
    assert note.parse(raw).to_bytes() == raw


def test_a_note_without_a_trusted_signature_is_refused() -> None:
    signed = note.sign(HEAD.text(), HOUSE)

    with pytest.raises(Tampered, match="none of the trusted keys"):
        note.verify(signed, [note.parse_key(THEIR_KEY)])


def test_one_failing_signature_of_a_known_key_spoils_the_note() -> None:
    signed = note.sign(HEAD.text(), HOUSE)
    forged = Signature(WITNESS.name, WITNESS.key_id, bytes(72))

    with pytest.raises(Tampered, match=r"witness\.example"):
        note.verify(Note(signed.text, (*signed.signatures, forged)), [HOUSE.key, WITNESS])


def test_a_witness_states_the_time_at_which_it_saw_the_head() -> None:
    signed = note.sign(HEAD.text(), HOUSE)
    both = Note(signed.text, (*signed.signatures, cosigned(signed.text, at_s=1_795_471_200)))

    seen = note.verify(both, [HOUSE.key, WITNESS])

    assert [(one.key.name, one.at_s) for one in seen] == [
        ("log.example/calls", None),
        ("witness.example/w1", 1_795_471_200),
    ]


def test_the_log_may_sign_a_second_time_against_quantum_computers() -> None:
    second = MlDsa44Signer("log.example/calls", MLDSA44PrivateKey.from_seed_bytes(bytes(32)))
    raw = note.sign(HEAD.text(), HOUSE, second).to_bytes()

    seen = note.verify(note.parse(raw), [HOUSE.key, second.key])

    assert [one.key.algorithm for one in seen] == [
        Algorithm.ED25519,
        Algorithm.COSIGNATURE_ML_DSA_44,
    ]
    assert note.parse_key(str(second.key)) == second.key
    other = note.sign(Checkpoint(HEAD.origin, HEAD.size + 1, HEAD.root).text(), HOUSE)
    moved = Note(other.text, (*other.signatures, note.parse(raw).signatures[1]))
    with pytest.raises(Tampered):
        note.verify(moved, [HOUSE.key, second.key])


@pytest.mark.parametrize("length", [1, 7, 8, 9, 64, 71, 73])
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_signature_of_a_wrong_length_is_refused(length: int, algorithm: Algorithm) -> None:
    public = {
        Algorithm.COSIGNATURE_ML_DSA_44: MLDSA44PrivateKey.from_seed_bytes(bytes(32))
        .public_key()
        .public_bytes_raw()
    }.get(algorithm, HOUSE.key.public_key)
    key = VerifierKey("log.example/calls", algorithm, public)
    signed = Note(HEAD.text(), (Signature(key.name, key.key_id, bytes(length)),))

    with pytest.raises(Tampered):
        note.verify(signed, [key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n5\n",
        "\n5\n" + "A" * 43 + "=\n",
        "origin\n05\n" + "A" * 43 + "=\n",
        "origin\n-5\n" + "A" * 43 + "=\n",
        "origin\n+5\n" + "A" * 43 + "=\n",
        "origin\n٥\n" + "A" * 43 + "=\n",
        "origin\n5 \n" + "A" * 43 + "=\n",
        "origin\n5\n" + "A" * 42 + "B=\n",
        "origin\n5\n" + "A" * 43 + "\n",
        "origin\n5\n" + "A" * 42 + "==\n",
        "origin\n5\n" + "A" * 43 + "=",
        "origin\n5\n" + "A" * 43 + "=\nextension\n",
        "origin\n5\n" + "A" * 43 + "=\n\n",
        "origin\n10000000000000000000\n" + "A" * 43 + "=\n",
    ],
)
def test_a_checkpoint_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(Tampered):
        note.parse_checkpoint(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
        "text\n\n— a AAAAAAA=".encode(),
        "text\n\n— a AAAAAA==\n".encode(),
        "text\n\n— a AAAAAAB=\n".encode(),
        b"text\n\n- a AAAAAAA=\n",
        "text\n\n—  a AAAAAAA=\n".encode(),
        "text\n\n— a+b AAAAAAA=\n".encode(),
        "text\n\n— a\u2003b AAAAAAA=\n".encode(),
        "text\r\n\n— a AAAAAAA=\n".encode(),
        "te\txt\n\n— a AAAAAAA=\n".encode(),
        b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        ("text\n\n" + "— a AAAAAAA=\n" * 65).encode(),
    ],
)
def test_a_note_in_any_other_spelling_is_refused(raw: bytes) -> None:
    with pytest.raises(Tampered):
        note.parse(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_a_plain_refusal(raw: bytes) -> None:
    try:
        parsed = note.parse(raw)
    except Tampered:
        return
    assert parsed.to_bytes() == raw


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.binary(min_size=1, max_size=99))
def test_what_is_written_is_read_again(line: str, signature: bytes) -> None:
    written = Note(f"{line}\n", (Signature("log.example", b"abcd", signature),))

    if line:
        assert note.parse(written.to_bytes()) == written


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "log.example",
        str(HOUSE.key).replace("log.", "lag."),
        str(HOUSE.key)[:-4],
        "a+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
        str(HOUSE.key) + "\n",
    ],
)
def test_a_key_that_is_not_one_we_know_is_refused(vkey: str) -> None:
    with pytest.raises(InputError):
        note.parse_key(vkey)


@pytest.mark.parametrize("name", ["", "log example", "log+example", "log\nexample", "log\u2003x"])
def test_a_log_may_not_bear_a_name_that_breaks_its_notes(name: str) -> None:
    with pytest.raises(InputError):
        note.check_name(name)

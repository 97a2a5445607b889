"""A certificate says what its entry says, in three languages, and claims no more than it knows."""

import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.tlog import merkle, note, verify
from talteen.engine.tlog.note import Checkpoint, Ed25519Signer, Note, Signature
from talteen.engine.tlog.proof import Proof
from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.destroy import certificate
from talteen.life.destroy.certificate import Certificate
from talteen.life.destroy.certificate_words import WORDS, Words
from talteen.register.log import ledger_bytes
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_kinds import Claims, DestroyedEverywhere, Entry, Evidence, Sha256

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "log.json").read_text())
ORIGIN = "log.example/calls"
HOUSE = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ISSUER = "Lumme Hotellit ja Ravintolat Oy, puhelutallenteet"
DUE = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)

PROVED = Claims(
    live_keys=Evidence.PROVED,
    backup_keys=Evidence.PROVED,
    holder_copies=None,
    ciphertext=Evidence.PROVED,
    derived=Evidence.PROVED,
    source=None,
)
GONE = DestroyedEverywhere(
    recording=RecordingId(UUID("0f64d3a2-54a1-4a5e-9d1f-2f5a1f3c7e11")),
    day=date(2026, 8, 24),
    reason=kinds.Reason.EXPIRED,
    cutoff=DUE - timedelta(days=7),
    due=DUE,
    live_dead_at=datetime(2026, 11, 16, 22, 0, 9, tzinfo=UTC),
    backup_dead_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    generation=404,
    live_holder=kinds.HolderKind.OPENBAO,
    backup_holder=kinds.HolderKind.FILE,
    ciphertext=(Sha256(bytes(range(32))),),
    claims=PROVED,
    held=0,
    delivered_copies=0,
    source=kinds.SourceFate.NONE,
    time=kinds.TimeSource.OWN_CLOCK,
    lateness_s=9,
    unbacked=False,
)

languages = pytest.mark.parametrize("language", list(WORDS))
claims = st.builds(
    Claims,
    live_keys=st.sampled_from(Evidence),
    backup_keys=st.none() | st.sampled_from(Evidence),
    holder_copies=st.none() | st.sampled_from(Evidence),
    ciphertext=st.sampled_from(Evidence),
    derived=st.sampled_from(Evidence),
    source=st.none() | st.sampled_from(Evidence),
)


def proofs(*entries: Entry, signatures: tuple[Signature, ...] = ()) -> list[Proof]:
    """Each entry proved in a log that holds them all and a few others."""
    at = DUE + timedelta(minutes=1)
    other = kinds.NotAnnounced(day=date(2026, 8, 24), count=2)
    raws = [ledger_bytes.write(entry, at) for entry in (*entries, other, other)]
    leaves = [merkle.leaf_hash(raw) for raw in raws]

    def subtree(height: int, index: int) -> bytes:
        return merkle.root(leaves[index << height : (index + 1) << height])

    text = Checkpoint(ORIGIN, len(raws), merkle.root(leaves)).text()
    signed = Note(text, (HOUSE.sign(text), *signatures))
    return [
        Proof(raw, index, merkle.inclusion_proof(subtree, index, len(raws)), signed)
        for index, raw in enumerate(raws[: len(entries)])
    ]


def certified(entry: DestroyedEverywhere, language: str = "en") -> Certificate:
    return certificate.of_recording(proofs(entry)[0], language=language, issuer=ISSUER)


def everything(made: Certificate) -> str:
    return certificate.text(made, HOUSE)


def test_a_certificate_tells_what_happened_and_when_in_finnish_time() -> None:
    made = certified(GONE, "fi")

    assert made.lead == (
        "Päivän 24.8.2026 puhelutallenne on hävitetty. Ääntä, tekstiä ja soittajan tietoja "
        "ei enää voi avata kukaan, myöskään varmuuskopiosta."
    )
    assert {fact.name: fact.value for fact in made.facts} == {
        "Tallenne": "0f64d3a2-54a1-4a5e-9d1f-2f5a1f3c7e11",
        "Puhelun päivä": "24.8.2026",
        "Luvattu hävittää viimeistään": "24.11.2026 klo 0.00.00",
        "Avain tuhottu": "17.11.2026 klo 0.00.09",
        "Viimeinen kopio avaimesta tuhottu": "23.11.2026 klo 12.00.00",
        "Syy": "säilytysaika päättyi",
        "Avainsukupolvi": "404: talon avaimen säilytti OpenBao, varmuuskopion tiedosto",
        "Pitoja ennen hävittämistä": "ei yhtään",
    }


@languages
def test_a_certificate_checks_out_in_every_language(language: str) -> None:
    file = everything(certified(GONE, language))

    verdict = verify.verify(file.encode(), [HOUSE.key])

    assert verdict.holds
    assert (verdict.language, verdict.indexes) == (language, (0,))
    assert ledger_bytes.read(verdict.entries[0]).entry == GONE


@languages
@given(made=claims)
def test_certificate_wording_follows_evidence(language: str, made: Claims) -> None:
    words, shown = WORDS[language], certified(replace(GONE, claims=made), language)
    grades = [getattr(made, field.name) for field in fields(made)]
    given = [grade for grade in grades if grade is not None]

    assert [claim.evidence for claim in shown.claims] == given
    assert [claim.grade for claim in shown.claims] == [words.grades[grade] for grade in given]
    assert (words.by_word in shown.lead) == (Evidence.DECLARED in given)
    assert (words.by_receipt in shown.lead) == (
        Evidence.RECEIPTED in given and Evidence.DECLARED not in given
    )
    file = everything(shown)
    for grade in Evidence:
        assert (f"  {words.grades[grade]} (" in file) == (grade in given)


@languages
def test_every_certificate_says_what_it_cannot_prove(language: str) -> None:
    words, file = WORDS[language], everything(certified(GONE, language))

    for limit in (words.limit_copy, words.limit_claim, words.limit_clock, words.limit_no_witness):
        assert limit in file
    handed_out = everything(certified(replace(GONE, delivered_copies=3), language))
    assert words.limit_delivered.format(count=3) in handed_out
    assert words.limit_delivered.format(count=0) not in file


def test_a_witness_on_the_head_takes_the_warning_away_and_is_named() -> None:
    witness = Signature("witness.example/w1", b"abcd", bytes(72))
    shown = proofs(GONE, signatures=(witness,))[0]

    made = certificate.of_recording(shown, language="en", issuer=ISSUER)

    assert WORDS["en"].limit_no_witness not in made.limits
    assert "witness.example/w1" in {fact.value for fact in made.place}


@languages
def test_a_promise_that_was_broken_is_not_called_kept(language: str) -> None:
    words = WORDS[language]
    late = replace(GONE, backup_dead_at=DUE + timedelta(seconds=1))

    assert certified(GONE, language).verdict == words.kept
    assert certified(late, language).verdict == words.broken
    assert not certified(late, language).kept
    held = certified(replace(late, held=2, reason=kinds.Reason.HOLD_RELEASED), language)
    assert (held.verdict, held.kept) == (words.after_hold, True)


def test_an_unbacked_key_and_a_source_left_to_its_owner_are_told() -> None:
    gone = replace(
        GONE,
        unbacked=True,
        source=kinds.SourceFate.OWNER_DELETES,
        claims=replace(PROVED, backup_keys=None, source=Evidence.DECLARED),
    )

    made = certified(gone)

    assert "There was no backup of the key." in everything(made)
    assert made.claims[-1].text.endswith("is deleted by its owner.")
    assert "backup of the key is destroyed" not in everything(made)


def test_a_day_is_one_certificate_over_all_its_recordings() -> None:
    second = replace(
        GONE,
        recording=RecordingId(UUID(int=2)),
        reason=kinds.Reason.REQUEST,
        live_dead_at=GONE.live_dead_at - timedelta(days=40),
        claims=replace(PROVED, ciphertext=Evidence.RECEIPTED),
    )
    third = replace(GONE, recording=RecordingId(UUID(int=3)))
    shown = proofs(GONE, second, third)

    made = certificate.of_day(shown, still_held=2, language="en", issuer=ISSUER)

    facts = {fact.name: fact.value for fact in made.facts}
    assert made.lead.startswith("Of the call recordings of 24 Aug 2026, 3 have been destroyed.")
    assert facts["Reason"] == "its time was over 2, request for erasure 1"
    assert facts["Key destroyed"] == "17 Nov 2026, 00:00:09"
    assert facts["Still on hold"] == "2"
    grades = {claim.text: claim.evidence for claim in made.claims}
    assert grades[WORDS["en"].claims["ciphertext"]] is Evidence.RECEIPTED
    assert WORDS["en"].limit_others in made.limits
    verdict = verify.verify(everything(made).encode(), [HOUSE.key])
    assert verdict.holds
    assert verdict.indexes == (0, 1, 2)


def test_a_day_takes_its_own_recordings_only_and_each_once() -> None:
    next_day = proofs(GONE, replace(GONE, day=date(2026, 8, 25)))
    twice = proofs(GONE, GONE)

    for shown in (next_day, twice, []):
        with pytest.raises(InputError, match="one head"):
            certificate.of_day(shown, still_held=0, language="fi", issuer=ISSUER)


def test_the_verdict_gives_the_entries_that_a_certificate_rests_on() -> None:
    file = everything(certified(GONE)).encode()

    found, gone = certificate.verdict(file, [HOUSE.key])

    assert found.holds
    assert gone == [GONE]


@pytest.mark.parametrize("name", sorted(VECTORS["refused"]))
def test_a_published_bad_certificate_is_refused(name: str) -> None:
    keys = [note.parse_key(VECTORS["log_key"])]

    found, gone = certificate.verdict(VECTORS["refused"][name].encode(), keys)

    assert not found.holds
    assert gone == []


@pytest.mark.parametrize("name", ["certificate", "certificate_of_day", "certificate_cosigned"])
def test_a_published_certificate_holds(name: str) -> None:
    keys = [note.parse_key(VECTORS[key]) for key in ("log_key", "witness_key")]

    found, gone = certificate.verdict(VECTORS[name].encode(), keys)

    assert found.holds
    assert [one.generation for one in gone] == [404] * (2 if name.endswith("day") else 1)
    witnessed = [one.at_s for one in found.witnessed]
    assert witnessed == ([VECTORS["witnessed_s"]] if name.endswith("cosigned") else [])


@pytest.mark.parametrize(
    "entry",
    [
        replace(GONE, live_dead_at=DUE, backup_dead_at=DUE - timedelta(days=1)),
        replace(GONE, backup_dead_at=DUE + timedelta(days=1)),
        kinds.Parked(recording=GONE.recording, day=GONE.day, until=DUE),
    ],
    ids=["dead before dead", "a copy lives", "another kind"],
)
def test_there_is_no_certificate_while_a_copy_of_a_key_lives(entry: Entry) -> None:
    with pytest.raises(InputError, match="every key is dead"):
        certificate.of_recording(proofs(entry)[0], language="fi", issuer=ISSUER)


def test_all_languages_have_all_words_and_the_same_places_to_fill() -> None:
    def places(said: object) -> set[str]:
        return set(re.findall(r"{\w+}", str(said)))

    for field in fields(Words):
        finnish, *others = (getattr(words, field.name) for words in WORDS.values())
        for other in others:
            assert places(finnish) == places(other), field.name
            assert type(finnish) is type(other)
            if isinstance(finnish, dict):
                assert finnish.keys() == other.keys()
                assert all(other.values())
    assert set(WORDS["fi"].reasons) == set(kinds.Reason)
    assert set(WORDS["fi"].holders) == set(kinds.HolderKind)
    assert set(WORDS["fi"].claims) == {field.name for field in fields(Claims)}


def test_the_words_of_a_certificate_are_signed_too() -> None:
    file = everything(certified(GONE)).replace("not even from a backup", "except from a backup")

    verdict = verify.verify(file.encode(), [HOUSE.key])

    assert [finding.check for finding in verdict.findings if not finding.holds] == [
        verify.Check.WORDS_SIGNED
    ]
    assert note.parse(file.encode())

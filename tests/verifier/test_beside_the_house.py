"""Two verdicts on every certificate: the house's own, and that of the program written apart."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.tlog import note, verify
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify
from talteen.register.log import ledger
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_store import Log
from tests.register.ledger_surgery import guard
from tests.vectors import make_log
from tests.verifier.process import (
    GOOD,
    HOUSE,
    KEY,
    VECTORS,
    WITNESS,
    by_house,
    check,
    hold,
    judged,
    load,
    resigned,
    run,
    written,
)

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)


def gone() -> kinds.DestroyedEverywhere:
    return kinds.DestroyedEverywhere(
        recording=RecordingId(uuid4()),
        day=date(2026, 8, 24),
        reason=kinds.Reason.EXPIRED,
        cutoff=AT - timedelta(days=8),
        due=AT - timedelta(days=1),
        live_dead_at=AT - timedelta(days=8),
        backup_dead_at=AT - timedelta(days=2),
        generation=404,
        live_holder=kinds.HolderKind.OPENBAO,
        backup_holder=kinds.HolderKind.FILE,
        ciphertext=(kinds.Sha256(bytes(32)),),
        claims=kinds.Claims(
            live_keys=kinds.Evidence.PROVED,
            backup_keys=kinds.Evidence.RECEIPTED,
            holder_copies=kinds.Evidence.DECLARED,
            ciphertext=kinds.Evidence.PROVED,
            derived=kinds.Evidence.PROVED,
            source=None,
        ),
        held=0,
        delivered_copies=0,
        source=kinds.SourceFate.NONE,
        time=kinds.TimeSource.OWN_CLOCK,
        lateness_s=0,
        unbacked=False,
    )


@pytest.mark.django_db(transaction=True)
def test_what_the_house_certifies_from_its_ledger_holds_here_too(tmp_path: Path) -> None:
    guard()
    log = Log(VECTORS["origin"], HOUSE, FolderStore(tmp_path / "second"))
    entries = [gone() for _ in range(70)]
    ledger.enter_all([ledger.entry_bytes(one, AT) for one in entries[:60]])
    ledger.publish(log, AT)
    kept = ledger.head(log)
    assert kept
    ledger.enter_all([ledger.entry_bytes(one, AT) for one in entries[60:]])
    ledger.publish(log, AT)
    named = entries[66].recording
    made = [
        certify.recording(log, named, language=language, issuer="Lumme Oy")
        for language in ("fi", "sv", "en")
    ]
    made.append(certify.day(log, date(2026, 8, 24), still_held=1, language="fi", issuer="Lumme Oy"))
    texts = [certificate.text(one, HOUSE) for one in made]

    told = check(tmp_path, *texts)
    old, growth = written(tmp_path, kept[1].to_bytes(), ledger.growth_text(log, 60))
    grown = run("--key", str(HOUSE.key), old, growth)

    assert told.status == 0, told.out
    assert all(certificate.verdict(text.encode(), [HOUSE.key])[0].holds for text in texts)
    assert told.verdicts[0]["recordings"] == [str(named)]
    assert set(told.verdicts[-1]["recordings"]) == {str(one.recording) for one in entries}
    assert grown.status == 0
    assert verify.verify_growth(kept[1].to_bytes(), growth.read_bytes(), [HOUSE.key]).holds


PROGRAM = load()


NAMES = ("certificate", "certificate_of_day", "certificate_cosigned", "certificate_of_month")
places = st.integers(0, 4000)
bits = st.sampled_from([*"\n \t\r\x00\x7f\x85\u2028+=—09Aaé", "\n\n", "c2sp.org/tlog-proof@v1\n"])
changes = st.tuples(
    st.sampled_from(["put", "cut", "over", "line twice", "line away", "lines exchanged"]),
    places,
    st.integers(1, 60),
    bits,
)


def changed(text: str, change: tuple[str, int, int, str]) -> str:
    """The text after one change at a place in it, or at one of its lines."""
    what, at, length, put = change
    lines = text.split("\n")
    row, at = at % len(lines), at % len(text)
    match what:
        case "put":
            return text[:at] + put + text[at:]
        case "cut":
            return text[:at] + text[at + length :]
        case "over":
            return text[:at] + put + text[at + len(put) :]
        case "line twice":
            return "\n".join([*lines[:row], lines[row], *lines[row:]])
        case "line away":
            return "\n".join([*lines[:row], *lines[row + 1 :]])
    other = length % len(lines)
    lines[row], lines[other] = lines[other], lines[row]
    return "\n".join(lines)


many = st.lists(st.tuples(st.sampled_from(NAMES), changes), min_size=25, max_size=40)
slow = settings(max_examples=25, deadline=None)


@slow
@given(mutants=many)
def test_the_house_and_the_program_agree_on_every_changed_file(
    mutants: list[tuple[str, tuple[str, int, int, str]]],
) -> None:
    texts = [changed(VECTORS[name], change) for name, change in mutants]

    agree(VECTORS["excerpt"], *texts)


@slow
@given(mutants=many)
def test_the_house_and_the_program_agree_even_where_the_house_signed_what_was_changed(
    mutants: list[tuple[str, tuple[str, int, int, str]]],
) -> None:
    texts = []
    for name, change in mutants:
        body = VECTORS[name].rpartition("\n\n")[0] + "\n"
        texts.append(note.sign(changed(body, change), HOUSE).to_bytes().decode())

    agree(VECTORS["excerpt"], *texts)


@slow
@given(mutants=st.lists(changes, min_size=10, max_size=20))
def test_the_house_and_the_program_agree_on_every_changed_excerpt(
    mutants: list[tuple[str, int, int, str]],
) -> None:
    for change in mutants:
        agree(changed(VECTORS["excerpt"], change), VECTORS["certificate_of_month"])


def agree(*texts: str) -> None:
    """Both say the same of each file: whether it holds, and whether it could be read at all."""
    ours, theirs = (
        by_house(*texts, keys=[KEY, WITNESS]),
        judged(PROGRAM, *texts, keys=[KEY, WITNESS]),
    )

    for house, program in zip(ours, theirs, strict=True):
        assert (house.name, house.holds) == (program["file"], program["holds"]), (house, program)
        assert house.recounted == (program.get("counts") == "proved")


times = ["2026-11-23T22:00:00.000Z", "2026-11-31T22:00:00.000Z", "2026-11-23T24:00:00.000Z"]
odd = ["2026-11-23T22:00:60.000Z", "0000-08-24", "2026-8-24", "9" * 64, "F" * 64, "a\\b", '"', "é"]
codes = ["proved", "declared", "request", "kms", "deleted", "2026-08-24", ""]
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-1, 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([*times, *odd, *codes])
)
values = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.text("ab"), leaves, max_size=1)
entry_changes = st.tuples(
    st.sampled_from([*json.loads(VECTORS["entries"][16]), *make_log.CLAIMS, "more"]), values
)


@slow
@given(wrong=st.lists(entry_changes, min_size=20, max_size=30))
def test_the_house_and_the_program_read_entries_alike(wrong: list[tuple[str, object]]) -> None:
    """Each entry is truly in a log that the house signed, of another size each."""
    texts = []
    for number, (key, value) in enumerate(wrong):
        entry = json.loads(VECTORS["entries"][16])
        (entry["claims"] if key in entry["claims"] and number % 2 else entry)[key] = value
        raw = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
        log = [raw, *[b"{}"] * number]
        head = make_log.signed(make_log.head(log))
        texts.append(make_log.certificate(make_log.tlog_proof(0, log, head)))

    agree(*texts)


# --- odd cases: each rule of the pages in which two careful readers once differed -----------------

ENTRIES = [entry.encode() for entry in VECTORS["entries"]]
HEAD = make_log.head(ENTRIES)
PROOF = make_log.tlog_proof(16, ENTRIES, make_log.signed(HEAD))
OLDER_KEY = make_log.vkey(make_log.STRANGER, make_log.ORIGIN, 1)
PLAIN_WITNESS = make_log.vkey(make_log.WITNESS, "witness.example/w1", 1)
SECOND = str(note.MlDsa44Signer(make_log.ORIGIN, make_log.LOG_SECOND).key)
ML_DSA_WITNESS = note.MlDsa44Signer("witness.example/w2", make_log.LOG_SECOND)


def words(text: str) -> str:
    return make_log.certificate(PROOF, words=text)


def under(*lines: str) -> str:
    """A certificate whose checkpoint bears these signature lines below the log's own."""
    checkpoint = make_log.signed(HEAD) + "".join(lines)
    return make_log.certificate(make_log.tlog_proof(16, ENTRIES, checkpoint))


def ml_dsa(bearer: str, at_s: int) -> str:
    names = [bytes([len(name)]) + name.encode() for name in (bearer, make_log.ORIGIN)]
    size, root = len(ENTRIES).to_bytes(8, "big"), make_log.mth(ENTRIES)
    stamp = at_s.to_bytes(8, "big")
    message = b"subtree/v1\n\x00" + names[0] + stamp + names[1] + bytes(8) + size + root
    signature = make_log.LOG_SECOND.sign(message)
    public = make_log.LOG_SECOND.public_key().public_bytes_raw()
    return make_log.line(bearer, 6, public, stamp + signature)


def plain_witness() -> str:
    public = make_log.WITNESS.public_key().public_bytes_raw()
    return make_log.line("witness.example/w1", 1, public, make_log.WITNESS.sign(HEAD.encode()))


def of_length(length: int) -> str:
    """A certificate whose one entry is as long as that: by many hashes, and by long numbers."""
    counts = ("generation", "held", "delivered_copies", "lateness_s")
    entry = json.loads(ENTRIES[16]) | dict.fromkeys(counts, 1) | {"ciphertext": []}
    hashes, digits = divmod(length - len(canonical(entry)) + 1, 67)
    entry["ciphertext"] = ["0" * 64] * hashes
    for name in counts:
        entry[name] = 10 ** min(digits, 15)
        digits -= min(digits, 15)
    raw = canonical(entry)
    assert len(raw) == length, digits
    return alone(raw)


def canonical(entry: dict[str, object]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


def alone(raw: bytes) -> str:
    return make_log.certificate(
        make_log.tlog_proof(0, [raw], make_log.signed(make_log.head([raw])))
    )


def forked() -> str:
    other = [*ENTRIES[:17], ENTRIES[17].replace(b'"held":0', b'"held":7'), *ENTRIES[18:]]
    assert other != ENTRIES
    return make_log.certificate(
        PROOF, make_log.tlog_proof(17, other, make_log.signed(make_log.head(other)))
    )


def by_older_key(*, checkpoint_too: bool, named: bool) -> str:
    """A certificate that another key of the same origin signed."""
    head = make_log.signed(HEAD, make_log.STRANGER) if checkpoint_too else make_log.signed(HEAD)
    text = make_log.certificate(make_log.tlog_proof(16, ENTRIES, head)).rpartition("\n\n")[0]
    text = text.replace(KEY, OLDER_KEY) if named else text
    return make_log.signed(text + "\n", make_log.STRANGER)


@dataclass(frozen=True, slots=True)
class Odd:
    make: Callable[[], str]
    holds: bool
    keys: list[str] = field(default_factory=lambda: [KEY, WITNESS])
    witnesses: int = 0


ODD = {
    "the key line names a stranger": Odd(
        lambda: resigned(GOOD.replace(KEY, OLDER_KEY, 1)), holds=False
    ),
    "the key line is no key": Odd(lambda: resigned(GOOD.replace(KEY, "log+00+AA", 1)), holds=False),
    "DEL in the words": Odd(lambda: words("gone\x7f."), holds=False),
    "C1 in the words: a terminal would obey it": Odd(lambda: words("gone\x9b2J."), holds=False),
    "NEL in the words": Odd(lambda: words("gone\x85."), holds=False),
    "a no-break space, the first after C1": Odd(lambda: words("gone\xa0."), holds=True),
    "an empty line before the words": Odd(lambda: words("\ngone."), holds=False),
    "an empty line after the words": Odd(lambda: words("gone.\n"), holds=False),
    "two empty lines among the words": Odd(lambda: words("gone.\n\n\nreally."), holds=True),
    "words of an empty line alone": Odd(lambda: words(""), holds=False),
    "an empty line more between proofs": Odd(
        lambda: make_log.certificate(
            PROOF + "\n", make_log.tlog_proof(17, ENTRIES, make_log.signed(HEAD))
        ),
        holds=False,
    ),
    "a line among the words that opens a proof": Odd(
        lambda: words("gone.\nc2sp.org/tlog-proof@v1\nreally."), holds=False
    ),
    "words that begin as a proof does": Odd(
        lambda: words("c2sp.org/tlog-proof@v1\nreally."), holds=False
    ),
    "such a line, indented": Odd(lambda: words("gone.\n c2sp.org/tlog-proof@v1"), holds=True),
    "an entry of 65,535 bytes": Odd(lambda: of_length(65_535), holds=True),
    "an entry of 65,536 bytes": Odd(lambda: of_length(65_536), holds=False),
    "a fork in one certificate": Odd(forked, holds=False),
    "a size of 2^63": Odd(
        lambda: make_log.certificate(
            make_log.tlog_proof(
                16, ENTRIES, make_log.signed(HEAD.replace(f"\n{len(ENTRIES)}\n", f"\n{2**63}\n"))
            )
        ),
        holds=False,
    ),
    "a witness": Odd(lambda: under(make_log.witnessed(HEAD)), holds=True, witnesses=1),
    "a witness that signs as logs do": Odd(
        lambda: under(plain_witness()), holds=True, keys=[KEY, PLAIN_WITNESS], witnesses=0
    ),
    "the log's own second signature": Odd(
        lambda: under(ml_dsa(make_log.ORIGIN, 0)), holds=True, keys=[KEY, SECOND]
    ),
    "the log's own second signature, with a time": Odd(
        lambda: under(ml_dsa(make_log.ORIGIN, 1_795_471_270)), holds=False, keys=[KEY, SECOND]
    ),
    "the same, of a key that the reader does not have": Odd(
        lambda: under(ml_dsa(make_log.ORIGIN, 1_795_471_270)), holds=True, keys=[KEY]
    ),
    "a witness with ML-DSA and a time": Odd(
        lambda: under(ml_dsa("witness.example/w2", 1_795_471_270)),
        holds=True,
        keys=[KEY, str(ML_DSA_WITNESS.key)],
        witnesses=1,
    ),
    "a witness with ML-DSA that states no time": Odd(
        lambda: under(ml_dsa("witness.example/w2", 0)),
        holds=True,
        keys=[KEY, str(ML_DSA_WITNESS.key)],
        witnesses=1,
    ),
    "a witness's time beyond 63 bits": Odd(
        lambda: under(ml_dsa("witness.example/w2", 2**63)),
        holds=False,
        keys=[KEY, str(ML_DSA_WITNESS.key)],
    ),
    "another key of the origin signed all and is named": Odd(
        lambda: by_older_key(checkpoint_too=True, named=True), holds=True, keys=[KEY, OLDER_KEY]
    ),
    "another key of the origin signed all, the key line differs": Odd(
        lambda: by_older_key(checkpoint_too=True, named=False), holds=False, keys=[KEY, OLDER_KEY]
    ),
    "words and checkpoint signed by two keys of one origin": Odd(
        lambda: by_older_key(checkpoint_too=False, named=True), holds=False, keys=[KEY, OLDER_KEY]
    ),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_case_is_decided_by_the_pages_and_alike(tmp_path: Path, odd: Odd) -> None:
    text = odd.make()

    told = check(tmp_path, text, keys=odd.keys)
    house = certificate.verdict(text.encode(), [*map(note.parse_key, odd.keys)])[0]

    assert (hold(told), house.holds) == ([odd.holds], odd.holds), (told.out, house.findings)
    if odd.holds:
        assert len(told.verdicts[0]["witnesses"]) == len(house.witnessed) == odd.witnesses


def test_forks_are_seen_over_all_files_that_are_given_at_once(tmp_path: Path) -> None:
    other = [*ENTRIES[:-1], ENTRIES[-1] + b" "]
    texts = [
        GOOD,
        make_log.certificate(make_log.tlog_proof(16, other, make_log.signed(make_log.head(other)))),
    ]

    told = check(tmp_path, *texts)
    heads = [
        head for text in texts for head in certificate.verdict(text.encode(), [HOUSE.key])[0].heads
    ]

    assert hold(told) == [True, False]
    assert verify.forked(heads)
    assert not verify.forked(heads[:1] * 2)

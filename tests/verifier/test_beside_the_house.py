"""Two verdicts on every certificate: the house's own, and that of the program written apart."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talteen.engine.tlog import note, verify
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify
from talteen.register import ledger
from talteen.register import ledger_kinds as kinds
from talteen.register.ledger_store import Log
from tests.register.ledger_surgery import guard
from tests.vectors import make_log
from tests.verifier.process import HOUSE, KEY, VECTORS, WITNESS, check, hold, run, written

STRICTER = (
    "it names another key than the one that signed it",
    "the key",
    "it has no words, no proof, or not one empty line between them",
    "the certificate holds a control character, or is not UTF-8",
    "the log has two roots",
)
"""How the refusals begin that the program may give where the house finds nothing wrong."""

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
    grown = run("--key", str(HOUSE.key), "--old", old, "--growth", growth)

    assert told.status == 0, told.out
    assert all(certificate.verdict(text.encode(), [HOUSE.key])[0].holds for text in texts)
    assert told.verdicts[0]["recordings"] == [str(named)]
    assert set(told.verdicts[-1]["recordings"]) == {str(one.recording) for one in entries}
    assert grown.status == 0
    assert verify.verify_growth(kept[1].to_bytes(), growth.read_bytes(), [HOUSE.key]).holds


def house_holds(text: str) -> bool:
    keys = [HOUSE.key, note.parse_key(WITNESS)]
    return certificate.verdict(text.encode(), keys)[0].holds


NAMES = ("certificate", "certificate_of_day", "certificate_cosigned")
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
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@slow
@given(mutants=many)
def test_the_house_and_the_program_agree_on_every_changed_file(
    tmp_path: Path, mutants: list[tuple[str, tuple[str, int, int, str]]]
) -> None:
    texts = [changed(VECTORS[name], change) for name, change in mutants]

    told = check(tmp_path, *texts, keys=[KEY, WITNESS])

    assert hold(told) == [house_holds(text) for text in texts]


@slow
@given(mutants=many)
def test_the_program_passes_nothing_that_the_house_refuses_even_if_the_house_signed_it(
    tmp_path: Path, mutants: list[tuple[str, tuple[str, int, int, str]]]
) -> None:
    """And what it refuses beyond the house, it refuses for a rule of the published page."""
    texts = []
    for name, change in mutants:
        body = VECTORS[name].rpartition("\n\n")[0] + "\n"
        texts.append(note.sign(changed(body, change), HOUSE).to_bytes().decode())

    told = check(tmp_path, *texts, keys=[KEY, WITNESS])

    for one, text in zip(told.verdicts, texts, strict=True):
        if one["holds"] != house_holds(text):
            assert not one["holds"], text
            assert one["failed"].startswith(STRICTER), (one["failed"], text)


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
def test_the_house_and_the_program_read_entries_alike(
    tmp_path: Path, wrong: list[tuple[str, object]]
) -> None:
    """Each entry is truly in a log that the house signed, of another size each."""
    texts = []
    for number, (key, value) in enumerate(wrong):
        entry = json.loads(VECTORS["entries"][16])
        (entry["claims"] if key in entry["claims"] and number % 2 else entry)[key] = value
        raw = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
        log = [raw, *[b"{}"] * number]
        head = make_log.signed(make_log.head(log))
        texts.append(make_log.certificate(make_log.tlog_proof(0, log, head)))

    told = check(tmp_path, *texts)

    assert hold(told) == [house_holds(text) for text in texts]

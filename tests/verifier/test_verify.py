"""The authority's verifier, run as its own process, against the published vectors."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from talteen.engine.tlog import note, verify
from talteen.life.destroy import certificate, checking
from tests.kit.flipped import flipped
from tests.vectors import make_log
from tests.verifier.process import (
    GOOD,
    HOUSE,
    KEY,
    PROGRAM,
    VECTORS,
    WITNESS,
    check,
    hold,
    in_log,
    judged,
    load,
    resigned,
    run,
    written,
)

# --- what it is -----------------------------------------------------------------------------------


def test_the_program_is_one_short_file_that_needs_only_cryptography() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source, feature_version=(3, 9))))

    imported = {alias.name for one in nodes if isinstance(one, ast.Import) for alias in one.names}
    imported |= {str(one.module) for one in nodes if isinstance(one, ast.ImportFrom)}

    assert len(source.splitlines()) <= 500
    roots = {name.partition(".")[0] for name in imported}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}
    assert not roots & {"socket", "ssl", "http", "urllib", "subprocess", "os"}


def test_it_neither_calls_out_nor_writes_a_file(tmp_path: Path) -> None:
    """Python tells of every file that is opened and every socket before it happens."""
    (good,) = written(tmp_path, GOOD)
    watch = f"""
import runpy, sys
def hook(event, about):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.remove", "os.mkdir")):
        raise SystemExit(77)
    if event == "open" and set(str(about[1] or "")) & set("wax+"):
        raise SystemExit(78)
sys.addaudithook(hook)
sys.argv = ["verify", {str(good)!r}, "--key", {KEY!r}]
runpy.run_path({str(PROGRAM)!r}, run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", watch], capture_output=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert sorted(tmp_path.iterdir()) == [good]


# --- the published vectors ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["certificate", "certificate_of_day", "certificate_cosigned"])
def test_a_published_good_certificate_holds(tmp_path: Path, name: str) -> None:
    (path,) = written(tmp_path, VECTORS[name])

    told = run(path, "--key", KEY)

    assert told.status == 0
    assert f"{path}: HOLDS\n  key: {KEY}" in told.out
    assert "claims: backup_keys receipted, ciphertext proved" in told.out
    assert "cannot prove: that nobody had copied a key before it was destroyed" in told.out
    assert "no witness" in told.out


def test_a_published_month_is_counted_again_from_its_excerpt(tmp_path: Path) -> None:
    alone = check(tmp_path, VECTORS["certificate_of_month"])
    (month,) = alone.verdicts

    told = [
        check(tmp_path, VECTORS["certificate_of_month"], VECTORS[name])
        for name in ("excerpt", "excerpt_from_13")
    ]

    assert (month["counts"], month["captured"], month["promise_kept"]) == ("declared", 2, True)
    assert sum(month["fates"].values()) == 2
    assert [one.status for one in told] == [0, 0]
    # The second begins after the account does, so that nothing can be counted from it.
    assert [one.verdicts[1]["counts"] for one in told] == ["proved", "declared"]


@pytest.mark.parametrize("wrong", VECTORS["refused"])
def test_a_published_bad_certificate_does_not_hold(tmp_path: Path, wrong: str) -> None:
    told = check(tmp_path, VECTORS["refused"][wrong])

    assert told.status in (1, 2)
    assert hold(told) == [False]
    assert told.verdicts[0]["failed"]


def test_no_byte_of_a_certificate_can_be_another(tmp_path: Path) -> None:
    raw = GOOD.encode()
    changed = [flipped(raw, at) for at in range(len(raw))]

    told = check(tmp_path, *changed)

    assert not any(hold(told))
    assert len(told.verdicts) == len(raw)


def test_a_certificate_cut_off_anywhere_does_not_hold(tmp_path: Path) -> None:
    raw = GOOD.encode()

    told = check(tmp_path, *(raw[:end] for end in range(0, len(raw), 5)), raw[:-1], raw + b"\n")

    assert told.status == 2
    assert not any(hold(told))


ROOT = VECTORS["checkpoint"].split("\n")[2]
CHANGES: dict[str, Callable[[str], str]] = {
    "a leaf of another": lambda text: text.replace("eyJhdCI6IjIwMjYt", "eyJhdCI6IjIwMjUt"),
    "another index": lambda text: text.replace("index 16", "index 17"),
    "another hash": lambda text: text.replace("\ngrms", "\ngrmt"),
    "another root": lambda text: text.replace(f"\n{ROOT[:4]}", f"\n{ROOT[:3]}x"),
    "a hash more": lambda text: text.replace("index 16\n", f"index 16\n{'A' * 43}=\n"),
    "an extension of the checkpoint": lambda text: text.replace(f"{ROOT}\n", f"{ROOT}\nmore\n"),
    "no empty line before the proof": lambda text: text.replace("\n\nc2sp", "\nc2sp"),
    "no words": lambda text: text.replace(f"\n{make_log.WORDS}\n", ""),
    "an empty line more after the words": lambda text: text.replace("\n\nc2sp", "\n\n\nc2sp"),
    "a proof's first line among the words": lambda text: text.replace(
        "tetty.\n", "tetty.\nSee:\nc2sp.org/tlog-proof@v1\n"
    ),
    "a control character": lambda text: text.replace("DESTR", "\x7fDESTR"),
    "65 signatures on the checkpoint": lambda text: text.replace(
        f"{ROOT}\n\n", f"{ROOT}\n\n" + "— nobody.example AAAAAAA=\n" * 64
    ),
    "words about another key": lambda text: text.replace(KEY, WITNESS, 1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_houses_own_signature_saves_no_false_certificate(tmp_path: Path, change: str) -> None:
    """As if the house itself, or a thief of its key, had signed the changed file anew."""
    changed = CHANGES[change](GOOD)
    assert changed != GOOD

    told = check(tmp_path, resigned(changed))

    assert hold(told) == [False]
    assert "on the certificate" not in told.verdicts[0]["failed"]


def test_a_certificate_holds_under_the_right_key_only(tmp_path: Path) -> None:
    stranger = make_log.vkey(make_log.STRANGER, VECTORS["origin"], 1)

    told = check(tmp_path, GOOD, keys=[stranger])

    assert told.status == 1
    assert told.verdicts[0]["failed"] == "a checkpoint is not signed by the log's own key"


NEXT, CHANGE = VECTORS["certificate_under_the_next_key"], VECTORS["key_change"]


def test_whoever_knows_an_earlier_key_follows_its_announcement(tmp_path: Path) -> None:
    alone = check(tmp_path, NEXT)
    both = check(tmp_path, NEXT, CHANGE)

    assert hold(alone) == [False]
    assert hold(both) == [True, True]
    assert both.verdicts[0]["next_key"] == VECTORS["next_key"] == both.verdicts[1]["key"]
    files = [("a", NEXT.encode()), ("b", CHANGE.encode())]
    assert [one.failed for one in checking.judge(files, [HOUSE.key])] == ["", ""]


# --- what it tells --------------------------------------------------------------------------------


def test_a_witness_that_the_reader_trusts_is_told_with_its_time(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"# of the log\n{KEY}\n\n# of the witness\n{WITNESS}\n")

    told = run("--json", "--keys", keys, *written(tmp_path, VECTORS["certificate_cosigned"]))

    assert told.verdicts[0]["witnesses"] == [{"vkey": WITNESS, "posix_s": [VECTORS["witnessed_s"]]}]
    assert "no witness" not in told.out


@pytest.mark.parametrize("first", ["cosigned", "bare"])
def test_lines_of_a_head_count_wherever_in_the_file_they_stand(first: str) -> None:
    entries = [one.encode() for one in VECTORS["entries"]]
    heads = [VECTORS["checkpoint_cosigned"], VECTORS["checkpoint"]]
    both = heads if first == "cosigned" else heads[::-1]
    text = make_log.certificate(
        *(make_log.tlog_proof(16 + at, entries, head) for at, head in enumerate(both))
    )

    (told,) = judged(load(), text, keys=[KEY, WITNESS])
    found = verify.verify(text.encode(), [HOUSE.key, note.parse_key(WITNESS)])

    assert told["witnesses"] == [{"vkey": WITNESS, "posix_s": [VECTORS["witnessed_s"]]}]
    assert [str(one.key) for one in found.witnessed] == [WITNESS]


def test_a_witness_whose_signature_fails_spoils_the_certificate(tmp_path: Path) -> None:
    spoilt = resigned(VECTORS["certificate_cosigned"].replace("sb0dRAAAAABr", "sb0dRAAAAABs"))

    told = [check(tmp_path, spoilt, keys=keys) for keys in ([KEY], [KEY, WITNESS])]

    assert [hold(one) for one in told] == [[True], [False]]


def test_a_witness_of_a_time_that_never_comes_is_refused(program: ModuleType) -> None:
    """C2SP tlog-cosignature: a time is below 2^63."""
    keys, text = [program.read_key(KEY), program.read_key(WITNESS)], make_log.head([b"{}"])
    public = make_log.WITNESS.public_key().public_bytes_raw()

    def cosigned(posix_s: int) -> str:
        signature = make_log.WITNESS.sign(f"cosignature/v1\ntime {posix_s}\n{text}".encode())
        stamped = posix_s.to_bytes(8, "big") + signature
        return make_log.signed(text) + make_log.line("witness.example/w1", 4, public, stamped)

    witnesses = program.Reader(keys).checkpoint(cosigned(2**63 - 1)).witnesses
    assert witnesses == {keys[1]: 2**63 - 1}
    with pytest.raises(program.Refused, match="does not fit"):
        program.Reader(keys).checkpoint(cosigned(2**63))


def test_a_late_destruction_has_a_valid_certificate_that_says_so(tmp_path: Path) -> None:
    late: dict[str, object] = {"due": "2026-11-22T22:00:00.000Z"}
    held = {**late, "held": 1}

    told = [check(tmp_path, in_log(one)) for one in ({}, held, late)]

    assert [one.status for one in told] == [0, 0, 0]
    assert [one.verdicts[0]["promise_kept"] for one in told] == [True, True, False]
    plain = run(tmp_path / "0.cert", "--key", KEY).out
    assert "promise kept: False" in plain
    assert f"late: {make_log.name('r/0')}" in plain


def test_over_a_day_the_weakest_evidence_is_told(tmp_path: Path) -> None:
    weak: dict[str, object] = {"claims": {**make_log.CLAIMS, "live_keys": "declared"}}

    told = check(tmp_path, in_log({}, weak, {}))

    assert told.verdicts[0]["claims"] == {**make_log.CLAIMS, "live_keys": "declared"}
    assert len(told.verdicts[0]["recordings"]) == 3


@pytest.mark.parametrize(
    "entries",
    [
        [{"day": "2026-08-25"}, {}],
        [{"recording": make_log.name("r/1")}, {}],
        [{"live_dead_at": "2026-11-23T10:00:00.001Z"}],
        [{"due": "2026-02-30T22:00:00.000Z"}],
        [{"held": True}],
        [{"held": -1}],
        [{"generation": 2**53}],
        [{"reason": "forgotten"}],
        [{"claims": {**make_log.CLAIMS, "live_keys": None}}],
        [{"claims": {}}],
        [{"ciphertext": ["00"]}],
        [{"more": 1}],
        [{"recording": "2FBD2E66-4700-577F-97D1-9A85F0DCE156"}],
    ],
)
def test_an_entry_that_is_not_as_the_ledger_says_certifies_nothing(
    tmp_path: Path, entries: list[dict[str, object]]
) -> None:
    text = in_log(*entries)

    told = check(tmp_path, text)

    assert hold(told) == [False]
    assert not certificate.verdict(text.encode(), [HOUSE.key])[0].holds


def test_an_entry_longer_than_the_log_can_hold_is_refused(tmp_path: Path) -> None:
    hashes = [make_log.digest(str(number)) for number in range(1100)]

    told = check(tmp_path, in_log({"ciphertext": hashes}))

    assert hold(told) == [False]
    assert "65,535" in told.verdicts[0]["failed"]


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 1e400, 404.0, 10**400])
def test_a_number_that_json_readers_read_apart_is_refused(tmp_path: Path, number: float) -> None:
    told = check(tmp_path, in_log({"generation": number}))

    assert hold(told) == [False]


def test_a_log_that_shows_two_roots_for_one_size_is_found_out(tmp_path: Path) -> None:
    one, other = in_log({}), in_log({"held": 1})

    told = check(tmp_path, one, other)

    assert hold(told) == [True, False]
    assert "two roots" in told.verdicts[1]["failed"]

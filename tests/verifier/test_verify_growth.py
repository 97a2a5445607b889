"""The verifier on the growth of a log, and on input that it cannot use."""

from pathlib import Path
from types import ModuleType

import pytest

from talteen.life.destroy import checking
from tests.vectors import make_log
from tests.verifier.process import (
    GOOD,
    HOUSE,
    KEY,
    PROGRAM,
    VECTORS,
    check,
    resigned,
    run,
    written,
)

# --- growth ---------------------------------------------------------------------------------------


def test_growth_from_a_kept_checkpoint_is_proved(tmp_path: Path) -> None:
    old, growth = written(tmp_path, VECTORS["checkpoint_of_11"], VECTORS["growth"])

    told = run("--key", KEY, growth, old)

    assert told.status == 0
    assert "old size: 11\n  log size: 24" in told.out


def test_growth_from_another_history_is_refused(tmp_path: Path) -> None:
    forked = make_log.signed(f"{VECTORS['origin']}\n11\n{'A' * 43}=\n")
    old, growth = written(tmp_path, forked, VECTORS["growth"])

    told = run("--key", KEY, old, growth)

    assert told.status == 1
    assert "does NOT continue" in told.out


def test_growth_without_the_checkpoint_that_it_grew_from_says_what_to_do(tmp_path: Path) -> None:
    told = run("--key", KEY, *written(tmp_path, VECTORS["growth"]))

    assert told.status == 2
    assert "is a proof of growth: give the checkpoint of 11 entries with it" in told.out


def leads(
    program: ModuleType, entries: list[bytes], place: int, path: list[bytes], root: bytes, size: int
) -> bool:
    left = list(path)
    return bool(program.root_of(0, size, place, entries, left) == root and not left)


def continues(
    program: ModuleType, old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]
) -> bool:
    left = list(path)
    roots = program.both_roots(old[0], new[0], left, old[1])
    return bool(roots == (old[1], new[1]) and not left)


def test_every_published_inclusion_leads_to_the_root_from_its_own_place_only(
    program: ModuleType,
) -> None:
    root, size = bytes.fromhex(VECTORS["roots"][-1]), len(VECTORS["entries"])

    for index, hashes in enumerate(VECTORS["inclusion"]):
        path = [bytes.fromhex(one) for one in hashes]
        entry = [VECTORS["entries"][index].encode()]
        found = [at for at in range(size) if leads(program, entry, at, path, root, size)]
        assert found == [index]
        assert not leads(program, entry, index, path[:-1], root, size)
        assert not leads(program, entry, index, [*path, root], root, size)


def test_every_published_consistency_proof_fits_its_own_size_only(program: ModuleType) -> None:
    roots = [bytes.fromhex(one) for one in VECTORS["roots"]]
    new = (len(roots) - 1, roots[-1])

    for size, hashes in VECTORS["consistency"].items():
        path = [bytes.fromhex(one) for one in hashes]
        old = (int(size), roots[int(size)])
        fits = [one for one in enumerate(roots) if one[0] and continues(program, one, new, path)]
        assert fits == [old]
        assert not continues(program, (old[0], bytes(32)), new, path)
        assert not continues(program, old, new, [*path, roots[1]])


def test_the_second_signature_of_the_log_is_checked_where_its_key_is_given(
    program: ModuleType,
) -> None:
    public = bytes.fromhex(VECTORS["ml_dsa_key"])
    encoded = make_log.base64(b"\x06" + public)
    key_id = make_log.key_id(VECTORS["origin"], b"\x06" + public).hex()
    keys = [program.read_key(KEY), program.read_key(f"{VECTORS['origin']}+{key_id}+{encoded}")]
    good = VECTORS["checkpoint_ml_dsa"]

    assert program.Reader(keys).checkpoint(good).size == 24
    with pytest.raises(program.Refused, match="does not fit"):
        program.Reader(keys).checkpoint(good[:-900] + good[-890:-880] + good[-890:])


# --- input that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ([], "--key"),
        (["--key", "log.example/calls+7bdc4455+AQ=="], "give whole keys"),
        (["--key", KEY], "no file to check"),
        (["--key", KEY, "missing.cert"], "files that can be read"),
        (["--keys", "missing.keys", "missing.cert"], "missing.keys"),
        (["--keys", "/dev/null", str(PROGRAM)], "--key"),
        (["--no-such-option"], "unrecognized"),
    ],
)
def test_unusable_input_is_told_in_one_line(arguments: list[str], remedy: str) -> None:
    told = run(*arguments)

    assert (told.status, told.out) == (2, "")
    assert remedy in told.err
    assert len(told.err.splitlines()) == 1


FOREIGN = {
    "nothing": (b"", "is no file of a log"),
    "a PDF": (
        b"%PDF-1.7\n\xff",
        "is a copy for people: take the file of its name that ends in .cert",
    ),
    "a page": (b"<!doctype html>\n", "is a copy for people"),
    "a time stamp": (b"0\x82\x01\x10", "RFC 3161), not checked here: openssl ts -verify can"),
    "a letter": (b"Hei,\nkiitos todistuksesta.\n", "is no file of a log"),
    "another format": (GOOD.replace("/v1", "/v2", 1).encode(), "is of a later release"),
    "another language": (
        resigned(GOOD.replace("language en", "language de")).encode(),
        "is in a language that format 1 does not have",
    ),
    "cut short": (GOOD[:700].encode(), "is cut short: fetch it again, whole"),
    "an excerpt cut short": (VECTORS["excerpt"][:-9].encode(), "is cut short"),
    "line ends of Windows": (GOOD.replace("\n", "\r\n").encode(), "was changed on its way"),
    "a bare proof": (VECTORS["proof"].encode(), "is no file of a log"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_that_is_no_certificate_is_called_by_its_name(tmp_path: Path, what: str) -> None:
    raw, says = FOREIGN[what]

    told = run("--key", KEY, *written(tmp_path, raw))

    assert told.status == 2
    assert says in told.out
    assert len(told.out.splitlines()) == 1
    (seen,) = checking.judge([("0.cert", raw)], [HOUSE.key])
    assert (seen.holds, seen.usable) == (False, False)
    assert says.split(":")[0].split(",")[0] in seen.failed


def test_a_line_that_no_given_key_fits_is_said_to_be_unchecked(tmp_path: Path) -> None:
    told = check(tmp_path, VECTORS["certificate_cosigned"])

    assert told.verdicts[0]["not_checked"] == ["witness.example/w1"]

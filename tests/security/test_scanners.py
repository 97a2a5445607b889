"""Programs that read the code for known mistakes find none, and find each that is planted.

ruff's rules after bandit run always. bandit itself, and semgrep with our rules, share no
environment with ours (semgrep pins versions that we cannot): they run where theirs stand.

    ./run scan
"""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.security import scan_book

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "scanners"
PLANTED = HERE / "planted" / "faults.py"
PLANTED_PAGE = HERE / "planted" / "page.html"
SCANNERS = ROOT / ".cache" / "scanners"
SEMGREP = SCANNERS / "semgrep" / "bin" / "semgrep"
BANDIT = SCANNERS / "bandit" / "bin" / "bandit"
RULES = (
    "sql-put-together",
    "a-passage-of-ones-own",
    "html-that-is-not-escaped",
    "bytes-that-run",
    "a-shell",
    "a-view-without-csrf",
    "weak-chance-or-hash",
    "words-in-a-log",
    "a-person-in-a-log",
    "clear-text-on-a-disk",
    "time-without-a-zone",
    "a-clock-of-ones-own",
    "a-wait-without-end",
    "trust-in-whoever-answers",
)
RULES_OF_PAGES = ("unescaped-in-a-template",)
DESK, REGISTER = "talteen/desk", "talteen/register"
MEANT = {
    ("a-view-without-csrf", f"{DESK}/page/preferences.py"): "language and theme, for strangers",
    ("a-view-without-csrf", f"{DESK}/entry/oidc.py"): "the service says that a session is over",
    ("a-view-without-csrf", f"{DESK}/entry/saml.py"): "what it brings is signed",
    ("a-view-without-csrf", f"{DESK}/interface/scim.py"): "a token asks, no browser",
    ("unescaped-in-a-template", f"{DESK}/templates/joining/_factor.html"): "our own picture",
    ("clear-text-on-a-disk", f"{DESK}/ground/collecting.py"): "our own static files, renamed",
    ("clear-text-on-a-disk", f"{DESK}/ground/standing_back.py"): "a niceness, told to the kernel",
    ("clear-text-on-a-disk", f"{DESK}/translations.py"): "texts of the screens, by developers",
    ("clear-text-on-a-disk", "talteen/life/capture/house_file.py"): "lines and prompts, no call",
    ("clear-text-on-a-disk", "talteen/life/capture/listening/waves.py"): "announcements",
    ("clear-text-on-a-disk", "talteen/life/capture/sources/upload.py"): "sealed as it comes",
    ("clear-text-on-a-disk", "talteen/life/transcribe/model_store.py"): "speech models",
    ("clear-text-on-a-disk", "talteen/life/transcribe/word_list.py"): "words of a language",
    ("clear-text-on-a-disk", f"{REGISTER}/log/ledger_export.py"): "the published log",
    ("weak-chance-or-hash", "talteen/life/capture/sources/pbx.py"): "MD5 is all that AMI has",
    ("sql-put-together", "talteen/life/transcribe/shard_copy.py"): "PRAGMA: a number of ours",
    ("sql-put-together", "talteen/life/transcribe/shard_file.py"): "PRAGMA: our key, our names",
    ("sql-put-together", f"{REGISTER}/passage.py"): "as many placeholders as settings",
    ("a-passage-of-ones-own", f"{REGISTER}/passage.py"): "the one place",
    (
        "sql-put-together",
        f"{REGISTER}/database/rights.py",
    ): "GRANT takes no parameter: names of ours",
}
"""What stands where it does on purpose, and why."""


def ruff(*paths: Path) -> Counter[str]:
    """How often each rule after bandit is broken; what the code itself excuses does not count."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "S", "--ignore",
         "S101,S603,S607", "--output-format", "json", *map(str, paths)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Counter(one["code"] for one in json.loads(done.stdout))


def test_the_code_has_no_finding() -> None:
    assert ruff(ROOT / "talteen", ROOT / "verifier") == Counter()


def test_each_rule_finds_its_planted_fault() -> None:
    found = ruff(PLANTED)

    assert {"S608", "S308", "S301", "S605", "S324"} <= set(found)  # SQL, HTML, pickle, shell, MD5


def semgrep(*paths: Path) -> set[tuple[str, str]]:
    if not SEMGREP.exists():
        pytest.skip("semgrep is not here: its docstring says how it comes")
    done = subprocess.run(
        [str(SEMGREP), "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore",
         "--json", "--quiet", "--config", str(HERE / "rules.yml"), *map(str, paths)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return {
        (one["check_id"].rpartition(".")[2], str(Path(one["path"]).resolve().relative_to(ROOT)))
        for one in json.loads(done.stdout)["results"]
    }


def read() -> int:
    """How many files the programs read."""
    return sum(1 for room in ("talteen", "verifier") for _ in (ROOT / room).rglob("*.py"))


@pytest.mark.drill
def test_semgrep_finds_nothing_but_what_is_meant() -> None:
    began = time.monotonic()
    assert semgrep(ROOT / "talteen", ROOT / "verifier") == set(MEANT)
    rules = len(RULES) + len(RULES_OF_PAGES)
    took = {"files": read(), "rules": rules, "seconds": round(time.monotonic() - began)}
    scan_book.enter("semgrep", took)


@pytest.mark.drill
def test_semgrep_finds_each_planted_fault() -> None:
    assert {rule for rule, _ in semgrep(PLANTED)} == set(RULES)
    assert {rule for rule, _ in semgrep(PLANTED_PAGE)} == set(RULES_OF_PAGES)


_ONE = {"B703": "B308"}  # mark_safe, twice


def bandit(*paths: Path) -> set[tuple[str, str]]:
    """Which of its tests find something of medium severity and confidence or more, and in which
    file; two of its tests are one rule of ruff's."""
    if not BANDIT.exists():
        pytest.skip("bandit is not here: ./run scan makes its environment")
    done = subprocess.run(
        [str(BANDIT), "-r", "-q", "-ll", "-ii", "-f", "json", *map(str, paths)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {
        (
            _ONE.get(one["test_id"], one["test_id"]),
            str(Path(one["filename"]).resolve().relative_to(ROOT)),
        )
        for one in json.loads(done.stdout)["results"]
    }


@pytest.mark.drill
def test_bandit_finds_nothing_but_what_ruff_was_told_of() -> None:
    """What it finds beyond is excused in the code by ruff's name of the same rule."""
    began = time.monotonic()
    unexcused = {
        (test, file)
        for test, file in bandit(ROOT / "talteen", ROOT / "verifier")
        if f"S{test.removeprefix('B')}" not in (ROOT / file).read_text()
    }
    assert unexcused == set()
    scan_book.enter("bandit", {"files": read(), "seconds": round(time.monotonic() - began)})


@pytest.mark.drill
def test_bandit_finds_its_planted_faults_and_ruff_finds_them_too() -> None:
    found = {test for test, _ in bandit(PLANTED)}

    assert {"B608", "B308", "B301", "B605", "B324"} <= found
    assert {f"S{test.removeprefix('B')}" for test in found} <= set(ruff(PLANTED))

"""One thing is wrong with a file, and both verdicts say no; one check is taken away, and the suite
says so.
"""

import ast
from functools import cache
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.tlog import note
from talteen.engine.tlog import proof as proofs
from talteen.life.destroy import certificate, monthly
from talteen.life.destroy.certificate_words import WORDS
from tests.verifier.forged_logs import BAD, EXCERPT, MONTH
from tests.verifier.forgeries import BAD_KEYS, COSIGNED, FORGED, KEYS, SPOILT
from tests.verifier.process import HOUSE, PROGRAM, VECTORS, by_house, judged, load

SOURCE = PROGRAM.read_text(encoding="utf-8")
GOOD = {
    "recording": VECTORS["certificate"],
    "day": VECTORS["certificate_of_day"],
    "cosigned": VECTORS["certificate_cosigned"],
    "month": MONTH,
}
COUNTED = [
    *((kind, name) for kind in GOOD for name in SPOILT),
    *(("cosigned", name) for name in COSIGNED),
]


def refused(program: ModuleType, *texts: str) -> bool:
    """Whether both refuse the last of the files that cannot be told apart by their first line."""
    theirs, ours = judged(program, *texts, keys=KEYS), by_house(*texts, keys=KEYS)
    assert [one.holds for one in ours] == [one["holds"] for one in theirs], (ours, theirs)
    name = f"{len(texts) - 1}.cert"
    (last,) = [one for one in theirs if one["file"] == name]
    return not last["holds"]


def test_each_kind_of_file_has_more_than_thirty_changes_that_are_tried() -> None:
    assert len(SPOILT) >= 40
    assert len(FORGED) >= 70
    assert len(BAD) >= 45


@pytest.mark.parametrize("kind", GOOD)
def test_the_unchanged_files_hold(program: ModuleType, kind: str) -> None:
    assert not refused(program, EXCERPT, VECTORS["checkpoint"], GOOD[kind])


@pytest.mark.parametrize(("kind", "name"), COUNTED)
def test_a_spoilt_certificate_is_refused(program: ModuleType, kind: str, name: str) -> None:
    text = {**SPOILT, **COSIGNED}[name](GOOD[kind])

    assert text != GOOD[kind]
    assert refused(program, text)
    assert refused(program, EXCERPT, text)


@pytest.mark.parametrize("name", FORGED)
def test_what_the_house_itself_forged_is_refused(program: ModuleType, name: str) -> None:
    assert refused(program, FORGED[name])


@pytest.mark.parametrize("what", BAD_KEYS)
def test_a_key_that_is_none_is_not_taken(program: ModuleType, what: str) -> None:
    assert not takes(program, BAD_KEYS[what])


@pytest.mark.parametrize("name", BAD)
def test_a_false_account_excerpt_or_growth_is_refused(program: ModuleType, name: str) -> None:
    assert refused(program, *BAD[name])


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("kind", ["recording", "month"])
def test_no_word_of_any_language_can_be_another(
    program: ModuleType, language: str, kind: str
) -> None:
    """Each line of the words in turn, one letter of it changed."""
    page = proofs.parse_certificate(note.parse(GOOD[kind].encode()).text)
    make = certificate.of_recording if kind == "recording" else monthly.of_month
    text = certificate.text(make(page.proofs[0], language=language, issuer="Lumme Oy"), HOUSE)
    lines = text.split("\n")
    end = lines.index("c2sp.org/tlog-proof@v1")

    assert not refused(program, text)
    for at in range(2, end):
        if spoilt := lines[at].swapcase():
            changed = [*lines[:at], spoilt if spoilt != lines[at] else "?", *lines[at + 1 :]]
            assert refused(program, "\n".join(changed)), lines[at]


flips = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from([*GOOD, "excerpt"]), flipped=flips)
def test_no_bytes_can_be_others(kind: str, flipped: list[tuple[int, int]]) -> None:
    """Both refuse, or both accept the same, whatever bytes are flipped."""
    good = EXCERPT if kind == "excerpt" else GOOD[kind]
    raw = bytearray(good.encode())
    for at, mask in flipped:
        raw[at % len(raw)] ^= mask
    texts = [EXCERPT, bytes(raw)] if kind != "excerpt" else [bytes(raw), MONTH]

    theirs, ours = judged(LOADED, *texts, keys=KEYS), by_house(*texts, keys=KEYS)

    assert [one.holds for one in ours] == [one["holds"] for one in theirs]
    if bytes(raw) != good.encode():
        assert False in [one["holds"] for one in theirs]


LOADED = load()


# --- planted faults: the program with one check taken away ----------------------------------------


class Without(ast.NodeTransformer):
    """Takes the ``number``-th check away: what ``require`` asks, or the question before a raise.
    ``checks`` are those that it met.
    """

    def __init__(self, number: int | None = None) -> None:
        self.number, self.checks = number, list[str]()

    def visit_Call(self, call: ast.Call) -> ast.AST:
        self.generic_visit(call)
        if isinstance(call.func, ast.Name) and call.func.id == "require":
            call.args[0] = self.take(call.args[0], instead=True)
        return call

    def visit_If(self, question: ast.If) -> ast.AST:
        self.generic_visit(question)
        if isinstance(question.body[0], ast.Raise):
            question.test = self.take(question.test, instead=False)
        return question

    def take(self, check: ast.expr, *, instead: bool) -> ast.expr:
        self.checks.append(ast.unparse(check))
        if len(self.checks) - 1 != self.number:
            return check
        # What the check sets on its way (an assignment within it) still has to be set.
        asked = ast.Tuple([check], ast.Load())
        return asked if instead else ast.UnaryOp(ast.Not(), asked)


def checks() -> list[str]:
    everything = Without()
    everything.visit(ast.parse(SOURCE))
    return everything.checks


def without(number: int) -> str:
    """The source of the program without its ``number``-th check."""
    tree = Without(number).visit(ast.parse(SOURCE))
    return ast.unparse(ast.fix_missing_locations(tree))


FAULTS = {check: number for number, check in enumerate(checks()) if check != "keys and texts"}
"""Without what ``main`` asks of its arguments, which test_verify.py tries."""
CASES: list[tuple[str, ...]] = [
    *((change(GOOD[kind]),) for kind in GOOD for change in SPOILT.values()),
    *((change(GOOD["cosigned"]),) for change in COSIGNED.values()),
    *((text,) for text in FORGED.values()),
    *BAD.values(),
    *((vkey,) for vkey in BAD_KEYS.values()),
]


def test_every_check_of_the_program_was_found() -> None:
    assert len(FAULTS) >= 35


@pytest.mark.parametrize("check", FAULTS)
def test_a_program_without_one_of_its_checks_is_found_out(program: ModuleType, check: str) -> None:
    faulty = load(without(FAULTS[check]))

    assert any(differ(program, faulty, case) for case in CASES), f"nobody misses: {check}"


def differ(program: ModuleType, faulty: ModuleType, case: tuple[str, ...]) -> bool:
    try:
        found = outcome(faulty, case)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return True  # it stumbles over what it should have refused
    return found != USUAL(program, case)


def outcome(program: ModuleType, case: tuple[str, ...]) -> list[tuple[bool, bool]]:
    if case[0] in BAD_KEYS.values():
        return [(takes(program, case[0]), True)]
    return [(one["holds"], one.get("usable", True)) for one in judged(program, *case, keys=KEYS)]


USUAL = cache(outcome)
"""What the program itself finds: every fault is compared with it."""


def takes(program: ModuleType, vkey: str) -> bool:
    try:
        program.read_key(vkey)
    except program.Refused:
        return False
    return True

"""Limits of several processes: they hold for all of them together, and refuse nobody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from talteen import desk
from talteen.desk.ground import rates
from talteen.desk.ground.rates import MOST_NAMES, Buckets
from talteen.operations.together import Together
from tests.kit.processes import forked, until

NOW = 1000.0
GUESSER, OTHER = "192.0.2.9", "192.0.2.10"


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[Together]:
    monkeypatch.setattr(rates, "_in_common", None)
    made = Together()
    rates.share(made)
    return made


def let_in(buckets: Buckets, name: str, tries: int, now_s: float = NOW) -> int:
    return sum(buckets.take(name, now_s) == 0 for _ in range(tries))


def test_two_processes_let_in_as_many_as_one_would(ours: Together) -> None:
    buckets = Buckets(per_second=1 / 20, at_once=8, of="portal")
    told = ours.shared.memory

    def try_at_once() -> None:
        told[0] = 1 + let_in(buckets, GUESSER, 100)

    with forked(try_at_once):
        mine = let_in(buckets, GUESSER, 100)
        until(lambda: told[0])
        others = told[0] - 1

    assert mine + others == 8
    assert buckets.take(GUESSER, NOW) == 20, "and says how long to wait"
    assert let_in(buckets, OTHER, 10) == 8, "nobody is refused for somebody else's tries"
    assert let_in(buckets, GUESSER, 10, NOW + 40) == 2


def test_a_bucket_of_one_door_is_no_other_doors(ours: Together) -> None:
    portal, entrance = (Buckets(1, 3, of=of) for of in ("portal", "entrance"))

    assert (let_in(portal, GUESSER, 9), let_in(entrance, GUESSER, 9)) == (3, 3)
    assert entrance.headers(GUESSER, NOW)["RateLimit"] == '"token";r=0;t=3'


def test_of_many_names_the_one_that_asked_longest_ago_is_forgotten_first(ours: Together) -> None:
    buckets = Buckets(per_second=0.001, at_once=1, of="portal")
    few = [f"192.0.2.{n}" for n in range(250)]
    for at, name in enumerate(few):
        buckets.take(name, NOW + at / 1000)

    assert not any(let_in(buckets, name, 1, NOW + 1) for name in few), "none of these is forgotten"
    for at in range(12_000):
        buckets.take(f"2001:db8::{at:x}", NOW + 2 + at / 1e6)
    assert sum(let_in(buckets, name, 1, NOW + 3) for name in few) > 190, "there is an end to it"


def test_no_address_stands_in_what_is_shared(ours: Together) -> None:
    Buckets(1, 3, of="entrance").take(GUESSER, NOW)

    assert GUESSER.encode() not in bytes(ours.shared.memory)


def test_a_process_alone_remembers_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_in_common", None)
    buckets = Buckets(per_second=0.001, at_once=1, of="portal")
    for n in range(MOST_NAMES + 1):
        buckets.take(str(n), NOW)

    assert (let_in(buckets, "0", 1), let_in(buckets, "2", 1)) == (1, 0)


def test_a_clock_that_was_read_before_takes_nothing_back(ours: Together) -> None:
    buckets = Buckets(per_second=1, at_once=4, of="api")
    buckets.take("a", NOW)

    assert buckets.take("a", NOW - 0.5) == 0
    assert buckets.left("a", NOW - 0.5) == 2


def test_every_limit_of_the_desk_is_shared_under_a_word_of_its_own() -> None:
    found = [
        {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg == "of"}
        for file in Path(desk.__path__[0]).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Buckets"
    ]
    words = sorted(one.get("of", "") for one in found)

    assert words == ["api", "entrance", "other-ways", "portal", "scim", "sign-in-service"]

"""What people write is a query or a kind refusal, and what fits is marked."""

import re
from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.life.transcribe import index
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.query import (
    COVER,
    Clause,
    Depth,
    Phrase,
    Rank,
    highlight,
    match,
    parse,
)
from tests.life.transcribe.shards import (
    CALL,
    KEY,
    said,
)


def test_a_query_reads_as_clauses_of_phrases() -> None:
    query = parse('Varaus "iso huone" EI halal-liha TAI allerg*')

    assert query.clauses == (
        Clause((Phrase(("varaus",)), Phrase(("iso", "huone"))), (Phrase(("halal", "liha")),)),
        Clause((Phrase(("allerg",), open_ended=True),)),
    )


@pytest.mark.parametrize(
    "text",
    ["", "  ", "-varaus", "EI varaus", "varaus TAI", "JA varaus", "varaus EI", "a*", "x" * 401],
)
def test_a_query_that_asks_nothing_says_what_to_write(text: str) -> None:
    with pytest.raises(InputError):
        parse(text)


OPERATORS = ["JA", "TAI", "EI", "OR", "NOT", "AND", "NEAR", '"', "-", "*", "^", ":", "(", ")", "{"]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from([*OPERATORS, "varaus", "surface", "iso-huone", "ryhmävaraus", "\0"])
        ).map(" ".join),
    )
)
@example('surface:varaus" OR "*')
@example("varaus NEAR(lasku, 5)")
@example("-" * 50 + "varaus")
@example(f"{COVER}varaus")
def test_any_text_is_a_query_or_a_kind_refusal(shard_of_two: Shard, text: str) -> None:
    try:
        query = parse(text)
    except InputError:
        return

    for depth, rank in product(Depth, Rank):
        assert len(shard_of_two.find(query, depth=depth)) <= 2
        asked = match(query, rank, depth)
        assert re.fullmatch(
            r'(?:\{(?:surface|lemma|part| )+\}:"[^"]+"\*?|AND|OR|NOT|[() ])+', asked
        )
        assert (COVER in asked) == (depth is Depth.COVERED)


@pytest.fixture(scope="module")
def shard_of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shard]:
    path = tmp_path_factory.mktemp("day") / "words"
    index.rebuild(path, KEY, [(CALL, [said("varaus iso huone"), said("lasku", start_ms=1)])])
    with Shard.open(path, KEY) as shard:
        yield shard


def test_the_words_that_fit_are_marked_in_the_text() -> None:
    text = "Isossa ryhmävarauksessa on allergioita, ja varaus."

    marked = [text[a:b] for a, b in highlight(text, parse("varaus allergia -iso"), "fi")]

    assert marked == ["ryhmävarauksessa", "allergioita", "varaus"]


def test_a_phrase_marks_its_words_only_where_they_stand_in_a_row() -> None:
    text = "Huone on iso. Isoon huoneeseen."

    marked = [text[a:b] for a, b in highlight(text, parse('"iso huone"'), "fi")]

    assert marked == ["Isoon", "huoneeseen"]


SPOKEN = ["varauksen", "ryhmävaraus", "ryhmä", "iso", "huoneita", "aamiaista", "halal-lihaa", "2"]
ASKED = ["varaus", "ryhmävaraus", "isot", "huo*", "aamiainen", '"iso huone"', "halal-liha", "2"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=5), min_size=1, max_size=20))
def test_what_is_marked_is_what_was_found(
    tmp_path_factory: pytest.TempPathFactory, spoken: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("day") / "words"
    texts = {UUID(int=number): " ".join(words) for number, words in enumerate(spoken)}
    index.rebuild(path, KEY, [(call, [said(text, call=call)]) for call, text in texts.items()])

    with Shard.open(path, KEY) as shard:
        for asked in map(parse, ASKED):
            marked = {call for call, text in texts.items() if highlight(text, asked, "fi")}
            assert marked == {hit.recording for hit in shard.find(asked)}

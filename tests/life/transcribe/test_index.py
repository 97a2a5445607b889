"""A day's words are found by what people write, and covered ones by whoever asks for them."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.life.transcribe.index import Hit, Shard
from talteen.life.transcribe.query import (
    Depth,
    Rank,
    parse,
)
from tests.life.transcribe.shards import CALL, KEY, OTHER, covered, found, said, starts


def test_what_is_covered_answers_only_who_asks_for_it(shard: Shard) -> None:
    whole = covered("varaus nimellä [heikki] [virtanen] ja huone [keliaakikolle]")
    named = replace(whole, terms="kortinlukuja")
    closed = covered("[olen] [allerginen]", start_ms=5_000)
    shard.add(CALL, [named, closed, said("varaus on tehty", start_ms=9_000)])

    for hidden in ("virtanen", "keliaak*", "allerginen", "kortinlukuja", '"heikki virtanen"'):
        assert starts(shard, hidden, Depth.SHOWN) == [], hidden
        assert len(starts(shard, hidden, Depth.COVERED)) == 1, hidden
    # Not by what is said beside it either: neither AND nor NOT tells of it.
    assert starts(shard, "varaus virtanen", Depth.SHOWN) == []
    assert starts(shard, "varaus -virtanen", Depth.SHOWN) == [0, 9_000]
    assert starts(shard, "varaus -virtanen", Depth.COVERED) == [9_000]
    # What stands on either side of a cover is no phrase.
    for depth in Depth:
        assert starts(shard, '"nimellä ja"', depth) == []
    # And what is shown is found once, at either depth.
    for depth in Depth:
        assert starts(shard, "varaus", depth) == [0, 9_000]
        assert shard.count(parse("varaus"), depth=depth) == {CALL: 2}


def test_a_phrase_is_found_whichever_of_its_words_are_covered(shard: Shard) -> None:
    words = "varaus on nimellä heikki virtanen ensi viikolle".split()
    for number in range(1 << len(words)):
        said_so = (f"[{word}]" if number >> at & 1 else word for at, word in enumerate(words))
        shard.add(UUID(int=number), [covered(" ".join(said_so), call=UUID(int=number))])

    for length in range(1, len(words) + 1):
        phrase = parse(f'"{" ".join(words[-length:])}"')
        assert len(shard.find(phrase, depth=Depth.COVERED)) == 1 << len(words)
        assert len(shard.find(phrase)) == 1 << (len(words) - length)


def test_a_cover_without_a_letter_below_it_parts_what_is_around_it(shard: Shard) -> None:
    shard.add(CALL, [covered("nimellä [–] virtanen")])

    assert starts(shard, '"nimellä virtanen"', Depth.SHOWN) == []


SECRETS = ["varauksen", "ryhmävaraus", "iso", "huoneita", "aamiaista", "halal-lihaa", "2", "–"]
QUESTIONS = [
    "varaus",
    "ryhmävaraus",
    "isot",
    "huo*",
    '"iso huone"',
    '"iso huo*"',
    "halal-liha",
    "2",
]
QUESTIONS += [
    "varaus -iso",
    "iso -varaus",
    "iso JA huone",
    "aamiainen TAI 2",
    '"ryhmä varaus"',
    "█iso",
]


@settings(max_examples=25, deadline=None)
@given(
    spoken=st.lists(st.tuples(st.sampled_from(SECRETS), st.booleans()), min_size=1, max_size=7),
    others=st.lists(st.sampled_from(SECRETS), min_size=7, max_size=7),
)
def test_nothing_under_a_cover_changes_what_a_search_in_what_is_shown_answers(
    tmp_path_factory: pytest.TempPathFactory, spoken: list[tuple[str, bool]], others: list[str]
) -> None:
    """Of two passages that are shown alike, one with other words below its covers."""
    alike = [
        (other if hidden else word, hidden)
        for (word, hidden), other in zip(spoken, others[: len(spoken)], strict=True)
    ]
    bare = [("tuntematon" if hidden else word, False) for word, hidden in spoken]
    folder = tmp_path_factory.mktemp("day")
    told = []
    for number, stretches in enumerate((spoken, alike, bare)):
        text = " ".join(word for word, _ in stretches)
        with Shard.create(folder / str(number), KEY) as shard:
            shard.add(CALL, [replace(said(text), stretches=tuple(stretches))])
            told.append([(shard.find(parse(q)), shard.count(parse(q))) for q in QUESTIONS])

    assert told[0] == told[1] == told[2]


@settings(max_examples=25, deadline=None)
@given(spoken=st.lists(st.tuples(st.sampled_from(SECRETS[:-1]), st.booleans()), min_size=1))
def test_a_search_in_covered_words_answers_as_if_nothing_were_covered(
    tmp_path_factory: pytest.TempPathFactory, spoken: list[tuple[str, bool]]
) -> None:
    text = " ".join(word for word, _ in spoken)
    passage = said(text)
    with Shard.create(tmp_path_factory.mktemp("day") / "words", KEY) as shard:
        shard.add(CALL, [replace(passage, stretches=tuple(spoken))])
        shard.add(OTHER, [replace(passage, recording=OTHER)])
        for question in QUESTIONS:
            hits = shard.find(parse(question), depth=Depth.COVERED)
            assert [hit.rank for hit in hits if hit.recording == CALL] == [
                hit.rank for hit in hits if hit.recording == OTHER
            ]


def test_a_passage_is_found_by_side_and_time(shard: Shard) -> None:
    shard.add(CALL, [said("hyvää huomenta", side="agent"), said("haluan varata", start_ms=5_000)])

    hits = found(shard, "varata")

    assert hits == [Hit(CALL, "caller", 5_000, 5_900, Rank.EXACT)]


def test_the_nearest_form_comes_first(shard: Shard) -> None:
    texts = ["ryhmävarauksemme", "varauksia", "varaus"]
    shard.add(CALL, [said(text, start_ms=n * 1_000) for n, text in enumerate(texts)])

    hits = found(shard, "varaus")

    assert [(hit.start_ms, hit.rank) for hit in hits] == [
        (2_000, Rank.EXACT),
        (1_000, Rank.LEMMA),
        (0, Rank.PART),
    ]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("varaus allergia", {1}),
        ("varaus JA allergia", {1}),
        ("varaus AND allergia", {1}),
        ("varaus TAI lasku", {0, 1, 2}),
        ("varaus ELLER lasku", {0, 1, 2}),
        ("varaus EI allergia", {0}),
        ("varaus -allergioita", {0}),
        ("lasku OR varaus NOT allergia", {0, 2}),
        ('"iso huone"', {3}),
        ('"huone iso"', set()),
        ("allerg*", {1}),
        ('"isossa huo*"', {3}),
        ("hotelli-huone", set()),
        ("halal-liha", {4}),
    ],
)
def test_words_combine_as_people_write_them(shard: Shard, text: str, fits: set[int]) -> None:
    texts = ["varauksen teen", "varaukseen allergioita", "laskua odotan", "isossa huoneessa"]
    texts.append("onko halal-lihaa")
    shard.add(CALL, [said(each, start_ms=n) for n, each in enumerate(texts)])

    assert {hit.start_ms for hit in found(shard, text)} == fits


def test_a_compound_is_found_where_it_was_written_apart(shard: Shard) -> None:
    shard.add(CALL, [said("meillä on ryhmä varaus")])

    assert [hit.rank for hit in found(shard, "ryhmävaraus")] == [Rank.PART]


def test_one_search_finds_all_three_languages(shard: Shard) -> None:
    shard.add(CALL, [said("rumsbokningen", language="sv"), said("two bookings", language="en")])

    assert len(found(shard, "bokning")) == len(found(shard, "booking")) == 1


def test_only_the_asked_side_is_searched(shard: Shard) -> None:
    shard.add(CALL, [said("varaus", side="agent"), said("varaus", start_ms=1)])

    assert [hit.side for hit in found(shard, "varaus", "agent")] == ["agent"]
    assert shard.count(parse("varaus"), side="caller") == {CALL: 1}
    assert shard.count(parse("varaus")) == {CALL: 2}
    with pytest.raises(InputError):
        found(shard, "varaus", "lobby")


def test_a_settled_day_finds_the_same(shard: Shard) -> None:
    for number in range(1, 20):
        call = UUID(int=number)
        shard.add(call, [said("varaus", call=call)])
    before = found(shard, "varaus")

    shard.settle()

    assert found(shard, "varaus") == before
    assert len(before) == 19

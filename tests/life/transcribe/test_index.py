"""A day's words are found, by those with the key only, and erased words are gone from the file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher  # type: ignore[import-untyped]

from talteen.errors import Conflict, InputError
from talteen.life.transcribe import index
from talteen.life.transcribe.index import AlreadyIndexed, Hit, Passage, Shard
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
from talteen.life.transcribe.shard_file import ShardUnreadable

KEY = bytes(range(32))
NEXT_KEY = bytes(range(1, 33))
CALL, OTHER = UUID(int=1), UUID(int=2)


def said(
    text: str, *, call: UUID = CALL, side: str = "caller", start_ms: int = 0, language: str = "fi"
) -> Passage:
    return Passage(call, side, start_ms, start_ms + 900, text, language)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "2026-11-24.words"


@pytest.fixture
def shard(path: Path) -> Iterator[Shard]:
    with Shard.create(path, KEY) as shard:
        yield shard


def found(shard: Shard, text: str, side: str | None = None) -> list[Hit]:
    return shard.find(parse(text), side=side)


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of the file in the clear, free ones included, read past SQLite.

    SQLCipher 4: pages of 4,096 bytes, AES-256-CBC; the last 48 bytes hold the IV and an HMAC of
    SHA-256, and the first page begins with the salt.
    """
    stored, opened = path.read_bytes(), b""
    for start in range(0, len(stored), 4_096):
        body = stored[start + (16 if start == 0 else 0) : start + 4_096 - 48]
        iv = stored[start + 4_096 - 48 : start + 4_096 - 32]
        page = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        opened += page.update(body) + page.finalize()
    return opened


def terms_in(path: Path, key: bytes) -> set[str]:
    """Every term that the index holds, whole: in the file a term lacks the beginning that it
    shares with the one before."""
    connection = sqlcipher.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, word, row)")
    terms = {term for (term,) in connection.execute("SELECT term FROM temp.term")}
    connection.close()
    return terms


def covered(text: str, **where: Any) -> Passage:
    """A passage in which the words in [brackets] are covered, each by a cover of its own."""
    stretches = tuple((word.strip("[]"), word.startswith("[")) for word in text.split())
    plain = " ".join(word for word, _ in stretches)
    return replace(said(plain, **where), stretches=stretches)


def starts(shard: Shard, text: str, depth: Depth) -> list[int]:
    """When the passages that fit begin."""
    return sorted(hit.start_ms for hit in shard.find(parse(text), depth=depth))


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


def test_a_silent_recording_is_indexed_too(shard: Shard) -> None:
    shard.add(CALL, [])
    shard.add(OTHER, [said("varaus", call=OTHER)])

    assert shard.recordings() == {CALL, OTHER}


def test_a_recording_is_added_once_and_whole(shard: Shard) -> None:
    shard.add(CALL, [said("varaus")])

    with pytest.raises(AlreadyIndexed):
        shard.add(CALL, [said("lasku")])
    with pytest.raises(InputError):
        shard.add(OTHER, [said("lasku", call=OTHER), said("lasku", call=CALL)])
    assert shard.recordings() == {CALL}
    assert found(shard, "lasku") == []


def test_erased_words_absent_from_decrypted_shard(path: Path) -> None:
    erased, kept = "xylofonien pasuunoita", said("quinoan allergioita", call=OTHER)
    forms = {"xylofonien", "xylofoni", "pasuunoita", "pasuuna"}
    stems = [b"xylofon", b"pasuun", CALL.bytes]
    with Shard.create(path, KEY) as shard:
        shard.add(CALL, [said(erased)])
        shard.add(OTHER, [kept])
    before, terms_before = decrypted(path, KEY), terms_in(path, KEY)

    index.rebuild(path, NEXT_KEY, [(OTHER, [kept])])

    after, terms_after = decrypted(path, NEXT_KEY), terms_in(path, NEXT_KEY)
    assert forms <= terms_before
    assert all(stem in before for stem in stems)
    assert not forms & terms_after
    assert not any(stem in after for stem in stems)
    assert b"quinoa" in after
    assert OTHER.bytes in after
    with pytest.raises(ShardUnreadable):
        Shard.open(path, KEY)


def test_no_word_stands_on_the_disk_in_the_clear(path: Path, tmp_path: Path) -> None:
    seen: list[bytes] = []

    def passages() -> Iterator[Passage]:
        for number in range(3_000):
            yield said(f"xylofoni soi {number}", start_ms=number)
        seen.extend(each.read_bytes() for each in tmp_path.iterdir())

    with Shard.create(path, KEY) as shard:
        shard.add(CALL, passages())
        assert len(found(shard, "xylofoni")) == 3_000
        seen.extend(each.read_bytes() for each in tmp_path.iterdir())

    index.rebuild(path, NEXT_KEY, [(CALL, passages())])

    seen.extend(each.read_bytes() for each in tmp_path.iterdir())
    assert len(seen) >= 4
    assert not any(b"xylofoni" in each or b"SQLite format" in each for each in seen)


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    Shard.create(path, KEY).close()
    created = path.stat().st_mode & 0o777

    index.rebuild(path, NEXT_KEY, [])

    assert created == path.stat().st_mode & 0o777 == 0o600


def test_a_shard_is_never_created_over_another(path: Path) -> None:
    Shard.create(path, KEY).close()

    with pytest.raises(Conflict):
        Shard.create(path, NEXT_KEY)


def test_a_missing_shard_says_to_build_it_anew(path: Path) -> None:
    with pytest.raises(ShardUnreadable, match="anew"):
        Shard.open(path, KEY)


def test_a_wrong_key_opens_nothing(path: Path, capfd: Any) -> None:
    Shard.create(path, KEY).close()

    with pytest.raises(ShardUnreadable):
        Shard.open(path, NEXT_KEY)
    with pytest.raises(InputError):
        Shard.open(path, b"short")
    assert capfd.readouterr().err == ""


@pytest.fixture(scope="module")
def whole_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("day") / "words"
    index.rebuild(path, KEY, [(CALL, [said("varaus ja lasku"), said("lasku", start_ms=9)])])
    return path.read_bytes()


@settings(deadline=None)
@given(where=st.integers(0, 2**32), bits=st.integers(1, 255))
def test_a_flipped_byte_is_reported_or_harmless_but_never_a_lie(
    tmp_path_factory: pytest.TempPathFactory, whole_bytes: bytes, where: int, bits: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "torn"
    torn = bytearray(whole_bytes)
    torn[where % len(torn)] ^= bits
    path.write_bytes(torn)

    try:
        with Shard.open(path, KEY) as shard:
            answer = {hit.start_ms for hit in found(shard, "lasku")}
    except ShardUnreadable:
        answer = None

    assert answer in (None, {0, 9})


def test_a_file_cut_short_is_reported(path: Path) -> None:
    index.rebuild(path, KEY, [(CALL, [said(f"varaus {n}", start_ms=n) for n in range(2_000)])])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(ShardUnreadable), Shard.open(path, KEY) as shard:
        found(shard, "varaus")


def test_readers_go_on_while_a_rebuild_takes_the_name(path: Path) -> None:
    old = [said(f"varaus {n}", start_ms=n) for n in range(500)]
    index.rebuild(path, KEY, [(CALL, old)])

    with Shard.open(path, KEY) as reader:
        hits = reader.hits(parse("varaus"))
        first = next(hits)
        index.rebuild(path, NEXT_KEY, [(OTHER, [said("varaus", call=OTHER)])])
        with Shard.open(path, NEXT_KEY) as new:
            assert new.recordings() == {OTHER}
        rest = list(hits)
        again = found(reader, "varaus")

    assert first.recording == CALL
    assert len(rest) == 499
    assert len(again) == 500


def test_one_may_add_while_others_read(path: Path) -> None:
    index.rebuild(path, KEY, [(CALL, [said("varaus")])])

    with Shard.open(path, KEY) as reader, Shard.open_to_add(path, KEY) as writer:
        before = found(reader, "varaus")
        writer.add(OTHER, [said("varaus", call=OTHER)])
        after = found(reader, "varaus")

    assert (len(before), len(after)) == (1, 2)


def test_a_reader_cannot_add(path: Path) -> None:
    Shard.create(path, KEY).close()

    with Shard.open(path, KEY) as reader, pytest.raises(ShardUnreadable):
        reader.add(CALL, [said("varaus")])
    with Shard.open(path, KEY) as reader:
        assert reader.recordings() == set()


def test_a_failed_rebuild_leaves_the_old_shard_and_nothing_else(path: Path) -> None:
    index.rebuild(path, KEY, [(CALL, [said("varaus")])])

    with pytest.raises(InputError):
        index.rebuild(path, NEXT_KEY, [(CALL, [said("varaus", call=OTHER)])])

    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with Shard.open(path, KEY) as shard:
        assert shard.recordings() == {CALL}


def test_the_journal_of_a_crashed_writer_never_meets_the_new_shard(path: Path) -> None:
    index.rebuild(path, KEY, [(CALL, [said(f"varaus {n}", start_ms=n) for n in range(500)])])
    journal = path.with_name(path.name + "-journal")
    with Shard.open_to_add(path, KEY) as writer:

        def passages() -> Iterator[Passage]:
            yield said("lasku", call=OTHER)
            journal_bytes.append(journal.read_bytes())

        journal_bytes: list[bytes] = []
        writer.add(OTHER, passages())
    journal.write_bytes(journal_bytes[0])

    index.rebuild(path, NEXT_KEY, [(OTHER, [said("lasku", call=OTHER)])])

    assert not journal.exists()
    with Shard.open(path, NEXT_KEY) as shard:
        assert shard.recordings() == {OTHER}


def test_removing_a_day_leaves_nothing_and_may_be_repeated(path: Path) -> None:
    Shard.create(path, KEY).close()

    index.remove(path)
    index.remove(path)

    assert list(path.parent.iterdir()) == []


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


def test_a_settled_day_finds_the_same(shard: Shard) -> None:
    for number in range(1, 20):
        call = UUID(int=number)
        shard.add(call, [said("varaus", call=call)])
    before = found(shard, "varaus")

    shard.settle()

    assert found(shard, "varaus") == before
    assert len(before) == 19


def test_a_folder_of_any_name_holds_a_shard(tmp_path: Path) -> None:
    folder = tmp_path / "päivät #1 100%?mode=memory"
    folder.mkdir()
    path = folder / "24.words"

    index.rebuild(path, KEY, [(CALL, [said("varaus")])])

    with Shard.open(path, KEY) as shard:
        assert len(found(shard, "varaus")) == 1
    assert [each.name for each in folder.iterdir()] == [path.name]

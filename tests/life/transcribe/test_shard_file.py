"""The file of a day's words: the key alone opens it, nothing tears it, what is erased is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import Conflict, InputError
from talteen.life.transcribe import index
from talteen.life.transcribe.index import AlreadyIndexed, Passage, Shard
from talteen.life.transcribe.query import (
    parse,
)
from talteen.life.transcribe.shard_file import ShardUnreadable
from tests.life.transcribe.shards import (
    CALL,
    KEY,
    NEXT_KEY,
    OTHER,
    decrypted,
    found,
    said,
    terms_in,
)


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


def test_a_folder_of_any_name_holds_a_shard(tmp_path: Path) -> None:
    folder = tmp_path / "päivät #1 100%?mode=memory"
    folder.mkdir()
    path = folder / "24.words"

    index.rebuild(path, KEY, [(CALL, [said("varaus")])])

    with Shard.open(path, KEY) as shard:
        assert len(found(shard, "varaus")) == 1
    assert [each.name for each in folder.iterdir()] == [path.name]

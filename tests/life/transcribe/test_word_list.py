"""A word list that was kept on disk is the one that was read through; anything else is not used."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

from talteen.engine.alone import alone
from talteen.life.transcribe.word_list import WordLists

SAID = ("was", "booked", "cancellations", "Helsinki", "zzxq", "")


def lists(folder: Path) -> WordLists:
    made = WordLists()
    made.keep_in(folder)
    return made


def told(folder: Path) -> list[str | None]:
    words = lists(folder).get_dictionary("en")
    return [words.get(one) for one in SAID]


def test_what_was_kept_says_what_the_list_itself_says(tmp_path: Path) -> None:
    plain = WordLists().get_dictionary("en")
    first = lists(tmp_path / "words").get_dictionary("en")
    (kept,) = (tmp_path / "words").iterdir()
    again = lists(tmp_path / "words").get_dictionary("en")

    assert [again.get(one) for one in SAID] == [plain.get(one) for one in SAID]
    assert plain.get("was") == "be"
    assert (len(again), list(again)[:500]) == (len(first), list(first)[:500])
    assert b"cancellation" not in kept.read_bytes(), "a hunt for the words of a call meets none"


@pytest.mark.parametrize("harm", ["cut", "foreign", "changed"])
def test_a_file_that_is_torn_is_made_anew(tmp_path: Path, harm: str) -> None:
    before = told(tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(
        {"cut": whole[:-9], "foreign": b"#!/bin/sh\n", "changed": whole[:200] + b"?" + whole[201:]}[
            harm
        ]
    )

    assert told(tmp_path) == before
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [whole]


def test_where_nothing_can_be_kept_words_are_found_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("no folder")

    assert told(tmp_path / "words")[0] == "be"


def test_many_who_ask_at_once_get_one_list(tmp_path: Path) -> None:
    words = lists(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(words.get_dictionary, ["en"] * 4))

    assert len({id(one) for one in found}) == 1


def test_who_comes_while_another_process_makes_a_table_waits_and_takes_it(tmp_path: Path) -> None:
    told(tmp_path / "another")
    (made,) = (tmp_path / "another").iterdir()
    folder = tmp_path / "words"
    folder.mkdir()
    second = Thread(target=told, args=[folder], daemon=True)
    with alone(tmp_path / "words.lock"):
        second.start()
        second.join(1)
        assert second.is_alive()
        kept = made.rename(folder / made.name).stat().st_ino
    second.join(30)

    assert [one.stat().st_ino for one in folder.iterdir()] == [kept]

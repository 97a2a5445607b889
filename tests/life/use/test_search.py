"""A search asks every day it needs to, and says which days it could not ask."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from talteen.life.transcribe import index
from talteen.life.transcribe.index import Passage
from talteen.life.transcribe.query import Rank, parse
from talteen.life.use.search import ShardRef, count, search

VARAUS = parse("varaus")


def day_of(folder: Path, day: int, *calls: tuple[int, list[str]]) -> ShardRef:
    """The index of one November day: (number of the recording, what its caller said)."""
    ref = ShardRef(date(2026, 11, day), folder / f"{day}.words", bytes([day]) * 32)
    recordings = (
        (UUID(int=number), [_passage(UUID(int=number), at, text) for at, text in enumerate(texts)])
        for number, texts in calls
    )
    index.rebuild(ref.path, ref.key, recordings)
    return ref


def _passage(recording: UUID, at: int, text: str) -> Passage:
    return Passage(recording, "caller", at * 1_000, at * 1_000 + 900, text, "fi")


def numbers(found: object) -> list[int]:
    return [each.recording.int for each in found.recordings]  # type: ignore[attr-defined]


@pytest.fixture
def days(tmp_path: Path) -> list[ShardRef]:
    return [
        day_of(tmp_path, 1, (11, ["varaus"]), (12, ["lasku"])),
        day_of(tmp_path, 3, (31, ["ryhmävaraus", "varaus", "hei"]), (32, ["varauksen"])),
        day_of(tmp_path, 2, (21, ["varausta", "varaus"])),
    ]


def test_the_newest_day_comes_first_and_hits_stand_with_their_recording(
    days: list[ShardRef],
) -> None:
    found = search(days, VARAUS, limit=10)

    assert numbers(found) == [31, 32, 21, 11]
    assert [each.day.day for each in found.recordings] == [3, 3, 2, 1]
    assert [hit.rank for hit in found.recordings[0].hits] == [Rank.EXACT, Rank.PART]
    assert found.hits == 6
    assert not found.cut


def test_a_full_page_leaves_older_days_closed(days: list[ShardRef]) -> None:
    days[0].path.write_bytes(b"torn")

    found = search(days, VARAUS, limit=2)

    assert numbers(found) == [31, 32]
    assert found.cut
    assert found.unreadable == ()


def test_a_day_that_cannot_be_read_is_named_and_the_others_searched(days: list[ShardRef]) -> None:
    days[1].path.write_bytes(b"torn")
    days[2].path.unlink()

    found, counted = search(days, VARAUS, limit=10), count(days, VARAUS)

    assert numbers(found) == [11]
    assert found.unreadable == counted.unreadable == (date(2026, 11, 3), date(2026, 11, 2))
    assert (counted.recordings, counted.hits) == (1, 1)


def test_recordings_that_a_person_may_not_know_of_are_neither_listed_nor_counted(
    days: list[ShardRef],
) -> None:
    within = {UUID(int=31), UUID(int=11)}

    found, counted = (
        search(days, VARAUS, limit=2, within=within),
        count(days, VARAUS, within=within),
    )

    assert numbers(found) == [31, 11]
    assert (counted.recordings, counted.hits) == (2, 3)


def test_everything_is_counted_on_request(days: list[ShardRef]) -> None:
    counted = count(days, VARAUS)

    assert (counted.recordings, counted.hits) == (4, 6)
    assert count(days, VARAUS, side="agent").hits == 0
    assert search(days, VARAUS, limit=10, side="agent").recordings == ()


def test_the_key_of_a_day_is_not_printed(days: list[ShardRef]) -> None:
    printed = repr(days)

    assert str(days[0].key) not in printed
    assert "key=" not in printed

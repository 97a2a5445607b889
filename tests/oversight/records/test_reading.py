"""A file of call records: what cannot be read is named by row, never quoted, and stops nothing."""

import weakref
from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import ConfigError, InputError, TalteenError
from talteen.oversight.records import reading, rows
from talteen.oversight.records.values import Direction, Ending
from tests.oversight import day

CALLS = dict.fromkeys(day.FILES, 46) | {"audiocodes-cdr": 42}


@pytest.mark.parametrize("shape", day.FILES)
def test_every_export_is_told_by_its_first_line(shape: str) -> None:
    found = day.read(shape)

    assert found.shape == shape
    assert (len(found.calls), found.unreadable) == (CALLS[shape], ())


@pytest.mark.parametrize("shape", day.FILES)
def test_a_broken_row_is_named_by_its_number_and_the_others_go_on(shape: str) -> None:
    lines = day.raw(shape).splitlines()
    lines.insert(5, b'"+358505550199 says "hello, to the,,')

    found = reading.read([b"\n".join(lines)], day.house())

    assert [bad.row for bad in found.unreadable] == [6]
    assert "505550199" not in str(found.unreadable)
    assert found.calls == day.read(shape).calls


@pytest.mark.parametrize(
    ("shape", "was", "becomes", "column"),
    [
        ("asterisk-cdr", b'"2026-11-16 08:04:34"', b'"16.11.2026 8:04"', "end"),
        ("freepbx-cdr", b",19,19,ANSWERED", b",nineteen,19,ANSWERED", "duration"),
        ("3cx-cdr", b"2026/11/16 06:04:34", b"2026/13/16 06:04:34", "time-end"),
        ("cucm-cdr", b",1794809055,2,", b",later,2,", "dateTimeOrigination"),
        ("audiocodes-cdr", b"06:04:34.000 UTC Mon", b"06:04:34.000 EET Mon", "ReleaseTime"),
        ("broadworks-cdr", b"20261116060434.000", b"20261116060434,000", "the line"),
        ("genesys-interactions", b'"2026-11-16T06:04:34.000Z"', b'"yesterday"', "End Date"),
        ("asterisk-cel", b'"1794809074.000000"', b'"soon"', "eventtime"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_column(
    shape: str, was: bytes, becomes: bytes, column: str
) -> None:
    raw = day.raw(shape)
    assert was in raw

    found = reading.read([raw.replace(was, becomes, 1)], day.house())

    assert {bad.column for bad in found.unreadable} == {column}


@pytest.mark.parametrize("shape", day.FILES)
def test_no_number_stands_in_what_a_record_prints(shape: str) -> None:
    printed = repr(day.read(shape))

    assert "50555" not in printed
    assert "7105" not in printed


def test_a_consultation_between_agents_is_no_call_of_its_own() -> None:
    for shape in ("asterisk-cdr", "freepbx-cdr", "cucm-cdr"):
        calls = day.read(shape).calls
        assert sum(call.direction is Direction.INTERNAL for call in calls) == 4, shape


def test_a_blind_transfer_is_one_call_with_two_talks() -> None:
    began = day.at("2026-11-16T09:34:02Z")
    [call] = [one for one in day.read("cucm-cdr").calls if one.began_at == began]

    assert [talk.agent for talk in call.talks] == ["7105", "7106"]
    assert call.ended_at == day.at("2026-11-16T09:43:00Z")


def test_an_export_says_only_what_it_can_know() -> None:
    border = day.read("audiocodes-cdr").calls

    assert {call.ending for call in border if call.direction is Direction.IN} == {
        Ending.UNTOLD,
        Ending.CONVERSATION,
    }
    assert not day.read("audiocodes-cdr").tells_refusals


def test_a_file_that_is_no_export_is_refused() -> None:
    with pytest.raises(InputError, match="no export of call records"):
        reading.read([b"hello\nworld\n"], day.house())


def test_a_missing_column_is_named_with_the_key_that_renames_it() -> None:
    raw = day.raw("freepbx-cdr").replace(b",billsec,", b",talked,", 1)

    with pytest.raises(InputError, match=r"no column 'billsec'.*\[columns\]"):
        reading.read([raw], day.house())


def test_a_renamed_column_is_read_by_its_own_name() -> None:
    raw = day.raw("freepbx-cdr").replace(b",billsec,", b",talked,", 1)
    here = day.house()
    renamed = replace(here, file=replace(here.file, columns={"billsec": "talked"}))

    assert reading.read([raw], renamed).calls == day.read("freepbx-cdr").calls


def test_an_unknown_shape_is_named() -> None:
    here = day.house()

    with pytest.raises(ConfigError, match="shape: pbx9000"):
        reading.read([], replace(here, file=replace(here.file, shape="pbx9000")))


@pytest.mark.parametrize("shape", day.FILES)
@given(noise=st.binary(max_size=300), at=st.integers(0, 4000))
def test_no_bytes_stop_the_reading(shape: str, noise: bytes, at: int) -> None:
    raw = day.raw(shape)[:4000]
    here = day.house()
    shaped = replace(here, file=replace(here.file, shape=shape))

    try:
        found = reading.read([raw[:at], noise, raw[at + len(noise) :]], shaped)
    except TalteenError:
        return

    assert all(call.began_at <= call.ended_at for call in found.calls)


@given(st.text(alphabet="aé€\r\n\x0b\u2028\ufeff", max_size=20), st.lists(st.integers(0, 40)))
def test_a_file_that_comes_in_pieces_has_the_lines_of_the_whole(text: str, cuts: list[int]) -> None:
    raw = text.encode() + b"\xe2\x80"[: len(cuts) % 3]
    ends = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    pieces = [raw[begin:end] for begin, end in pairwise(ends)]

    assert list(rows.lines(pieces)) == raw.decode("utf-8-sig", "replace").splitlines()


def test_no_piece_is_kept_when_its_lines_were_taken() -> None:
    kept: list[weakref.ref[array[int]]] = []

    def pieces() -> Iterator["array[int]"]:
        for _ in range(50):
            piece = array("b", b"a line\n" * 1000)
            kept.append(weakref.ref(piece))
            yield piece
            assert sum(one() is not None for one in kept) <= 2

    assert sum(1 for _ in rows.lines(pieces())) == 50_000  # type: ignore[arg-type]

"""Entries as columns say the same as entries as objects."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import dead
from talteen.engine.vault.canonical import Reader, Writer
from talteen.engine.vault.entries import BlobRef, Entries, Entry, Kind, read_entry, write_entry
from talteen.errors import Tampered
from talteen.ids import BlobId, RecordingId

recordings = st.uuids().map(RecordingId)
instants = st.integers(0, 4_000_000_000_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
blobs = st.builds(
    BlobRef,
    id=st.uuids().map(BlobId),
    kind=st.sampled_from(Kind),
    sha256=st.binary(min_size=32, max_size=32),
    size_bytes=st.integers(0, 2**40),
)
entries = st.builds(
    Entry,
    dek=st.binary(min_size=32, max_size=32),
    start=instants,
    due=instants,
    mac=st.binary(min_size=32, max_size=32),
    number=st.sampled_from(["", "+358401234567", "+3584012345678", "09310"]),
    blobs=st.lists(blobs, max_size=3, unique_by=lambda blob: blob.id).map(
        lambda refs: tuple(sorted(refs, key=lambda ref: ref.id.bytes))
    ),
)
many = st.dictionaries(recordings, entries, max_size=12)


@given(many)
def test_every_entry_comes_back_as_it_was_put(by_id: dict[RecordingId, Entry]) -> None:
    columns = Entries().having(by_id)

    assert dict(columns.items()) == by_id
    assert [columns.get(recording) for recording in by_id] == list(by_id.values())
    assert list(columns) == sorted(by_id)


@given(many, st.data())
def test_letting_entries_go_leaves_exactly_the_others(
    by_id: dict[RecordingId, Entry], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(by_id)))) if by_id else set()
    stranger = RecordingId(UUID(int=5))

    columns = Entries().having(by_id).without([*gone, stranger])

    assert dict(columns.items()) == {k: v for k, v in by_id.items() if k not in gone}
    assert columns == Entries().having({k: v for k, v in by_id.items() if k not in gone})


@given(many)
def test_columns_have_one_spelling(by_id: dict[RecordingId, Entry]) -> None:
    to = Writer()
    Entries().having(by_id).write(to)

    of = Reader(to.done())

    assert Entries.read(of) == Entries().having(dict(reversed(by_id.items())))
    of.end()


@given(many)
def test_a_number_finds_exactly_its_calls(by_id: dict[RecordingId, Entry]) -> None:
    columns = Entries().having(by_id)

    for number in ("+358401234567", "09310", "0931", "+3584"):
        expected = sorted(r for r, entry in by_id.items() if entry.number == number)
        assert columns.with_number(number) == expected
    assert columns.with_number("") == []


@given(many)
def test_columns_say_due_and_origin_of_each(by_id: dict[RecordingId, Entry]) -> None:
    columns = Entries().having(by_id)

    group = dead.of_page(columns, "expired", date(2026, 11, 24))

    told = {gone.recording: (gone.due, gone.mac) for gone in group}
    assert told == {recording: (entry.due, entry.mac) for recording, entry in by_id.items()}
    assert dict(zip(columns, columns.dues(), strict=True)) == {r: told[r][0] for r in told}
    assert columns.earliest_due() == min((e.due for e in by_id.values()), default=None)
    assert columns.latest_due() == max((e.due for e in by_id.values()), default=None)
    assert set(columns.blob_ids()) == {blob.id for e in by_id.values() for blob in e.blobs}


@given(entries)
def test_one_entry_alone_comes_back(entry: Entry) -> None:
    to = Writer()
    write_entry(entry, to)

    of = Reader(to.done())

    assert read_entry(of) == entry
    of.end()


@given(st.binary(max_size=400))
def test_any_bytes_are_entries_or_tampered(data: bytes) -> None:
    of = Reader(data)

    try:
        dict(Entries.read(of).items())
    except Tampered:
        return
    to = Writer()
    Entries.read(Reader(data)).write(to)
    assert data.startswith(to.done())


def test_a_key_or_a_number_is_never_printed() -> None:
    entry = Entry(b"K" * 32, datetime.now(UTC), datetime.now(UTC), bytes(32), "+358401234567", ())
    columns = Entries().having({RecordingId(UUID(int=1)): entry})

    printed = f"{entry!r} {columns!r}"

    assert "KKKK" not in printed
    assert "358401234567" not in printed


def test_entries_out_of_order_are_tampered() -> None:
    entry = Entry(bytes(32), datetime.now(UTC), datetime.now(UTC), bytes(32), "", ())
    columns = Entries().having({RecordingId(UUID(int=i)): entry for i in (1, 2)})
    swapped = Entries(
        columns.ids[16:] + columns.ids[:16],
        columns.fixed,
        columns.number_sizes,
        columns.numbers,
        columns.ref_counts,
        columns.refs,
    )
    to = Writer()
    swapped.write(to)

    with pytest.raises(Tampered):
        Entries.read(Reader(to.done()))

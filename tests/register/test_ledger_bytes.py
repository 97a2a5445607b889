"""Entries as bytes: one spelling, read back whole, and no place in them for a person."""

import json
import re
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.register.log import ledger_bytes
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_kinds import KINDS, Entry, Sha256, Version

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
VECTORS = Path(__file__).parents[1] / "vectors" / "log.json"
AT = datetime(2026, 11, 24, 22, 0, 9, 123_456, tzinfo=UTC)

PLAIN = {bool, int, datetime, date, UUID}
"""What a field may be, beside hashes, version numbers, codes and groups of these."""

versions = st.from_regex(r"[a-z]{0,8}[0-9]{1,4}([.@_-][a-z0-9]{1,4}){0,3}", fullmatch=True)
instants = (
    st.datetimes(timezones=st.just(UTC))
    .filter(lambda at: at.year > 999)
    .map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of type ``kind`` can have."""
    if kind is Sha256:
        return st.binary(min_size=32, max_size=32)
    if kind is Version:
        return versions
    kind = getattr(kind, "__supertype__", kind)
    if typing.get_origin(kind) in (typing.Union, UnionType):
        return st.one_of(*(values(one) for one in typing.get_args(kind)))
    if typing.get_origin(kind) is tuple:
        return st.lists(values(typing.get_args(kind)[0]), max_size=3).map(tuple)
    if isinstance(kind, type) and is_dataclass(kind):
        return st.builds(kind, **{name: values(hint) for name, hint in hints(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return {
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.integers(0, 2**53 - 1),
        datetime: instants,
        date: st.dates(),
        UUID: st.uuids(),
    }[kind]


def hints(kind: Any) -> Iterator[tuple[str, Any]]:
    found = typing.get_type_hints(kind)
    for one in fields(kind):
        yield one.name, found[one.name]


def kinds_within(*found: Any) -> Iterator[Any]:
    """Every type that a field of these has, at any depth."""
    for kind in found:
        plain = getattr(kind, "__supertype__", kind)
        yield plain
        yield from kinds_within(*typing.get_args(plain))
        if isinstance(plain, type) and is_dataclass(plain):
            yield from kinds_within(*(hint for _, hint in hints(plain)))


entries: st.SearchStrategy[Entry] = st.sampled_from(list(KINDS.values())).flatmap(values)

DESTROYED = kinds.Destroyed(
    recording=RecordingId(UUID("0f64d3a2-54a1-4a5e-9d1f-2f5a1f3c7e11")),
    day=date(2026, 8, 24),
    reason=kinds.Reason.EXPIRED,
    live_dead_at=datetime(2026, 11, 16, 22, 0, 9, tzinfo=UTC),
    generation_before=403,
    generation_after=404,
    ciphertext=(Sha256(bytes(range(32))),),
    backup_dead_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    lateness_s=9,
    unbacked=False,
)


def test_an_entry_is_written_in_its_one_form() -> None:
    raw = ledger_bytes.write(DESTROYED, AT, entry_id=UUID("c8a4b9a4-9be4-4bb5-8f4e-5ac9f1f8d001"))

    assert raw.decode() == (
        '{"at":"2026-11-24T22:00:09.123Z","backup_dead_at":"2026-11-23T10:00:00.000Z",'
        '"ciphertext":["000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"],'
        '"day":"2026-08-24","generation_after":404,"generation_before":403,'
        '"id":"c8a4b9a4-9be4-4bb5-8f4e-5ac9f1f8d001","kind":"destroyed","lateness_s":9,'
        '"live_dead_at":"2026-11-16T22:00:09.000Z","reason":"expired",'
        '"recording":"0f64d3a2-54a1-4a5e-9d1f-2f5a1f3c7e11","unbacked":false}'
    )


def test_every_kind_has_a_published_example_that_is_read_and_written_alike() -> None:
    vectors = json.loads(VECTORS.read_text())
    published = [entry.encode() for entry in [*vectors["entries"], *vectors["examples"]]]

    read = [ledger_bytes.read(raw) for raw in published]

    assert [ledger_bytes.write(one.entry, one.at, entry_id=one.id) for one in read] == published
    assert {one.entry.tag for one in read} == set(KINDS)


@given(entries, instants)
def test_what_is_written_is_read_again(entry: Entry, at: datetime) -> None:
    entered = ledger_bytes.read(ledger_bytes.write(entry, at))

    assert (entered.entry, entered.at) == (entry, at)


@given(entries)
def test_the_same_entry_made_twice_is_two_entries(entry: Entry) -> None:
    assert ledger_bytes.write(entry, AT) != ledger_bytes.write(entry, AT)


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "ignore"))
)
def test_any_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(Tampered):
        ledger_bytes.read(raw)
    with pytest.raises(Tampered):
        ledger_bytes.outline(raw)


@given(entries, st.data())
def test_a_second_spelling_of_an_entry_is_refused(entry: Entry, data: st.DataObject) -> None:
    raw = ledger_bytes.write(entry, AT)
    loose = json.loads(raw)
    name = data.draw(st.sampled_from(sorted(loose)))
    others = [
        json.dumps(loose).encode(),
        json.dumps(dict(reversed(loose.items())), separators=(",", ":")).encode(),
        raw + b"\n",
        raw.replace(b"000Z", b"000000Z", 1) if b"000Z" in raw else raw + b" ",
        json.dumps({**loose, "note": "0401234567"}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**loose, name: "Kaisa"}, sort_keys=True, separators=(",", ":")).encode(),
    ]

    for other in others:
        with pytest.raises(Tampered):
            ledger_bytes.read(other)


def test_every_field_is_an_id_a_code_a_time_a_day_a_hash_or_a_count() -> None:
    def check(kind: Any) -> None:
        if kind in (Sha256, Version):
            return
        plain = getattr(kind, "__supertype__", kind)
        if typing.get_args(plain):
            for one in typing.get_args(plain):
                if one not in (NoneType, Ellipsis):
                    check(one)
        elif is_dataclass(plain):
            for _, hint in hints(plain):
                check(hint)
        else:
            assert plain in PLAIN or (isinstance(plain, type) and issubclass(plain, Enum)), kind

    for kind in KINDS.values():
        check(kind)


def test_a_code_is_a_word_and_no_sentence() -> None:
    codes = [
        code.value
        for name in vars(kinds).values()
        if isinstance(name, type) and issubclass(name, Enum) and name is not Enum
        for code in name
    ]

    assert len(codes) > 30
    assert all(code.replace("_", "").isalnum() and code == code.lower() for code in codes)
    assert all(len(tag) <= 32 for tag in KINDS)


CODES = {
    code.value
    for kind in kinds_within(*KINDS.values())
    if isinstance(kind, type) and issubclass(kind, Enum)
    for code in kind
} | set(KINDS)
NOT_PERSONAL = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # an id
    r"|[0-9a-f]{64}"  # a hash
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z)?"  # a day, a time
    r"|[a-z]{0,8}[0-9]{1,4}([.@_-][a-z0-9]{1,4}){0,3}"  # the number of a text, as drawn above
)
personal = (
    st.from_regex(r"\+[0-9]{7,14}|0[0-9]{2} [0-9]{3} [0-9]{4}", fullmatch=True)
    | st.sampled_from(["Kaisa Lehtovaara", "Öhman", "010190-123A", "kaisa@post.example"])
    | st.lists(st.from_regex(r"[a-zåäö]{2,9}", fullmatch=True), min_size=2, max_size=5).map(
        " ".join
    )
)
"""Numbers, names and sentences, as people write them."""


@given(entries, instants)
def test_the_words_of_any_entry_are_ids_codes_times_days_hashes_and_numbers_of_texts(
    entry: Entry, at: datetime
) -> None:
    for word in words_in(json.loads(ledger_bytes.write(entry, at))):
        assert word in CODES or NOT_PERSONAL.fullmatch(word), word


@given(entries, personal, st.data())
def test_no_field_of_any_entry_takes_a_number_a_name_or_a_sentence(
    entry: Entry, said: str, data: st.DataObject
) -> None:
    names = [one.name for one in fields(entry)]
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    for told in (said, (said,)):
        with pytest.raises((ValueError, TypeError, AttributeError)):
            ledger_bytes.write(replace(entry, **{name: told}), AT)


def words_in(value: Any) -> Iterator[str]:
    """Every text below ``value``, without the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from words_in(one)


@pytest.mark.parametrize(
    "version", ["", "Kaisa", "kaisa virtanen", "kaisa", "2026-3 ", "2026--3", "1" * 33, "é1"]
)
def test_a_version_number_has_no_room_for_a_name(version: str) -> None:
    entry = kinds.NoticePublished(
        notice=Version(version), valid_from=date(2026, 8, 1), sha256=Sha256(bytes(32))
    )

    with pytest.raises(ValueError, match="ids, codes, times"):
        ledger_bytes.write(entry, AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"lateness_s": -1},
        {"lateness_s": 2**53},
        {"lateness_s": True},
        {"unbacked": 1},
        {"reason": "expired"},
        {"recording": "0401234567"},
        {"day": AT},
        {"live_dead_at": AT.replace(tzinfo=None)},
        {"ciphertext": (b"short",)},
    ],
)
def test_a_value_of_another_kind_is_never_written(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ids, codes, times"):
        ledger_bytes.write(replace(DESTROYED, **changed), AT)


def test_times_are_told_in_utc_and_cut_off_at_milliseconds() -> None:
    helsinki = timezone(timedelta(hours=2))

    raw = ledger_bytes.write(DESTROYED, AT.astimezone(helsinki))

    assert ledger_bytes.read(raw).at == AT.replace(microsecond=123_000)


def test_the_registry_refuses_a_tag_that_is_taken() -> None:
    with pytest.raises(ValueError, match="captured is taken by Captured"):
        kinds.registry(kinds.Captured, kinds.Sealed, kinds.Captured)


def test_the_published_format_lists_every_kind_code_and_claim() -> None:
    page = (FORMATS / "ledger.md").read_text(encoding="utf-8")

    for tag, kind in KINDS.items():
        keys = ", ".join(f"`{name}` {documented(hint)}" for name, hint in hints(kind))
        assert f"\n| `{tag}` | {keys} | " in page
    for name, code in vars(kinds).items():
        if isinstance(code, type) and issubclass(code, Enum) and code is not Enum:
            values = ", ".join(f"`{one.value}`" for one in code)
            assert f"\n| {name} | {values} |\n" in page
    for name, hint in hints(kinds.Claims):
        assert f"\n| `{name}` | {documented(hint)} | " in page
    assert page.count("\n| `") == len(KINDS) + len(fields(kinds.Claims)) + 9  # others in 7, 8


def documented(kind: Any) -> str:
    """What the published format calls the type of a field."""
    plain = getattr(kind, "__supertype__", kind) if kind not in (Sha256, Version) else kind
    if typing.get_origin(plain) in (typing.Union, UnionType):
        return documented(typing.get_args(plain)[0]) + "?"
    if typing.get_origin(plain) is tuple:
        return documented(typing.get_args(plain)[0]) + "*"
    names = {Sha256: "hash", Version: "version", bool: "flag", int: "count", UUID: "id"}
    return {**names, datetime: "time", date: "day"}.get(plain) or str(plain.__name__)


def test_the_worked_examples_are_those_of_the_vectors() -> None:
    vectors = json.loads(VECTORS.read_text())
    pages = {page.stem: page.read_text(encoding="utf-8") for page in FORMATS.glob("*.md")}

    entry, ledger = vectors["entries"][16], pages["ledger"]
    assert entry in ledger.replace("\n", "")
    assert f"{len(entry)} bytes" in ledger
    for part in (vectors["leaf_hashes"][16], vectors["roots"][-1], vectors["log_key"]):
        assert part in ledger
    assert vectors["checkpoint"] in ledger
    start, _, end = vectors["certificate"].partition("extra ")
    assert start in pages["certificate"]
    assert end.partition("\nindex")[2].rpartition("\n\n")[0] in pages["certificate"]


def test_no_field_takes_the_place_of_what_every_entry_has() -> None:
    assert not {"id", "at", "kind"} & {name for kind in KINDS.values() for name, _ in hints(kind)}


def test_an_entry_of_a_later_version_shows_its_outline() -> None:
    raw = (
        b'{"at":"2027-01-01T00:00:00.000Z","day":"2026-12-31","kind":"witnessed_by_moon",'
        b'"recording":"0f64d3a2-54a1-4a5e-9d1f-2f5a1f3c7e11","tide":{"cm":12}}'
    )

    outline = ledger_bytes.outline(raw)

    assert (outline.kind, outline.day) == ("witnessed_by_moon", date(2026, 12, 31))
    assert outline.recording == DESTROYED.recording
    with pytest.raises(Tampered):
        ledger_bytes.read(raw)


@given(st.lists(st.binary(max_size=20), max_size=5), st.binary(min_size=32, max_size=32))
def test_a_commitment_binds_every_line_and_hides_it(lines: list[bytes], salt: bytes) -> None:
    made = ledger_bytes.commitment(lines, salt=salt)

    assert made == ledger_bytes.commitment(lines, salt=salt)
    assert made != ledger_bytes.commitment([*lines, b""], salt=salt)
    assert made != ledger_bytes.commitment(
        lines, salt=salt[::-1] if salt != salt[::-1] else bytes(31) + b"x"
    )
    if len(lines) > 1:
        assert made != ledger_bytes.commitment([b"".join(lines[:2]), *lines[2:]], salt=salt)


def test_a_commitment_needs_a_whole_salt() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ledger_bytes.commitment([b"line"], salt=b"short")

"""Ledger entries as bytes: one JSON object, one spelling. Pure.

Canonical form: UTF-8 without a byte beyond ASCII, keys in ascending order, no white space, times in
UTC with milliseconds, ids and hashes in lower-case hexadecimal. The bytes are what the tree hashes,
so reading accepts only what writing would have written. ``docs/formats/ledger.md`` is the
specification.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from talteen import ids
from talteen.engine.tlog.tiles import ENTRY_BYTES_AT_MOST
from talteen.errors import Tampered
from talteen.register.log.ledger_kinds import KINDS, Entry, Sha256, Version

_VERSION = re.compile(r"(?=[a-z.@_-]*[0-9])[a-z0-9]+(?:[.@_-][a-z0-9]+)*")
_VERSION_LENGTH = 32
_COUNT_LIMIT = 2**53
"""JSON readers agree on whole numbers below this."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry with its own id and the time at which it was entered."""

    id: UUID
    at: datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class Outline:
    """What any entry shows, even one of a kind that this version does not know."""

    kind: str
    at: datetime
    recording: UUID | None
    day: date | None


def write(entry: Entry, at: datetime, *, entry_id: UUID | None = None) -> bytes:
    """The bytes of ``entry``, entered at ``at``. A random id keeps any two apart."""
    kind: Any = type(entry)
    values = _form(kind).write(entry)
    values |= {
        "kind": entry.tag,
        "id": str(entry_id or ids.new()),
        "at": _write_time(at),
    }
    return _canonical(values)


def read(raw: bytes) -> Entered:
    """The entry that ``raw`` writes; Tampered where it writes none, or in another spelling."""
    values = _parse(raw)
    try:
        kind: Any = KINDS[values.pop("kind")]
        entry_id, at = UUID(values.pop("id")), _read_time(values.pop("at"))
        entry = _form(kind).read(values)
        if write(entry, at, entry_id=entry_id) != raw:
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise _no_entry() from None
    return Entered(entry_id, at, entry)


def outline(raw: bytes) -> Outline:
    """Kind, time, recording and day of any entry, also of a kind from a later version."""
    values = _parse(raw)
    try:
        recording, day = values.get("recording"), values.get("day")
        return Outline(
            kind=str(values["kind"]),
            at=_read_time(values["at"]),
            recording=None if recording is None else UUID(recording),
            day=None if day is None else date.fromisoformat(day),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise _no_entry() from None


def kind_of(raw: bytes) -> str:
    """The tag of any entry in its one spelling, also of one from a later version."""
    kind = _parse(raw).get("kind")
    if not isinstance(kind, str):
        raise _no_entry()
    return kind


def commitment(lines: Iterable[bytes], *, salt: bytes) -> Sha256:
    """A hash that commits to ``lines`` in their order and shows nothing of them without ``salt``.

    SHA-256 over the salt (32 random bytes), then each line after its length in four bytes,
    big-endian. Once the salt is destroyed the hash is a random number.
    """
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    digest = sha256(salt)
    for line in lines:
        digest.update(len(line).to_bytes(4) + line)
    return Sha256(digest.digest())


def _canonical(values: dict[str, Any]) -> bytes:
    raw = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    if len(raw) > ENTRY_BYTES_AT_MOST:  # entered, it could be published in no bundle
        raise ValueError("an entry is longer than 65,535 bytes")
    return raw


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        values = json.loads(raw)
        if not isinstance(values, dict) or _canonical(values) != raw:
            raise ValueError
    except (ValueError, RecursionError):
        raise _no_entry() from None
    return values


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of one plain type are written in JSON and read from it."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _if(holds: bool, value: Any) -> Any:
    if not holds:
        raise ValueError(_ONLY)
    return value


def _is_version(value: str) -> bool:
    return len(value) <= _VERSION_LENGTH and _VERSION.fullmatch(value) is not None


def _write_time(at: datetime) -> str:
    """UTC, cut off at milliseconds."""
    _if(at.tzinfo is not None, at)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    _if(at.tzinfo is UTC, at)
    return at


_ONLY = "a ledger entry holds ids, codes, times, days, hashes and counts only"
_FORMS: dict[Any, _Form] = {
    bool: _Form(lambda value: _if(type(value) is bool, value), bool),
    int: _Form(lambda value: _if(type(value) is int and 0 <= value < _COUNT_LIMIT, value), int),
    Sha256: _Form(lambda value: _if(len(value) == 32, value).hex(), bytes.fromhex),
    Version: _Form(lambda value: _if(_is_version(value), value), str),
    date: _Form(lambda value: _if(type(value) is date, value).isoformat(), date.fromisoformat),
    datetime: _Form(_write_time, _read_time),
}
"""Every plain type that an entry may hold, beside ids (UUID), codes (Enum) and groups of these."""


@cache
def _form(kind: Any) -> _Form:
    """How values of any type that a field may have are written and read."""
    if kind in _FORMS:
        return _FORMS[kind]
    if get_origin(kind) in (Union, UnionType):
        (present,) = (_form(one) for one in get_args(kind) if one is not NoneType)
        return _Form(
            lambda value: None if value is None else present.write(value),
            lambda value: None if value is None else present.read(value),
        )
    if get_origin(kind) is tuple:
        each = _form(get_args(kind)[0])
        return _Form(
            lambda value: [each.write(one) for one in value],
            lambda value: tuple(each.read(one) for one in value),
        )
    kind = getattr(kind, "__supertype__", kind)
    if issubclass(kind, UUID):
        return _Form(lambda value: str(_if(isinstance(value, kind), value)), kind)
    if issubclass(kind, Enum):
        return _Form(lambda value: _if(isinstance(value, kind), value).value, kind)
    return _group(kind)


def _group(kind: Any) -> _Form:
    """A dataclass as an object with exactly its fields. Spelling is checked by writing again."""
    hints = get_type_hints(kind)
    forms = {one.name: _form(hints[one.name]) for one in fields(kind)}

    def read(value: dict[str, Any]) -> Any:
        _if(value.keys() == forms.keys(), value)
        return kind(**{name: form.read(value[name]) for name, form in forms.items()})

    return _Form(
        lambda value: {name: form.write(getattr(value, name)) for name, form in forms.items()},
        read,
    )


def _no_entry() -> Tampered:
    return Tampered("these bytes are no ledger entry", remedy="take the log from another copy")

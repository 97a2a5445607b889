"""Who is in a call, and who of them is ours.

A side is ours by the house's own domains, extensions and number ranges, and by nothing else: not by
the order of labels, nor by who stands in From. Where metadata are missing, people are read from the
headers that some exchanges send instead.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from talteen.engine.wire import fields
from talteen.engine.wire.fields import NameAddr, Params
from talteen.engine.wire.headers import split_list
from talteen.engine.wire.malformed import Malformed
from talteen.register.spared.numbers import international

PLACEHOLDERS = frozenset({"asbce@asbce.com"})
"""Addresses that a border controller writes for a party that it does not know yet (Avaya SBCE)."""
CISCO_PARTICIPANT = "X-Cisco-Recording-Participant"


_NUMBER = re.compile(r"\+?\d+")


class Side(Enum):
    """Whose side of a call somebody is on."""

    OURS = "ours"
    THEIRS = "theirs"
    UNKNOWN = "unknown"


class HeaderFields(Protocol):
    """The headers of a SIP message, as ``engine.wire.headers`` gives them."""

    def get(self, name: str) -> str | None:
        """The first value of a name."""
        ...

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a name, in order."""
        ...


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What belongs to the house."""

    domains: frozenset[str] = frozenset()
    """In lower case."""
    extensions: frozenset[str] = frozenset()
    numbers: tuple[tuple[str, str], ...] = ()
    """Ranges of international numbers, both ends included: ``("+358505550170", "+358505550179")``.
    """
    country: str = "+358"
    """What a leading zero of a national number stands for."""

    def side(self, aor: str | None) -> Side:
        """The side of an address of record, with or without scheme and host."""
        user, host = address(aor or "")
        if not user or f"{user}@{host}".lower() in PLACEHOLDERS:
            return Side.UNKNOWN
        if host.lower() in self.domains or user in self.extensions or self._owns(user):
            return Side.OURS
        return Side.THEIRS

    def _owns(self, user: str) -> bool:
        number = international(user, self.country)
        return number is not None and any(
            len(number) == len(first) and first <= number <= last for first, last in self.numbers
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """Somebody whom only headers name."""

    aor: str
    name: str | None = None
    mline: int | None = None
    """The media line that he sends, from 0, where the header says it."""
    source: str = ""
    """How the line is known, as the call's facts tell it."""


def address(aor: str) -> tuple[str, str]:
    """User and host of an address of record; the host may be empty."""
    bare = aor.strip().partition(";")[0]
    scheme, colon, rest = bare.partition(":")
    if colon and scheme.lower() in {"sip", "sips", "tel"}:
        bare = rest
    user, at, host = bare.rpartition("@")
    if not at:
        # A tel number or a bare number is a user; ``sip:192.0.2.1`` is a host.
        user, host = ("", bare) if colon and scheme.lower() in {"sip", "sips"} else (bare, "")
        if _NUMBER.fullmatch(bare):
            user, host = bare, ""
    return user, host.partition(":")[0]


def same_party(one: str, other: str, country: str) -> bool:
    """Whether two addresses name one user: numbers by their international form."""
    a, b = address(one)[0], address(other)[0]
    return bool(a) and (international(a, country) or a) == (international(b, country) or b)


def mailbox(value: str) -> tuple[str | None, str]:
    """Display name and URI of a From-like header, the URI with its parameters."""
    said = _read(value)
    return said.display or None, said.uri


def _read(value: str) -> NameAddr:
    """A name-addr or addr-spec (RFC 3261 25.1); of one that breaks the grammar the most that can
    be read."""
    try:
        return NameAddr.parse(value)
    except Malformed:
        uri, params = fields.parse_with_params(value.rpartition("<")[2].partition(">")[0])
        return NameAddr(uri, "", params)


def _without_parameters(uri: str) -> tuple[str, Params]:
    """A URI without its parameters, and these. What stands before the ``@`` is the user's: a tel
    number brings parameters of its own (RFC 3261 19.1.6)."""
    user, at, host = uri.rpartition("@")
    host, params = fields.parse_with_params(host)
    return user + at + host, params


def named_in(headers: HeaderFields) -> tuple[Heading, ...]:
    """The people whom headers name, for a call without readable metadata."""
    return _cisco_nbr(headers) or _cisco_bib(headers) or _sender(headers)


def half_call(headers: HeaderFields) -> str | None:
    """The warning that this dialog carries one side only and another one the other."""
    stated = _uri_parameters(headers)
    for near, far in (("near", "far"), ("far", "near")):
        if f"x-{near}end" in stated and "x-refci" in stated:
            told = f"{far} end expected in another dialog with x-refci {stated['x-refci']}"
            return f"half-call:{told}"
    return None


def _cisco_nbr(headers: HeaderFields) -> tuple[Heading, ...]:
    """CUBE without SIPREC: a header for each person, with the number of the media line."""
    people = (one for line in headers.all(CISCO_PARTICIPANT) for one in split_list(line))
    found = map(_participant, people)
    return tuple(one for one in found if one.aor)


def _participant(value: str) -> Heading:
    """One person. Where he sends a picture, too, its line is named behind that of his sound."""
    said = _read(value)
    aor, inside = _without_parameters(said.uri)
    index = (said.params.get("media-index") or inside.get("media-index") or "").split(" ")[0]
    mline = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else None
    source = f"header media-index {mline}" if mline is not None else ""
    return Heading(aor, said.display or None, mline, source)


def _cisco_bib(headers: HeaderFields) -> tuple[Heading, ...]:
    """CUCM's built-in bridge forks each side of a phone: the URI in From tells both ends."""
    stated = _uri_parameters(headers)
    name, uri = mailbox(headers.get("From") or "")
    here, far = uri.partition(";")[0], stated.get("x-farendaddr")
    near = Heading(here, name, 0 if "x-nearend" in stated else None, "x-nearend in From")
    if "x-nearend" in stated:
        return (near, Heading(f"sip:{far}")) if far else (near,)
    if "x-farend" in stated and far:
        return Heading(here, name), Heading(f"sip:{far}", None, 0, "x-farend in From")
    return ()


def _sender(headers: HeaderFields) -> tuple[Heading, ...]:
    name, uri = mailbox(headers.get("From") or "")
    aor = uri.partition(";")[0]
    return (Heading(aor, name),) if address(aor)[0] else ()


def _uri_parameters(headers: HeaderFields) -> Params:
    return fields.parse_with_params(mailbox(headers.get("From") or "")[1])[1]

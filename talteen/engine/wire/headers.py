"""The header fields of a SIP message: in the order and the words in which they came.

Names are compared as RFC 3261 7.3 wants it: without regard to case, a compact form like its long
one. Values are text; bytes that are not UTF-8 stand in it as lone surrogates, so that what is
echoed to the peer is what the peer wrote. ``readable`` makes such text fit for people and tables.
"""

import re
from collections.abc import Iterable, Iterator

Pair = tuple[str, str]

_COMPACT = {
    "a": "accept-contact",  # RFC 3841
    "b": "referred-by",  # RFC 3892
    "c": "content-type",
    "d": "request-disposition",  # RFC 3841
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",  # RFC 3841
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",  # RFC 6665
    "r": "refer-to",  # RFC 3515
    "s": "subject",
    "t": "to",
    "u": "allow-events",  # RFC 6665
    "v": "via",
    "x": "session-expires",  # RFC 4028
    "y": "identity",  # RFC 8224
}
_WELL_KNOWN = (
    "Via Max-Forwards From To Call-ID CSeq Contact Require Accept Allow Supported Content-Type "
    "Content-Length Content-Disposition User-Agent Session-Expires Min-SE Session-ID Record-Route "
    "Route MIME-Version Date Subject P-Asserted-Identity Expires Proxy-Require Diversion"
).split()
_KEYS = {name: name.lower() for name in _WELL_KNOWN} | _COMPACT
"""The usual spellings, so that most names cost one look-up."""
_BLANKS = " \t"
_FOLD = re.compile(r"\n[ \t]+")
_NAME = re.compile(r"[\w.!%*+`'~-]+", re.ASCII)
_SPECIAL = re.compile(r'[",<>\\]')


def key(name: str) -> str:
    """The name under which ``name`` is looked up: lower case, in its long form."""
    known = _KEYS.get(name)
    if known is not None:
        return known
    lower = name.lower()
    return _COMPACT.get(lower, lower)


class Headers:
    """Header fields in order. Never changed: ``with_`` and ``without`` give new ones."""

    __slots__ = ("by_key", "pairs")

    by_key: dict[str, tuple[str, ...]]
    """The values by ``key(name)``; only to be read."""
    pairs: tuple[Pair, ...]
    """Each field line as (name as written, value without the blanks around it)."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self.pairs = tuple(pairs)

    def __getattr__(self, name: str) -> object:
        """``by_key``, when it is first asked for: what is only printed needs none."""
        if name != "by_key":
            raise AttributeError(name)
        found: dict[str, tuple[str, ...]] = {}
        self.by_key = found
        for one, value in self.pairs:
            _add(found, key(one), value)
        return found

    def get(self, name: str) -> str | None:
        """The value of the first field of that name; None without one."""
        found = self.by_key.get(_KEYS.get(name) or key(name))
        return found[0] if found else None

    def all(self, name: str) -> tuple[str, ...]:
        """The values of all fields of that name, one a line, not split."""
        return self.by_key.get(_KEYS.get(name) or key(name), ())

    def values(self, name: str) -> tuple[str, ...]:
        """The elements of a comma list, over all its lines (RFC 3261 7.3.1); empty ones left
        out."""
        lines = self.all(name)
        if len(lines) == 1:
            return split_list(lines[0])
        return tuple(element for line in lines for element in split_list(line))

    def tokens(self, name: str) -> frozenset[str]:
        """The elements in lower case, for Require, Supported and their kind."""
        return frozenset(value.lower() for value in self.values(name))

    def with_(self, *pairs: Pair) -> "Headers":
        """These and then ``pairs``."""
        return Headers((*self.pairs, *pairs))

    def without(self, *names: str) -> "Headers":
        """These without every field that bears one of ``names``."""
        gone = {key(name) for name in names}
        return Headers(pair for pair in self.pairs if key(pair[0]) not in gone)

    def __contains__(self, name: str) -> bool:
        return key(name) in self.by_key

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        # Values name callers, and a repr ends up in logs.
        return f"Headers({', '.join(name for name, _ in self.pairs)})"


def read_fields(lines: list[str]) -> tuple[Headers, int]:
    """The fields that ``lines`` write, and how many lines write none."""
    pairs: list[Pair] = []
    ignored = 0
    headers = Headers()
    found: dict[str, tuple[str, ...]] = {}
    headers.by_key = found
    for line in lines:
        name, colon, value = line.partition(":")
        known = _KEYS.get(name)
        if known is None:
            if line[:1] in _BLANKS and line and pairs:
                return read_fields(_unfolded(lines))
            name = name.rstrip(_BLANKS)
            if not (colon and _NAME.fullmatch(name)):
                ignored += 1
                continue
            known = key(name)
        value = value.strip(_BLANKS)
        pairs.append((name, value))
        if known in found:
            _add(found, known, value)
        else:
            found[known] = (value,)
    headers.pairs = tuple(pairs)
    return headers, ignored


def _unfolded(lines: list[str]) -> list[str]:
    """RFC 3261 7.3.1: a line that begins with a blank goes on with the one before it."""
    text = "\n".join(line.rstrip(_BLANKS) for line in lines)
    return [line.lstrip(_BLANKS) for line in _FOLD.sub(" ", text).split("\n")]


def _add(found: dict[str, tuple[str, ...]], known: str, value: str) -> None:
    found[known] = (*found[known], value) if known in found else (value,)


def split_list(line: str) -> tuple[str, ...]:
    """``line`` parted at its commas, except those in quotes and angle brackets."""
    if "," not in line:
        return (line,) if line else ()
    return tuple(element for piece in _pieces(line) if (element := piece.strip()))


def _pieces(line: str) -> Iterator[str]:
    """One pass, whatever the line: an unclosed quote or bracket runs to its end."""
    if '"' not in line and "<" not in line:
        yield from line.split(",")
        return
    start, inside, skipped = 0, "", -1
    for match in _SPECIAL.finditer(line):
        at, character = match.start(), match[0]
        if at == skipped:
            continue
        if character == "," and not inside:
            yield line[start:at]
            start = at + 1
        elif character == "\\" and inside == '"':
            skipped = at + 1
        else:
            inside = _inside(inside, character)
    yield line[start:]


def _inside(inside: str, character: str) -> str:
    """The character that closes what is open after ``character``; empty where nothing is."""
    if inside:
        return "" if character == inside else inside
    return {'"': '"', "<": ">"}.get(character, "")


def readable(text: str) -> str:
    """``text`` as people should see it: bytes that were not UTF-8 are read as Latin-1, which is
    what old exchanges write, and NUL, which no table takes, is left out."""
    if text.isascii() and "\x00" not in text:
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return raw.decode("latin-1").replace("\x00", "")

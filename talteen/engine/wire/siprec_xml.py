"""Untrusted XML, read with everything dangerous switched off.

No entity is expanded, no DTD read, no file or address opened. Encodings are not believed: bytes are
read as UTF-8, or as Latin-1 if they are no UTF-8, so that a DOCTYPE cannot hide in an exotic one.
What is well formed is read by Expat, whose elements cost least to walk; what is not, as far as it
goes, by libxml2.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

# S405, S314: what makes Expat dangerous are entities, and nothing with a DOCTYPE comes to it.
from xml.etree import ElementTree

from lxml import etree

from talteen.errors import InputError

BYTES_AT_MOST = 256 * 1024


class Element(Protocol):
    """An element of either parser. Names are written ``{namespace}local``."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    def get(self, key: str, /) -> str | None: ...
    def items(self) -> Iterable[tuple[str, str]]: ...
    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, at: int, /) -> "Element": ...


class NotRead(InputError):
    """Metadata that are left unread. ``code`` is the warning; the call is recorded all the same."""

    slug = "metadata-not-read"

    def __init__(self, code: str) -> None:
        super().__init__(f"recording metadata left unread ({code})", remedy="correct the client")
        self.code = code


def root(raw: bytes) -> tuple[Element, tuple[str, ...]]:
    """The outermost element, and a warning if what stands before a break had to be recovered.

    NotRead where the metadata are too large, have a DOCTYPE, or are no XML at all.
    """
    if len(raw) > BYTES_AT_MOST:
        raise NotRead("metadata-too-large")
    if b"<!DOCTYPE" in raw:
        raise NotRead("metadata-doctype-refused")
    raw = raw.strip()
    if b"\0" in raw:  # a byte order mark would outdo the encoding that we name
        return _recovered(raw)
    parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314
    try:
        parser.feed(raw)
        return parser.close(), ()
    except ElementTree.ParseError:
        return _recovered(raw)


def _recovered(raw: bytes) -> tuple[Element, tuple[str, ...]]:
    parser = etree.XMLParser(
        encoding="utf-8" if _is_utf8(raw) else "iso-8859-1",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        found = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        found = None
    if found is None:
        raise NotRead("metadata-not-wellformed")
    # References to entities that nobody declared stand in the tree: they are no elements.
    etree.strip_tags(found, etree.Entity)
    domains = {entry.domain_name for entry in parser.error_log}
    kind = ":namespace" if domains == {"NAMESPACE"} else ""
    return found, (f"metadata-not-wellformed{kind}",)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True

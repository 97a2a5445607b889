"""Untrusted XML, read with everything dangerous switched off.

No entity is expanded, no DTD read, no file or address opened. Encodings are not believed: bytes are
read as UTF-8, or as Latin-1 if they are no UTF-8, so that a DOCTYPE cannot hide in an exotic one.
"""

from functools import lru_cache

from lxml import etree

from talteen.errors import InputError

BYTES_AT_MOST = 256 * 1024


def _parser(encoding: str, *, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


@lru_cache(maxsize=1)
def _strict() -> etree.XMLParser:
    """Kept from call to call, which saves a third of the time, until something broken comes: a
    parser's log gathers what was wrong in words of the document, for as long as the parser lives.
    """
    return _parser("utf-8", recover=False)


class NotRead(InputError):
    """Metadata that are left unread. ``code`` is the warning; the call is recorded all the same."""

    slug = "metadata-not-read"

    def __init__(self, code: str) -> None:
        super().__init__(f"recording metadata left unread ({code})", remedy="correct the client")
        self.code = code


def root(raw: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    """The outermost element, and a warning if what stands before a break had to be recovered.

    NotRead where the metadata are too large, have a DOCTYPE, or are no XML at all.
    """
    if len(raw) > BYTES_AT_MOST:
        raise NotRead("metadata-too-large")
    if b"<!DOCTYPE" in raw:
        raise NotRead("metadata-doctype-refused")
    raw = raw.strip()
    try:
        return etree.fromstring(raw, _strict()), ()
    except (etree.XMLSyntaxError, ValueError):
        _strict.cache_clear()
        return _recovered(raw)


def _recovered(raw: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    parser = _parser("utf-8" if _is_utf8(raw) else "iso-8859-1", recover=True)
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

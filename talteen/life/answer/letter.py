"""A letter as mail programs write it (RFC 5322, 2045-2047): who wrote, in which words. Bytes in,
values out.

A letter is never refused for its form: what cannot be read properly is read as well as it can be,
since a request needs no form (14.1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from lxml import etree, html

LONGEST = 20_000
"""Signs of words that are kept; of more the page says that they were cut."""
_MACHINES = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)
_DEAF = re.compile(r"^(no-?reply|do-?not-?reply)[^@]*@", re.IGNORECASE)
_REFERENCE = re.compile(r"\bP-20\d\d-[0-9A-Z]{6}\b")
_CANARY = re.compile(r"\bTalteen ([0-9A-HJ-NP-Z]{16})\b")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_TRANSPORT = (b"received", b"delivered-to", b"x-", b"return-path", b"arc-", b"authentication-")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    """To which an answer goes; empty where it names none, or several."""
    subject: str = field(repr=False)
    words: str = field(repr=False)
    cut: bool
    """It has more words than are kept."""
    attachments: int
    automatic: bool
    """A machine wrote it by itself: no request, and nothing is answered (RFC 3834 2)."""
    answerable: bool
    """A receipt may go to ``address`` (RFC 3834 2, 5): not through a list, not to a deaf box."""
    references: tuple[str, ...]
    """Numbers of requests that it names, the subject's first."""
    token: str = field(repr=False)
    """Of the house's own test letter; empty in every other."""
    told: bytes = field(repr=False)
    """The letter without what servers wrote on it: the same when it is delivered twice."""


def read(raw: bytes) -> Letter:
    """The letter of ``raw``."""
    message = message_from_bytes(raw, policy=policy.compat32)
    subject, words = _header(message, "subject"), _words(message)
    name, address = _sender(message)
    canary = _CANARY.search(subject)  # servers write "[External]" before it
    return Letter(
        name=name,
        address=address,
        subject=subject,
        words=words[:LONGEST],
        cut=len(words) > LONGEST,
        attachments=sum(1 for _ in _attached(message)),
        automatic=_automatic(message, address),
        answerable=_answerable(message, address),
        references=tuple(dict.fromkeys(_REFERENCE.findall(f"{subject}\n{words[:LONGEST]}"))),
        token=canary[1] if canary else "",
        told=_told(raw),
    )


def _automatic(message: Message, address: str) -> bool:
    """Automatic answers and reports of delivery (RFC 3834 5, RFC 6522)."""
    said = _header(message, "auto-submitted").lower().split(";")[0].strip()
    if said not in ("", "no"):
        return True
    return message.get_content_type() == "multipart/report" or bool(_MACHINES.match(address))


def _answerable(message: Message, address: str) -> bool:
    """A mailbox may itself be a list, which marks every letter: those are requests like others."""
    returns = str(message.get("return-path", "")).strip()
    kind = _header(message, "precedence").lower()
    through_list = "list-id" in message or kind in ("bulk", "junk", "list", "auto_reply")
    return bool(address) and returns != "<>" and not through_list and not _DEAF.match(address)


def _sender(message: Message) -> tuple[str, str]:
    """Reply-To goes before From: it says where an answer is wanted (RFC 5322 3.6.2)."""
    for header in ("reply-to", "from"):
        found = getaddresses([_header(message, header)])
        if len(found) == 1 and re.fullmatch(r"[^@\s]+@[^@\s]+", found[0][1]):
            return _clean(found[0][0]), found[0][1]
    return "", ""


def _words(message: Message) -> str:
    """The plain words; those of the HTML where nothing is written plainly."""
    parts = [one for one in message.walk() if not one.is_multipart() and not _is_file(one)]
    plain = [_text(one) for one in parts if one.get_content_type() == "text/plain"]
    written = "\n\n".join(filter(None, plain)).strip()
    if not written:
        marked = [_text(one) for one in parts if one.get_content_type() == "text/html"]
        written = "\n\n".join(filter(None, map(_unmarked, marked))).strip()
    return _BLANK_LINES.sub("\n\n", written.replace("\r\n", "\n"))


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return _clean(content.decode(str(part.get_param("charset") or "utf-8"), "replace"))
    except LookupError:  # no such charset
        return _clean(content.decode("utf-8", "replace"))


def _unmarked(marked: str) -> str:
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True)
        tree = html.document_fromstring(marked.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    for one in tree.iter("script", "style", "head"):
        one.text = ""
    for one in tree.iter("br", "p", "div", "li", "tr"):
        one.tail = "\n" + (one.tail or "")
    return "".join(map(str, tree.itertext())).strip()


def _attached(message: Message) -> Iterator[Message]:
    for one in message.walk():
        if not one.is_multipart() and (_is_file(one) or one.get_content_maintype() != "text"):
            yield one


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    try:
        return _clean(str(make_header(decode_header(str(value))))).strip()
    except (HeaderParseError, LookupError, ValueError):
        return _clean(str(value)).strip()


def _clean(text: str) -> str:
    """Without what no person types; nothing that a database or a page stumbles over."""
    return _UNPRINTED.sub("", text.encode("utf-8", "replace").decode())


def _told(raw: bytes) -> bytes:
    head, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept: list[bytes] = []
    skips = False
    for line in head.split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            skips = line.lower().startswith(_TRANSPORT)
        if not skips:
            kept.append(line)
    return b"\n".join(kept) + gap + body

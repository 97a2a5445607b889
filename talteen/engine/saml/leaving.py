"""Single Logout Profile (saml-profiles-2.0-os 4.4): a session that ends here ends there, and the
other way round. No network; the time comes in.

By HTTP-Redirect alone, and signed on both sides (4.4.4.1): who could ask for it unsigned could end
anybody's work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree

from talteen.engine.saml import redirect
from talteen.engine.saml.answers import LEEWAY
from talteen.engine.saml.asking import ASSERTION, PERSISTENT, PROTOCOL
from talteen.engine.saml.redirect import REQUEST, RESPONSE, Brought
from talteen.engine.saml.signed import NotTrue, parsed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from talteen.engine.saml.redirect import Key

LIVES = timedelta(minutes=5)
"""So long a farewell is good that names no end."""
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a person at the service, as its assertion named it."""

    subject: str
    index: str
    qualifiers: tuple[str, str] = ("", "")
    """NameQualifier and SPNameQualifier, as they came."""


@dataclass(frozen=True, slots=True)
class Over:
    """What the service says is over."""

    id: str
    subject: str
    sessions: tuple[str, ...]
    """Its names of the sessions; empty: all of that person's (core 3.7.1)."""
    ends_at: datetime
    """From then on the message counts no more."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a farewell."""

    us: str
    """Our entity ID."""
    ours: str
    """Where farewells and their answers come to, here."""
    service: str
    """The service's entity ID."""
    theirs: str
    """Where they go to, there."""


def request(id: str, session: Session, ends: Ends, key: "Key", now: datetime) -> str:
    """Where the browser goes so that ``session`` ends there. ``id``: an xs:ID of our choice."""
    root = _message("LogoutRequest", id, ends, now)
    root.set("NotOnOrAfter", _written(now + LIVES))
    name = etree.SubElement(root, f"{{{ASSERTION}}}NameID")
    name.text = session.subject
    name.set("Format", PERSISTENT)
    for key_, value in zip(("NameQualifier", "SPNameQualifier"), session.qualifiers, strict=True):
        if value:
            name.set(key_, value)
    if session.index:
        etree.SubElement(root, f"{{{PROTOCOL}}}SessionIndex").text = session.index
    return redirect.address(ends.theirs, REQUEST, etree.tostring(root), key=key)


def response(id: str, over: Over, ends: Ends, key: "Key", now: datetime, *, relay: str = "") -> str:
    """Where the browser goes with our word that ``over`` is over here, too."""
    root = _message("LogoutResponse", id, ends, now)
    root.set("InResponseTo", over.id)
    status = etree.SubElement(root, f"{{{PROTOCOL}}}Status")
    etree.SubElement(status, f"{{{PROTOCOL}}}StatusCode").set("Value", _SUCCESS)
    return redirect.address(
        ends.theirs, RESPONSE, etree.tostring(root), key=key, relay=relay or None
    )


def told(
    brought: Brought, ends: Ends, certificates: Sequence["Certificate"], now: datetime
) -> Over:
    """What a LogoutRequest of the service says is over. Raises NotTrue."""
    root = _checked(brought, "LogoutRequest", ends, certificates, now)
    issued = _instant(root, "IssueInstant")
    last = _instant(root, "NotOnOrAfter") if root.get("NotOnOrAfter") else issued + LIVES
    last = min(last, issued + LIVES)  # it has to be remembered until then
    if not issued - LEEWAY <= now < last + LEEWAY:
        raise NotTrue("time")
    names = root.findall(f"{{{ASSERTION}}}NameID")
    id, subject = root.get("ID", ""), _text(names[0]) if len(names) == 1 else ""
    if not id or not 0 < len(subject) <= _LONGEST:
        raise NotTrue("NameID")
    sessions = tuple(_text(one)[:_LONGEST] for one in root.findall(f"{{{PROTOCOL}}}SessionIndex"))
    return Over(id, subject, sessions, last)


def ended(
    brought: Brought, ends: Ends, certificates: Sequence["Certificate"], now: datetime
) -> bool:
    """Whether a LogoutResponse of the service says that all is over there. Raises NotTrue."""
    root = _checked(brought, "LogoutResponse", ends, certificates, now)
    if abs(now - _instant(root, "IssueInstant")) > LIVES:
        raise NotTrue("time")
    code = root.find(f"{{{PROTOCOL}}}Status/{{{PROTOCOL}}}StatusCode")
    # "Partial" comes as a code below Success (core 3.7.3.2): somebody else's door did not shut.
    return code is not None and code.get("Value") == _SUCCESS and not len(code)


def _checked(
    brought: Brought,
    what: str,
    ends: Ends,
    certificates: Sequence["Certificate"],
    now: datetime,
) -> etree._Element:
    redirect.check(brought, certificates, now)
    root = parsed(brought.xml)
    if root.tag != f"{{{PROTOCOL}}}{what}" or root.get("Version") != "2.0":
        raise NotTrue("message")
    # Signed over the query, so it must say where it was to go (bindings 3.4.5.2).
    if root.get("Destination") != ends.ours:
        raise NotTrue("Destination")
    issuers = root.findall(f"{{{ASSERTION}}}Issuer")
    if len(issuers) != 1 or _text(issuers[0]) != ends.service:
        raise NotTrue("Issuer")
    return root


def _message(what: str, id: str, ends: Ends, now: datetime) -> etree._Element:
    root = etree.Element(f"{{{PROTOCOL}}}{what}", nsmap={"samlp": PROTOCOL, "saml": ASSERTION})
    told = {"ID": id, "Version": "2.0", "IssueInstant": _written(now), "Destination": ends.theirs}
    for key, value in told.items():
        root.set(key, value)
    etree.SubElement(root, f"{{{ASSERTION}}}Issuer").text = ends.us
    return root


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(root: etree._Element, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(root.get(name, ""))
        if found.tzinfo is None:
            raise NotTrue("time")
        found = found.astimezone(UTC)
        found - LEEWAY - LIVES, found + LEEWAY + LIVES
    except (ValueError, OverflowError):
        raise NotTrue("time") from None
    return found


def _text(element: etree._Element) -> str:
    if len(element):
        raise NotTrue("text")
    return (element.text or "").strip()

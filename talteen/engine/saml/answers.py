"""Who an answer says somebody is, once all of it is checked. Certificates and the time come in; no
network.

By the Web Browser SSO Profile (saml-profiles-2.0-os 4.1.4.2, 4.1.4.3) and saml-core-2.0-os 2:
signature, issuer, audience, recipient, question and time, each in what was signed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from talteen.engine.saml import signed
from talteen.engine.saml.asking import ASSERTION, PERSISTENT, PROTOCOL, Us
from talteen.engine.saml.signed import Answer, Element, NotTrue, only

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

LEEWAY = timedelta(minutes=1)
"""How far two clocks may be apart."""
METHODS = "http://schemas.microsoft.com/claims/authnmethodsreferences"
"""The attribute in which Entra ID and AD FS say how somebody proved who they are."""
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_LONGEST = 255
_UNDERSTOOD = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}


class Declined(NotTrue):
    """The service lets nobody in this time: its person said no, or it did."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Of whom, for whom and to which question an answer must be."""

    issuer: str
    certificates: Sequence["Certificate"] = field(repr=False)
    """The service's own, of which each may have signed."""
    us: Us
    question: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody is, by their service."""

    id: str
    """Of the assertion: it lets in once."""
    ends_at: datetime
    """From then on it would let nobody in."""
    issuer: str
    subject: str
    """What the service calls this person for good, here (core 8.3.7)."""
    qualifiers: tuple[str, str]
    """The name's NameQualifier and SPNameQualifier as they came: a farewell repeats them."""
    session: str
    """The service's name of its session; empty where it gives none."""
    context: str
    methods: frozenset[str]
    """How they proved it."""
    proved_at: datetime
    session_ends_at: datetime | None
    """When the service wants our session over; None where it does not say."""


def checked(answer: Answer, expected: Expected, now: datetime) -> Told:
    """Who ``answer`` is about. Raises NotTrue where one of the checks fails, Declined where the
    service says no, NotSetUp where the extra is not installed."""
    _of_this_question(answer, expected)
    found = signed.assertion(answer, expected.certificates, now)
    issued = _instant(found, "IssueInstant")
    # Made for this question: not before it was asked, and so never from a store of old ones.
    if not expected.asked_at - LEEWAY <= issued <= now + LEEWAY:
        raise NotTrue("IssueInstant")
    if found.get("Version") != "2.0" or _text(only(found, "Issuer")) != expected.issuer:
        raise NotTrue("Issuer")
    _conditions(only(found, "Conditions"), expected.us, now)
    subject = only(found, "Subject")
    ends = _confirmed(subject, expected, now)
    return _told(found, subject, expected, ends, now)


def _of_this_question(answer: Answer, expected: Expected) -> None:
    """The envelope, which need not be signed: what it says is proved below, or is a refusal."""
    if answer.response.get("Destination", expected.us.back) != expected.us.back:
        raise NotTrue("Destination")
    if answer.question != expected.question:
        raise NotTrue("InResponseTo")
    status = answer.response.find(f"{{{PROTOCOL}}}Status/{{{PROTOCOL}}}StatusCode")
    if status is None or status.get("Value") != _SUCCESS:
        raise Declined("status")


def _conditions(conditions: Element, us: Us, now: datetime) -> None:
    _in_time(conditions, now)
    if {one.tag for one in conditions} - {f"{{{ASSERTION}}}{name}" for name in _UNDERSTOOD}:
        raise NotTrue("Conditions")  # core 2.5.1: what is not understood is not valid
    restrictions = conditions.findall(f"{{{ASSERTION}}}AudienceRestriction")
    if not restrictions:
        raise NotTrue("Audience")
    for one in restrictions:
        if us.entity not in {_text(audience) for audience in one}:
            raise NotTrue("Audience")


def _confirmed(subject: Element, expected: Expected, now: datetime) -> datetime:
    """Until when the bearer is who ``subject`` says (profiles 4.1.4.2)."""
    for one in subject.findall(f"{{{ASSERTION}}}SubjectConfirmation"):
        if one.get("Method") != _BEARER:
            continue
        data = only(one, "SubjectConfirmationData")
        if data.get("Recipient") != expected.us.back:
            raise NotTrue("Recipient")
        if data.get("InResponseTo") != expected.question:
            raise NotTrue("InResponseTo")
        _in_time(data, now)
        return _instant(data, "NotOnOrAfter")
    raise NotTrue("SubjectConfirmation")


def _told(
    found: Element, subject: Element, expected: Expected, ends: datetime, now: datetime
) -> Told:
    proof = only(found, "AuthnStatement")
    proved, over = _instant(proof, "AuthnInstant"), proof.get("SessionNotOnOrAfter")
    session_ends = _instant(proof, "SessionNotOnOrAfter") if over else None
    if proved > now + LEEWAY or (session_ends is not None and session_ends <= now):
        raise NotTrue("AuthnStatement")
    context = only(proof, "AuthnContext").find(f"{{{ASSERTION}}}AuthnContextClassRef")
    name = only(subject, "NameID")
    return Told(
        id=found.get("ID", ""),
        ends_at=ends,
        issuer=expected.issuer,
        subject=_name(name, expected),
        qualifiers=(name.get("NameQualifier", ""), name.get("SPNameQualifier", "")),
        session=proof.get("SessionIndex", "")[:_LONGEST],
        context="" if context is None else _text(context),
        methods=frozenset(_methods(found)),
        proved_at=proved,
        session_ends_at=session_ends,
    )


def _name(name: Element, expected: Expected) -> str:
    """A persistent identifier of this issuer for us, and no address that may be another's."""
    told = _text(name)
    if (
        name.get("Format") != PERSISTENT
        or name.get("NameQualifier", expected.issuer) != expected.issuer
        or name.get("SPNameQualifier", expected.us.entity) != expected.us.entity
        or not 0 < len(told) <= _LONGEST
        or not told.isascii()
    ):
        raise NotTrue("NameID")
    return told


def _methods(found: Element) -> Iterator[str]:
    for one in found.iterfind(f"{{{ASSERTION}}}AttributeStatement/{{{ASSERTION}}}Attribute"):
        if one.get("Name") == METHODS:
            yield from (_text(value) for value in one)


def _in_time(element: Element, now: datetime) -> None:
    early = element.get("NotBefore") is not None and now < _instant(element, "NotBefore") - LEEWAY
    # An end is asked of each: an assertion that never ends would have to be remembered for ever.
    if early or now - LEEWAY >= _instant(element, "NotOnOrAfter"):
        raise NotTrue("time")


def _instant(element: Element, name: str) -> datetime:
    """An xs:dateTime in UTC (core 1.3.3)."""
    try:
        found = datetime.fromisoformat(element.get(name, ""))
        if found.tzinfo is None:
            raise NotTrue(name)
        found = found.astimezone(UTC)
        found - LEEWAY, found + LEEWAY
    except (ValueError, OverflowError):
        raise NotTrue(name) from None
    return found


def _text(element: Element) -> str:
    if len(element):
        raise NotTrue("text")
    return (element.text or "").strip()

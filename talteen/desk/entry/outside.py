"""The services that say who somebody is, as pages ask for them: is one there, who is it, and where
does one sign out of it. Our own people have one, which speaks OpenID Connect or SAML; whoever makes
a request has another."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.urls import reverse

from talteen import config as configs
from talteen.clock import SystemClock
from talteen.config import IdentificationSection, OidcSection
from talteen.desk.page.visit import VisitRequest
from talteen.engine.oidc import asking
from talteen.engine.oidc.provider import Provider
from talteen.engine.saml import NotSetUp, require_installed
from talteen.engine.saml import leaving as farewells
from talteen.engine.saml.leaving import Ends, Session
from talteen.errors import ConfigError, Missing, Unavailable
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import What

if TYPE_CHECKING:
    from talteen.engine.saml.redirect import Key

OIDC, SAML = "oidc", "saml"


def offered(request: VisitRequest) -> str:
    """By which language people may sign in there today ("oidc", "saml"); empty where none is set
    up, or its record has lapsed. It is the name of the address that leads there, too."""
    house = request.visit.house
    stopped = gate.stops(house.config, house.register, request.visit.today, {What.SIGN_IN})
    if stopped is not None:
        return ""
    return OIDC if house.config.oidc.issuer else SAML if house.config.saml.issuer else ""


def provider(request: VisitRequest) -> Provider:
    """The service. Missing where nobody may sign in by one today."""
    _require(request, OIDC)
    return _provider(section(request), "oidc")


def identifies(request: VisitRequest) -> bool:
    """Whether whoever makes a request may identify strongly today."""
    house = request.visit.house
    stopped = gate.stops(house.config, house.register, request.visit.today, {What.IDENTIFICATION})
    return bool(house.config.identification.issuer) and stopped is None


def identification(request: VisitRequest) -> Provider:
    """The service where they do. Missing where there is none today."""
    if not identifies(request):
        raise Missing("nobody identifies strongly here", remedy="ask for a code instead")
    return _provider(request.visit.house.config.identification, "identification")


def _provider(told: OidcSection | IdentificationSection, name: str) -> Provider:
    file = told.client_secret_file
    secret = configs.read_secret(file, key=f"{name}.client_secret_file") if file else ""
    return Provider(told.issuer, told.client_id, secret, told.ca_file)


def section(request: VisitRequest) -> OidcSection:
    """What the operator wrote of it."""
    return request.visit.house.config.oidc


def leaving(request: VisitRequest, opened: Mapping[str, Any]) -> str:
    """Where a browser goes so that its person signs out there too; empty where there is no such
    place, or nobody answers."""
    language = offered(request) if opened else ""
    if language == SAML:
        return _saml_leaving(request, opened)
    if language != OIDC:
        return ""
    try:
        end = provider(request).endpoints().end_session
    except Unavailable:
        return ""
    back = request.build_absolute_uri(reverse("sign-in"))
    return asking.farewell(end, client=section(request).client_id, back=back) if end else ""


def _saml_leaving(request: VisitRequest, opened: Mapping[str, Any]) -> str:
    try:
        key, ends = own_key(request), both_ends(request)
    except Unavailable:
        return ""
    if key is None or not ends.theirs:
        return ""
    one, other = opened.get("qualifiers") or ("", "")
    session = Session(opened["subject"], opened["session"], (one, other))
    return farewells.request(new_id(), session, ends, key, SystemClock().now())


def ends_there(request: VisitRequest) -> bool:
    """Whether signing out here signs out there, and the other way round."""
    saml = request.visit.house.config.saml
    return offered(request) == OIDC or bool(saml.sign_out_url)


def both_ends(request: VisitRequest) -> Ends:
    """Between whom SAML farewells go."""
    saml = request.visit.house.config.saml
    ours = request.build_absolute_uri(reverse("saml-ended"))
    return Ends(us=saml.entity_id, ours=ours, service=saml.issuer, theirs=saml.sign_out_url)


def new_id() -> str:
    """An xs:ID that nobody guesses (saml-core-2.0-os 1.3.4)."""
    return f"_{secrets.token_hex(20)}"


def own_key(request: VisitRequest) -> "Key | None":
    """What questions and farewells are signed with; None where the settings name no key. NotSetUp
    where it cannot be read."""
    file = request.visit.house.config.saml.key_file
    if file is None:
        return None
    try:
        key = load_pem_private_key(configs.read_secret(file, key="saml.key_file").encode(), None)
    except ConfigError as error:
        raise NotSetUp(str(error), remedy=error.remedy) from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unread("key_file", error) from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise _unread("key_file", TypeError())
    return key


def own_certificate(request: VisitRequest) -> Certificate | None:
    """What the service is to know our key by; None where the settings name none."""
    file = request.visit.house.config.saml.key_certificate_file
    return _read("key_certificate_file", file)[0] if file else None


def certificates(request: VisitRequest) -> list[Certificate]:
    """What the SAML service signs with. Missing where nobody may sign in by one today, NotSetUp
    where the file or the extra is missing."""
    _require(request, SAML)
    require_installed()
    file = request.visit.house.config.saml.certificate_file
    return _read("certificate_file", file) if file else []


def _read(setting: str, file: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _unread(setting, error) from None


def _unread(setting: str, error: Exception) -> NotSetUp:
    return NotSetUp(
        f"saml.{setting} cannot be read ({type(error).__name__})",
        remedy="name a PEM file that this service may read",
    )


def _require(request: VisitRequest, language: str) -> None:
    if offered(request) != language:
        raise Missing("nobody signs in by such a service here", remedy="sign in with a passkey")

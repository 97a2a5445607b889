"""The services that say who somebody is, as pages ask for them: is one there, who is it, and where
does one sign out of it. Our own people have one, which speaks OpenID Connect or SAML; whoever makes
a request has another."""

from collections.abc import Mapping

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.urls import reverse

from talteen import config as configs
from talteen.config import IdentificationSection, OidcSection
from talteen.desk.visit import VisitRequest
from talteen.engine.oidc import asking
from talteen.engine.oidc.provider import Provider
from talteen.engine.saml import NotSetUp, require_installed
from talteen.errors import Missing, Unavailable
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import What

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


def leaving(request: VisitRequest, opened: Mapping[str, str]) -> str:
    """Where a browser goes so that its person signs out there too; empty where there is no such
    place, or nobody answers."""
    if not opened or offered(request) != OIDC:  # what SAML has for it would need a key of ours
        return ""
    try:
        end = provider(request).endpoints().end_session
    except Unavailable:
        return ""
    back = request.build_absolute_uri(reverse("sign-in"))
    return asking.farewell(end, client=section(request).client_id, back=back) if end else ""


def certificates(request: VisitRequest) -> list[Certificate]:
    """What the SAML service signs with. Missing where nobody may sign in by one today, NotSetUp
    where the file or the extra is missing."""
    _require(request, SAML)
    require_installed()
    file = request.visit.house.config.saml.certificate_file
    try:
        found = load_pem_x509_certificates(file.read_bytes()) if file else []
    except (OSError, ValueError) as error:
        raise NotSetUp(
            f"saml.certificate_file cannot be read ({type(error).__name__})",
            remedy="name a PEM file that this service may read",
        ) from None
    return found


def _require(request: VisitRequest, language: str) -> None:
    if offered(request) != language:
        raise Missing("nobody signs in by such a service here", remedy="sign in with a passkey")

"""The services that say who somebody is, as pages ask for them: is one there, who is it, and where
does one sign out of it. Our own people have one, and whoever makes a request another."""

from collections.abc import Mapping

from django.urls import reverse

from talteen import config as configs
from talteen.config import IdentificationSection, OidcSection
from talteen.desk.visit import VisitRequest
from talteen.engine.oidc import asking
from talteen.engine.oidc.provider import Provider
from talteen.errors import Missing, Unavailable
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import What


def offered(request: VisitRequest) -> bool:
    """Whether people may sign in there today: it is set up, and its record has not lapsed."""
    house = request.visit.house
    stopped = gate.stops(house.config, house.register, request.visit.today, {What.SIGN_IN})
    return bool(house.config.oidc.issuer) and stopped is None


def provider(request: VisitRequest) -> Provider:
    """The service. Missing where nobody may sign in by one today."""
    if not offered(request):
        raise Missing("nobody signs in by a service here", remedy="sign in with a passkey")
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
    if not opened or not offered(request):
        return ""
    try:
        end = provider(request).endpoints().end_session
    except Unavailable:
        return ""
    back = request.build_absolute_uri(reverse("sign-in"))
    return asking.farewell(end, client=section(request).client_id, back=back) if end else ""

"""[oidc]: a provider of the controller that says who its people are (OpenID Connect);
[identification]: one that says it of people outside, where they want that."""

from pathlib import Path

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError


class OidcSection(Section):
    """[oidc]: people sign in at the controller's own sign-in service"""

    issuer: str = Field(default="", pattern=r"^(https://[^/@?#\s]+(/[^@?#\s]*)?)?$")
    """the issuer as its discovery document says it, https:// first; left out: nobody signs in so"""
    client_id: str = Field(default="", max_length=255)
    """what this house is called there"""
    client_secret_file: Path | None = None
    """the file that holds the client's secret; left out for a public client"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
    acr: tuple[str, ...] = ()
    """the acr values that mean two factors, such as ["urn:example:mfa"]"""
    amr: tuple[str, ...] = ()
    """the amr values that mean two factors (RFC 8176); left out like oidc.acr: mfa"""

    @property
    def methods(self) -> frozenset[str]:
        """The amr values that mean two factors."""
        return frozenset(self.amr or (() if self.acr else ("mfa",)))


class IdentificationSection(Section):
    """[identification]: whoever makes a request may identify strongly, and need not (14.6)"""

    issuer: str = Field(default="", pattern=r"^(https://[^/@?#\s]+(/[^@?#\s]*)?)?$")
    """the issuer of the identification service, https:// first; left out: it is not offered"""
    client_id: str = Field(default="", max_length=255)
    """what this house is called there"""
    client_secret_file: Path | None = None
    """the file that holds the client's secret; left out for a public client"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
    acr: tuple[str, ...] = ()
    """the acr values that mean strong, such as ["http://ftn.ficora.fi/2017/loa2"]; one at least"""


def checked_identification(section: IdentificationSection) -> IdentificationSection:
    """What is strong, the operator says: a service may also know weaker ways."""
    for name in ("client_id", "acr") if section.issuer else ():
        if not getattr(section, name):
            raise ConfigError(
                f"identification.{name}: is missing", remedy="write what the service told you"
            )
    return section


def checked(section: OidcSection) -> OidcSection:
    """A half-written section would be noticed when the first person stands at the door."""
    if section.issuer and not section.client_id:
        raise ConfigError(
            "oidc.client_id: is missing", remedy="write what this house is called there"
        )
    return section

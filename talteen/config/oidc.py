"""[oidc]: a provider of the controller that says who somebody is (OpenID Connect)."""

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


def checked(section: OidcSection) -> OidcSection:
    """A half-written section would be noticed when the first person stands at the door."""
    if section.issuer and not section.client_id:
        raise ConfigError(
            "oidc.client_id: is missing", remedy="write what this house is called there"
        )
    return section

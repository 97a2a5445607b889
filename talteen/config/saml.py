"""[saml]: a provider of the controller that says who somebody is (SAML 2.0)."""

from pathlib import Path

from pydantic import Field

from talteen.config.oidc import OidcSection
from talteen.config.sections import Section
from talteen.errors import ConfigError


class SamlSection(Section):
    """[saml]: people sign in at the controller's own sign-in service, where it speaks SAML only"""

    issuer: str = Field(default="", max_length=255)
    """the service's entity ID as its metadata says it; left out: nobody signs in so"""
    sign_in_url: str = Field(default="", pattern=r"^(https://[^/@#\s]+(/[^@#\s]*)?)?$")
    """where its metadata takes questions by HTTP-Redirect, https:// first"""
    certificate_file: Path | None = None
    """the PEM file of what it signs with; both one after the other while it changes them"""
    sign_out_url: str = Field(default="", pattern=r"^(https://[^/@#\s]+(/[^@#\s]*)?)?$")
    """where its metadata takes farewells by HTTP-Redirect; needs the key below"""
    key_file: Path | None = None
    """the PEM file of the private key that questions and farewells are signed with"""
    key_certificate_file: Path | None = None
    """the PEM file of that key's certificate, which our metadata shows the service"""
    entity_id: str = Field(default="", max_length=255)
    """what this house is called there, such as https://talteen.example.fi/sign-in/saml/metadata"""
    contexts: tuple[str, ...] = ()
    """the authentication contexts that mean two factors, asked for and looked for"""
    methods: tuple[str, ...] = ()
    """the values of the attribute authnmethodsreferences that mean two factors"""

    @property
    def two_factors(self) -> frozenset[str]:
        """The contexts that mean two factors: those of the settings, else the one of REFEDS."""
        return frozenset(self.contexts or ("https://refeds.org/profile/mfa",))

    @property
    def two_methods(self) -> frozenset[str]:
        """The methods that mean two factors: those of the settings, else the one of Entra ID."""
        return frozenset(self.methods or ("http://schemas.microsoft.com/claims/multipleauthn",))


_REMEDIES = {
    "entity_id": "write what this house is called there",
    "key_file": "name the key that this house signs with, or leave out its other settings",
    "key_certificate_file": "name the certificate of saml.key_file",
}


def checked(section: SamlSection, other: OidcSection) -> SamlSection:
    """A half-written section would be noticed when the first person stands at the door."""
    if not section.issuer:
        return section
    if other.issuer:
        raise ConfigError(
            "saml.issuer: is written beside oidc.issuer",
            remedy="choose one of the two: a person is known by one service",
        )
    needed = ["sign_in_url", "certificate_file", "entity_id"]
    if section.sign_out_url or section.key_file or section.key_certificate_file:
        needed += ["key_file", "key_certificate_file"]
    missing = [key for key in needed if not getattr(section, key)]
    if missing:
        raise ConfigError(
            f"saml.{missing[0]}: is missing",
            remedy=_REMEDIES.get(missing[0], "write it as the service's own metadata says it"),
        )
    return section

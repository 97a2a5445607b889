"""[saml] as an operator writes it: whole, alone, and over TLS."""

from pathlib import Path

import pytest

from talteen import config
from talteen.errors import ConfigError

WHOLE = """[saml]
issuer = "https://login.example.fi/realms/staff"
sign_in_url = "https://login.example.fi/realms/staff/protocol/saml"
certificate_file = "/etc/talteen/saml.pem"
entity_id = "https://talteen.example.fi/sign-in/saml/metadata"
"""


def loaded(home: Path, text: str) -> config.Config:
    (home / "talteen.toml").write_text(text)
    return config.load(home)


def test_a_whole_section_says_what_two_factors_are_by_itself(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE).saml

    assert found.two_factors == {"https://refeds.org/profile/mfa"}
    assert found.two_methods == {"http://schemas.microsoft.com/claims/multipleauthn"}
    own = loaded(tmp_path, f'{WHOLE}contexts = ["urn:loa-3"]\nmethods = ["urn:card"]\n').saml
    assert (own.two_factors, own.two_methods) == ({"urn:loa-3"}, {"urn:card"})


@pytest.mark.parametrize("key", ["sign_in_url", "certificate_file", "entity_id"])
def test_a_half_written_section_is_refused_by_its_key(tmp_path: Path, key: str) -> None:
    half = "".join(line for line in WHOLE.splitlines(True) if not line.startswith(key))

    with pytest.raises(ConfigError, match=rf"^saml\.{key}: is missing"):
        loaded(tmp_path, half)


@pytest.mark.parametrize(
    "url", ["http://login.example.fi/", "https://me@login.example.fi/", "https://x.fi/#a"]
)
def test_questions_go_over_tls_only(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"^saml\.sign_in_url: "):
        loaded(tmp_path, WHOLE.replace("https://login.example.fi/realms/staff/protocol/saml", url))


def test_a_house_has_one_sign_in_service(tmp_path: Path) -> None:
    both = f'{WHOLE}[oidc]\nissuer = "https://login.example.fi/o"\nclient_id = "talteen"\n'

    with pytest.raises(ConfigError, match=r"^saml\.issuer: is written beside oidc\.issuer"):
        loaded(tmp_path, both)

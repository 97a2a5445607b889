"""A real OpenID provider on loopback over TLS, and a browser that signs in at it."""

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2
from cryptography import x509

from talteen.config import OidcSection
from tests.kit.certificates import Authority

SECRET = "s3cr:t ä"
MFA = {"amr": ["pwd", "otp", "mfa"]}
_SOURCE = Path(__file__).parent / "peers" / "oidc_provider.py"


@dataclass(slots=True)
class Provider:
    """A provider that answers."""

    issuer: str
    folder: Path
    ca_file: Path
    jar: httpx2.Cookies = field(default_factory=httpx2.Cookies)
    """The cookies of the one browser that is used at it."""

    @property
    def section(self) -> OidcSection:
        """As an operator would write it."""
        secret = self.folder / "client-secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        return OidcSection(
            issuer=self.issuer, client_id="talteen", client_secret_file=secret, ca_file=self.ca_file
        )

    def says(self, person: str, **claims: Any) -> None:
        """What its tokens say of ``person`` from now on."""
        file = self.folder / "claims.json"
        told = json.loads(file.read_text())
        file.write_text(json.dumps(told | {person: claims}))

    def browse(self, address: str, person: str) -> str:
        """Follow ``address`` as ``person``, who types a password where it is asked for; gives the
        address outside the provider that its answer leads to."""
        trusted = ssl.create_default_context(cafile=str(self.ca_file))
        with httpx2.Client(verify=trusted, cookies=self.jar) as client:
            answer = client.get(address)
            for _ in range(8):
                if answer.is_redirect:
                    to = answer.next_request
                    assert to is not None
                    if not str(to.url).startswith(self.issuer.removesuffix("/o")):
                        self.jar = client.cookies
                        return str(to.url)
                    answer = client.send(to)
                    continue
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
                assert token is not None, answer.text[:500]
                told = {"username": person, "password": f"{person} on nimeni"}
                answer = client.post(
                    answer.url,
                    data={"csrfmiddlewaretoken": token[1], **told},
                    headers={"Referer": str(answer.url)},
                )
        raise AssertionError("the provider leads nowhere")

    def signed(self, claims: dict[str, Any], *, typ: str = "JWT") -> str:
        """A token of the provider's own key, as only the provider can write it."""
        from joserfc import jwt
        from joserfc.jwk import RSAKey

        key = RSAKey.import_key((self.folder / "signing.pem").read_text())
        return jwt.encode({"alg": "RS256", "kid": key.thumbprint(), "typ": typ}, claims, key)


@contextlib.contextmanager
def running(folder: Path, back: str) -> Iterator[Provider]:
    """The provider, whose answers go to ``back``, until the end of the block."""
    authority = Authority(folder / "ca")
    certificate, key = authority.issue(x509.IPAddress(ip_address("127.0.0.1")))
    (folder / "claims.json").write_text("{}")
    env = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    process = subprocess.Popen(
        [sys.executable, _SOURCE, certificate, key, folder, back],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        try:
            issuer = process.stdout.readline().strip()
            assert issuer.startswith("https://"), issuer
            yield Provider(issuer, folder, authority.file)
        finally:
            process.kill()
            process.wait()

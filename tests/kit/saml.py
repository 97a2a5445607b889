"""A real SAML identity provider on loopback over TLS, and a browser that signs in at it."""

import base64
import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from talteen.config import SamlSection
from talteen.engine.saml import asking

ISSUER = "https://login.example.fi/realms/staff"
ENTITY = "https://talteen.example.fi/sign-in/saml/metadata"
_SOURCE = Path(__file__).parent / "peers" / "saml_provider.py"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """A provider that answers."""

    address: str
    folder: Path

    @property
    def section(self) -> SamlSection:
        """As an operator would write it."""
        plain = SamlSection(
            issuer=ISSUER,
            sign_in_url=self.address,
            certificate_file=self.folder / "signing.pem",
            entity_id=ENTITY,
        )
        ours = self.folder / "us.pem"
        if not ours.exists():
            return plain
        told = {"key_file": ours.with_suffix(".key"), "key_certificate_file": ours}
        return plain.model_copy(update={"sign_out_url": self.at("slo"), **told})

    def at(self, name: str) -> str:
        """Another of its addresses."""
        return f"{self.address.rpartition('/')[0]}/{name}"

    def leads(self, address: str, **query: str) -> str:
        """Where it sends a browser on to."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "signing.pem"))
        with httpx2.Client(verify=trusted) as client:
            answer = client.get(f"{address}?{urlencode(query)}" if query else address)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    @property
    def certificate(self) -> x509.Certificate:
        """What it signs with."""
        return x509.load_pem_x509_certificate((self.folder / "signing.pem").read_bytes())

    def says(self, **told: Any) -> None:
        """What its answers say from now on, and what is wrong with them."""
        (self.folder / "says.json").write_text(json.dumps(told))

    def answer(self, address: str, person: str) -> bytes:
        """The answer to the question in ``address`` for ``person``, as XML."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "signing.pem"))
        with httpx2.Client(verify=trusted) as client:
            page = client.get(address).raise_for_status()
            assert "name=person" in page.text
            brought = client.post(address, data={"person": person}).raise_for_status()
        found = re.search(r"name=SAMLResponse value='([^']+)'", brought.text)
        assert found is not None, brought.text
        return base64.b64decode(found[1])


@contextlib.contextmanager
def running(folder: Path, back: str, *, ended: str = "") -> Iterator[SamlProvider]:
    """The provider, to which we are ``ENTITY`` with answers to ``back``, until the block ends.
    ``ended``: where farewells come to; it then takes nothing from us that is not signed."""
    ours = None
    if ended:
        file, key = pair(folder / "us.pem")
        key.chmod(0o600)
        ours = x509.load_pem_x509_certificate(file.read_bytes())
    us = asking.Us(ENTITY, back)
    (folder / "us.xml").write_bytes(asking.metadata(us, certificate=ours, ended=ended))
    (folder / "says.json").write_text("{}")
    certificate, key = pair(folder / "signing.pem")
    _, other = pair(folder / "other.pem")
    env = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    process = subprocess.Popen(
        [sys.executable, _SOURCE, certificate, key, other, folder, folder / "us.xml"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("https://"), address
            yield SamlProvider(address, folder)
        finally:
            process.kill()
            process.wait()


def pair(file: Path, *, until: timedelta = _DAY) -> tuple[Path, Path]:
    """A certificate that nobody signed, and its key, of RSA as directories have them."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, file.stem)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * _DAY)
        .not_valid_after(now + until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = file.with_suffix(".key")
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return file, private

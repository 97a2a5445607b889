"""A SAML identity provider that we did not write (pysaml2), as a process of its own, whose
signatures are those of libxmlsec1.

Says where it is asked when it is ready, and ends when its input closes. Whoever names a person
gets in; how they proved it, and what is wrong with the answer, it reads from ``says.json`` each
time. Run with: certificate, key (of its TLS and its signatures), another certificate's key, folder,
and the file of the service provider's metadata.
"""

import base64
import html
import json
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import xmlsec
from lxml import etree
from saml2 import BINDING_HTTP_REDIRECT, sigver
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

CERTIFICATE, KEY, OTHER_KEY, FOLDER, METADATA = sys.argv[1:6]
ASK = "<form method=post action='{}'><input name=person><button>Log in</button></form>"
BRING = (
    "<form method=post action='{}'><input type=hidden name=SAMLResponse value='{}'>"
    "<input type=hidden name=RelayState value='https://evil.example/'><button>On</button></form>"
)
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


class Backend(sigver.CryptoBackendXMLSecurity):  # type: ignore[misc]
    """pysaml2 signs by a program that this machine does not have; the same library does it here."""

    def sign_statement(self, statement: Any, node_name: str, key_file: str, node_id: str) -> str:
        text = statement if isinstance(statement, bytes) else str(statement).encode()
        root = etree.fromstring(text)
        xmlsec.tree.add_ids(root, ["ID"])
        [node] = root.xpath(f"//*[@ID='{node_id}']/*[local-name()='Signature']")
        context = xmlsec.SignatureContext()
        file = OTHER_KEY if says().get("other_key") else KEY
        context.key = xmlsec.Key.from_file(file, xmlsec.KeyFormat.PEM)
        context.sign(node)
        signed: str = etree.tostring(root).decode()
        return signed


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def says() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((Path(FOLDER) / "says.json").read_text())
    return told


def provider(entity: str, address: str) -> Server:
    sigver.CryptoBackendXMLSecurity = Backend
    return Server(
        config=IdPConfig().load(
            {
                "entityid": entity,
                "crypto_backend": "XMLSecurity",
                "key_file": KEY,
                "cert_file": CERTIFICATE,
                "metadata": {"local": [METADATA]},
                "service": {
                    "idp": {
                        "endpoints": {"single_sign_on_service": [(address, BINDING_HTTP_REDIRECT)]},
                        "policy": {"default": {"lifetime": {"minutes": 5}}},
                    }
                },
            }
        )
    )


def response(idp: Server, question: str, person: str) -> tuple[str, str]:
    """Where the answer goes, and the answer, as XML."""
    told, asked = says(), idp.parse_authn_request(question, BINDING_HTTP_REDIRECT).message
    args = idp.response_args(asked)
    proved = datetime.now(UTC) - timedelta(seconds=told.get("proved_ago", 0))
    args |= told.get("args", {})
    written = idp.create_authn_response(
        identity=told.get("attributes", {}),
        name_id=NameID(
            format=told.get("format", NAMEID_FORMAT_PERSISTENT),
            sp_name_qualifier=args["sp_entity_id"],
            text=f"{person}-5c0f1b",
        ),
        authn={
            "class_ref": told.get("context", "https://refeds.org/profile/mfa"),
            "authn_instant": int(proved.timestamp()),
        },
        sign_assertion=told.get("sign_assertion", True),
        sign_response=told.get("sign_response", False),
        sign_alg=told.get("sign_alg", RSA_SHA256),
        digest_alg=told.get("digest_alg", SHA256),
        session_not_on_or_after=told.get("session_ends"),
        **{key: value for key, value in args.items() if key != "name_id_policy"},
    )
    return asked.assertion_consumer_service_url, str(written)


def main() -> None:
    server = WSGIServer(("127.0.0.1", 0), Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    address = f"https://127.0.0.1:{server.server_port}/sso"
    idp = provider("https://login.example.fi/realms/work", address)

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] == "GET":
            page = ASK.format(html.escape(f"/sso?{query}", quote=True))
        else:
            form = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            [person], [question] = parse_qs(form)["person"], parse_qs(query)["SAMLRequest"]
            to, answer = response(idp, question, person)
            page = BRING.format(html.escape(to), base64.b64encode(answer.encode()).decode())
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    server.set_app(app)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
